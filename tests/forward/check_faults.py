#!/usr/bin/python3
"""The fault table: 20,000 alerts each, and whatever happens on the way none is missing at the end.

    check_faults.py MXTAP [--full] [--only WORD]

A row: the fault, the receiver, how many alerts there were, have arrived, are missing, came again, and how long it
took. Repeats are allowed, under the same id. --full tries every fault with every receiver; --only those whose title
has the word. Exit status: 0, 1 something is missing, 77 where there is no root or no namespaces.
"""
import concurrent.futures
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import alerts  # noqa: E402
import receivers  # noqa: E402
import scene  # noqa: E402
from scene import Failure, Runner, wait_for  # noqa: E402

ALERTS = 20000
TIMES = 10


class Try:
    """One fault with one receiver."""

    def __init__(self, stage, folder, receiver, capture):
        self.stage, self.folder, self.receiver, self.capture = stage, folder, receiver, capture
        self.random = random.Random(receiver.name)
        self.runner = Runner(stage, folder, receiver.settings, capture)

    def with_small_batches(self):
        settings = dict({"batch": 50}, **self.receiver.settings)
        self.runner = Runner(self.stage, self.folder, settings, self.capture)

    def wait_count(self, count, process):
        """Until the receiver has so many, or mxtap is through."""
        wait_for("%d alerts" % count, lambda: self.receiver.count >= count or process.poll() is not None)


# ---- the faults ----

def late(one):
    """down from the start, comes late"""
    process = one.runner.replay()
    outbox = one.folder / "outbox.db-wal"
    wait_for("an outbox", lambda: outbox.exists() or process.poll() is not None)
    time.sleep(1)
    one.receiver.start()
    one.runner.finish(process)


def restarts(one):
    """killed and restarted ten times"""
    one.with_small_batches()
    one.receiver.start()
    process = one.runner.replay()
    for number in range(1, TIMES + 1):
        one.wait_count(number * ALERTS // (TIMES + 2), process)
        one.receiver.kill()
        time.sleep(one.random.uniform(0, 0.1))
        one.receiver.start()
    one.runner.finish(process)


def killed(one):
    """mxtap killed with -9 ten times"""
    one.with_small_batches()
    one.receiver.start()
    for number in range(TIMES):
        # What a replay could not hand over waits in the outbox; another replay finds the same alerts.
        process = one.runner.replay() if number < TIMES // 2 else one.runner.send()
        try:
            process.wait(one.random.uniform(0.05, 0.35))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    one.runner.finish(one.runner.replay())
    one.runner.finish(one.runner.send())


def disk_full(one):
    """the outbox's disk is full, and freed"""
    disk = one.folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", disk], check=True)
    filler = disk / "filler"
    with open(filler, "wb") as stream:
        stream.write(bytes(92 << 20))
    one.runner = Runner(one.stage, one.folder, one.receiver.settings, one.capture, outbox__file=disk / "outbox.db")
    process = one.runner.replay()

    def is_full():
        room = os.statvfs(disk)
        return room.f_bavail * room.f_bsize < 65536 or process.poll() is not None
    wait_for("a full disk", is_full)
    one.receiver.start()
    time.sleep(1.5)
    if one.receiver.count >= ALERTS:
        raise Failure("the disk was not full")
    filler.unlink()
    one.runner.finish(process)
    one.receiver.kill()
    subprocess.run(["umount", "--lazy", disk], check=True)


def cut(one):
    """connections cut in the middle of batches"""
    one.receiver.cut_often()
    one.receiver.start()
    one.runner.finish(one.runner.replay())


def bad_certificate(one):
    """a certificate of somebody else, then the right one"""
    right = (one.receiver.standin.tls if isinstance(one.receiver, receivers.Http) else one.receiver.files[1:])
    _, made, key = receivers.certificate(one.folder, "bad", "127.0.0.1")
    one.receiver.use_certificate(made, key)
    one.receiver.start()
    process = one.runner.replay()
    wait_for("a complaint", lambda: "certificate" in one.runner.tail().lower() or process.poll() is not None)
    time.sleep(0.5)
    if one.receiver.taken:
        raise Failure("a receiver with another's certificate got alerts")
    one.receiver.kill()
    one.receiver.use_certificate(*right)
    one.receiver.start()
    one.runner.finish(process)


def name_gone(one):
    """its name cannot be found for a while"""
    hosts = pathlib.Path("/etc/hosts")
    plain = "127.0.0.1 localhost\n"
    one.receiver.start()
    hosts.write_text(plain)
    process = one.runner.replay()
    wait_for("a complaint", lambda: "siem.test" in one.runner.tail() or process.poll() is not None)
    hosts.write_text(plain + "127.0.0.1 siem.test\n")
    one.wait_count(ALERTS // 3, process)
    hosts.write_text(plain)
    one.receiver.kill()
    time.sleep(0.3)
    one.receiver.start()
    time.sleep(0.3)
    hosts.write_text(plain + "127.0.0.1 siem.test\n")
    one.runner.finish(process)


# ---- the table ----

def kinds_of(stage):
    """name: function(folder, host) that makes the receiver."""
    kinds = {
        "bulk": lambda folder, host: receivers.Http("bulk", folder, host=host),
        "webhook": lambda folder, host: receivers.Http("webhook", folder, host=host),
        "webhook-tls": lambda folder, host: receivers.Http("webhook", folder, tls=True, host=host),
        "hec": lambda folder, host: receivers.Http("hec", folder, host=host),
        "unix": lambda folder, host: receivers.Stream("unix", folder),
        "frames": lambda folder, host: receivers.Stream("frames", folder, host=host),
        "rsyslog": lambda folder, host: receivers.Rsyslog(stage, folder, host=host),
        "rsyslog-tls": lambda folder, host: receivers.Rsyslog(stage, folder, tls=True, host=host),
    }
    for name, tls in (("rsyslog", False), ("rsyslog-tls", True)):
        if not receivers.Rsyslog.is_there(tls):
            print("left out, for it is not installed: " + name)
            del kinds[name]
    return kinds


# What a test has time for, and what more --full tries.
TABLE = [
    (late, "bulk webhook-tls rsyslog-tls unix", "webhook hec frames rsyslog"),
    (restarts, "bulk hec webhook-tls rsyslog rsyslog-tls unix", "webhook frames"),
    (killed, "bulk rsyslog unix", "webhook hec frames rsyslog-tls webhook-tls"),
    (disk_full, "bulk rsyslog", "webhook hec unix frames"),
    (cut, "bulk webhook-tls hec frames unix", "webhook"),
    (bad_certificate, "webhook-tls rsyslog-tls", ""),
    (name_gone, "bulk rsyslog", "webhook frames hec"),
]


def try_one(stage, fault, make, title, capture, expected):
    folder = stage.place(title.replace(" ", "-"))
    receiver = make(folder, "siem.test" if fault is name_gone else "127.0.0.1")
    one = Try(stage, folder, receiver, capture)
    start, why = time.monotonic(), ""
    try:
        fault(one)
    except Failure as failure:
        why = str(failure)
    # What mxtap has handed over to who does not acknowledge may still be on its way to the file.
    end = time.monotonic() + 5
    while len(receiver.taken) < len(expected) and time.monotonic() < end:
        time.sleep(0.05)
    seconds = time.monotonic() - start
    receiver.kill()
    taken = receiver.taken
    missing = [identity for identity in expected if identity not in taken]
    strange = [identity for identity in taken if identity not in expected]
    good = not (missing or strange or receiver.problems or why)
    stage.say(good, "%-52s %-18s %6d %6d %6d %7d %6.1f" % (
        fault.__doc__, receiver.name, len(expected), len(taken), len(missing), sum(taken.values()) - len(taken), seconds))
    if not good:
        stage.say(False, "\n".join(filter(None, [
            why, "ids that nobody sent: %s" % strange[:3] if strange else "",
            "the receiver says: %s" % receiver.problems[:3] if receiver.problems else "",
            "the log of mxtap: " + one.runner.tail()])))


def main(stage):
    capture = stage.folder / "alerts.pcap"
    alerts.write(capture, ALERTS)
    expected = alerts.expected(stage.mxtap, capture)
    if len(expected) != ALERTS:
        raise Failure("the capture has %d alerts" % len(expected))
    hosts = stage.folder / "hosts"
    hosts.write_text("127.0.0.1 localhost\n")
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
    kinds = kinds_of(stage)
    stage.say(True, "%-52s %-18s %6s %6s %6s %7s %6s" % ("fault", "receiver", "alerts", "here", "gone", "repeats", "s"))
    rows = []
    for fault, names, more in TABLE:
        for name in (names + " " + more if stage.options.full else names).split():
            title = "%s %s" % (fault.__name__, name)
            if name in kinds and (stage.options.only or "") in title:
                rows.append((stage, fault, kinds[name], title, capture, expected))
    # Names are everybody's: these rows come alone.
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(try_one, *row) for row in rows if row[1] is not name_gone]:
            done.result()
    for row in rows:
        if row[1] is name_gone:
            try_one(*row)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    scene.main(main, lambda parser: parser.add_argument("--only"), needs=("openssl",))
