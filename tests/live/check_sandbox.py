#!/usr/bin/python3
"""The sandbox of the whole program: all that it does is let pass, and a thread that does something else is
told of and goes on. misbehave.c is the something else."""
import os
import re
import signal
import time
import urllib.request

import packets
import place as live

ROLES = ("correlator", "capture", "past", "health")
CALLS = ("prctl", "socket", "execve", "mprotect", "ptrace")


def lines_of(sensor, word):
    return [line for line in sensor.text().splitlines() if word in line]


def start(place, name, port, mode, preload=None):
    options = ["--set", "past.file=%s" % (place.folder / (name + ".past")), "--set", "past.interval=1s",
               "--set", "health.listen=127.0.0.1:%d" % port, "--set", "service.sandbox=" + mode]
    if preload:
        os.environ["LD_PRELOAD"] = preload
    try:
        return place.sensor(name, "wire", *options, workers=2, kinds="alert,smtp")
    finally:
        os.environ.pop("LD_PRELOAD", None)


def ask(port, page):
    with urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, page), timeout=5) as answer:
        return answer.status


def reports(sensor, sender, client, port):
    """Is a prober still found?"""
    sender.send(packets.probe(client, port, "sandbox%d" % port))
    sensor.wait_record("mx-probe", lambda record: record.get("src_ip") == client)
    return True


def reads_koi8(sensor, sender, client, port):
    """Texts in character sets of old, for which the C library loads code when it meets them."""
    message = ["C From: <info@client.example>", "C To: <post@example.org>", "C Subject: =?koi8-r?B?8NLJ18XU?=",
               "C Date: Mon, 02 Mar 2026 10:00:00 +0300", "C Message-ID: <1@client.example>", "C ", "C text"]
    lines = packets.opening() + packets.envelope(["post@example.org"])
    lines += ["C DATA", "S 354 go ahead"] + message + ["C .", "S 250 2.0.0 Ok"] + packets.GOODBYE
    sender.send(packets.Talk(client, port).whole(lines))
    sensor.wait_record("a decoded subject", lambda record: record.get("src_ip") == client and
                       "\u041f\u0440\u0438\u0432\u0435\u0442" in str(record))
    return True


def check_all_that_it_does(place, sender, mode, port):
    """In mode log, what a role lacks is made and told of: nothing must be. In mode on, it must also work."""
    name = "whole-" + mode
    sensor = start(place, name, port, mode)
    place.check("%s: reports a prober" % name, reports(sensor, sender, "100.64.5.%d" % (port % 100), port))
    pages = [ask(port, page) for page in ("/metrics", "/health", "/")]
    place.check("%s: reads KOI8-R" % name, reads_koi8(sensor, sender, "100.64.6.%d" % (port % 100), port))
    names = {sensor.status(thread)["Name"].strip() for thread in sensor.threads()}
    place.check("%s: threads are named after their roles" % name,
                names == {"mxtap", "mxtap-capture", "mxtap-past", "mxtap-health", "mxtap-write"}, ", ".join(sorted(names)))
    place.check("%s: answers over HTTP" % name, pages == [200, 200, 200], str(pages))
    text = len(sensor.text())
    sensor.tell(signal.SIGHUP)
    sensor.wait_text("new configuration is in force", start=text)
    sensor.tell(signal.SIGUSR1)
    live.call("ip", "link", "set", "wire", "down")
    time.sleep(0.6)
    live.call("ip", "link", "set", "wire", "up")
    live.wait_for("the wire", lambda: place.is_up("wire"))
    time.sleep(1.2)  # an image is saved
    status, _ = sensor.stop()
    place.check("%s: ends with status 0" % name, status == 0, str(status))
    told = lines_of(sensor, " its role does not have")
    place.check("%s: nothing that it does is outside its roles" % name, not told, "; ".join(told))


def told_of(sensor):
    return {(match[1], match[2]) for match in
            (re.search(r"sandbox: the (\w+) thread called (\w+) ", line) for line in sensor.text().splitlines())
            if match}


def check_misbehaving(place, sender, library):
    sensor = start(place, "misbehaving", 9483, "on", library)
    time.sleep(1.2)
    if lines_of(sensor, "built without libseccomp"):
        place.note("misbehaving threads", "built without libseccomp: not tried")
        return
    wanted = {(role, call) for role in ROLES for call in CALLS}
    try:
        live.wait_for("lines of the log", lambda: told_of(sensor) >= wanted, 10)
    except live.Failure:
        pass
    missing = sorted("%s %s" % pair for pair in wanted - told_of(sensor))
    place.check("each thread's misdeeds are refused and told of", not missing, ", ".join(missing))
    worked = lines_of(sensor, "worked")
    place.check("none of them works", not worked, "; ".join(worked))
    lines = lines_of(sensor, "sandbox:")
    place.check("each of them is one line", len(lines) == len(wanted), "%d lines" % len(lines))
    place.check("it goes on: a prober is reported", reports(sensor, sender, "100.64.5.1", 4001))
    place.check("it goes on: health answers", ask(9483, "/metrics") == 200)
    status, took = sensor.stop()
    place.check("it goes on until it is told to end", status == 0 and took < 2, "status %d, %.2f s" % (status, took))


def run(place):
    place.wire("wire")
    sender = packets.Sender("wire-in")
    check_all_that_it_does(place, sender, "log", 9481)
    check_all_that_it_does(place, sender, "on", 9482)
    library = os.environ.get("MXTAP_MISBEHAVE")
    if library:
        check_misbehaving(place, sender, library)
    else:
        place.note("misbehaving threads", "MXTAP_MISBEHAVE names no library: not tried")


if __name__ == "__main__":
    live.main(run)
