#!/usr/bin/python3
"""Are the records of a live run those of the replay of a capture taken beside it?

Two captures of the same wire ask the clock at slightly different times. So times are compared within a
tolerance, and what is made of a time (flow_id, the id of a case) by what it stands for: the n-th connection
with this Community ID, the n-th case of this detector about this source. Where it was seen is in_iface here
and pcap_filename there. All else must be equal, byte by byte.

As a program: alike.py --tolerance SECONDS LIVE.json REPLAY.json [unordered]
"""
import argparse
import collections
import datetime
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import harness  # noqa: E402
from harness import Failure  # noqa: E402

TIMES = {"timestamp", "time"}
TOLERANCE = 0.05
# The end of a case that time brings, or the end of the run: a replay ends with its last packet, and sees time
# pass when packets come.
TOLERANCE_ENDED = 3.0


def seconds(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()


def take_times(value, times):
    """A copy without the times, which are added to a list."""
    if isinstance(value, dict):
        copy = {}
        for name, item in value.items():
            if name in TIMES and isinstance(item, str):
                times.append(seconds(item))
            else:
                copy[name] = take_times(item, times)
        return copy
    if isinstance(value, list):
        return [take_times(item, times) for item in value]
    return value


class Names:
    """Numbers ids within what they stand for, in the order of first appearance."""

    def __init__(self):
        self.known, self.count = {}, collections.Counter()

    def name(self, ident, what):
        if ident not in self.known:
            self.known[ident] = "%s #%d" % (what, self.count[what])
            self.count[what] += 1
        return self.known[ident]


def plain(records, place):
    """(text, times) of each record; place: the key that says where it was seen."""
    flows, cases, found = Names(), Names(), []
    for record in records:
        times = []
        copy = take_times(record, times)
        if not isinstance(copy.pop(place, None), str):
            raise Failure("a record without %s: %s" % (place, json.dumps(record)[:300]))
        copy["flow_id"] = flows.name(copy["flow_id"], copy.get("community_id", ""))
        own = copy.get("mxtap", {})
        if not own.pop("id", None):
            raise Failure("a record without mxtap.id: %s" % json.dumps(record)[:300])
        if "case" in own:
            own["case"] = cases.name(own["case"], "%s of %s" % (own["detector"], harness.source_of(record)))
        found.append((json.dumps(copy), times))
    return found


def differences(live, replayed, tolerance=TOLERANCE, ordered=True, tolerance_ended=TOLERANCE_ENDED):
    """(problems in words, the greatest difference of times in seconds)."""
    ours, theirs = plain(live, "in_iface"), plain(replayed, "pcap_filename")
    if not ordered:
        ours, theirs = sorted(ours), sorted(theirs)
    texts, others = [text for text, _ in ours], [text for text, _ in theirs]
    if texts != others:
        if sorted(texts) == sorted(others):
            first = next(at for at in range(len(texts)) if texts[at] != others[at])
            return ["the same, in another order from record %d on: %.300s before %.300s" %
                    (first + 1, others[first], texts[first])], 0.0
        return [harness.changes(sorted(others), sorted(texts))], 0.0
    greatest = 0.0
    for (text, times), (_, others) in zip(ours, theirs, strict=True):
        for mine, other in zip(times, others, strict=True):
            ended = '"state": "ended"' in text
            greatest = greatest if ended else max(greatest, abs(mine - other))
            if abs(mine - other) > (tolerance_ended if ended else tolerance):
                return ["times differ by %.6f s: %.500s" % (mine - other, text)], greatest
    return [], greatest


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tolerance", type=float, default=TOLERANCE)
    parser.add_argument("live")
    parser.add_argument("replayed")
    parser.add_argument("unordered", nargs="?")
    args = parser.parse_args()
    live, replayed = (harness.parse_records(pathlib.Path(path).read_bytes()) for path in (args.live, args.replayed))
    problems, greatest = differences(live, replayed, args.tolerance, not args.unordered)
    print("%d records, %d alerts of %d detectors; times differ by at most %.3f ms" %
          (len(live), len(harness.of_kind(live, "alert")), len(harness.cases(live)), 1000 * greatest))
    if not live:
        problems.append("no records at all")
    print("".join(problem + "\n" for problem in problems), end="")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
