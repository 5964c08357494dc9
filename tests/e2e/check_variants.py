"""What the sensor says about a capture stays what it is when the capture is rewritten.

How much must stay is said by the column "keeps" of tests/variant/variants.def.
"""
import threading

import harness
from harness import Failure, canonical, changes, findings, names

# Families in which IPv4 has become IPv6; sources are mapped before they are compared.
MAPPED = {"ip6", "tunnel6"}


class Originals:
    """What the sensor says about each capture as it is, asked once."""

    def __init__(self, bench):
        self.bench, self.known, self.lock = bench, {}, threading.Lock()

    def records(self, capture):
        with self.lock:
            if capture not in self.known:
                self.known[capture] = self.bench.replay(capture)
            return self.known[capture]


def compare_lists(before, after, keys):
    problems = []
    for kind in ("alert", "smtp"):
        old = canonical(harness.of_kind(before, kind), keys)
        new = canonical(harness.of_kind(after, kind), keys)
        if old != new:
            problems.append("%s records: %s" % (kind, changes(old, new)))
    return problems


def exact(before, after, _mapped):
    return compare_lists(before, after, harness.INPUT_KEYS)


def but_syn(before, after, _mapped):
    return compare_lists(before, after, harness.INPUT_KEYS | {"syn", "os"})


def same(before, after, _mapped):
    return compare_lists(before, after,
                         harness.INPUT_KEYS | harness.TIME_KEYS | harness.PACKET_KEYS)


def compare_sets(before, after):
    problems = []
    if before - after:
        problems.append("no longer found: " + names(before - after))
    if after - before:
        problems.append("newly found: " + names(after - before))
    return problems


def as_set(before, after, mapped):
    return compare_sets(findings(before, mapped=mapped), findings(after))


def after_loss(before, after, _mapped):
    problems = compare_sets(findings(before, severity=2), findings(after, severity=2))
    new = findings(after) - findings(before)
    if new:
        problems.append("invented: " + names(new))
    return problems


def fewer(before, after, _mapped):
    new = findings(after) - findings(before)
    return ["invented: " + names(new)] if new else []


def twice(before, after, _mapped):
    problems = compare_sets(findings(before), findings(after))
    for what, count in (("sessions", harness.sessions), ("messages", harness.messages)):
        if count(after) != 2 * count(before):
            problems.append("%s: %d, and %d where everything happens twice" %
                            (what, count(before), count(after)))
    return problems


# Several seeds for what is left to chance.
SEEDED = {"loss1": 3, "loss5": 3, "seg": 2, "shuffle": 2, "shuffle-any": 2}
RULES = {"exact": exact, "syn": but_syn, "same": same, "set": as_set, "loss": after_loss,
         "fewer": fewer, "twice": twice}


def check(bench, originals, capture, name, family, keeps):
    before = originals.records(capture)
    path = bench.rewrite(name, capture)
    try:
        after = bench.replay(path)
    finally:
        path.unlink()
    mapped = family in MAPPED
    rule = as_set if mapped else RULES[keeps]
    problems = rule(before, after, mapped)
    if problems:
        raise Failure("; ".join(problems))


def jobs(bench, families):
    originals = Originals(bench)
    rows = [row for row in bench.variants() if row[2] in RULES]
    known = {row[1] for row in rows}
    for family in families or sorted(known):
        if family not in known:
            raise Failure("no family %s; there are %s" % (family, ", ".join(sorted(known))))
    for name, family, keeps, _about in rows:
        if families and family not in families:
            continue
        for seed in range(1, SEEDED.get(name, 1) + 1):
            full = name if name not in SEEDED else "%s:%d" % (name, seed)
            for capture in bench.captures():
                if bench.chosen(full, capture.name):
                    yield ("%s of %s" % (full, capture.name), check, bench, originals, capture,
                           full, family, keeps)
