#!/usr/bin/python3
"""Secrets reach those who must have them and nobody else: check_secrets.py MXTAP.

Every setting that is secret, of every type of sink, and privacy.key are given in each of the three ways. Then
mxtap checks, replays, forwards, lists its outbox and listens, with receivers that take, refuse, and are not
there; and whatever it says or writes is searched for the secrets, plain and as base64: standard output and
error, records, the outbox and the past with their letters, metrics and the health page. That the receivers were
shown the right ones is looked at too. The live part needs root and namespaces (live/place.py)."""
import base64
import http.server
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

import place as live  # noqa: E402

MARK = "ZqSecret"
USER = "someone"
CAPTURE = HERE.parents[1] / "pcaps/20-prober-story.pcap"
WAYS = ("file", "env", "credential")
# What a setting that is secret needs beside it, and what a type does.
BESIDE = {"password": {"user": USER}, "bearer": {}, "token": {}, "api_key": {},
          "proxy_password": {"proxy_user": USER, "proxy": "http://127.0.0.1:{proxy}"}}
NEEDS = {"webhook": {"url": "http://127.0.0.1:{good}/hook"}, "elastic": {"url": "http://127.0.0.1:{bad}"},
         "splunk": {"url": "http://127.0.0.1:{good}"}, "clickhouse": {"url": "http://127.0.0.1:{never}"},
         "kafka": {"brokers": "127.0.0.1:{dead}", "security": "sasl-plain", "connect_time": "1"}}
# splunk has its token in place of these.
NOT = {("splunk", "password"), ("splunk", "bearer")}


class Receiver:
    """Answers each request with the status, and keeps what came in Authorization."""

    def __init__(self, status, body):
        self.seen = set()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                for field in ("Authorization", "Proxy-Authorization"):
                    receiver.seen.add(self.headers.get(field))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_CONNECT = do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # who asked has gone
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Receivers:
    def __init__(self):
        self.good = Receiver(200, b'{"text":"Success","code":0,"ackId":0}')
        self.bad = Receiver(401, b"who are you?")
        self.never = Receiver(400, b"what is this?")
        self.proxy = Receiver(407, b"and who are you?")
        self.ports = {"dead": 1, **{name: receiver.port for name, receiver in vars(self).items()}}

    def seen(self):
        return set().union(*(receiver.seen for receiver in (self.good, self.bad, self.never, self.proxy)))


class Searched:
    """Texts and files that must have no secret in them."""

    def __init__(self):
        self.problems, self.octets = [], 0
        self.needles = {MARK.encode()}

    def add(self, secret):
        """As it is, and as base64 of it and of what basic authentication and SASL make of it."""
        for text in (secret, "%s:%s" % (USER, secret), "\0%s\0%s" % (USER, secret)):
            self.needles.add(base64.b64encode(text.encode()).rstrip(b"=")[:24])

    def look(self, what, octets):
        self.octets += len(octets)
        for needle in self.needles:
            at = octets.find(needle)
            if at >= 0:
                self.problems.append("%s has a secret: %r" % (what, octets[max(0, at - 60):at + 40]))

    def look_into(self, folder):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "secret" not in path.parts[-2]:
                self.look(path.name, path.read_bytes())


def secret_settings(mxtap):
    """(type, setting), as mxtap sinks has them."""
    text = subprocess.run([mxtap, "sinks", "-v"], capture_output=True, text=True, check=True).stdout
    found, kind = [], None
    for line in text.splitlines():
        title = re.match(r"Settings of (.*):$", line)
        kind = title.group(1) if title else kind
        if line.endswith("(secret)"):
            found.append((kind, line.split()[0]))
    return found


class Setup:
    """A configuration in which all secrets are given in one way."""

    def __init__(self, mxtap, folder, way, receivers, searched):
        self.mxtap, self.folder, self.way, self.searched = mxtap, folder, way, searched
        self.receivers, self.secrets = receivers, {}
        self.environment = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC",
                                CREDENTIALS_DIRECTORY=str(folder / "secret"))
        (folder / "secret").mkdir()
        self.sinks = []
        for kind, setting in secret_settings(mxtap):
            if (kind, setting) not in NOT:
                self._add_sink(kind, setting)
        key = self.reference("privacy", "key")
        self.path = folder / "mxtap.yaml"
        self.path.write_text(
            "privacy: {addresses: hash, key: \"%s\"}\n"
            "output: {log: \"alert, smtp, stats\"}\n"
            "outbox: {file: \"%s\", patience: 2}\n"
            "sinks:\n%s" % (key, folder / "outbox.db", "".join(self.sinks)))

    def reference(self, kind, setting):
        """Makes the secret, and puts it where the reference says that it is."""
        name = "_".join((self.way, kind, setting))
        secret = MARK + name.replace("_", "")
        self.searched.add(secret)
        self.secrets[kind, setting] = secret
        if self.way == "env":
            self.environment["MXTAP_" + name.upper()] = secret
            return "env:MXTAP_" + name.upper()
        path = self.folder / "secret" / name
        path.write_text(secret + "\n")
        path.chmod(0o644 if kind == "privacy" else 0o600)
        return "credential:" + name if self.way == "credential" else "file:%s" % path

    def _add_sink(self, kind, setting):
        settings = {"type": kind, "log": "alert, smtp", "retry_min": "0.05", "retry_max": "0.2",
                    **NEEDS[kind], **BESIDE[setting]}
        settings = {key: value.format(**self.receivers.ports) for key, value in settings.items()}
        settings[setting] = self.reference(kind, setting)
        if kind == "splunk" and setting != "token":
            settings["token"] = self.reference(kind, "token")
        self.sinks.append("  - {name: %s-%s, %s}\n" % (
            kind, setting, ", ".join('%s: "%s"' % pair for pair in settings.items())))

    def run(self, *words, status=(0,)):
        """Runs mxtap, and searches what it says."""
        done = subprocess.run([self.mxtap, *map(str, words)], capture_output=True, env=self.environment,
                              check=False, timeout=120, stdin=subprocess.DEVNULL)
        said = done.stdout + done.stderr
        self.searched.look("mxtap " + " ".join(map(str, words)), said)
        if done.returncode not in status:
            raise live.Failure("mxtap %s: exit status %d: %s" % (
                " ".join(map(str, words)), done.returncode, said.decode(errors="replace")[-600:]))
        return said.decode(errors="replace")

    def must_say(self, words, *texts, status=(0,)):
        said = self.run(*words, status=status)
        for text in texts:
            if text not in said:
                self.searched.problems.append("mxtap %s does not say '%s': %s" %
                                              (" ".join(map(str, words)), text, said[-300:]))
        return said

    def use(self):
        """Everything that can be done with it without an interface."""
        config = ("-c", self.path)
        printed = self.must_say(("check", "-v", *config), 'key: "%s:' % self.way)
        for kind, setting in self.secrets:
            if '%s: "%s:' % (setting, self.way) not in printed:
                self.searched.problems.append("mxtap check does not print %s of %s" % (setting, kind))
        self.run("sinks", "-v")
        said = self.must_say(("replay", *config, "--forward", "-v", "-v", "-o", self.folder / "records.json",
                              CAPTURE), status=(0, 2))
        if self.way != "env" and "privacy.key: %s" % self.way not in said:
            self.searched.problems.append("no warning that everybody may read privacy.key")
        self.use_outbox(config)
        self.searched.look_into(self.folder)

    def use_outbox(self, config):
        for words in (("list",), ("list", "--json"), ("list", "--dead")):
            self.run("outbox", *words, *config)
        for sink in ("webhook-password", "clickhouse-bearer"):
            self.run("outbox", "export", *config, sink)
            self.run("outbox", "export", "--dead", *config, sink)
        self.run("outbox", "send", *config, "-v", "-v", status=(0, 2))

    def expected(self):
        """What receivers must have been shown."""
        for (kind, setting), secret in self.secrets.items():
            basic = "Basic " + base64.b64encode(("%s:%s" % (USER, secret)).encode()).decode()
            if kind not in ("kafka", "privacy"):
                yield {"bearer": "Bearer ", "token": "Splunk ", "api_key": "ApiKey "}.get(setting, "") + (
                    basic if setting in ("password", "proxy_password") else secret)


def check_ways(mxtap, folder, searched):
    receivers = Receivers()
    for way in WAYS:
        (folder / way).mkdir()
        setup = Setup(mxtap, folder / way, way, receivers, searched)
        setup.use()
        for field in sorted(set(setup.expected()) - receivers.seen()):
            searched.problems.append("no receiver was shown %s" % field)
        control = Searched()
        control.needles = searched.needles
        for path in (folder / way / "secret").iterdir():
            control.look(path.name, path.read_bytes())
        if way != "env" and len(control.problems) < len(setup.secrets):
            searched.problems.append("secrets are not found where they are")
        print("%s: %d secrets, %d shown to receivers" % (
            way, len(setup.secrets), len(set(setup.expected()) & receivers.seen())))
    return setup


def check_refused(setup, searched):
    """A secret in place of its reference ends the start, and is not repeated; nor is one that cannot be read."""
    for kind, setting in secret_settings(setup.mxtap):
        path = "sinks.x." + setting
        setup.must_say(("check", "--set", "sinks.x.type=" + kind, "--set", "%s=%s1" % (path, MARK)), path,
                       "file:PATH", status=(1,))
        config = setup.folder / "wrong.yaml"
        config.write_text("sinks:\n  - {name: x, type: %s, %s: %s}\n" % (kind, setting, "%s2" % MARK))
        setup.must_say(("check", "-c", config), path, "file:PATH", status=(1,))
        config.unlink()
    setup.must_say(("check", "--set", "sinks.x.password:%s" % MARK[:4]), "path.to.key=value", status=(1,))
    setup.environment["MXTAP_ENV_PRIVACY_KEY"] = MARK + "4"
    plain = ("--set", "privacy.addresses=hash", "--set", "privacy.key=%s3" % MARK)
    setup.must_say(("check", "-v", *plain), "(not shown)", "privacy.key: stands in the configuration")
    setup.must_say(("replay", "-v", "-v", *plain, CAPTURE), "privacy.key: stands in", '"h-')
    key = setup.folder / "secret/key"
    key.write_text(MARK + "3\n")
    key.chmod(0o600)
    written = [setup.run("replay", "-q", "--set", "privacy.addresses=hash", "--set", "privacy.key=%s" % value, CAPTURE)
               for value in (MARK + "3", "file:%s" % key, "credential:key", "env:MXTAP_ENV_PRIVACY_KEY")]
    if not written[0].startswith(written[1]) or written[1] != written[2] or written[2] == written[3]:
        searched.problems.append("addresses are not hashed alike by the same key")
    setup.must_say(("check", "--set", "privacy.key=(not shown)"), "privacy.key", "file:PATH", status=(1,))
    empty = setup.folder / "empty"
    empty.write_text("\n")
    for reference, why in (("file:/nonexistent/x", "No such file"), ("env:MXTAP_NOT_THERE", "environment"),
                           ("credential:not-there", "No such file"), ("file:%s" % empty, "is empty")):
        setup.must_say(("replay", "--set", "privacy.addresses=hash", "--set", "privacy.key=" + reference, CAPTURE),
                       reference, why, status=(1,))
        sink = ("--set", "outbox.file=%s" % (setup.folder / "other.db"), "--set", "sinks.x.type=webhook",
                "--set", "sinks.x.url=http://127.0.0.1:1", "--set", "sinks.x.bearer=" + reference)
        setup.must_say(("check", *sink), "warning: sinks.x.bearer: " + reference, why)
        setup.must_say(("replay", "--forward", *sink, CAPTURE), reference, why, status=(1,))


def fetch(port, path):
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, path), timeout=10) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        return error.read()


def check_live(place):
    """The sensor with all of it: its log, records, stats, metrics, health page, past and outbox."""
    searched, receivers = Searched(), Receivers()
    place.wire("wire")
    folder = place.folder / "live"
    folder.mkdir()
    setup = Setup(place.mxtap, folder, "credential", receivers, searched)
    for path in (folder, folder / "secret", *(folder / "secret").iterdir()):
        os.chown(path, place.user_id, place.user_id)
    os.environ["CREDENTIALS_DIRECTORY"] = str(folder / "secret")
    sensor = place.sensor("sensor", "wire", "-v", "-v", "--set", "health.listen=127.0.0.1:9465",
                          "--set", "past.file=%s" % (folder / "past.db"), "--set", "output.stats_interval=1",
                          kinds="alert,smtp,stats", config=setup.path)
    place.send("wire-in", CAPTURE, pps=5000)
    live.wait_for("what receivers are shown", lambda: set(setup.expected()) <= receivers.seen(), 30)
    sensor.tell(signal.SIGHUP)
    sensor.wait_text("the new configuration is in force")
    live.wait_for("metrics of the sinks", lambda: b'"webhook-password"' in fetch(9465, "/metrics"))
    for path in ("/metrics", "/health", "/"):
        searched.look(path, fetch(9465, path))
    sensor.stop()
    searched.look("log", sensor.log.read_bytes())
    searched.look("records", sensor.out.read_bytes())
    searched.look_into(folder)
    place.check("no secret in %d octets of the live sensor" % searched.octets, not searched.problems,
                "; ".join(searched.problems[:5]))


def main():
    if len(sys.argv) == 2:
        sys.argv[1:] = ["--mxtap", sys.argv[1]]
    if os.environ.get("MXTAP_LIVE_INSIDE") != "1":
        searched = Searched()
        with tempfile.TemporaryDirectory(prefix="mxtap-secrets-") as folder:
            setup = check_ways(sys.argv[2], pathlib.Path(folder), searched)
            check_refused(setup, searched)
        print("\n".join(searched.problems + ["%d octets searched, %d faults" % (searched.octets,
                                                                              len(searched.problems))]), flush=True)
        if searched.problems:
            return 1
    return live.main(check_live)


if __name__ == "__main__":
    sys.exit(main())
