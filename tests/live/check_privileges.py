#!/usr/bin/python3
"""What the sensor may do while it runs: who its threads are, what they can, whose its files are."""
import stat
import time

import packets
import place as live

CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


def check_threads(place, sensor, sandbox):
    threads = sensor.threads()
    found = [sensor.status(thread) for thread in threads]
    names = ", ".join(sorted(status["Name"].strip() for status in found))
    place.note("threads", "%d: %s" % (len(threads), names))
    for key in CAPABILITIES:
        have = [status["Name"].strip() for status in found if int(status[key], 16) != 0]
        place.check("%s is empty in all threads" % key, not have, ", ".join(have))
    place.check("NoNewPrivs is 1 in all threads", all(int(status["NoNewPrivs"]) == 1 for status in found))
    without = [status["Name"].strip() for status in found if int(status["Seccomp"]) != 2]
    place.check("Seccomp is 2 in all threads" if sandbox else "without sandbox Seccomp is 0 in all threads",
                not without if sandbox else len(without) == len(found), ", ".join(without) if sandbox else "")
    for key in ("Uid", "Gid"):
        ids = {word for status in found for word in status[key].split()}
        place.check("%s is the user's in all threads, real, effective, saved" % key, ids == {str(place.user_id)},
                    ", ".join(sorted(ids)))
    groups = {word for status in found for word in status["Groups"].split()}
    place.check("no groups of root are left", groups <= {str(place.user_id)}, ", ".join(sorted(groups)))


def check_files(place, paths):
    for path in paths:
        if not path.exists():
            place.check("%s is written" % path.name, False)
            continue
        is_of = path.stat()
        place.check("%s belongs to the user" % path.name, is_of.st_uid == place.user_id and is_of.st_gid == place.user_id,
                    "uid %d, mode %s" % (is_of.st_uid, stat.filemode(is_of.st_mode)))


def check_one(place, sender, name, port, workers, sandbox):
    past = place.folder / (name + ".past")
    options = ["--set", "past.file=%s" % past, "--set", "past.interval=1s",
               "--set", "health.listen=127.0.0.1:%d" % port]
    options += [] if sandbox else ["--set", "service.sandbox=off"]
    sensor = place.sensor(name, "wire", *options, workers=workers)
    sender.send(packets.probe("100.64.3.%d" % workers, port, name))
    sensor.wait_record("mx-probe", lambda record: record["event_type"] == "alert")
    live.wait_for("the file of the past", past.exists, 5)
    check_threads(place, sensor, sandbox)
    time.sleep(1.2)
    status, took = sensor.stop()
    place.check("%s: ends with status 0 within 2 s" % name, status == 0 and took < 2, "%.2f s" % took)
    check_files(place, [sensor.out, past])
    refused = [line for line in sensor.text().splitlines() if "refused" in line]
    place.check("no call that it needs was refused", not refused, "; ".join(refused))
    if sandbox:
        place.check("the file of the past is for its owner only", past.exists() and past.stat().st_mode & 0o077 == 0)


def check_unknown_user(place):
    sensor = place.sensor("nobody-there", "wire", "--set", "service.user=nobody-there", wait=False)
    try:
        status = sensor.process.wait(10)
    except live.subprocess.TimeoutExpired:
        status = None
    place.check("a user that does not exist ends the start with status 1 and a line", status == 1 and
                "nobody-there" in sensor.text(), sensor.text().strip()[-200:])


def check_no_rights(place):
    """Started by a user who may not capture: a line, not a crash."""
    words = ["setpriv", "--reuid", str(place.user_id), "--regid", str(place.user_id), "--clear-groups",
             place.mxtap, "run", "-i", "wire", "--set", "service.user=", "-o", str(place.folder / "no.json")]
    done = live.subprocess.run(words, capture_output=True, text=True, timeout=20, check=False)
    place.check("without the right to capture it says so and ends", done.returncode in (1, 2) and
                len(done.stderr.strip().splitlines()) <= 3 and "wire" in done.stderr,
                "status %d: %s" % (done.returncode, done.stderr.strip()[-300:]))


def run(place):
    place.wire("wire")
    sender = packets.Sender("wire-in")
    check_one(place, sender, "two-workers", 9471, 2, True)
    check_one(place, sender, "no-sandbox", 9472, 1, False)
    check_unknown_user(place)
    check_no_rights(place)


if __name__ == "__main__":
    live.main(run)
