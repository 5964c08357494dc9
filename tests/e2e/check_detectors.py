"""Each detector fires where pcaps/detectors.tsv says so and is silent where it says so; nobody good is accused.

Prints a table, a row for each detector: true and false positives. "elsewhere" are cases beyond what
pcaps/README.md claims, in any of its captures; "benign" are cases of severity 1 and 2 in the big benign
sets (pcaps/bulk/benign*), whose sessions are counted below the table.
"""
import collections
import threading

import harness
import tables
from harness import Failure

LEAST = 3  # rows of either kind for each detector
HEAD = ("detector", "id", "fires", "silent", "elsewhere", "benign")
FORM = "%-22s %-5s %7s %7s %10s %7s"


class Counts:
    """What each check has seen of each detector; filled by jobs that run side by side."""

    def __init__(self):
        self.lock = threading.Lock()
        self.cells = collections.defaultdict(collections.Counter)
        self.benign_sessions = self.sessions = 0

    def add(self, detector, column, right, total=0):
        with self.lock:
            self.cells[detector][column] += right
            self.cells[detector][column + " of"] += total


def check_capture(bench, counts, capture, rows):
    """The rows of one capture, and what it sets off beyond its claims."""
    records = bench.replay(capture, options=bench.options(capture))
    found = harness.cases(records)
    problems = []
    for row in rows:
        right = (found[row.detector] > 0) == row.fires
        counts.add(row.detector, "fires" if row.fires else "silent", right, 1)
        if not right:
            problems.append("%s %s (%s: %s)" % (
                row.detector, "finds nothing" if row.fires else "is not silent", row.software, row.what))
    beyond = found - tables.claimed_cases(bench.rows[capture.name]["alerts"])
    for detector, cases in beyond.items():
        counts.add(detector, "elsewhere", cases)
        problems.append("%d cases of %s beyond the claims" % (cases, detector))
    with counts.lock:
        counts.sessions += harness.sessions(records)
    if problems:
        raise Failure("; ".join(problems))


def check_benign(bench, counts, capture):
    """A big set of good servers: no case of severity 1 or 2."""
    records = bench.replay(capture)
    accused = [alert for alert in harness.of_kind(records, "alert")
               if alert["alert"]["severity"] <= 2 and alert["mxtap"]["state"] == "new"]
    for alert in accused:
        counts.add(alert["mxtap"]["detector"], "benign", 1)
    with counts.lock:
        counts.benign_sessions += harness.sessions(records)
    if accused:
        raise Failure("%d cases against good servers; the first: %s" % (
            len(accused), accused[0]["mxtap"]["reason"]))


def known_detectors(bench):
    """{name: id} of the detectors that the program lists."""
    lines = bench.run("detectors").out.decode().splitlines()[1:]
    return {line.split()[1]: line.split()[0] for line in lines}


def check_rows(known, rows, captures):
    """Rows enough for each detector, of captures and detectors that exist."""
    problems = ["%s: there is no detector %s" % (row.capture, row.detector)
                for row in rows if row.detector not in known]
    problems += ["%s: there is no capture %s" % (row.detector, row.capture)
                 for row in rows if row.capture not in captures]
    for name in known:
        for fires, word in ((True, "fire in"), (False, "be silent in")):
            count = len({row.capture for row in rows if row.detector == name and row.fires == fires})
            if count < LEAST:
                problems.append("%s must %s %d captures only" % (name, word, count))
    if problems:
        raise Failure("; ".join(problems))


def table(known, counts):
    lines = [FORM % HEAD]
    for name, number in sorted(known.items(), key=lambda item: item[1]):
        cells = counts.cells[name]
        lines.append(FORM % (name, number, *("%d/%d" % (cells[kind], cells[kind + " of"])
                                             for kind in ("fires", "silent")),
                             cells["elsewhere"], cells["benign"]))
    lines.append("fires, silent: captures of pcaps/detectors.tsv where the detector did what it must; "
                 "elsewhere: cases beyond")
    lines.append("the claims of pcaps/README.md, in its %d sessions; benign: cases of severity 1 and 2 "
                 "in %d sessions of good servers" % (counts.sessions, counts.benign_sessions))
    return "\n".join(lines) + "\n"


def jobs(bench):
    rows = tables.detectors(bench.pcaps / "detectors.tsv")
    captures = {capture.name: capture for capture in bench.captures()}
    known, counts = known_detectors(bench), Counts()
    bench.report = lambda: table(known, counts)
    yield "the rows of detectors.tsv", check_rows, known, rows, captures
    for name, capture in captures.items():
        if name in bench.rows:
            own = [row for row in rows if row.capture == name]
            yield name, check_capture, bench, counts, capture, own
    for capture in sorted((bench.pcaps / "bulk").glob("benign*.pcap*")):
        yield "bulk/" + capture.name, check_benign, bench, counts, capture
