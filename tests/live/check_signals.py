#!/usr/bin/python3
"""SIGHUP, SIGUSR1 and SIGTERM: what a service manager and logrotate send."""
import resource
import signal
import threading
import time

import packets
import place as live
from sensor import Sensor

CONFIG = """\
capture:
  interfaces: wire
  buffer: {buffer}
  ports: "{ports}"
service:
  user: {user}
output:
  file: {out}
  log: {kinds}
detectors:
  mx-probe:
    unknown_min: {unknown}
"""


class Configured:
    """A sensor with a configuration file that can be changed under it."""

    def __init__(self, place, name):
        self.place, self.path = place, place.folder / (name + ".yaml")
        self.values = {"buffer": "4M", "user": place.user, "out": place.folder / (name + ".json"),
                       "kinds": "alert, stats", "unknown": 5, "ports": "25"}
        self.write()
        self.sensor = Sensor(place, name, None, (), workers=None, kinds=None, config=self.path, output=False)
        place.sensors.append(self.sensor)
        self.sensor.wait_ready()
        self.sender, self.marks = packets.Sender("wire-in"), 0

    def write(self, text=None, **changes):
        self.values.update(changes)
        self.path.write_text(CONFIG.format(**self.values) if text is None else text)

    def reload(self, pattern, **changes):
        """Changes the file, sends SIGHUP; the line of the log that answers."""
        self.write(**changes)
        start = len(self.sensor.text())
        self.sensor.tell(signal.SIGHUP)
        return self.sensor.wait_text(pattern, start=start)

    def reports(self, client, names):
        """Is a session that asks for so many unknown names reported? What is not reported cannot be waited
        for, but by what is reported after it: a session that asks for many."""
        self.marks += 1
        port = 5000 + self.marks
        self.sender.send(packets.probe(client, 4000, "n" + client.replace(".", "-"), names))
        self.sender.send(packets.probe("100.64.1.250", port, "mark%d" % self.marks, 12))
        self.sensor.wait_record("the session after it", lambda record: record.get("src_port") == port)
        return client in probes(self.sensor)


def probes(sensor, path=None):
    """Clients about whom mx-probe has opened a case."""
    return {record["src_ip"] for record in sensor.records("alert", path)
            if record["mxtap"]["detector"] == "mx-probe" and record["mxtap"]["state"] == "new"}


def check_reload(place):
    one = Configured(place, "hup")
    sensor, out = one.sensor, one.sensor.out
    rotated = place.folder / "hup.json.1"
    place.check("four unknown names are below the threshold", not one.reports("100.64.1.1", 4))
    place.check("six are above it", one.reports("100.64.1.2", 6))

    line = one.reload("new configuration is in force", unknown=3)
    place.check("SIGHUP: a good file is taken", True, line)
    place.check("its threshold counts from now on", one.reports("100.64.1.3", 4))

    broken = CONFIG.format(**one.values).replace("unknown_min: 3", "unknown_mni: 9")
    one.path.write_text(broken)
    start = len(sensor.text())
    sensor.tell(signal.SIGHUP)
    line = sensor.wait_text("unknown_mni", start=start)
    place.check("SIGHUP: a broken file is refused, and it says why", True, line)
    place.check("it goes on with the old one", sensor.is_alive() and one.reports("100.64.1.4", 4))
    one.path.write_text("capture: [unclosed")
    start = len(sensor.text())
    sensor.tell(signal.SIGHUP)
    sensor.wait_text("hup.yaml", start=start)
    place.check("the same with a file that is no YAML", sensor.is_alive() and one.reports("100.64.1.5", 4))

    line = one.reload("capture.buffer|restart", buffer="8M", unknown=9)
    place.check("SIGHUP: a change that needs a restart is refused", True, line)
    place.check("whole: the threshold beside it is the old one too", one.reports("100.64.1.6", 4))

    out.rename(rotated)
    one.reload("new configuration is in force", buffer="4M", unknown=4)
    place.check("SIGHUP after a rename: a new file is written", one.reports("100.64.1.7", 5) and
                "100.64.1.7" not in probes(sensor, rotated), "%d octets, %d in the renamed one" %
                (out.stat().st_size, rotated.stat().st_size))

    count = len(sensor.records("stats"))
    sensor.tell(signal.SIGUSR1)
    record = sensor.wait_record("SIGUSR1", lambda record: record["event_type"] == "stats" and
                                len(sensor.records("stats")) > count, 5)
    place.check("SIGUSR1: a stats record is written", not record["mxtap"].get("final"))
    return sensor


def check_midst(place):
    """What detectors and open sessions have so far outlives a reload: a harvest of 20 names in ten sessions, and
    one session with six, with SIGHUP in the midst of both."""
    one = Configured(place, "midst")
    talk = packets.Talk("100.64.2.1", 4300)
    lines = packets.opening() + packets.unknown_names(*"abcdef") + packets.GOODBYE
    one.sender.send(talk.open() + talk.say(lines[:11]))
    for number in range(30):
        if number in (5, 11, 17):
            one.reload("new configuration is in force", unknown=5 + number % 2)
        one.sender.send(packets.harvester(number, "midst", network="100.66.7"))
        time.sleep(0.02)
    one.sender.send(talk.say(lines[11:]) + talk.close())
    found = one.sensor.wait_record("directory-harvest", lambda record: record["mxtap"].get("detector") == "directory-harvest")
    place.check("SIGHUP in the midst of a harvest: found at name 20", found["src_ip"] == "100.66.7.20", found["src_ip"])
    one.sensor.wait_record("the session", lambda record: record.get("src_ip") == "100.64.2.1")
    place.check("SIGHUP in the midst of a session: it is told", True)
    for _ in range(50):
        one.sensor.tell(signal.SIGHUP)
        time.sleep(0.01)
    place.check("fifty SIGHUPs in half a second: it goes on", one.reports("100.64.2.3", 9))
    status, took = one.sensor.stop()
    place.check("and ends with status 0 within 2 s", status == 0 and took < 2, "%.2f s" % took)


def check_counters(place):
    """New ports mean new workers: what the old ones held is not counted on. A case that ends in the moment after a
    reload ends then."""
    one = Configured(place, "counters")
    talk = packets.Talk("100.64.2.9", 4400)
    one.sender.send(talk.open() + talk.say(packets.opening()))
    for number in range(24):
        one.sender.send(packets.harvester(number, "ends", network="100.66.8"))
    one.sensor.wait_record("directory-harvest", lambda record: record["mxtap"].get("detector") == "directory-harvest")
    time.sleep(0.5)
    one.reload("new configuration is in force", ports="25, 2525")
    time.sleep(0.5)
    one.reload("new configuration is in force")
    one.sensor.stop()
    last = one.sensor.records("stats")[-1]["mxtap"]
    place.check("SIGHUP with other ports: flows of workers that have ended are not counted as open",
                last["stream"]["flows"] > 24 and last["stream"]["flows_now"] == 0 and last["smtp"]["sessions_now"] == 0,
                "%d of %d flows" % (last["stream"]["flows_now"], last["stream"]["flows"]))
    ends = [record["timestamp"] for record in one.sensor.records("alert") if record["mxtap"]["state"] == "ended"]
    place.check("cases that end right after a SIGHUP end in that year", ends and all(end > "2020" for end in ends), max(ends, default="no end"))


def check_no_threads(place):
    """A user with a limit of threads that is too low: the start ends with a line, it does not hang."""
    before = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (5, before[1]))
    try:
        sensor = place.sensor("limit", "wire", workers=8, wait=False)
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, before)
    try:
        status = sensor.process.wait(15)
    except live.subprocess.TimeoutExpired:
        status = None
        sensor.kill()
    place.check("no thread for a worker: it says so, and ends", status in (1, 2) and "no thread" in sensor.text(),
                "status %s: %s" % (status, sensor.text().strip()[-200:]))


def check_idle_end(place, sensor):
    status, took = sensor.stop()
    place.check("SIGTERM when idle: status 0 within 2 s", status == 0 and took < 2, "status %d, %.2f s" % (status, took))
    last = sensor.records()[-1]
    place.check("its last record is the final one", bool(last["event_type"] == "stats" and final(last)))
    if sensor.notices:
        place.check("the service manager heard of start, reloads and end",
                    all(any(note.startswith(word) for note in sensor.notices)
                        for word in ("READY=1", "RELOADING=1", "STOPPING=1")))


def final(record):
    return record.get("final") or record["mxtap"].get("final") or record.get("stats", {}).get("final")


def check_busy_end(place, sender, workers):
    """Everything that had come in at SIGTERM is in the file. The markers come last before the signal."""
    sensor = place.sensor("busy-%d" % workers, "wire", workers=workers, kinds="alert,stats")
    flood = place.folder / "busy.pcap"
    if not flood.exists():
        writer, at = packets.Writer(flood), 1.6e9
        for number in range(4000):
            client = "10.%d.%d.%d" % (number >> 8, number & 255, 1 + number % 250)
            at = writer.add(packets.probe(client, 6000 + number, "busy%d" % number, 2), at)
        writer.close()
    load = threading.Thread(target=place.send, args=("wire-in", flood), kwargs={"pps": 15000})
    load.start()
    time.sleep(1)
    clients = ["100.65.%d.%d" % (workers, 1 + number) for number in range(20)]
    for client in clients:
        sender.send(packets.probe(client, 7000, "end" + client.replace(".", "-"), 6))
    status, took = sensor.stop()
    load.join()
    found = probes(sensor)
    place.check("SIGTERM under 15,000 packets a second, %d worker(s): status 0 within 2 s" % workers,
                status == 0 and took < 2, "status %d, %.2f s" % (status, took))
    stats = sensor.records("stats")[-1]["mxtap"]["capture"]
    place.check("all 20 alerts of the last packets before it are in the file", set(clients) <= found,
                "%d of 20; %d packets, %d lost" % (len(found & set(clients)), stats["packets"], stats["kernel_drops"]))


def run(place):
    place.wire("wire")
    sender = packets.Sender("wire-in")
    sensor = check_reload(place)
    check_idle_end(place, sensor)
    check_midst(place)
    check_counters(place)
    check_no_threads(place)
    for workers in (1, 2):
        check_busy_end(place, sender, workers)


if __name__ == "__main__":
    live.main(run)
