"""Where forwarding is tried: a folder in memory, namespaces of its own, receivers, and mxtap that sends to them.

    scene.main(function, more=None)     function(scene); more(parser) adds options
    scene.enter()                       network, mounts and processes of their own, or exit status 77

A check prints a row for each thing that it tries; a failed one makes the exit status 1.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback

SKIP = 77
TIMEOUT = 100  # seconds for anything


class Failure(Exception):
    """What went wrong, in words for a person."""


def enter(needs=()):
    """Goes on in namespaces of its own, where whatever is started ends with it."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if os.environ.get("MXTAP_FORWARD_INSIDE") == "1":
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    missing = [tool for tool in ("unshare", "ip", "mount", *needs) if not shutil.which(tool)]
    why = "no root" if os.getuid() != 0 else "not installed: " + ", ".join(missing) if missing else ""
    if not why and subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "true"],
                                  capture_output=True, check=False).returncode:
        why = "no namespaces can be made"
    if why:
        print("skipped: " + why)
        sys.exit(SKIP)
    sys.stdout.flush()
    os.execvpe("unshare", ["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child",
                           "--mount-proc", sys.executable, "-B", *sys.argv],
               dict(os.environ, MXTAP_FORWARD_INSIDE="1"))


def wait_for(what, condition, seconds=TIMEOUT, pause=0.005):
    """Until condition() is true, whose value is given back."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure("gave up after %g s waiting for %s" % (seconds, what))
        time.sleep(pause)


class Scene:
    def __init__(self, options):
        self.options, self.mxtap = options, options.mxtap
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mxtap-forward-", dir=memory))
        self.failures, self.lock, self.processes = 0, threading.Lock(), []
        # The lines are kept as well, for who wants to show them at the end of all tests.
        kept = os.environ.get("MXTAP_TABLE")
        self.table = open(kept, "w", encoding="utf-8") if kept else None  # for as long as the process lives

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def place(self, name):
        folder = self.folder / name
        folder.mkdir()
        return folder

    def spawn(self, words, log, **more):
        """A process whose output goes to the file log."""
        with open(log, "ab") as stream:
            process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=stream,
                                       stderr=stream, env=dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC"), **more)
        self.processes.append(process)
        return process

    def say(self, good, text):
        """A line of the table, or of what failed."""
        with self.lock:
            self.failures += not good
            line = text + ("" if good else "   FAILED")
            print(line, flush=True)
            if self.table:
                self.table.write(line + "\n")
                self.table.flush()


class Runner:
    """mxtap with one output, "siem", and an outbox in a folder of its own."""

    def __init__(self, scene, folder, settings, capture, **more):
        self.scene, self.folder, self.capture = scene, folder, capture
        self.log = folder / "mxtap.log"
        values = {"outbox.file": folder / "outbox.db", "outbox.patience": TIMEOUT, "sinks.siem.type": settings["type"]}
        # linger and patience are short, so that the faults come thick and fast
        values.update({"sinks.siem." + key: value for key, value in
                       dict({"linger": 0.01, "retry_min": 0.02, "retry_max": 0.2, "settle": 0.5, "batch": 200},
                            **settings).items() if key != "type"})
        values.update({key.replace("__", "."): value for key, value in more.items()})
        self.options = [word for key, value in values.items() for word in ("--set", "%s=%s" % (key, value))]

    def replay(self):
        return self.scene.spawn([self.scene.mxtap, "replay", "--forward", "-o", self.folder / "plain.json",
                                 *self.options, self.capture], self.log)

    def send(self):
        return self.scene.spawn([self.scene.mxtap, "outbox", "send", *self.options], self.log)

    def finish(self, process):
        """Waits for its end, which must be a good one."""
        try:
            status = process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure("mxtap does not end; its log: " + self.tail()) from None
        if status:
            raise Failure("mxtap: exit status %d; its log: %s" % (status, self.tail()))

    def tail(self):
        return self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""


def main(function, more=None, needs=()):
    parser = argparse.ArgumentParser()
    parser.add_argument("mxtap")
    parser.add_argument("--full", action="store_true", help="everything, not only what a test has time for")
    if more:
        more(parser)
    options = parser.parse_args()
    options.mxtap = os.path.abspath(options.mxtap)
    enter(needs)
    scene = Scene(options)
    try:
        function(scene)
    except Exception:
        scene.say(False, traceback.format_exc())
    scene.close()
    sys.exit(1 if scene.failures else 0)
