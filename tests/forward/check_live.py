#!/usr/bin/python3
"""The live sensor beside receivers that never answer, against the sensor alone: the same packets at the same pace,
twice. All alerts must be in its file both times, no packet may be lost, and memory stays in its bounds; then a
receiver comes, and everything arrives. How late the last alert was and what it cost is printed, and fails never.
At last the configuration is read again and again while packets come and receivers are killed: none is missing.

    check_live.py --mxtap MXTAP [--full]
"""
import pathlib
import signal
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "live")]

import alerts  # noqa: E402
import check_speed  # noqa: E402
import place as places  # noqa: E402
import receivers  # noqa: E402

MEMORY = 16 << 20


def settings_of(place, sinks):
    values = {"outbox.file": place.folder / "outbox.db", "outbox.memory": MEMORY, "service.sandbox": "on"}
    for name, settings in sinks.items():
        values["sinks.%s.type" % name] = settings["type"]
        values.update({"sinks.%s.%s" % (name, key): value for key, value in settings.items() if key != "type"})
    return [word for key, value in values.items() for word in ("--set", "%s=%s" % (key, value))]


def one_run(place, name, capture, expected, pace, sinks):
    """(seconds of processor, how late the last alert was, peak of memory)."""
    sensor = place.sensor(name, "span", *(settings_of(place, sinks) if sinks else ()))
    before = sensor.cpu()
    sent, _ = place.send("span-in", capture, pps=pace)
    end = time.monotonic()
    # Only the lines are counted: to read the records would take longer than to write them.
    places.wait_for("%d alerts" % expected, lambda: sensor.out.read_bytes().count(b"\n") >= expected, 60)
    late = time.monotonic() - end
    cpu, memory = sensor.cpu() - before, sensor.memory("VmHWM")
    place.check("%s: %d packets, %d alerts" % (name, sent, expected),
                sensor.out.read_bytes().count(b"\n") == expected, "as many as a replay finds")
    return sensor, cpu, late, memory


def reloads(place, capture, expected, pace):
    """Each reload hands the outbox over to senders that are new."""
    kept = {"siem": receivers.Http("bulk", place.folder), "lines": receivers.Stream("unix", place.folder)}
    for receiver in kept.values():
        receiver.start()
    # It was made by us, and mxtap is somebody else.
    kept["lines"].path.chmod(0o777)
    sinks = {name: dict(receiver.settings, retry_min=0.05, retry_max=0.3, settle=0.5, linger=0.05)
             for name, receiver in kept.items()}
    (place.folder / "outbox.db").rename(place.folder / "outbox-before.db")
    sensor = place.sensor("reloaded", "span", *settings_of(place, sinks))
    sending = threading.Thread(target=place.send, args=("span-in", capture), kwargs={"pps": pace})
    sending.start()
    times = 0
    while sending.is_alive():
        sensor.tell(signal.SIGHUP)
        time.sleep(0.2)
        receiver = kept[("siem", "lines")[times % 2]]
        receiver.kill()
        time.sleep(0.1)
        receiver.start()
        kept["lines"].path.chmod(0o777)
        times += 1
    sending.join()
    places.wait_for("%d alerts" % expected, lambda: sensor.out.read_bytes().count(b"\n") >= expected, 30)
    wanted = {record["mxtap"]["id"] for record in sensor.records("alert")}
    for name, receiver in kept.items():
        try:
            places.wait_for(name, lambda held=receiver: wanted <= set(held.taken), 20)
        except places.Failure:
            pass
        place.check("%s: after %d reloads and kills all alerts are there" % (receiver.name, times),
                    len(wanted) == expected and wanted == set(receiver.taken),
                    "%d of %d, %d came again" % (len(receiver.taken), expected,
                                                 sum(receiver.taken.values()) - len(receiver.taken)))
    place.check("reloaded: ends", sensor.stop()[0] == 0)


def main(place):
    count, pace = (40000, 40000) if place.options.full else (2500, 12000)
    capture = place.folder / "mail.pcap"
    alerts.write(capture, count, every=20)
    expected = len(place.replay(capture, kinds="alert"))
    place.wire("span")
    dead = check_speed.dead_receivers(place)
    alone, cpu, late, memory = one_run(place, "alone", capture, expected, pace, {})
    place.check("alone: ends", alone.stop()[0] == 0)
    standin = receivers.Http("bulk", place.folder)
    sinks = dict(dead, siem=dict(standin.settings, retry_min=0.1, retry_max=0.5))
    beside, more_cpu, more_late, more_memory = one_run(place, "beside", capture, expected, pace, sinks)
    place.check("memory is bounded", more_memory < memory + MEMORY + check_speed.SLACK,
                "%.0f MiB alone, %.0f MiB beside %d receivers that do not answer" % (memory / 2**20, more_memory / 2**20,
                                                                                     len(sinks)))
    place.note("processor", "%.2f s alone, %.2f s beside; ratio %.2f" % (cpu, more_cpu, more_cpu / cpu))
    place.note("the last alert came", "%.3f s after the last packet alone, %.3f s beside" % (late, more_late))
    standin.start()
    places.wait_for("what waited", lambda: standin.count >= expected, 30)
    place.check("one receiver comes: all arrives although the others hang", standin.count == expected, standin.count)
    status, seconds = beside.stop()
    place.check("ends at once all the same", status == 0 and seconds < 8, "%.1f s" % seconds)
    reloads(place, capture, expected, pace)


if __name__ == "__main__":
    places.main(main)
