#!/usr/bin/python3
"""The live sensor with outputs of every kind at once, each thread in its sandbox: every receiver has every
alert, nothing is called that a role does not have, outputs come and go with the configuration, and one that
hangs holds up nobody."""
import json
import os
import pathlib
import signal
import sys
import time

import packets
import place as live

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "forward"))

import receivers  # noqa: E402

HOST = "localhost"


def all_receivers(place):
    folder = place.folder / "receivers"
    folder.mkdir()
    os.chmod(folder, 0o755)
    made = {}
    for name, receiver in (("bulk", lambda at: receivers.Http("bulk", at, tls=True, host=HOST)),
                           ("webhook", lambda at: receivers.Http("webhook", at, host=HOST)),
                           ("frames", lambda at: receivers.Stream("frames", at, host=HOST)),
                           ("socket", lambda at: receivers.Stream("unix", at))):
        (folder / name).mkdir()
        made[name] = receiver(folder / name)
        made[name].start()
    os.chmod(made["socket"].path, 0o777)
    for path in folder.rglob("*"):
        os.chmod(path, 0o755 if path.is_dir() else 0o777)
    return made


def configuration(place, name, made, more=()):
    """A configuration with a sink for each receiver, and files."""
    sinks = [{"name": "rolled", "type": "file", "file": place.folder / (name + ".rolled.json"), "rotate_size": "20k",
              "compress": "true", "log": "alert, smtp, stats"}]
    for word, receiver in made.items():
        sinks.append({"name": word, "format": "eve", "retry_min": "0.1", "retry_max": "1", "linger": "0.05",
                      "settle": "0.2", **receiver.settings})
    lines = ["outbox:", "  file: %s" % (place.folder / (name + ".outbox")), "sinks:"]
    for sink in sinks + list(more):
        first = "  - "
        for key, value in sink.items():
            lines.append('%s%s: "%s"' % (first, key, value))
            first = "    "
    path = place.folder / (name + ".yaml")
    path.write_text("\n".join(lines) + "\n")
    return path


def start(place, name, mode, path):
    return place.sensor(name, "wire", "--set", "service.sandbox=" + mode, "--set", "output.stats_interval=1",
                        kinds="alert", config=path)


def ids(sensor):
    return {record["mxtap"]["id"] for record in sensor.records("alert")}


def have_all(sensor, made):
    wanted = ids(sensor)
    return all(wanted <= set(receiver.taken) for receiver in made.values())


def attack(sensor, sender, port, count=20):
    """So many probers; each is an alert."""
    for number in range(count):
        client = "100.64.%d.%d" % (port % 200, number + 1)
        sender.send(packets.probe(client, port, "outputs%d-%d" % (port, number)))
    wanted = len(ids(sensor)) + 1
    sensor.wait_record("the last prober", lambda record: record.get("src_ip") == client)
    return wanted


def outside_roles(sensor):
    return [line for line in sensor.text().splitlines() if " its role does not have" in line]


def check_mode(place, sender, mode, made):
    name = "outputs-" + mode
    path = configuration(place, name, made)
    sensor = start(place, name, mode, path)
    port = 4100 if mode == "log" else 4200
    attack(sensor, sender, port)
    try:
        live.wait_for("every receiver", lambda: have_all(sensor, made), 20)
    except live.Failure:
        pass
    short = {word: len(ids(sensor) - set(one.taken)) for word, one in made.items()}
    place.check("%s: each receiver has each alert" % name, not any(short.values()),
                "%d alerts, missing %s" % (len(ids(sensor)), short))
    names = {sensor.status(thread)["Name"].strip() for thread in sensor.threads()}
    place.check("%s: threads are named after their roles" % name,
                {"mxtap", "mxtap-capture", "mxtap-write", "mxtap-outbox", "mxtap-send"} <= names,
                ", ".join(sorted(names)))
    check_reload(place, sender, sensor, path, made, port)
    status, took = sensor.stop()
    place.check("%s: ends with status 0" % name, status == 0 and took < 10, "status %d, %.2f s" % (status, took))
    told = outside_roles(sensor)
    place.check("%s: nothing that it does is outside its roles" % name, not told, "; ".join(told))
    for receiver in made.values():
        place.check("%s: %s has nothing to say" % (name, receiver.name), not receiver.problems,
                    "; ".join(map(str, receiver.problems[:3])))


def check_reload(place, sender, sensor, path, made, port):
    """One output goes, another comes, the others go on."""
    folder = place.folder / "receivers" / ("late-%d" % port)
    folder.mkdir()
    os.chmod(folder, 0o755)
    late = receivers.Stream("frames", folder, host=HOST)
    late.start()
    left = {word: one for word, one in made.items() if word != "webhook"}
    again = configuration(place, sensor.name + "-again", {**left, "late": late})
    path.write_text(again.read_text().replace(sensor.name + "-again", sensor.name))
    before, text = ids(sensor), len(sensor.text())
    gone = len(made["webhook"].taken)
    sensor.tell(signal.SIGHUP)
    sensor.wait_text("new configuration is in force", start=text)
    attack(sensor, sender, port + 1)
    new = ids(sensor) - before

    def there():
        return have_all(sensor, left) and new <= set(late.taken)
    try:
        live.wait_for("every receiver", there, 20)
    except live.Failure:
        pass
    place.check("%s: after a reload the same have each alert" % sensor.name, have_all(sensor, left))
    place.check("%s: and the new one those since" % sensor.name, set(late.taken) == new,
                "%d of %d" % (len(late.taken), len(new)))
    place.check("%s: and the one taken away has no more" % sensor.name, len(made["webhook"].taken) == gone)


def check_hanging(place, sender, made):
    """A pipe that nobody reads, a receiver that never answers: alerts go on, and so does the end."""
    pipe = place.folder / "pipe"
    os.mkfifo(pipe, 0o666)
    os.chmod(pipe, 0o666)
    held = os.open(pipe, os.O_RDWR)
    deaf = receivers.socket.socket()
    deaf.bind(("127.0.0.1", 0))
    deaf.listen(1)
    more = [{"name": "pipe", "type": "file", "file": pipe, "queue": "1M", "log": "alert, smtp, stats"},
            {"name": "deaf", "type": "webhook", "url": "http://127.0.0.1:%d/" % deaf.getsockname()[1]}]
    sensor = start(place, "hanging", "on", configuration(place, "hanging", {"frames": made["frames"]}, more))
    for turn in range(4):
        attack(sensor, sender, 4300 + turn, 40)
    try:
        live.wait_for("the receiver that listens", lambda: have_all(sensor, {"frames": made["frames"]}), 20)
    except live.Failure:
        pass
    place.check("hanging: others are not held up", have_all(sensor, {"frames": made["frames"]}))
    status, took = sensor.stop()
    place.check("hanging: it ends when it is told to", took < 15, "status %d, %.2f s" % (status, took))
    os.close(held)
    deaf.close()


def check_files(place, name):
    """Rolled files: every line is whole, and every record is in one of them."""
    done = live.call("sh", "-c", "zcat -f %s*" % (place.folder / (name + ".rolled.json")))
    records = [json.loads(line) for line in done.splitlines()]
    kinds = {record["event_type"] for record in records}
    files = list(place.folder.glob(name + ".rolled.json*"))
    place.check("%s: rolled files" % name, kinds == {"alert", "smtp", "stats"} and len(files) > 1,
                "%d records in %d files" % (len(records), len(files)))
    return records


def run(place):
    place.wire("wire")
    live.call("ip", "link", "set", "lo", "up")
    sender = packets.Sender("wire-in")
    made = all_receivers(place)
    for mode in ("log", "on"):
        check_mode(place, sender, mode, made)
        check_files(place, "outputs-" + mode)
    check_hanging(place, sender, made)
    time.sleep(0.1)


if __name__ == "__main__":
    live.main(run)
