#!/usr/bin/python3
"""Splunk's HTTP Event Collector, a stand-in: records through the whole program, every octet checked.

    check_splunk.py MXTAP

The stand-in is busy, slow, cuts connections before, in and after requests, refuses events, acknowledges late or
never, and is killed and restarted with what it had not acknowledged: no record is missing in the end, those that
came twice have the same id and the same octets, and exactly the refused ones are dead letters.
"""
import calendar
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

import alerts
import standin_http

SOURCE = pathlib.Path(os.environ.get("MXTAP_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
PCAPS = pathlib.Path(os.environ.get("MXTAP_PCAPS", SOURCE / "pcaps"))
TOKEN = "f3a1c0de-0000-4000-8000-00c0ffee0001"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
COUNT = 2000
problems = []


class Collector(standin_http.Hec):
    """Checks besides what only a program as a whole can have right."""

    token = "Splunk " + TOKEN

    def __init__(self, **more):
        super().__init__(**more)
        self.channels, self.posts, self.asks = set(), 0, collections.Counter()

    def answer(self, request, todo):
        channel = request.fields.get("x-splunk-request-channel", "")
        self.channels.add(channel)
        if not UUID.fullmatch(channel):
            self.problems.append("channel " + channel)
        if request.path == "/services/collector/event":
            self.posts += 1
            self._check_events(request.body)
        elif request.path == "/services/collector/ack":
            if not re.fullmatch(rb'\{"acks":\[\d+\]\}', request.body):
                self.problems.append("asks %r" % request.body)
            self.asks[request.body] += 1
        else:
            self.problems.append("path " + request.path)
        return super().answer(request, todo)

    def _check_events(self, body):
        for line in body.decode().split("\n")[:-1]:
            event = json.loads(line)
            head, mark, record = line.partition(',"event":')
            moment = "%d.%s" % (moment_of(event["event"]["timestamp"]), event["event"]["timestamp"][20:26])
            wanted = ('{"time":%s,"host":"tap-7","source":"mxtap","sourcetype":"mxtap:eve","index":"mail",'
                      '"fields":{"mxtap_id":"%s"}' % (moment, event["event"]["mxtap"]["id"]))
            if head != wanted or not mark:
                self.problems.append("event %s, should be %s" % (head, wanted))
            self.octets[event["event"]["mxtap"]["id"]].add(record[:-1])
        if not body.endswith(b"\n"):
            self.problems.append("the body does not end with a line end")

    def start(self):
        self.octets = getattr(self, "octets", collections.defaultdict(set))
        return super().start()


def moment_of(timestamp):
    return calendar.timegm(time.strptime(timestamp[:19], "%Y-%m-%dT%H:%M:%S"))


class Run:
    def __init__(self, mxtap, folder):
        self.mxtap, self.folder, self.number, self.said = mxtap, folder, 0, ""

    def options(self, collector, **more):
        self.number += 1
        values = dict(type="splunk", url="http://127.0.0.1:%d" % collector.port, token="env:HEC_TOKEN", index="mail",
                      retry_min=0.1, retry_max=0.3, linger=0, batch=100, ack_time=1)
        values.update(more)
        found = ["--set", "outbox.file=%s/%d.db" % (self.folder, self.number), "--set", "outbox.patience=60",
                 "--set", "site.sensor=tap-7"]
        for name, value in values.items():
            found += ["--set", "sinks.hec.%s=%s" % (name, value)]
        return found

    def mxtap_is(self, command, *arguments):
        done = subprocess.run([self.mxtap, *command.split(), *map(str, arguments)],
                              env={**os.environ, "HEC_TOKEN": TOKEN}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.said += done.stderr.decode()
        if done.returncode != 0:
            problems.append("%s: %d, %s" % (command, done.returncode, done.stderr.decode()[-500:]))
        return done.stdout.decode()

    def replay(self, captures, options, log="alert"):
        """The plain output's lines, by id."""
        out = self.folder / ("%d.json" % self.number)
        self.mxtap_is("replay --forward -q", "--log", log, "-o", out, *options, *captures)
        return {json.loads(line)["mxtap"]["id"]: line for line in out.read_text(encoding="utf-8").splitlines()}

    def check(self, what, collector, records, options, refused=()):
        missing = set(records) - set(collector.taken) - set(refused)
        strange = set(collector.taken) - set(records)
        if missing or strange:
            problems.append("%s: %d of %d missing, %d strange" % (what, len(missing), len(records), len(strange)))
        for identity, texts in collector.octets.items():
            if texts != {records.get(identity)}:
                problems.append("%s: %s is not as the plain output has it" % (what, identity))
                break
        dead = self.mxtap_is("outbox export --dead", *options, "hec").splitlines()
        if sorted(json.loads(line)["mxtap"]["id"] for line in dead) != sorted(refused):
            problems.append("%s: %d dead letters, should be %d" % (what, len(dead), len(refused)))
        problems.extend("%s: %s" % (what, text) for text in collector.problems[:5])
        print("%-40s %5d records, %5d sent more than once, %4d requests, %3d dead letters, missing: %d" %
              (what, len(records), sum(count > 1 for count in collector.taken.values()), collector.requests, len(dead),
               len(missing)))


def check_good(run, capture):
    """All kinds of records of all captures, and then many; one channel, no repeats."""
    for name, captures, log, more in (("all captures", [PCAPS], "alert,smtp,stats", {"log": "alert,smtp,stats"}),
                                      ("all captures, gzip, without ack", [PCAPS], "alert",
                                       {"ack": "false", "gzip": "true"}),
                                      ("many", [capture], "alert", {})):
        collector = Collector()
        collector.start()
        try:
            options = run.options(collector, **more)
            if more.get("ack") == "false":
                take_at_once(collector)
            records = run.replay(captures, options, log)
            run.check(name, collector, records, options)
        finally:
            collector.stop()
        if len(collector.channels) != 1:
            problems.append("%s: %d channels" % (name, len(collector.channels)))
        if any(count != 1 for count in collector.taken.values()):
            problems.append("%s: repeats without a reason" % name)


def take_at_once(collector):
    """A token without acknowledgement."""
    answer = collector.answer

    def without(request, todo):
        status, body = answer(request, todo)
        for events in collector.pending.values():
            for event in events:
                collector.take(collector._id(event), json.dumps(event["event"]).encode())
        collector.pending.clear()
        return status, b'{"text":"Success","code":0}' if status == 200 else body
    collector.answer = without


def check_bad(run, capture):
    """Everything that can go wrong, one after the other."""
    moods = [{"status": 503, "body": b'{"text":"Server is busy","code":9}', "wait": "0"}, None, {"cut": "request"},
             None, None, {"cut": "answer"}, None, {"cut": "silent"}, None, {"slow": 0.2}, None, {"status": 500}]

    def behave(number, request):
        mood = dict(moods[number % len(moods)] or {}) if number < 36 else {}
        mood["refuse"] = lambda identity: identity.endswith("00")
        return mood

    asked = collections.Counter()

    def acknowledge(ack_id):
        """Some at once, some when asked for the third time, some never."""
        asked[ack_id] += 1
        return ack_id % 4 < 2 or (ack_id % 4 == 2 and asked[ack_id] >= 3) or ack_id > 20

    collector = Collector(acknowledge=acknowledge, behave=behave)
    collector.start()
    try:
        options = run.options(collector)
        records = run.replay([capture], options)
        refused = [identity for identity in records if identity.endswith("00")]
        run.check("busy, cut, slow, refusing", collector, records, options, refused)
    finally:
        collector.stop()


def check_killed(run, capture):
    """Killed in the middle with what it has not acknowledged yet, and started again; the first time it comes late."""
    collector = Collector(acknowledge=lambda ack_id: collector.asks[b'{"acks":[%d]}' % ack_id] > 1)
    collector.start()
    collector.stop()
    ended, kills = threading.Event(), 0

    def restart():
        nonlocal kills
        while not ended.wait(0.4):
            collector.start()
            ended.wait(0.6)
            if not ended.is_set() and kills < 5:
                collector.stop()
                kills += 1
            else:
                break

    thread = threading.Thread(target=restart)
    thread.start()
    try:
        options = run.options(collector)
        records = run.replay([capture], options)
        run.check("killed and restarted", collector, records, options)
    finally:
        ended.set()
        thread.join()
        collector.stop()
    print("killed %d times" % kills)
    if kills == 0:
        problems.append("it was never killed: all went too fast")


def main():
    with tempfile.TemporaryDirectory(prefix="mxtap-splunk-") as folder:
        folder = pathlib.Path(folder)
        capture = folder / "many.pcap"
        alerts.write(capture, COUNT)
        run = Run(sys.argv[1], folder)
        check_good(run, capture)
        check_bad(run, capture)
        check_killed(run, capture)
    if TOKEN in run.said:
        problems.append("the token was said")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
