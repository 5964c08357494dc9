"""mxtap run as a process: started, watched from outside, stopped."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

from harness import Failure, of_kind

READY = 20  # seconds that the start may take, under sanitizers on a busy machine too


class Sensor:
    """interfaces: a name, or several with commas. options are put before those made here."""

    def __init__(self, place, name, interfaces, options, workers=1, kinds="alert", config=None, output=True):
        self.place, self.name = place, name
        self.out, self.log = place.folder / (name + ".json"), place.folder / (name + ".log")
        self.notices = []  # lines that it told the service manager
        self._listen()
        words = [place.mxtap, "run"]
        words += ["-i", interfaces] if interfaces else []
        words += ["-c", str(config)] if config else []
        words += ["--workers", str(workers)] if workers else []
        words += ["--log", kinds] if kinds else []
        words += ["-o", str(self.out)] if output else []
        words += list(options)
        self.command = " ".join(words)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC",
                                                     NOTIFY_SOCKET=str(self.notify_path)))
        self.pid = self.process.pid

    def _listen(self):
        """The service manager's end of sd_notify."""
        self.notify_path = self.place.folder / (self.name + ".notify")
        if self.notify_path.exists():
            self.notify_path.unlink()
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(str(self.notify_path))
        os.chmod(self.notify_path, 0o777)
        # It has to be read all the time: whoever sends waits while it is full.
        threading.Thread(target=self._read_notices, daemon=True).start()

    def _read_notices(self):
        while True:
            self.notices += self.notify.recv(4096).decode().splitlines()

    def wait_ready(self, seconds=READY):
        """Until it says READY=1; built without libsystemd it says so in its log only. Before, its rings may
        stand, but workers do not share them yet."""
        end = time.monotonic() + seconds
        while "READY=1" not in self.notices and "listening on" not in self.text():
            if self.process.poll() is not None:
                raise Failure("mxtap run ended with %d: %s" % (self.process.returncode, self.text()[-800:]))
            if time.monotonic() > end:
                raise Failure("mxtap run is not ready: " + self.text()[-800:])
            time.sleep(0.01)

    def text(self):
        """What it has logged."""
        return self.log.read_text(errors="replace")

    def tell(self, number):
        os.kill(self.pid, number)

    def is_alive(self):
        return self.process.poll() is None

    def stop(self, number=signal.SIGTERM, patience=30):
        """Sends a signal and waits for the end; (exit status, seconds that it took)."""
        start = time.monotonic()
        self.tell(number)
        try:
            status = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure("%s: does not end within %d s of SIGTERM" % (self.name, patience)) from None
        return status, time.monotonic() - start

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def records(self, kind=None, path=None):
        """Those that are whole so far; a line that is no JSON is a failure."""
        path = path or self.out
        if not path.exists():
            return []
        octets = path.read_bytes()
        lines = octets[:octets.rfind(b"\n") + 1].split(b"\n")[:-1]
        try:
            records = [json.loads(line) for line in lines]
        except ValueError as error:
            raise Failure("%s: %s" % (path.name, error)) from None
        return of_kind(records, kind) if kind else records

    def wait_record(self, what, condition, seconds=10):
        """Until a record fulfils the condition; the record."""
        end = time.monotonic() + seconds
        while True:
            for record in self.records():
                if condition(record):
                    return record
            if time.monotonic() > end or not self.is_alive():
                raise Failure("%s: no record of %s within %g s; the log ends with: %s" %
                              (self.name, what, seconds, self.text()[-400:]))
            time.sleep(0.02)

    def wait_text(self, pattern, seconds=10, start=0):
        """Until its log has a match after the first so many characters; the line."""
        end = time.monotonic() + seconds
        while True:
            for line in self.text()[start:].splitlines():
                if re.search(pattern, line, re.I):
                    return line
            if time.monotonic() > end:
                raise Failure("%s: nothing like '%s' in the log within %g s: %s" %
                              (self.name, pattern, seconds, self.text()[start:][-600:]))
            time.sleep(0.02)

    def status(self, thread=None):
        """/proc/PID/status, of one thread too."""
        path = "/proc/%d/status" % self.pid if thread is None else "/proc/%d/task/%d/status" % (self.pid, thread)
        return dict(line.split(":", 1) for line in pathlib.Path(path).read_text().splitlines() if ":" in line)

    def threads(self):
        return sorted(int(path.name) for path in pathlib.Path("/proc/%d/task" % self.pid).iterdir())

    def memory(self, key="VmRSS"):
        """Octets: VmRSS, VmHWM, RssAnon (its own), RssFile and RssShmem (rings of the kernel)."""
        return int(self.status()[key].split()[0]) * 1024

    def cpu(self):
        """Seconds of processor so far, to the nanosecond where the kernel counts so (schedstat), else in ticks."""
        try:
            return sum(int(path.read_text().split()[0])
                       for path in pathlib.Path("/proc/%d/task" % self.pid).glob("*/schedstat")) / 1e9
        except OSError:
            fields = pathlib.Path("/proc/%d/stat" % self.pid).read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
