"""What the checks of rsyslog and syslog-ng share: the certificates of docs/sinks/syslog.md, the configurations of
dist/siem with other paths and ports, records through the whole program, and what must be in the files then.

    check(scene, kind)      kind: a class made of Receiver
"""
import collections
import json
import os
import pathlib
import re
import socket
import subprocess

import receivers
from scene import Failure, Runner, wait_for

SOURCE = pathlib.Path(os.environ.get("MXTAP_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
PCAPS = pathlib.Path(os.environ.get("MXTAP_PCAPS", SOURCE / "pcaps"))
SITE = {"site__home_net": "192.0.2.0/24,198.51.100.0/24,2001:db8:2::/64",
        "site__local_domains": "example.org,example.com", "output__log": "alert,smtp,stats"}


def certificates(folder):
    """By the commands of the page, and one of a stranger by the same authority."""
    folder.mkdir()
    page = (SOURCE / "docs/sinks/syslog.md").read_text()
    commands = re.findall(r"^    (openssl .*)$", page, re.MULTILINE)
    more = [command.replace("sensor-1", "stranger") for command in commands[3:5]]
    for command in commands + more:
        done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failure("%s: %s" % (command, done.stderr))


class Receiver:
    """A syslog daemon with the configuration of a folder of dist/siem. A class of it has:

        NAME, CONTENT (the folder), INSTALLED (where the page puts the certificates), BEFORE (what the
        host's own configuration would have), PORTS (name: how a port stands in the files), words()
    """

    def __init__(self, scene, folder, tls, changes=()):
        self.scene, self.folder, self.process = scene, folder, None
        self.records = folder / "records"
        self.ports = {name: receivers.free_port() for name in self.PORTS}
        text = self.BEFORE + "".join(path.read_text() for path in sorted((SOURCE / self.CONTENT).glob("*.conf")))
        for name, written in self.PORTS.items():
            text = text.replace(written, written.replace(name, str(self.ports[name])))
        for old, new in changes:
            text = text.replace(old, new)
        text = text.replace("/var/log/mxtap", str(self.records)).replace(self.INSTALLED, str(tls))
        (folder / "daemon.conf").write_text(text.replace("@FOLDER@", str(folder)))

    def start(self):
        self.process = self.scene.spawn(self.words(), self.folder / "daemon.log", cwd=self.folder)
        for port in self.ports.values():
            wait_for(self.NAME, lambda port=port: self.listens(port), 20)

    def listens(self, port):
        if self.process.poll() is not None:
            raise Failure("%s: %s" % (self.NAME, (self.folder / "daemon.log").read_text()[-1500:]))
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", port)) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def written(self):
        """The octets of each day's file."""
        return {path.name: path.read_bytes() for path in self.records.glob("2*.json")}


def settings(receiver, transport, tls, sensor="sensor-1"):
    values = {"type": "syslog", "transport": transport, "log": "alert,smtp,stats", "retry_max": 1,
              "address": "127.0.0.1:%d" % receiver.ports["6514" if transport == "tls" else "1514"]}
    if transport == "udp":
        values["rate"] = 500  # the queue of the receiver's socket is as large as the system lets it be
    if transport == "tls":
        values.update(tls_ca=tls / "ca.pem", tls_cert=tls / (sensor + ".pem"), tls_key=tls / (sensor + ".key"),
                      tls_name="siem.example.com")
    return values


def by_day(lines):
    """What the files of the days must have, from the plain output."""
    days = collections.defaultdict(bytes)
    for line in lines:
        days[json.loads(line)["timestamp"][:10] + ".json"] += line + b"\n"
    return dict(days)


def severe(lines):
    """Of the alerts of high severity, what the readable line tells: time, host, detector, source, state, reason."""
    found = []
    for line in lines:
        record = json.loads(line)
        if record["event_type"] == "alert" and record["alert"]["severity"] == 1:
            own = record["mxtap"]
            found.append("%s sensor-1 %s %s %s: %s" % (record["timestamp"][:26], own["detector"], record["src_ip"],
                                                     own["state"], own["reason"]))
    return found


def forward(scene, receiver, transport, tls):
    """All captures through mxtap; every record must be there, octet by octet and in order."""
    runner = Runner(scene, receiver.folder, settings(receiver, transport, tls), PCAPS, site__sensor="sensor-1", **SITE)
    runner.finish(runner.replay())
    plain = (receiver.folder / "plain.json").read_bytes().splitlines()
    wanted = by_day(plain)
    try:
        wait_for("records", lambda: sum(map(len, receiver.written().values())) >= sum(map(len, wanted.values())), 20)
    except Failure:
        pass
    got = receiver.written()
    same = got == wanted and len(plain) > 500
    scene.say(same, "%s, %s: %d records in %d files, %s" % (
        receiver.NAME, transport, len(plain), len(wanted), "octet by octet, in order" if same else "but there are %s" % {
            name: text.count(b"\n") for name, text in got.items()}))
    lines = (receiver.records / "high.log").read_text().splitlines()
    lines = [re.sub(r"(Z|\+00:00) ", " ", line, count=1) for line in lines]
    scene.say(lines == severe(plain) and len(lines) > 10, "%s, %s: %d readable lines" % (
        receiver.NAME, transport, len(lines)))


def refuse(scene, receiver, tls):
    """A sensor whose certificate is of the same authority and not named is turned away."""
    folder = receiver.folder / "stranger"
    folder.mkdir()
    before = receiver.written()
    runner = Runner(scene, folder, settings(receiver, "tls", tls, "stranger"), PCAPS / "20-prober-story.pcap",
                    outbox__patience=2, **SITE)
    process = runner.replay()
    process.wait(60)
    scene.say(receiver.written() == before, "%s: a sensor that is not named is turned away" % receiver.NAME)


def check(scene, kind, others=()):
    """others: (name, changes of the configuration's text) to be tried over TLS too."""
    tls = scene.folder / "certificates"
    certificates(tls)
    for transport in ("tls", "tcp", "udp"):
        receiver = kind(scene, scene.place(transport), tls)
        receiver.start()
        forward(scene, receiver, transport, tls)
        if transport == "tls":
            refuse(scene, receiver, tls)
        receiver.stop()
    for name, changes in others:
        receiver = kind(scene, scene.place(name), tls, changes)
        receiver.NAME += " (%s)" % name
        receiver.start()
        forward(scene, receiver, "tls", tls)
        receiver.stop()
