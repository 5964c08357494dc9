#!/usr/bin/python3
"""The live sensor with Kafka and with a file that is put aside every few records, in the sandbox: brokers fall and
rise, the configuration is read again in between, everything arrives, and it ends at once whatever the brokers do."""
import gzip
import json
import pathlib
import signal
import sys
import time

import packets
import place as live

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "forward"))

import check_kafka as kafka  # noqa: E402


def start(place, mock, mode):
    values = ["service.sandbox=" + mode, "outbox.file=%s/%s.db" % (place.folder, mode), "sinks.bus.type=kafka",
              "sinks.bus.brokers=" + mock.brokers, "sinks.bus.topic=" + kafka.TOPIC, "sinks.bus.linger=0.05",
              "sinks.bus.connect_time=1", "sinks.bus.retry_min=0.1", "sinks.bus.retry_max=0.5",
              "sinks.aside.type=file", "sinks.aside.file=%s/%s.aside" % (place.folder, mode),
              "sinks.aside.rotate_size=3k", "sinks.aside.compress=true"]
    return place.sensor("kafka-" + mode, "wire", *[word for value in values for word in ("--set", value)])


def probe(sender, sensor, mode, first, count):
    """So many probers, until the plain output has them."""
    known = len(sensor.records())
    for number in range(first, first + count):
        sender.send(packets.probe("100.64.5.%d" % number, 4000 + number, "%s%d" % (mode, number)))
    live.wait_for("records", lambda: len(sensor.records()) >= known + count)


def identities(records):
    return {record["mxtap"]["id"] for record in records}


def check_aside(place, sensor, mode):
    """Old files are whole, and nothing is missing in them."""
    def packed():
        return not list(place.folder.glob(mode + ".aside-*.tmp"))
    live.wait_for("old files to be packed", packed)
    old = sorted(place.folder.glob(mode + ".aside-*"))
    texts = [gzip.decompress(path.read_bytes()) for path in old if path.suffix == ".gz"]
    texts.append((place.folder / (mode + ".aside")).read_bytes())
    place.check("%s: old files are packed" % mode, len(old) > 3 and len(texts) == len(old) + 1,
                "%d files" % len(old))
    place.check("%s: the files have what the plain output has, in order" % mode,
                b"".join(texts) == sensor.out.read_bytes())
    largest = max(map(len, texts))
    place.check("%s: no file is too large" % mode, largest <= 3 * 1024, "%d octets" % largest)


def check_mode(place, sender, mode):
    mock = kafka.Mock()
    sensor = start(place, mock, mode)
    probe(sender, sensor, mode, 1, 10)
    mock.tell("down")
    probe(sender, sensor, mode, 11, 10)
    sensor.tell(signal.SIGHUP)
    sensor.wait_text("new configuration is in force")
    probe(sender, sensor, mode, 21, 10)
    mock.tell("up")
    wanted = identities(sensor.records())
    live.wait_for("messages", lambda: {message.id for message in mock.read()} >= wanted, 30)
    messages = mock.read()
    place.check("%s: every record has arrived" % mode, True, "%d records, %d messages" % (len(wanted), len(messages)))
    place.check("%s: with the octets of the plain output" % mode,
                {message.value for message in messages} ==
                {line for line in sensor.out.read_text().splitlines() if json.loads(line)["mxtap"]["id"] in
                 {message.id for message in messages}})
    check_aside(place, sensor, mode)
    mock.tell("down")
    probe(sender, sensor, mode, 31, 3)
    time.sleep(0.3)
    status, took = sensor.stop()
    place.check("%s: it ends while brokers are down" % mode, status == 0 and took < 2, "%.2f s" % took)
    told = [line for line in sensor.text().splitlines() if " its role does not have" in line]
    place.check("%s: nothing that it does is outside its roles" % mode, not told, "; ".join(told))
    mock.close()


def run(place):
    if not kafka.MOCK.exists():
        place.note("Kafka", "is not built in: not tried")
        return
    place.wire("wire")
    sender = packets.Sender("wire-in")
    for mode in ("log", "on"):
        check_mode(place, sender, mode)


if __name__ == "__main__":
    live.main(run)
