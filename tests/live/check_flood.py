#!/usr/bin/python3
"""10,000 SYNs a second from random addresses beside ordinary traffic: what is remembered stays within its
ceilings, and the ordinary sessions' alerts are those that they have without the flood.

As a test it takes ten seconds and fewer flows are allowed, so that the table of flows is full all the same;
--full takes a minute with the settings as they come.
"""
import threading
import time

import alike
import check_equal
import harness
import packets
import place as live

RATE, MIB = 10000, 1 << 20
FLOODED = "240.0.0.0/8"  # nobody has addresses of it
# The rooms' ceilings as they come (docs/ARCHITECTURE.md, Memory), and what a program needs besides.
CEILINGS = {"capture.fragment_memory": 4, "stream.memory": 32, "smtp.memory": 64, "know.memory": 8, "detect.memory": 32}
OF_WORKERS = {"capture", "stream", "smtp"}  # each worker has these for itself
BESIDES = 48


def watch_memory(sensor, stop, seen):
    while not stop.is_set() and sensor.is_alive():
        seen.append((sensor.memory("RssAnon"), sensor.memory("VmRSS")))
        stop.wait(0.2)


def flood(place, workers, seconds):
    name = "flood%d" % workers
    place.wire(name)
    options = check_equal.SETTINGS + ("--set", "output.stats_interval=1")
    if seconds < 30:
        options += ("--set", "stream.max_flows=10000")
    made = place.folder / "flood.pcap"
    if not made.exists():
        packets.write_flood(made, seconds * RATE, RATE)
    dump = place.dump(name + ".pcap", name, "not net " + FLOODED)
    sensor = place.sensor(name, name, *options, workers=workers, kinds="alert,stats")
    stop, seen, sent = threading.Event(), [], []
    watcher = threading.Thread(target=watch_memory, args=(sensor, stop, seen))
    flooder = threading.Thread(target=lambda: sent.append(place.send(name + "-in", made, pps=RATE, options=("-K",))))
    watcher.start()
    flooder.start()
    time.sleep(1)
    traffic = check_equal.prepare(place)
    place.send(name + "-in", *(traffic if seconds > 30 else traffic[::2]), pps=500 if seconds > 30 else 1500)
    flooder.join()
    time.sleep(1.5)
    stop.set()
    watcher.join()
    status, took = sensor.stop()
    place.check("%d worker(s): ends with status 0 within 2 s" % workers, status == 0 and took < 2, "%.2f s" % took)
    if not sent:
        raise live.Failure("the flood was not sent")
    check_memory(place, sensor, workers, seen)
    check_outcome(place, sensor, dump.stop(), options, workers, sent[0])


def check_outcome(place, sensor, capture, options, workers, sent):
    stats = sensor.records("stats")[-1]["mxtap"]
    place.note("%d worker(s): SYNs" % workers, "%d sent in %.1f s; %d packets seen, %d lost by the kernel; %s" %
               (*sent, stats["capture"]["packets"], stats["capture"]["kernel_drops"],
                ", ".join("%s %s" % item for item in stats["stream"].items() if not isinstance(item[1], dict) and item[1])))
    place.check("%d worker(s): the flood was seen" % workers, stats["capture"]["packets"] >= sent[0] * 0.9)
    wanted = place.replay(capture, *options, kinds="alert")
    alerts = sensor.records("alert")
    missing = harness.findings(wanted) - harness.findings(alerts)
    place.check("%d worker(s): the ordinary sessions' alerts are all there" % workers, wanted and not missing,
                "%d findings of %d detectors" % (len(harness.findings(wanted)), len(harness.cases(wanted)))
                if not missing else "missing: " + harness.names(missing))
    sensor.out.write_bytes(b"".join(line for line in sensor.out.read_bytes().splitlines(True)
                                    if b'"event_type":"stats"' not in line))
    # The flood goes on when the ordinary traffic has ended.
    problems, _ = alike.differences(sensor.records(), wanted, ordered=workers == 1, tolerance_ended=120)
    place.note("%d worker(s): records beside those of the replay without the flood" % workers,
               problems[0] if problems else "the same")


def check_memory(place, sensor, workers, seen):
    """By its own books and by the system's."""
    books = {}
    for record in sensor.records("stats"):
        for key, octets in record["mxtap"]["memory"].items():
            room = key.removesuffix("_peak")
            if room + ".memory" in CEILINGS:
                books[room] = max(books.get(room, 0), octets)
    for room, octets in books.items():
        most = CEILINGS[room + ".memory"] * (workers if room in OF_WORKERS else 1)
        place.check("%d worker(s): memory of %s" % (workers, room), octets <= most * MIB,
                    "%.1f MiB of at most %d MiB" % (octets / MIB, most))
    own, whole = max(one for one, _ in seen), max(one for _, one in seen)
    most = BESIDES + sum(mib * (workers if name.partition(".")[0] in OF_WORKERS else 1) for name, mib in CEILINGS.items())
    place.check("%d worker(s): memory of the program" % workers, own < most * MIB,
                "%.1f MiB of at most %d MiB; resident with the kernel's rings %.1f MiB" % (own / MIB, most, whole / MIB))
    later = [one for one, _ in seen[len(seen) // 2:]]
    place.note("%d worker(s): grown in the second half" % workers, "%.1f MiB" % ((max(later) - later[0]) / MIB))


def run(place):
    seconds = 60 if place.options.full else 10
    for workers in (1, 2):
        flood(place, workers, seconds)


if __name__ == "__main__":
    live.main(run)
