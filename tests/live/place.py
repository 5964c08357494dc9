"""What the live tests share: a network of their own, the sensor in it, and the tools beside it.

A test is a function that takes a Place; place.main(function) runs it:

    the program runs itself again in namespaces of its own (network, mounts, processes), so that whatever
    it starts ends with it, also when it is killed, and nothing of the machine is touched;
    it has a folder in memory, a user that the sensor becomes, and wires;
    each check is a row of the table that is printed at the end.

Exit status: 0, 1 when a check failed, 77 where there is no root, no namespaces, or no tool.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

import harness  # noqa: E402
from harness import Failure  # noqa: E402
from sensor import Sensor  # noqa: E402

SKIP = 77
USER, USER_ID = "mxtap-test", 64998
TOOLS = ("unshare", "ip", "tcpdump", "tcpreplay", "ethtool")
STAMP = 35  # SO_TIMESTAMPNS


def lacking(tools):
    """Why the tests cannot be run here, or None."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [tool for tool in tools if not shutil.which(tool)]
    if os.getuid() != 0:
        return "no root"
    if missing:
        return "not installed: " + ", ".join(missing)
    tried = subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "true"],
                           capture_output=True, check=False)
    return None if tried.returncode == 0 else "no namespaces can be made"


def enter(tools):
    """Goes on in namespaces of its own."""
    if os.environ.get("MXTAP_LIVE_INSIDE") == "1":
        return
    reason = lacking(TOOLS + tools)
    if reason:
        print("skipped: " + reason)
        sys.exit(SKIP)
    sys.stdout.flush()
    os.execvpe("unshare", ["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child",
                           "--mount-proc", sys.executable, "-B", *sys.argv],
               dict(os.environ, MXTAP_LIVE_INSIDE="1"))


def call(*words, stdin=None, status=0):
    """Runs a tool to its end; what it printed."""
    done = subprocess.run([str(word) for word in words], input=stdin, capture_output=True, text=True, check=False)
    if status is not None and done.returncode != status:
        raise Failure("%s: exit status %d: %s" % (" ".join(map(str, words)), done.returncode,
                                                  (done.stderr + done.stdout).strip()[-500:]))
    return done.stdout + done.stderr


def wait_for(what, condition, seconds=10.0, pause=0.02):
    """Until condition() is true, whose value is given back."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure("gave up after %g s waiting for %s" % (seconds, what))
        time.sleep(pause)


class Dump:
    """tcpdump beside the sensor."""

    def __init__(self, path, interface, expression, nano):
        self.path, self.log = path, pathlib.Path(str(path) + ".log")
        words = ["tcpdump", "-Z", "root", "-n", "-s", "0", "-U", "--immediate-mode", "-B", "65536",
                 "-i", interface, "-w", str(path)]
        words += ["--time-stamp-precision=nano"] if nano else []
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(words + ([expression] if expression else []), stderr=log)
        wait_for("tcpdump", lambda: b"listening on" in self.log.read_bytes())

    def stop(self):
        self.process.terminate()
        self.process.wait()
        if not re.search(r"^0 packets dropped by kernel", self.log.read_text(), re.M):
            raise Failure("tcpdump lost packets: " + self.log.read_text())
        return self.path


class Place:
    def __init__(self, options):
        self.options = options
        self.mxtap, self.pcaps = options.mxtap, pathlib.Path(options.pcaps)
        self.user, self.user_id = USER, USER_ID
        self.rows, self.sensors = [], []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mxtap-live-"))
        call("mount", "-t", "tmpfs", "-o", "mode=0755,size=2g", "tmpfs", self.folder)
        os.chown(self.folder, USER_ID, USER_ID)
        self._add_user()
        for which in ("all", "default"):
            pathlib.Path("/proc/sys/net/ipv6/conf/%s/disable_ipv6" % which).write_text("1")
        call("ip", "link", "set", "lo", "up")

    def _add_user(self):
        """A user and a group that exist in here only."""
        lines = {"passwd": "%s:x:%d:%d::/nonexistent:/usr/sbin/nologin\n" % (USER, USER_ID, USER_ID),
                 "group": "%s:x:%d:\n" % (USER, USER_ID)}
        for name, line in lines.items():
            path = self.folder / ("etc-" + name)
            path.write_text(pathlib.Path("/etc/" + name).read_text() + line)
            call("mount", "--bind", path, "/etc/" + name)

    def close(self):
        for sensor in self.sensors:
            sensor.kill()
        call("umount", "--lazy", self.folder, status=None)
        os.rmdir(self.folder)

    def wire(self, name):
        """A wire; what is sent into NAME-in comes out at NAME, where the sensor listens."""
        call("ip", "link", "add", name, "mtu", "9000", "type", "veth", "peer", "name", name + "-in", "mtu", "9000")
        for end in (name, name + "-in"):
            call("ethtool", "-K", end, "tso", "off", "gso", "off", "gro", "off", "tx", "off", "rx", "off", status=None)
            call("ip", "link", "set", end, "up")
        wait_for("the wire " + name, lambda: self.is_up(name) and self.is_up(name + "-in"))

    @staticmethod
    def is_up(name):
        return "LOWER_UP" in call("ip", "link", "show", name, status=None)

    @staticmethod
    def received(name):
        """Packets that an interface has taken in so far."""
        for line in pathlib.Path("/proc/net/dev").read_text().splitlines():
            if line.split(":")[0].strip() == name:
                return int(line.split(":")[1].split()[1])
        raise Failure("no interface " + name)

    def sensor(self, name, interfaces, *options, wait=True, **more):
        """Starts mxtap run as the test user; its records go to NAME.json."""
        sensor = Sensor(self, name, interfaces, ("--set", "service.user=" + USER) + options, **more)
        self.sensors.append(sensor)
        if wait:
            sensor.wait_ready()
        return sensor

    def dump(self, name, interface, expression=None, nano=False):
        return Dump(self.folder / name, interface, expression, nano)

    def send(self, interface, *captures, pps=2000, options=()):
        """tcpreplay; how many packets it has sent, and in which time."""
        speed = ["--pps=%d" % pps] if pps else ["--topspeed"]
        out = call("tcpreplay", "-i", interface, *speed, *options, *captures)
        return sent_of(out)

    def replay(self, capture, *options, kinds="alert,smtp"):
        """The records of mxtap replay."""
        done = subprocess.run([self.mxtap, "replay", "-q", "--log", kinds, *options, str(capture)],
                              capture_output=True, check=False, env=dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC"))
        if done.returncode != 0:
            raise Failure("mxtap replay: exit status %d: %s" % (done.returncode, done.stderr[-500:]))
        return harness.parse_records(done.stdout)

    def check(self, title, good, detail=""):
        """One row of the table."""
        self.rows.append(("ok" if good else "FAILED", title, str(detail)))
        print("%-6s %s%s" % (self.rows[-1][0], title, ": %s" % detail if detail != "" else ""), flush=True)
        return good

    def note(self, title, detail):
        self.rows.append(("", title, str(detail)))
        print("       %s: %s" % (title, detail), flush=True)


def sent_of(out):
    """Packets and seconds of tcpreplay's own report."""
    actual = re.search(r"Actual: (\d+) packets \(\d+ bytes\) sent in ([\d.]+) seconds", out)
    if not actual:
        raise Failure("tcpreplay: " + out[-500:])
    failed = re.search(r"Failed packets: +(\d+)", out)
    return int(actual[1]) - (int(failed[1]) if failed else 0), float(actual[2])


def stamped():
    """While the socket that is returned is open, the kernel stamps each packet once, as it comes in, and
    all who capture it get that time. Otherwise each capture asks the clock for itself."""
    import socket
    held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    held.setsockopt(socket.SOL_SOCKET, STAMP, 1)
    time.sleep(0.2)
    return held


def parse(more=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--mxtap", required=True)
    parser.add_argument("--variant")
    parser.add_argument("--pcaps", default=str(HERE.parent.parent / "pcaps"))
    parser.add_argument("--full", action="store_true", help="as long as the issue asks for, not as a test allows")
    if more:
        more(parser)
    return parser.parse_args()


def main(function, tools=(), more=None):
    options = parse(more)
    enter(tools)
    place = Place(options)
    try:
        function(place)
    except Failure as failure:
        place.check("done to the end", False, failure)
    except Exception:  # a test that breaks still shows the logs
        place.check("done to the end", False, traceback.format_exc())
    for sensor in place.sensors:
        found = [line for line in sensor.text().splitlines() if "Sanitizer" in line or "runtime error" in line]
        if found:
            place.check("%s: the sanitizer has nothing to say" % sensor.name, False, found[0])
    failed = [row for row in place.rows if row[0] == "FAILED"]
    if failed:
        for sensor in place.sensors:
            print("--- %s: %s" % (sensor.name, sensor.command))
            print(sensor.text()[-3000:])
    place.close()
    print("\n%d checks, %d failures" % (sum(1 for row in place.rows if row[0]), len(failed)))
    sys.exit(1 if failed or not place.rows else 0)
