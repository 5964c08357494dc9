"""Replaying the lab's captures and asking zombie-sender about their clients."""
import json
import re
import shlex
import subprocess

import rows

DETECTOR = "zombie-sender"


def numbered(pcaps):
    """{capture: (kind, options)} of the table in pcaps/README.md."""
    found = {}
    for line in (pcaps / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        name = re.match(r"\[([^]]+\.(?:pcap|pcapng)(?:\.gz)?)\]", cells[0])
        if name and len(cells) == 8:
            found[name.group(1)] = (cells[2], shlex.split(cells[6].replace("`", "")))
    return found


def captures(pcaps):
    """(path, name, options, {address: (label, behaviour)}, label of the others) of each capture."""
    zombies = {}
    for capture, address, behaviour in rows.table(rows.HERE / "zombies.tsv"):
        zombies.setdefault(capture, {})[address] = ("zombie", behaviour)
    for name, (kind, options) in sorted(numbered(pcaps).items()):
        yield pcaps / name, name, options, zombies.get(name, {}), "good" if kind == "benign" else "other"
    labels = {}
    for capture, address, label, behaviour, _ in rows.table(pcaps / "bulk" / "labels.tsv")[1:]:
        labels.setdefault(capture, {})[address] = (label, behaviour)
    for capture, clients in sorted(labels.items()):
        yield pcaps / "bulk" / (capture + ".pcap.gz"), "bulk/" + capture, [], clients, None


def replay(mxtap, path, options, settings, log="alert"):
    """The records of a replay with settings of zombie-sender."""
    command = [mxtap, "replay", "-q", "--log", log, *options]
    for name, value in settings.items():
        command += ["--set", "detectors.%s.%s=%g" % (DETECTOR, name, value)]
    out = subprocess.run([*command, str(path)], capture_output=True, check=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def clients(records):
    """{address: signals} of the clients that have a case: those of the last report."""
    return {record["src_ip"]: frozenset(item["signal"] for item in record["mxtap"]["signals"])
            for record in records
            if record["event_type"] == "alert" and record["mxtap"]["detector"] == DETECTOR}
