#!/usr/bin/python3
"""Kafka: records through the whole program into librdkafka's mock cluster, and read back.

    check_kafka.py MXTAP

Brokers are there, come late, go and come again while records are under way, refuse some and deny all for a while:
no record is missing in the end, first ones of a key are in order, those that came twice have the same id and the
same octets, and exactly the refused ones are dead letters.
"""
import collections
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import alerts

MOCK = pathlib.Path(os.environ.get("MXTAP_BUILD", ".")) / "tests" / "forward" / "mock_kafka"
COUNT = 3000
TOPIC = "mail.alerts"
problems = []

Message = collections.namedtuple("Message", "part offset key id kind format value")


class Mock:
    """The cluster, a process of its own."""

    def __init__(self, brokers=2, parts=4):
        self.process = subprocess.Popen([str(MOCK), str(brokers), str(parts), TOPIC], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.brokers = self.process.stdout.readline().strip()
        self.lock = threading.Lock()

    def tell(self, line):
        with self.lock:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = []
            for text in self.process.stdout:
                if text == "ok\n":
                    return answer
                answer.append(text.rstrip("\n"))
        raise SystemExit("the mock cluster has ended")

    def read(self):
        found = []
        for line in self.tell("read"):
            part, offset, rest = line.split(" ", 2)
            found.append(Message(int(part), int(offset), *rest.split(" ", 4)))
        return found

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


class Run:
    """mxtap with one sink of the type kafka, in a folder of its own."""

    def __init__(self, mxtap, folder, brokers, *more):
        self.mxtap, self.folder = mxtap, folder
        values = ["outbox.file=%s/outbox.db" % folder, "outbox.patience=60", "sinks.siem.type=kafka",
                  "sinks.siem.brokers=" + brokers, "sinks.siem.topic=" + TOPIC, "sinks.siem.batch=200",
                  "sinks.siem.linger=0.01", "sinks.siem.retry_min=0.05", "sinks.siem.retry_max=0.2",
                  "sinks.siem.connect_time=1", "sinks.siem.answer_time=5", *more]
        self.options = [word for value in values for word in ("--set", value)]

    def replay(self, capture):
        return subprocess.Popen([self.mxtap, "replay", "-q", "--forward", "-o", str(self.folder / "plain.json"),
                                 *self.options, str(capture)])

    def outbox(self, *words):
        done = subprocess.run([self.mxtap, "outbox", *words, *self.options], capture_output=True, text=True,
                              check=False)
        return done.stdout


def check(name, wanted, messages, refused=0):
    """What was read against what a plain replay gives; prints the row."""
    places = {identity: number for number, identity in enumerate(wanted)}
    seen, last, faults = {}, {}, []
    for message in sorted(messages, key=lambda one: (one.part, one.offset)):
        if message.id not in wanted:
            faults.append("an unknown id " + message.id)
            continue
        if message.value.encode() != wanted[message.id]:
            faults.append("other octets of " + message.id)
        if message.kind != "alert" or message.format != "eve" or len(message.key) != 16:
            faults.append("header fields %s %s, key %s" % (message.kind, message.format, message.key))
        if message.id in seen:
            continue
        seen[message.id] = message
        if places[message.id] < last.get(message.key, -1):
            faults.append("out of order: " + message.id)
        last[message.key] = places[message.id]
    parts = collections.defaultdict(set)
    for message in messages:
        parts[message.key].add(message.part)
    if any(len(one) != 1 for one in parts.values()):
        faults.append("a key in several partitions")
    missing = len(wanted) - len(seen) - refused
    print("%-24s records %d  missing %d  repeated %d  refused %d" %
          (name, len(wanted), missing, len(messages) - len(seen), refused), flush=True)
    if missing:
        faults.append("%d are missing" % missing)
    problems.extend("%s: %s" % (name, fault) for fault in faults[:5])


def end(process, name):
    try:
        status = process.wait(100)
    except subprocess.TimeoutExpired:
        process.kill()
        status = "no end"
    if status != 0:
        problems.append("%s: mxtap: %s" % (name, status))


def fall_and_rise(mock, process):
    while process.poll() is None:
        mock.tell("down")
        time.sleep(0.15)
        mock.tell("up")
        time.sleep(0.25)


def nothing(mock, process):
    del mock, process


def late(mock, process):
    del process
    time.sleep(1)
    mock.tell("up")


# name, settings, what the mock is told before, and what happens meanwhile
CASES = (
    ("there", (), (), nothing),
    ("zstd, ten by ten", ("sinks.siem.compression=zstd", "sinks.siem.batch=10"), (), nothing),
    ("down, comes later", (), ("down",), late),
    ("falls and rises", ("sinks.siem.batch=50",), (), fall_and_rise),
    ("not allowed for a while", (), ("deny 12",), nothing),
)


def run_case(mxtap, capture, wanted, folder, case):
    name, settings, before, meanwhile = case
    mock = Mock()
    for line in before:
        mock.tell(line)
    process = Run(mxtap, folder, mock.brokers, *settings).replay(capture)
    meanwhile(mock, process)
    end(process, name)
    check(name, wanted, mock.read())
    mock.close()


def run_refused(mxtap, capture, wanted, folder):
    """One partition, so that a lot is one batch: it is refused, and then its first record alone."""
    mock = Mock(1, 1)
    mock.tell("refuse 2")
    run = Run(mxtap, folder, mock.brokers)
    end(run.replay(capture), "refused")
    messages = mock.read()
    check("one is refused", wanted, messages, 1)
    dead = run.outbox("export", "--dead")
    if dead.count("\n") != 1 or any(message.id in dead for message in messages):
        problems.append("refused: dead letters: %r" % dead[:300])
    mock.close()


def main():
    mxtap = sys.argv[1]
    if not MOCK.exists():
        print("skipped: Kafka is not built in")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="mxtap-kafka-") as name:
        folder = pathlib.Path(name)
        capture = folder / "alerts.pcap"
        alerts.write(capture, COUNT)
        wanted = alerts.expected(mxtap, capture)
        for number, case in enumerate(CASES):
            place = folder / str(number)
            place.mkdir()
            run_case(mxtap, capture, wanted, place, case)
        run_refused(mxtap, capture, wanted, folder)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
