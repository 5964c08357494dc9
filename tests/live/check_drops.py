#!/usr/bin/python3
"""What is lost is counted, where it was lost, and told: the sensor is held up (SIGSTOP) under load until the
kernel's ring, the smallest, is full."""
import signal
import threading
import time

import packets
import place as live

RATE, SECONDS = 20000, 3


def traffic(place):
    path = place.folder / "traffic.pcap"
    if not path.exists():
        writer, at, number, count = packets.Writer(path), 1.6e9, 0, 0
        while count < RATE * SECONDS:
            client = "10.%d.%d.%d" % (number >> 16, number >> 8 & 255, number & 255)
            frames = packets.probe(client, 2000 + number % 60000, "d%d" % number, 3)
            at = writer.add(frames, at)
            number, count = number + 1, count + len(frames)
        writer.close()
    return path


def check(place, workers):
    wire = "drops%d" % workers
    place.wire(wire)
    sensor = place.sensor(wire, wire, "--set", "capture.buffer=1M", "--set", "output.stats_interval=1", workers=workers,
                          kinds="stats")
    sent = []
    load = threading.Thread(target=lambda: sent.append(place.send(wire + "-in", traffic(place), pps=RATE)))
    load.start()
    time.sleep(1)
    sensor.tell(signal.SIGSTOP)
    time.sleep(1)
    sensor.tell(signal.SIGCONT)
    load.join()
    time.sleep(1.5)
    status, took = sensor.stop()
    place.check("%d worker(s): ends with status 0 within 2 s" % workers, status == 0 and took < 2, "%.2f s" % took)
    stats = sensor.records("stats")
    last = stats[-1]["mxtap"]
    capture = last["capture"]
    seen, lost = capture["packets"], capture["kernel_drops"]
    place.check("%d worker(s): packets were lost while it was held up" % workers, lost > 0, "%d of %d" % (lost, sent[0][0]))
    place.check("%d worker(s): seen and lost are what was sent" % workers, seen + lost == sent[0][0] and
                capture["interface_drops"] == 0, "%d + %d of %d" % (seen, lost, sent[0][0]))
    place.check("%d worker(s): the log warns" % workers, "packets were lost" in sensor.text(),
                next((line for line in sensor.text().splitlines() if "packets were lost" in line), ""))
    place.note("%d worker(s): streams" % workers, "%d gaps, %d begun in the middle" %
               (last["stream"]["gaps"], last["stream"]["midstream"]))


def run(place):
    for workers in (1, 2):
        check(place, workers)


if __name__ == "__main__":
    live.main(run)
