#!/usr/bin/python3
"""What the live sensor costs and how late it is: two tables. Started by live.sh, which makes the captures.

Load: tcpreplay sends small.pcap, sessions of real software, at so many packets a second; when it is at its end,
a copy of it with other clients. Sent and seen, lost by the kernel, by the interface and by ourselves, processor
(of one: 100 %), resident memory.

Lag: from the packet that crosses a threshold to the line in the file, as a reader sees it that waits for the
file to change (inotify). The packet's time is the kernel's, the reader's clock is the same.
"""
import ctypes
import json
import os
import pathlib
import struct
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "live"))

import alike  # noqa: E402
import packets  # noqa: E402
import place as live  # noqa: E402

IN_MODIFY = 2
GOAL_LAG = 50  # milliseconds, of the median
# What must be counted is known when the counters add up; what may be lost on a busy machine is not.
LOSSLESS = (20000, 50000)


class Reader(threading.Thread):
    """Reads a file as it grows and notes when each line came."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.lines, self.ended = path, [], False
        libc = ctypes.CDLL(None, use_errno=True)
        self.watch = libc.inotify_init1(0)
        if self.watch < 0 or libc.inotify_add_watch(self.watch, os.fsencode(path), IN_MODIFY) < 0:
            raise live.Failure("inotify: " + os.strerror(ctypes.get_errno()))
        self.start()

    def run(self):
        rest = b""
        with open(self.path, "rb", buffering=0) as stream:
            while not self.ended:
                os.read(self.watch, 4096)
                octets = stream.read()
                now = time.time()
                *lines, rest = (rest + octets).split(b"\n")
                self.lines += [(now, line) for line in lines]

    def lags(self):
        """Milliseconds of each new case."""
        found = []
        for now, line in list(self.lines):
            record = json.loads(line)
            if record["event_type"] == "alert" and record["mxtap"]["state"] == "new":
                found.append(1000 * (now - alike.seconds(record["timestamp"])))
        return sorted(found)


def load(place, rate, workers, seconds):
    """One row of the first table."""
    wire = "l%d%s%d" % (workers, "x", rate // 1000)
    place.wire(wire)
    sensor = place.sensor(wire, wire, workers=workers, kinds="alert,stats")
    before, at = sensor.cpu(), time.monotonic()
    sent, took = place.send(wire + "-in", place.traffic, pps=rate, options=("-K", "--limit=%d" % (rate * seconds)))
    time.sleep(0.5)
    used, passed = sensor.cpu() - before, time.monotonic() - at
    resident, own = sensor.memory(), sensor.memory("RssAnon")
    arrived = place.received(wire)
    status, end = sensor.stop()
    stats = sensor.records("stats")[-1]["mxtap"]
    capture, lost = stats["capture"], stats["events"]["queue_drops"]
    seen, kernel, interface = capture["packets"], capture["kernel_drops"], capture["interface_drops"]
    live.call("ip", "link", "del", wire)
    place.check("%d worker(s), %d packets a second: the counters add up" % (workers, rate),
                status == 0 and sent == arrived == seen + kernel + interface,
                "%d sent, %d came in, %d seen, %d lost" % (sent, arrived, seen, kernel + interface))
    if rate in LOSSLESS and kernel + interface + lost > 0:
        place.missed.append("%d packets lost at %d a second, %d worker(s)" % (kernel + interface + lost, rate, workers))
    place.loads.append((workers, rate, sent / took, sent, seen, kernel, interface, lost, 100 * used / passed, resident / 2**20,
                        own / 2**20, stats["smtp"]["sessions"], stats["stream"]["gaps"], end))


def lag(place, workers, rate, count):
    """One row of the second table."""
    wire = "g%d%s%d" % (workers, "x", rate // 1000)
    place.wire(wire)
    sensor = place.sensor(wire, wire, workers=workers, kinds="alert")
    live.wait_for("the file of records", sensor.out.exists)
    reader, sender, busy = Reader(sensor.out), packets.Sender(wire + "-in"), None
    if rate:
        limit = int(rate * (count * 0.06 + 4))
        busy = threading.Thread(target=place.send, args=(wire + "-in", place.traffic),
                                kwargs={"pps": rate, "options": ("-K", "--limit=%d" % limit)})
        busy.start()
        time.sleep(1)
    for number in range(count):
        client = "100.64.%d.%d" % (10 + number // 200, 1 + number % 200)
        sender.send(packets.probe(client, 10000 + number, "lag%d" % number, 5), pause=0.0005)
        time.sleep(0.04)
    if busy:
        busy.join()
    time.sleep(1)
    sensor.stop()
    time.sleep(0.2)
    lags = reader.lags()
    # Without load nothing may be missing; under load a busy machine may lose packets.
    if not place.check("%d worker(s), beside %d packets a second: cases are told" % (workers, rate),
                       len(lags) >= (count if rate == 0 else 1), "%d of %d" % (len(lags), count)):
        return
    median, late = lags[len(lags) // 2], lags[int(len(lags) * 0.99)]
    place.lags.append((workers, rate, len(lags), median, late, lags[-1]))
    if median >= GOAL_LAG:
        place.missed.append("median lag of %.1f ms with %d worker(s) at %d packets a second" % (median, workers, rate))
    live.call("ip", "link", "del", wire)


def run(place):
    place.missed, place.loads, place.lags = [], [], []
    full = place.options.full
    place.traffic = place.folder / "traffic.pcap"
    packets.write_copies(place.options.capture, place.traffic, 3000000 if full else 160000)
    for rate in (20000, 50000, 100000) if full else (20000,):
        for workers in (1, 2):
            load(place, rate, workers, 30 if full else 5)
    for rate in (0, 20000):
        for workers in (1, 2):
            lag(place, workers, rate, 300 if full else 60)
    print("\n  workers   wanted   sent/s      sent      seen   kernel interface    own  CPU %  RSS MiB  own MiB sessions   gaps  end s")
    for row in place.loads:
        print("  %7d %8d %8.0f %9d %9d %8d %9d %6d %6.1f %8.1f %8.1f %8d %6d %6.2f" % row)
    print("\n  workers packets/s  cases  median ms   99 % ms   worst ms")
    for row in place.lags:
        print("  %7d %9d %6d %10.2f %9.2f %10.2f" % row)
    for goal in place.missed:
        print("goal missed: " + goal)


def more(parser):
    parser.add_argument("--capture", required=True, help="small.pcap of make.sh")


if __name__ == "__main__":
    live.main(run, more=more)
