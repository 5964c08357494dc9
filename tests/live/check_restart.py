#!/usr/bin/python3
"""A slow harvest goes on over a restart. Its sessions come every 150 ms, and the past is saved every second, as
if they came every quarter of an hour and it were saved every hour and a half.

directory-harvest wants 20 unknown names of one network. Without a past, sixteen before the restart and
sixteen after it are no case.
"""
import signal
import time

import packets
import place as live

MIN, HALF, PAUSE, INTERVAL = 20, 16, 0.15, 1.0
# A save is handed to its thread at the interval and has to be written.
LATE = 0.5


def harvest(sender, start, count, network):
    """The time at which each session had been sent."""
    times = []
    for number in range(start, start + count):
        times.append(sender.send(packets.harvester(number, "slow", network=network)))
        time.sleep(PAUSE)
    return times


def found(sensor):
    return [record for record in sensor.records("alert") if record["mxtap"]["detector"] == "directory-harvest"]


def settle():
    """What was sent is in the tables: the kernel hands over its last block, the correlator takes it."""
    time.sleep(0.3)


def check_break(place, sender, name, network, number, workers=1, with_past=True):
    """Half of the harvest, an end by signal, the other half; how many names of the first half counted."""
    options = ("--set", "past.file=%s" % (place.folder / (name + ".past")), "--set", "past.interval=%gs" % INTERVAL) if with_past else ()
    first = place.sensor(name + "-before", "wire", *options, workers=workers)
    times = harvest(sender, 0, HALF, network)
    settle()
    place.check("%s: no case before the restart" % name, not found(first))
    killed = time.time()
    first.stop(number)
    second = place.sensor(name + "-after", "wire", *options, workers=workers)
    harvest(sender, HALF, HALF, network)
    settle()
    alerts = found(second)
    second.stop()
    return alerts, sum(1 for at in times if at > killed - INTERVAL - LATE)


def crossed_at(alert):
    """The number of the session that crossed the threshold, from 1: hosts are numbered as they come."""
    return int(alert["src_ip"].rpartition(".")[2])


def check_restarts(place, sender):
    alerts, _ = check_break(place, sender, "no-past", "100.66.1", signal.SIGTERM, with_past=False)
    place.check("without a file of the past the case is lost (or this test would show nothing)", not alerts)

    alerts, _ = check_break(place, sender, "term", "100.66.2", signal.SIGTERM, workers=2)
    place.check("SIGTERM: the case is found, with nothing lost", bool(alerts) and crossed_at(alerts[0]) == MIN,
                "at name %d of %d" % (crossed_at(alerts[0]), MIN) if alerts else "no alert")

    alerts, recent = check_break(place, sender, "kill", "100.66.3", signal.SIGKILL)
    lost = crossed_at(alerts[0]) - MIN if alerts else HALF
    place.check("kill -9: the case is found, with the interval lost at most", bool(alerts) and 0 <= lost <= recent,
                "%d names of %d lost, %d were sent in the last interval" % (lost, HALF, recent))


def check_damaged(place, sender, name, octets):
    past = place.folder / (name + ".past")
    past.write_bytes(octets)
    live.os.chown(past, place.user_id, place.user_id)
    sensor = place.sensor(name, "wire", "--set", "past.file=%s" % past, "--set", "past.interval=1s")
    line = next((line for line in sensor.text().splitlines() if past.name in line), "")
    place.check("%s: set aside with a line" % name, line, line)
    aside = [path for path in place.folder.iterdir() if path.name.startswith(past.name + ".aside-")]
    place.check("%s: its octets are kept" % name, len(aside) == 1 and aside[0].read_bytes() == octets)
    sender.send(packets.probe("100.66.9.1", 3000, name))
    sensor.wait_record("mx-probe", lambda record: record["mxtap"]["detector"] == "mx-probe")
    live.wait_for("a new file", past.exists, 5)
    status, _ = sensor.stop()
    place.check("%s: the run goes on" % name, status == 0)


def run(place):
    place.wire("wire")
    sender = packets.Sender("wire-in")
    check_restarts(place, sender)
    good = (place.folder / "term.past").read_bytes()
    check_damaged(place, sender, "foreign", b"this is no data base\n" * 100)
    check_damaged(place, sender, "cut", good[:len(good) // 2])
    check_damaged(place, sender, "changed", good[:4096] + bytes(octet ^ 0x5a for octet in good[4096:]))


if __name__ == "__main__":
    live.main(run)
