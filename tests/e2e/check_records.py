"""Every record is what docs and DETECTIONS promise a SIEM, whatever the sender wrote."""
import ipaddress
import re

import dialogue
import harness
from harness import Failure

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000")
FLOW_KEYS = {"flow_id": int, "community_id": str, "src_ip": str, "src_port": int, "dest_ip": str,
             "dest_port": int, "proto": str}
TOP_KEYS = set(FLOW_KEYS) | {"timestamp", "event_type", "app_proto", "in_iface", "pcap_filename",
                             "vlan", "tx_id", "alert", "smtp", "email", "stats", "mxtap"}
# The keys that the published schema of EVE allows in these objects, as far as mxtap uses them.
ALERT_KEYS = {"action": str, "gid": int, "signature_id": int, "rev": int, "signature": str,
              "category": str, "severity": int}
SMTP_KEYS = {"helo": str, "mail_from": str, "rcpt_to": list}
EMAIL_KEYS = {"from": str, "to": list, "cc": list, "subject": str, "message_id": str, "date": str,
              "received": list, "x_mailer": str, "status": str}
STATES = {"new", "growing", "ended"}
# RFC 2142: who answers for an organisation, a host, an address.
CONTACT = re.compile(r"(abuse|postmaster)@([a-z0-9.-]+|\[(IPv6:)?[0-9a-f.:]+\])")
# What an smtp record says of the client's name.
NAME_WORDS = {"ptr_source": {"dns", "server", "received", "file"},
              "ptr_confirmed": {"confirmed", "refuted", "unseen"},
              "ptr_class": {"dynamic", "static", "mail", "hosting", "unknown"}}
# C0 but tab and line end, DEL, C1, and marks that turn the direction of the text.
UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def typed(where, value, keys, required):
    for name, item in value.items():
        if name not in keys:
            raise Failure("%s.%s is no key of EVE" % (where, name))
        if not isinstance(item, keys[name]) or isinstance(item, bool):
            raise Failure("%s.%s is %r" % (where, name, item))
        if isinstance(item, list) and not all(isinstance(entry, str) for entry in item):
            raise Failure("%s.%s is no list of strings: %r" % (where, name, item))
    missing = set(required) - value.keys()
    if missing:
        raise Failure("%s lacks %s" % (where, ", ".join(sorted(missing))))


def check_flow(record):
    for name, kind in FLOW_KEYS.items():
        if not isinstance(record.get(name), kind):
            raise Failure("%s is %r" % (name, record.get(name)))
    for name in ("src_ip", "dest_ip"):
        ipaddress.ip_address(record[name])
    if not record["community_id"].startswith("1:"):
        raise Failure("community_id %r is not version 1" % record["community_id"])
    if record["proto"] != "TCP" or record.get("app_proto") != "smtp":
        raise Failure("proto %r, app_proto %r" % (record["proto"], record.get("app_proto")))
    if "pcap_filename" not in record:
        raise Failure("no pcap_filename")


def check_alert(record):
    typed("alert", record["alert"], ALERT_KEYS, ALERT_KEYS)
    alert, own = record["alert"], record["mxtap"]
    if alert["gid"] != 25 or alert["action"] != "allowed" or alert["severity"] not in (1, 2, 3):
        raise Failure("alert %r" % alert)
    for name in ("detector", "case", "state", "reason"):
        if name not in own:
            raise Failure("mxtap lacks %s" % name)
    if own["state"] not in STATES or not own["reason"] or "\n" in own["reason"]:
        raise Failure("state %r, reason %r" % (own["state"], own["reason"]))
    advice = own.get("advice", "")
    if not advice.endswith(".") or "\n" in advice:
        raise Failure("advice of %s: %r" % (own["detector"], advice))
    for contact in own.get("contacts", []):
        if not CONTACT.fullmatch(contact):
            raise Failure("contact %r" % contact)


def check_transaction(record):
    own = record["mxtap"]
    for verdict in own.get("verdicts", []):
        if not {"rcpt", "class"} <= verdict.keys():
            raise Failure("verdict %r" % verdict)
    client = own.get("client", {})
    for name, words in NAME_WORDS.items() if "ptr" in client else ():
        if client.get(name) not in words:
            raise Failure("%s is %r" % (name, client.get(name)))
    if "ptr" in client and "ptr_absent" in client:
        raise Failure("a name, and none: %r" % client)
    if own.get("message") and not {"octets", "body_octets", "complete"} <= own["message"].keys():
        raise Failure("message %r" % own["message"])


def check_record(record):
    if not TIMESTAMP.fullmatch(record.get("timestamp", "")):
        raise Failure("timestamp %r" % record.get("timestamp"))
    kind = record.get("event_type")
    if kind not in ("alert", "smtp", "stats"):
        raise Failure("event_type %r" % kind)
    unknown = record.keys() - TOP_KEYS
    if unknown:
        raise Failure("top-level keys %s" % ", ".join(sorted(unknown)))
    if kind == "stats":
        return
    check_flow(record)
    typed("smtp", record.get("smtp", {}), SMTP_KEYS, ())
    typed("email", record.get("email", {}), EMAIL_KEYS, ())
    if kind == "alert":
        check_alert(record)
    else:
        check_transaction(record)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def check_capture(bench, capture):
    records = bench.replay(capture, options=bench.options(capture), log="alert,smtp,stats")
    last = ""
    for number, record in enumerate(records, 1):
        try:
            check_record(record)
        except Failure as failure:
            raise Failure("record %d: %s" % (number, failure)) from None
        if record["timestamp"] < last and record["event_type"] != "stats":
            raise Failure("record %d goes back in time" % number)
        last = max(last, record["timestamp"])
    if [record["event_type"] for record in records].count("stats") < 1:
        raise Failure("no stats record at the end")


def check_default_log(bench, capture):
    kinds = {record["event_type"] for record in harness.parse_records(bench.run("replay", *bench.options(capture), capture).out)}
    if kinds - {"alert"}:
        raise Failure("without --log there are %s" % ", ".join(sorted(kinds)))


def write_samples(bench):
    for name, make in dialogue.SAMPLES.items():
        sample(bench, name).write_bytes(make().pcap())


def sample(bench, name):
    return bench.folder / ("sample-%s.pcap" % name)


def check_hostile(bench):
    """NUL, escapes, quotes and bytes that are no UTF-8 in every place a sender can fill."""
    path = sample(bench, "hostile")
    check_capture(bench, path)
    records = bench.replay(path)
    for record in records:
        for text in strings(record):
            if UNSHOWN.search(text):
                raise Failure("a character that must be escaped: %r" % text[:200])
    probes = [record for record in harness.of_kind(records, "alert")
              if record["mxtap"]["detector"] == "mx-probe" and record["mxtap"]["state"] == "new"]
    if len(probes) != len(dialogue.NASTY):
        raise Failure("%d probes found of %d" % (len(probes), len(dialogue.NASTY)))


def check_text(bench, name, *command):
    out = bench.run(*command, sample(bench, name)).out
    try:
        text = out.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise Failure("no UTF-8: %s" % error) from None
    if not text.strip():
        raise Failure("nothing is printed")
    bad = UNSHOWN.search(text)
    if bad:
        raise Failure("a character that must be escaped: %r" %
                      text[max(0, bad.start() - 40):bad.end() + 40])


def check_secrets(bench, *command):
    run = bench.run(*command, sample(bench, "secrets"), status=None)
    for secret in dialogue.SECRETS:
        if secret in run.out or secret in run.err:
            raise Failure("%r is in the output" % secret)


def check_bodies(bench, *command):
    out = bench.run(*command, sample(bench, "ordinary")).out
    if b"this is an ordinary message" in out:
        raise Failure("the body of a message is in the output")


def check_privacy(bench, mode, name):
    """No local part of a mail address comes out."""
    path = sample(bench, name)
    for command in (("replay", "--log", "alert,smtp"), ("show",), ("replay", "--format", "text")):
        out = bench.run(*command, "--set", "privacy.addresses=%s" % mode, path).out
        for local in (b"ann@", b"bob@", b"lindsay@", b"adam@", b"hans@"):
            if local in out:
                raise Failure("%r is in the output of %s" % (local, " ".join(command)))


def jobs(bench):
    write_samples(bench)
    for capture in bench.captures():
        yield "records of %s" % capture.name, check_capture, bench, capture
        yield "default log of %s" % capture.name, check_default_log, bench, capture
    for name in ("ordinary", "probe"):
        yield "records of %s" % name, check_capture, bench, sample(bench, name)
        for mode in ("mask", "hash"):
            yield "privacy %s of %s" % (mode, name), check_privacy, bench, mode, name
    yield "hostile senders", check_hostile, bench
    for command in (("show",), ("replay", "--format", "text", "--log", "alert,smtp")):
        yield "hostile senders, " + " ".join(command), check_text, bench, "hostile", *command
    for command in (("show",), ("replay", "--log", "alert,smtp,stats"),
                    ("replay", "--format", "text", "--log", "alert,smtp"), ("show", "-v")):
        yield "credentials, " + " ".join(command), check_secrets, bench, *command
        yield "bodies, " + " ".join(command), check_bodies, bench, *command
