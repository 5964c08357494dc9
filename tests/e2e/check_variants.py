"""What the sensor says about a capture stays what it is when the capture is rewritten.

How much must stay is said by the column "keeps" of tests/variant/variants.def.
"""
import collections
import ipaddress
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
SEEDED = {"seg": 2, "shuffle": 2, "shuffle-any": 2}
LOSS_SEEDS = range(1, 8)
RULES = {"exact": exact, "syn": but_syn, "same": same, "set": as_set, "fewer": fewer,
         "twice": twice}


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


def missing_from(whole, lossy):
    """Addresses of the hosts that lack a segment with data."""
    lost = harness.tcp_data(whole) - harness.tcp_data(lossy)
    return {segment[end] for segment in lost for end in (0, 1)}


def excused(pair, hosts):
    """A finding may only vanish where octets of its source are gone."""
    if "/" in pair[1]:
        network = ipaddress.ip_network(pair[1])
        return any(ipaddress.ip_address(host) in network for host in hosts)
    return pair[1] in hosts


def check_loss(bench, originals, capture, name, seeds):
    """Nothing is invented, what vanishes has lost octets, and with most seeds nothing vanishes."""
    before = originals.records(capture)
    whole = bench.rewrite("ethernet", capture, "whole-%s-%s" % (name, capture.name))
    stayed, problems = collections.Counter(), []
    for seed in seeds:
        full = "%s:%d" % (name, seed) if seed else name
        path = bench.rewrite(full, capture)
        after = bench.replay(path)
        new = findings(after) - findings(before)
        if new:
            problems.append("%s: invented: %s" % (full, names(new)))
        kept = findings(before, severity=2) & findings(after, severity=2)
        stayed.update(kept)
        gone = findings(before, severity=2) - kept
        hosts = missing_from(whole, path) if gone else set()
        gone = {pair for pair in gone if not excused(pair, hosts)}
        if gone:
            problems.append("%s: no longer found, though all its octets are there: %s" %
                            (full, names(gone)))
        path.unlink()
    whole.unlink()
    rare = {pair for pair in findings(before, severity=2) if stayed[pair] * 2 < len(seeds)}
    if rare and len(seeds) > 1:
        problems.append("not found with most of the seeds: " + names(rare))
    if problems:
        raise Failure("; ".join(problems))


def jobs(bench, families):
    """One job for each pair of variant and capture, and for each seed where chance decides."""
    originals = Originals(bench)
    rows = [row for row in bench.variants() if row[2] in RULES or row[2] == "loss"]
    known = {row[1] for row in rows}
    for family in families or sorted(known):
        if family not in known:
            raise Failure("no family %s; there are %s" % (family, ", ".join(sorted(known))))
    for name, family, keeps, _about in rows:
        for capture in bench.captures() if not families or family in families else ():
            common = bench, originals, capture
            if keeps == "loss":
                if bench.chosen(name, capture.name):
                    yield ("%s of %s" % (name, capture.name), check_loss, *common, name,
                           LOSS_SEEDS if name in ("loss1", "loss5") else (0,))
                continue
            for seed in range(1, SEEDED.get(name, 1) + 1):
                full = name if name not in SEEDED else "%s:%d" % (name, seed)
                if bench.chosen(full, capture.name):
                    yield ("%s of %s" % (full, capture.name), check, *common, full, family, keeps)
