"""A slower capture: what is slower than its window falls below its threshold, and only that.

Times are relative: a slower capture seen through the windows of the settings is the capture itself seen
through windows that are as much shorter. So, of each capture 500 times as slow,

- with every window as much longer, nothing changes;
- with the windows as they are, it gives what the capture gives with windows 500 times shorter;
  that is never more than the capture gives, and all of it where a detector has no window.

Some captures are so quick that this leaves them within their window; 10,000 times as slow, each
detector with a window misses something. Time-outs of streams and of what DNS said are no windows:
where they would be reached before anything else (stream.idle_time) they are set out of the way.
"""
import threading

import harness
from harness import Failure, findings, names
from windows import Detectors

TIMES = 500
TIMES_QUICK = 10000
# 28, 43 and their like were stretched before: as much again, and their windows would have no end.
TIMES_SLOW, SLOW = 100, 3600
PATIENCE = ("stream.idle_time=1e6", "stream.half_open_time=1e6", "stream.closed_time=1e6",
            "know.ttl_min=86400", "know.ttl_max=604800")


class Fallen:
    """Which detectors have fallen below their threshold in some capture."""

    def __init__(self):
        self.lock, self.names = threading.Lock(), set()

    def add(self, detectors):
        with self.lock:
            self.names |= detectors


def settings(texts):
    return tuple(word for text in texts for word in ("--set", text))


def compare(what, wanted, found):
    problems = []
    if wanted - found:
        problems.append("%s: not found: %s" % (what, names(wanted - found)))
    if found - wanted:
        problems.append("%s: found besides: %s" % (what, names(found - wanted)))
    return problems


def length_of(records):
    """Event time between the first and the last record of a capture, in seconds."""
    times = [harness.seconds_of(record) for record in records]
    return max(times) - min(times) if times else 0


def check(bench, detectors, fallen, capture):
    options = bench.options(capture)
    patient = options + settings(PATIENCE)
    original = bench.replay(capture, options=options)
    before = findings(original)
    times = TIMES_SLOW if length_of(original) >= SLOW else TIMES
    path = bench.rewrite("stretch:%d" % (times * 100), capture, "slow-" + capture.name)
    longer = findings(bench.replay(path, options=patient + detectors.options(times)))
    after = findings(bench.replay(path, options=options))
    path.unlink()
    shorter = findings(bench.replay(capture, options=options + detectors.options(1 / times)))
    problems = compare("%d times as slow, with longer windows" % times, before, longer)
    problems += compare("%d times as slow, against shorter windows" % times, shorter, after)
    if after - before:
        problems.append("%d times as slow: invented: %s" % (times, names(after - before)))
    gone = {pair for pair in before - after if pair[0] not in detectors.timed}
    if gone:
        problems.append("%d times as slow: gone, though no window is in it: %s" % (times, names(gone)))
    if times == TIMES and before:
        path = bench.rewrite("stretch:%d" % (TIMES_QUICK * 100), capture, "slower-" + capture.name)
        after = findings(bench.replay(path, options=patient))
        path.unlink()
        if after - before:
            problems.append("%d times as slow: invented: %s" % (TIMES_QUICK, names(after - before)))
    fallen.add({name for name, _source in before - after})
    if problems:
        raise Failure("; ".join(problems))


def check_fallen(detectors, fallen):
    """The test would be empty for a detector that nothing makes fall below its threshold."""
    never = detectors.windowed - fallen.names - {"zombie-sender"}
    if never:
        raise Failure("no capture falls below the threshold of " + ", ".join(sorted(never)))


def jobs(bench):
    detectors, fallen = Detectors(bench), Fallen()
    captures = [capture for capture in bench.captures() if bench.chosen("stretch", capture.name)]
    for capture in captures:
        yield capture.name, check, bench, detectors, fallen, capture
    if bench.every == 1:
        bench.last = [("the windows", check_fallen, detectors, fallen)]
