#!/usr/bin/python3
"""Interfaces that come and go, several of them, and time that passes without packets."""
import time

import packets
import place as live
from place import call


def probe_is_seen(place, sensor, sender, client, port):
    """Is a session on the wire reported within three seconds?"""
    sender.send(packets.probe(client, port, "p%d" % port))
    try:
        found = sensor.wait_record(client, lambda record: record.get("src_ip") == client, 3)
        return found["in_iface"]
    except live.Failure:
        return None


def check_down_up(place, workers):
    wire = "updown%d" % workers
    place.wire(wire)
    sensor = place.sensor(wire, wire, workers=workers, kinds="alert,stats")
    sender = packets.Sender(wire + "-in")
    place.check("%d worker(s): seen before" % workers, probe_is_seen(place, sensor, sender, "100.64.4.1", 4001))
    call("ip", "link", "set", wire, "down")
    time.sleep(1.5)
    place.check("it runs on while the interface is down", sensor.is_alive())
    place.note("it says", "; ".join(sensor.text().splitlines()[1:]) or "nothing")
    call("ip", "link", "set", wire, "up")
    live.wait_for("the wire", lambda: place.is_up(wire))
    place.check("%d worker(s): seen again after down and up" % workers,
                probe_is_seen(place, sensor, sender, "100.64.4.2", 4002))
    return sensor, wire


def check_removed(place, sensor, wire, workers):
    call("ip", "link", "del", wire)
    time.sleep(1.5)
    alive = sensor.is_alive()
    place.note("removed: it", "waits for it" if alive else "has ended with status %d" % sensor.process.returncode)
    if not alive:
        place.check("it says so, and its status is not 0", sensor.process.returncode != 0 and wire + " is gone" in sensor.text(),
                    sensor.text().splitlines()[-1])
        return
    place.wire(wire)
    sender = packets.Sender(wire + "-in")
    # It may look for it now and then only.
    seen = any(probe_is_seen(place, sensor, sender, "100.64.4.%d" % (10 + turn), 4010 + turn)
               for turn in range(4) if sensor.is_alive())
    if not sensor.is_alive():
        # Of one worker this is not asked; the sockets of several cannot be bound anew without privileges.
        place.check("%d worker(s), made again: it says so and ends with a status that is not 0" % workers, workers > 1 and
                    sensor.process.returncode != 0 and wire + " is gone" in sensor.text(), sensor.text().splitlines()[-1])
        return
    place.check("%d worker(s), made again: it is taken up" % workers, seen)
    status, took = sensor.stop()
    place.check("ends with status 0 within 2 s", status == 0 and took < 2, "%.2f s" % took)


def check_two(place):
    for wire in ("left", "right"):
        place.wire(wire)
    sensor = place.sensor("both", "left,right", workers=1, kinds="alert,stats")
    for number, wire in enumerate(("left", "right")):
        sender = packets.Sender(wire + "-in")
        place.check("of two interfaces, %s is heard and named" % wire,
                    probe_is_seen(place, sensor, sender, "100.64.5.%d" % (1 + number), 4100) == wire)
    # One dialogue whose sides come in on two taps: the client's on the left, the server's on the right.
    left, right = packets.Sender("left-in"), packets.Sender("right-in")
    talk = packets.Talk("100.64.5.9", 4109)
    lines = packets.opening() + packets.unknown_names(*"abcdef") + packets.GOODBYE
    for frames, sides in ((talk.open(), "CSC"), (talk.say(lines), "".join(line[0] for line in lines)), (talk.close(), "CSC")):
        for one, side in zip(frames, sides, strict=True):
            (left if side == "C" else right).send([one], 0.03)
    try:
        sensor.wait_record("split", lambda record: record.get("src_ip") == "100.64.5.9", 3)
        place.note("a dialogue with one side on each of two taps", "is put together")
    except live.Failure:
        place.note("a dialogue with one side on each of two taps", "is not put together")
    call("ip", "link", "set", "left", "down")
    place.check("one of two goes down: the other is heard", probe_is_seen(place, sensor, packets.Sender("right-in"), "100.64.5.20", 4120))
    status, took = sensor.stop()
    place.check("ends with status 0 within 2 s", status == 0 and took < 2, "%.2f s" % took)


def check_busy_and_quiet(place):
    """A quiet interface holds a busy one up by its packets' way to the ring only, not by a wait for each."""
    for wire in ("busy", "quiet"):
        place.wire(wire)
    sensor = place.sensor("uneven", "busy,quiet", workers=1, kinds="alert,stats")
    sent, _ = place.send("busy-in", place.pcaps / "27-harvest.pcap", pps=5000, options=["--loop=50"])
    status, took = sensor.stop()
    capture = sensor.records("stats")[-1]["mxtap"]["capture"]
    place.check("one of two interfaces is quiet: nothing of the other's is lost", sent > 5000 and capture["packets"] >= sent and
                capture["kernel_drops"] == 0, "%d sent, %d taken, %d lost" % (sent, capture["packets"], capture["kernel_drops"]))
    place.check("ends with status 0 within 2 s", status == 0 and took < 2, "%.2f s" % took)


def check_idle(place, workers):
    wire = "idle%d" % workers
    place.wire(wire)
    sensor = place.sensor(wire, wire, "--set", "stream.idle_time=2", "--set", "output.stats_interval=1",
                          workers=workers, kinds="smtp,stats")
    sender = packets.Sender(wire + "-in")
    talk = packets.Talk("100.64.6.1", 4201)
    start = sender.send(talk.open() + talk.say(packets.opening() + packets.envelope(["anna@example.org"])))
    sensor.wait_record("the session", lambda record: record["event_type"] == "smtp", 8)
    took = time.time() - start
    place.check("%d worker(s): a session without further packets is reported after 2 s" % workers, 1.9 < took < 6,
                "after %.1f s" % took)
    stats = len(sensor.records("stats"))
    time.sleep(3)
    place.check("stats records are written without packets", len(sensor.records("stats")) > stats,
                "%d in 3 s, of 3" % (len(sensor.records("stats")) - stats))
    before = sensor.cpu()
    time.sleep(2)
    used = sensor.cpu() - before
    place.note("%d worker(s): processor when idle" % workers, "%.1f %%" % (used / 2 * 100))
    sensor.stop()


def check_missing(place):
    sensor = place.sensor("missing", "no-such-wire", wait=False)
    try:
        status = sensor.process.wait(10)
    except live.subprocess.TimeoutExpired:
        status = None
    place.check("an interface that does not exist ends the start with a line", status in (1, 2) and "no-such-wire" in sensor.text(),
                sensor.text().strip()[-200:])


def run(place):
    for workers in (1, 2):
        sensor, wire = check_down_up(place, workers)
        check_removed(place, sensor, wire, workers)
    check_two(place)
    check_busy_and_quiet(place)
    for workers in (1, 2):
        check_idle(place, workers)
    check_missing(place)


if __name__ == "__main__":
    live.main(run)
