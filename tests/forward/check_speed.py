#!/usr/bin/python3
"""What outputs cost: replay and the live sensor beside receivers that never answer, against none at all; how many
alerts a second go into the outbox, and out of it again. Figures are printed and never fail; memory is held to a
bound, and records are counted.

    check_speed.py MXTAP [--full]

--full: longer captures, five runs each, and a backlog of 1,000,000 records that is forwarded (a release build tells
most). Exit status: 0, 1 something was lost or grew without bound, 77 where there is no root or no namespaces.
"""
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import alerts  # noqa: E402
import scene  # noqa: E402
from scene import Failure, Runner, wait_for  # noqa: E402

MEMORY = 64 << 20  # outbox.memory
SLACK = 48 << 20  # of it and of what a sink needs, beside what a replay has anyway


class Swallow:
    """Takes what comes and counts lines: a unix socket, or POSTs without a look at them."""

    def __init__(self, folder, http):
        self.lines, self.octets = 0, 0
        if http:
            self.listener = socket.socket()
            self.listener.bind(("127.0.0.1", 0))
            self.settings = {"type": "webhook", "url": "http://127.0.0.1:%d/" % self.listener.getsockname()[1]}
        else:
            self.listener = socket.socket(socket.AF_UNIX)
            path = folder / "swallow.sock"
            self.listener.bind(str(path))
            self.settings = {"type": "unix", "path": path}
        self.listener.listen(8)
        self.read = self._posts if http else self._stream
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection = self.listener.accept()[0]
            threading.Thread(target=self.read, args=(connection,), daemon=True).start()

    def _stream(self, connection):
        while octets := connection.recv(1 << 20):
            self.lines += octets.count(b"\n")
            self.octets += len(octets)

    def _posts(self, connection):
        stream = connection.makefile("rb")
        while stream.readline():
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = stream.read(length)
            self.lines += body.count(b"\n")
            self.octets += length
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def dead_receivers(stage):
    """Settings of sinks whose receivers never answer: one takes connections and reads nothing, one is not there and
    nothing comes back from where it should be."""
    deaf = socket.socket()
    deaf.bind(("127.0.0.1", 0))
    deaf.listen(64)
    stage.deaf = deaf  # it stays open
    # What goes into the hole comes out where nobody has the address.
    for words in (["link", "add", "hole", "type", "veth", "peer", "name", "bottom"],
                  ["link", "set", "hole", "arp", "off", "up"], ["link", "set", "bottom", "up"],
                  ["addr", "add", "192.0.2.1/24", "dev", "hole"]):
        subprocess.run(["ip", *words], check=True)
    port = deaf.getsockname()[1]
    return {"deaf": {"type": "elastic", "url": "http://127.0.0.1:%d" % port},
            "dropped": {"type": "webhook", "url": "http://192.0.2.77:9"},
            "deaf-syslog": {"type": "syslog", "transport": "tcp", "address": "127.0.0.1:%d" % port}}


def timed(words, log):
    """Runs it; (seconds, seconds of processor, peak of memory in octets)."""
    start = time.monotonic()
    with open(log, "ab") as stream:
        process = subprocess.Popen([str(word) for word in words], stdout=stream, stderr=stream)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 2):
        raise Failure("mxtap: exit status %d: %s" % (process.returncode, pathlib.Path(log).read_text()[-800:]))
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def replay_words(stage, folder, capture, sinks):
    values = {"outbox.file": folder / "outbox.db", "outbox.patience": 0, "outbox.memory": MEMORY}
    for name, settings in sinks.items():
        values["sinks.%s.type" % name] = settings["type"]
        values.update({"sinks.%s.%s" % (name, key): value for key, value in settings.items() if key != "type"})
    options = [word for key, value in values.items() for word in ("--set", "%s=%s" % (key, value))] if sinks else []
    return [stage.mxtap, "replay", "-q", "-o", folder / "plain.json", *options, *(["--forward"] if sinks else []),
            capture]


def compare(stage, title, capture, dead, times):
    """The same replay with dead receivers and without, in turns."""
    found = {True: [], False: []}
    for number in range(times):
        for with_sinks in (False, True):
            folder = stage.place("%s-%d-%d" % (title, number, with_sinks))
            words = replay_words(stage, folder, capture, dead if with_sinks else {})
            found[with_sinks].append(timed(words, stage.folder / "speed.log"))
    without, beside = ([statistics.median(one[at] for one in found[which]) for at in range(3)] for which in (False, True))
    bounded = beside[2] < without[2] + MEMORY + SLACK
    stage.say(bounded, "replay, %s: without sinks %.2f s, with %d that never answers %.2f s, ratio %.2f; processor %.2f s "
              "and %.2f s; peak of memory %.0f and %.0f MiB" % (title, without[0], len(dead), beside[0],
              beside[0] / without[0], without[1], beside[1], without[2] / 2**20, beside[2] / 2**20))


def into_outbox(stage, capture, count, times):
    """Alerts a second from a capture into the outbox; the folder of the last one."""
    taken = []
    for number in range(times):
        folder = stage.place("into-%d" % number)
        words = replay_words(stage, folder, capture, {"siem": {"type": "unix", "path": folder / "nobody"}})
        taken.append(timed(words, stage.folder / "speed.log")[0])
    plain = timed(replay_words(stage, stage.place("plain"), capture, {}), stage.folder / "speed.log")[0]
    best = min(taken)
    stage.say(True, "into the outbox: %d alerts in %.2f s, %.0f a second with their replay, writing and closing; the "
              "replay alone takes %.2f s" % (count, best, count / best, plain))
    return folder


def backlog(stage, folder, capture, wanted, per_run):
    """So many records wait, and are forwarded twice: over a unix socket, and as POSTs."""
    for http in (False, True):
        place = stage.place("backlog-%d" % http)
        receiver = Swallow(place, http)
        runner = Runner(stage, place, dict(receiver.settings, batch=1000, batch_octets="4M", settle=1), capture,
                        outbox__size="8G", outbox__patience=0)
        # While it fills up there is nobody.
        elsewhere = dict(receiver.settings)
        elsewhere["path" if not http else "url"] = place / "nobody" if not http else "http://127.0.0.1:1/"
        filling = Runner(stage, place, elsewhere, capture, outbox__size="8G", outbox__patience=0)
        start = time.monotonic()
        for _ in range(wanted // per_run):
            process = filling.replay()
            if process.wait() not in (0, 2):
                raise Failure("filling: " + filling.tail())
        filled, start = time.monotonic() - start, time.monotonic()
        process = runner.send()
        peak = [0]

        def through():
            try:
                text = pathlib.Path("/proc/%d/status" % process.pid).read_text()
                peak[0] = max(peak[0], int(text.partition("VmHWM:")[2].split()[0]) if "VmHWM:" in text else 0)
            except OSError:
                pass
            return receiver.lines >= wanted // per_run * per_run or process.poll() is not None
        wait_for("the backlog", through, 300, 0.02)
        seconds = time.monotonic() - start
        runner.finish(process)
        stage.say(receiver.lines >= wanted // per_run * per_run,
                  "backlog of %d records (filled in %.1f s), %s: forwarded in %.1f s, %.0f a second, %.0f MB/s; "
                  "peak of memory %.0f MiB" % (receiver.lines, filled, "webhook" if http else "unix socket", seconds,
                                               receiver.lines / seconds, receiver.octets / seconds / 1e6, peak[0] / 1024))
        subprocess.run(["rm", "-rf", place], check=True)


def main(stage):
    full = stage.options.full
    count = 100000 if full else 10000
    capture = stage.folder / "alerts.pcap"
    alerts.write(capture, count)
    mail = stage.folder / "mail.pcap"
    alerts.write(mail, 4 * count, every=50)
    dead = dead_receivers(stage)
    times = 5 if full else 3
    compare(stage, "an alert in 50 sessions", mail, dead, times)
    for name in ("deaf", "dropped", "deaf-syslog"):
        compare(stage, "every session an alert, " + name, capture, {name: dead[name]}, times if full else 1)
    folder = into_outbox(stage, capture, count, times)
    wanted = 1000000 if full else 20000
    backlog(stage, folder, capture, wanted, count)


if __name__ == "__main__":
    scene.main(main)
