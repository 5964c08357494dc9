"""A replay whose records go to one receiver, "siem", and what became of them.

    with replays.Folder(mxtap) as folder:
        run = folder.replay(captures, type="elastic", url=...)
        run.records    id: octets, of what the receiver must get in the end
        run.dead()     ids of the dead letters
        run.said       standard error
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import alerts

SOURCE = pathlib.Path(os.environ.get("MXTAP_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
PCAPS = pathlib.Path(os.environ.get("MXTAP_PCAPS", SOURCE / "pcaps"))
# linger and patience are short, so that faults come thick and fast
QUICK = {"linger": 0, "retry_min": 0.02, "retry_max": 0.2, "batch": 100}


class Run:
    def __init__(self, folder, number, settings, kinds, form):
        self.folder, self.kinds, self.form = folder, kinds, form
        self.plain = folder.path / ("%d.json" % number)
        values = {"outbox.file": folder.path / ("%d.db" % number), "outbox.patience": 60}
        values.update({name if "." in name else "sinks.siem." + name: value
                       for name, value in {**QUICK, **settings, "log": kinds}.items()})
        # The type comes first: it brings its settings.
        values = {"sinks.siem.type": settings["type"], **values}
        self.options = [word for pair in values.items() for word in ("--set", "%s=%s" % pair)]
        self.said, self.status, self.records = "", None, {}

    def mxtap(self, *words):
        done = subprocess.run([self.folder.mxtap, *map(str, words)], env={**os.environ, **self.folder.secrets},
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)
        self.said += done.stderr.decode()
        self.status = done.returncode
        return done.stdout

    def replay(self, captures):
        self.mxtap("replay", "--forward", "-q", "--log", self.kinds, "--format", self.form, "-o", self.plain,
                   *self.options, *captures)
        for line in self.plain.read_bytes().splitlines() if self.plain.exists() else ():
            self.records[json.loads(line)["mxtap"]["id"]] = line
        return self

    def dead(self):
        """Dead letters by id."""
        lines = self.mxtap("outbox", "export", "--dead", *self.options, "siem").splitlines()
        return {json.loads(line)["mxtap"]["id"] for line in lines}


class Folder:
    def __init__(self, mxtap):
        self.mxtap, self.count, self.secrets = os.path.abspath(mxtap), 0, {}

    def __enter__(self):
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="mxtap-forward-", dir=memory))
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def capture(self, count):
        """One with so many alerts."""
        path = self.path / ("alerts-%d.pcap" % count)
        if not path.exists():
            alerts.write(path, count)
        return path

    def secret(self, name, text):
        """A reference to it."""
        self.secrets[name] = text
        return "env:" + name

    def replay(self, captures, kinds="alert", form="ecs", **settings):
        self.count += 1
        return Run(self, self.count, settings, kinds, form).replay(captures)


def differences(records, receiver, refused=()):
    """What a receiver (standin_http) got and should not have got, or the other way round."""
    found = []
    missing = set(records) - set(receiver.taken) - set(refused)
    strange = set(receiver.taken) - set(records)
    if missing or strange:
        found.append("%d of %d missing, %d strange" % (len(missing), len(records), len(strange)))
    other = [one for one, octets in receiver.records.items() if records.get(one, octets) != octets]
    if other:
        found.append("%d not as the plain output has them" % len(other))
    return found + receiver.problems[:3]
