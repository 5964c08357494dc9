#!/usr/bin/python3
"""Every format on every capture: check_formats.py MXTAP.

eve without mxtap is valid against dist/siem/eve.schema.json, and a record that is changed is not; ecs has only fields
of dist/siem/ecs-fields.tsv, of their types; cef can be read strictly; all tell of the same records under the same ids.
Wazuh's rules in dist/siem/wazuh speak of fields that are there, and one of them takes each alert.
"""
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

import cef  # noqa: E402
import dialogue  # noqa: E402
import ecs  # noqa: E402
import harness  # noqa: E402
import tables  # noqa: E402
import wazuh  # noqa: E402

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

FAULTS = (cef.Wrong, ecs.Wrong, wazuh.Wrong, harness.Failure)
LOG = ("--log", "alert,smtp,stats")
LOCALS = (b"ann@", b"bob@", b"lindsay@", b"adam@", b"hans@")  # of dialogue.py


class Run:
    """The program, what its records are held against, and what they were."""

    def __init__(self, mxtap, folder):
        self.mxtap, self.folder = mxtap, folder
        schema = json.loads((SOURCE / "dist/siem/eve.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        self.schema = jsonschema.Draft202012Validator(schema)
        self.fields = ecs.fields(SOURCE / "dist/siem/ecs-fields.tsv")
        self.rules = wazuh.load(SOURCE / "dist/siem/wazuh/mxtap_rules.xml")
        self.names, self.used = set(), set()
        self.counts = {"eve": 0, "ecs": 0, "cef": 0}
        self.samples = {}

    def replay(self, capture, form, *options):
        done = subprocess.run([self.mxtap, "replay", "-q", *LOG, "--format", form, *options, str(capture)],
                              capture_output=True, timeout=120, check=False)
        if done.returncode not in (0, 2) or b"Sanitizer" in done.stderr or b"runtime error" in done.stderr:
            raise harness.Failure("--format %s: %d: %s" % (form, done.returncode, harness.tail(done.stderr)))
        return done.stdout

    def check_eve(self, record):
        own = record["mxtap"]
        rest = {name: value for name, value in record.items() if name != "mxtap"}
        for error in self.schema.iter_errors(rest):
            raise harness.Failure("%s: %s" % ("/".join(map(str, error.path)), error.message))
        if not re.fullmatch(r"[0-9a-f]{32}", own.get("id", "")):
            raise harness.Failure("mxtap.id is %r" % own.get("id"))
        self.names |= {name for name, _ in wazuh.flatten(record)}
        if record["event_type"] == "alert":
            wazuh.check_alert(self.rules, record)

    def check_ecs(self, record, eve):
        flat = ecs.check(record, self.fields)
        self.used |= flat.keys()
        own = record["mxtap"]
        if flat["event.id"] != own["id"] or flat["event.dataset"] != "mxtap." + eve["event_type"]:
            raise ecs.Wrong("id %s, dataset %s" % (flat["event.id"], flat["event.dataset"]))
        if eve["event_type"] == "stats":
            return
        for name, other in (("source.ip", "src_ip"), ("destination.port", "dest_port"),
                            ("network.community_id", "community_id")):
            if flat[name] != eve[other]:
                raise ecs.Wrong("%s is %r, in eve %r" % (name, flat[name], eve[other]))
        for name, value in eve["mxtap"].items():
            if own.get(name) != value:
                raise ecs.Wrong("mxtap.%s is another than in eve" % name)

    def check_cef(self, line, eve):
        header, extension = cef.parse(line)
        if extension["externalId"] != eve["mxtap"]["id"]:
            raise cef.Wrong("externalId %s" % extension["externalId"])
        if eve["event_type"] == "stats":
            return
        source = extension.get("src") or extension.get("c6a2")
        if source != eve["src_ip"] or extension["dpt"] != str(eve["dest_port"]):
            raise cef.Wrong("from %s to port %s" % (source, extension["dpt"]))
        if eve["event_type"] == "alert":
            reason = eve["mxtap"]["reason"].encode()[:1023].decode("utf-8", "ignore").strip()
            told = header["signature"], header["name"], extension["msg"], extension["cs2"]
            if told != (str(eve["alert"]["signature_id"]), eve["alert"]["signature"], reason, eve["mxtap"]["case"]):
                raise cef.Wrong("tells %r" % (told,))

    def check_capture(self, capture, *options):
        """Every record of a capture in three formats."""
        eves = harness.parse_records(self.replay(capture, "eve", *options))
        ecss = harness.parse_records(self.replay(capture, "ecs", *options))
        cefs = self.replay(capture, "cef", *options).decode("utf-8", "strict").split("\n")[:-1]
        if not len(eves) == len(ecss) == len(cefs) > 0:
            raise harness.Failure("%d records in eve, %d in ecs, %d in cef" % (len(eves), len(ecss), len(cefs)))
        ids = [record["mxtap"]["id"] for record in eves]
        for number, record in enumerate(eves):
            if ids.index(record["mxtap"]["id"]) != number:
                raise harness.Failure("records %d and %d have one id" % (ids.index(ids[number]) + 1, number + 1))
            try:
                self.check_eve(record)
                self.check_ecs(ecss[number], record)
                self.check_cef(cefs[number], record)
            except FAULTS as fault:
                raise harness.Failure("record %d: %s" % (number + 1, fault)) from None
            self.samples.setdefault(record["event_type"], (record, ecss[number], cefs[number]))
        for form in self.counts:
            self.counts[form] += len(eves)
        return eves, ecss, cefs

    def sample(self, name, make=None):
        path = self.folder / ("%s.pcap" % name)
        path.write_bytes((make or dialogue.SAMPLES[name])().pcap())
        return path


def one_packet():
    """Three transactions that end in one packet, so at one time: their records differ in their number only."""
    capture = dialogue.Capture()
    again = b"MAIL FROM:<ann@example.org>\r\nRCPT TO:<bob@example.org>\r\nRSET\r\n"
    capture.session("203.0.113.97", "198.51.100.25", 40000, [
        ("S", b"220 mx ESMTP\r\n"), ("C", b"EHLO a.example\r\n"), ("S", b"250-mx\r\n250 PIPELINING\r\n"),
        ("C", 3 * again), ("S", 3 * b"250 Ok\r\n250 Ok\r\n250 Ok\r\n"), ("C", b"QUIT\r\n"), ("S", b"221 Bye\r\n")])
    return capture


def check_captures(run):
    pcaps = SOURCE / "pcaps"
    rows = tables.claims(pcaps / "README.md")
    bench = harness.Bench(run.mxtap, None, pcaps, rows)
    for capture in bench.captures():
        yield capture.name, run.check_capture, capture, *bench.options(capture)
    for name in dialogue.SAMPLES:
        yield name, run.check_capture, run.sample(name), "--home-net", "192.0.2.0/24"
    yield "one packet", run.check_capture, run.sample("one-packet", one_packet)


def must_fail(what, faults, function, *arguments):
    try:
        function(*arguments)
    except faults:
        return
    raise harness.Failure("%s: is taken as if nothing was wrong with it" % what)


def check_faults(run):
    """The checks find what they are there for."""
    eve, shaped, line = run.samples["alert"]
    for path, value in (("src_port", "25"), ("surprise", 1), ("alert.severity", "1"), ("alert.surprise", 1),
                        ("timestamp", "today"), ("smtp.rcpt_to", "a@b"), ("email.bcc", ["a@b"]), ("vlan", 100)):
        changed = copy.deepcopy(eve)
        place, (*above, last) = changed, path.split(".")
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
        must_fail("eve with %s %r" % (path, value), harness.Failure, run.check_eve, changed)
    for part, name, value in (("source", "ip", "mx.example"), ("source", "surprise", "x"), ("source", "port", "25"),
                              ("event", "category", "email"), ("event", "start", "2006-06-19"),
                              ("event", "type", ["creation"]), ("related", "ip", [])):
        changed = copy.deepcopy(shaped)
        changed[part][name] = value
        must_fail("ecs with %s.%s %r" % (part, name, value), ecs.Wrong, run.check_ecs, changed, eve)
    for old, new in ((" msg=", " msg=a=b "), ("|mxtap|", "|mx|tap|"), ("spt=", "spt=x"), (" cs1Label=", " cs9Label="),
                     (" src=", " source="), ("msg=", "msg=\\x")):
        must_fail("cef with %r" % new, (cef.Wrong, ValueError, KeyError), run.check_cef, line.replace(old, new, 1), eve)


def check_site(run):
    """The sensor has a name, the networks are known, the records come live: in every format its place."""
    options = ("--set", "site.sensor=tap-1", "--home-net", "198.51.100.0/24")
    eves, ecss, cefs = run.check_capture(run.sample("probe"), *options)
    for eve, shaped, line in zip(eves, ecss, cefs):
        told = eve.get("host"), shaped["observer"].get("name"), cef.parse(line)[1].get("dvchost")
        if told != ("tap-1",) * 3:
            raise harness.Failure("the sensor's name: %r" % (told,))
    told = ecss[0]["network"]["direction"], cef.parse(cefs[0])[1]["deviceDirection"]
    if told != ("inbound", "0"):
        raise harness.Failure("the direction: %r" % (told,))


def check_privacy(run):
    for name in ("ordinary", "probe"):
        for mode in ("mask", "hash"):
            options = ("--set", "privacy.addresses=" + mode)
            run.check_capture(run.sample(name), *options)
            for form in ("ecs", "cef"):
                shown = [local for local in LOCALS if local in run.replay(run.sample(name), form, *options)]
                if shown:
                    raise harness.Failure("%s: %r is in the output" % (form, shown))


def check_table(run):
    """Every field of the table is used by some record, so the table is no wish; interfaces are live only."""
    unused = run.fields.keys() - run.used - {"observer.ingress.interface.name", "network.inner.vlan.id",
                                             "network.vlan.id"}
    if unused:
        raise harness.Failure("no record has %s" % ", ".join(sorted(unused)))


def check_wazuh(run):
    severities = {"high": 1, "medium": 2, "low": 3}
    out = subprocess.run([run.mxtap, "detectors"], capture_output=True, text=True, check=True).stdout
    rows = re.findall(r"^(\d+)\s+\S+\s+(high|medium|low)\s", out, re.MULTILINE)
    wazuh.check_detectors(run.rules, {int(number): severities[word] for number, word in rows})
    wazuh.check_fields(run.rules, run.names)
    wazuh.check_decoders(SOURCE / "dist/siem/wazuh/mxtap_decoders.xml", run.rules)
    for path in (SOURCE / "dist/siem/wazuh/mxtap_rules.xml", SOURCE / "dist/siem/wazuh/localfile.xml"):
        xml.etree.ElementTree.parse(path)


def jobs(run):
    yield from check_captures(run)
    for function in (check_site, check_privacy, check_faults, check_table, check_wazuh):
        yield function.__name__, function, run


def main():
    os.environ.update(NO_COLOR="1", LC_ALL="C.UTF-8", TZ="UTC")
    failures = 0
    with tempfile.TemporaryDirectory(prefix="mxtap-formats-") as folder:
        run = Run(sys.argv[1], pathlib.Path(folder))
        for title, function, *arguments in jobs(run):
            try:
                function(*arguments)
            except FAULTS as fault:
                failures += 1
                print("%s: %s" % (title, fault))
    print("%d records in each of eve, ecs and cef; %d fields of ECS, %d rules for Wazuh; %d failures"
          % (run.counts["eve"], len(run.used), len(run.rules), failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
