"""What the sensor says about a capture stays what it is when the capture is rewritten.

How much must stay is said by the column "keeps" of tests/variant/variants.def.
"""
import collections
import ipaddress
import threading

import harness
from harness import Failure, canonical, changes, findings, names
from windows import Detectors

# Families in which IPv4 has become IPv6; sources are mapped before they are compared.
MAPPED = {"ip6", "tunnel6"}
# What mail texts say of IPv4 addresses fits no client any more in these families: an honest literal is
# a lie there, and a forged one is a lie about somebody else.
GONE_IN_IPV6 = {"zombie-sender", "forged-received"}
NEW_IN_IPV6 = {"helo-spoof", "open-relay"}
# Where one direction is all there is, a mail server of ours is known as one when a session with it is
# over; in these quick captures it has sent to five others before.
BY_ANSWERS = {"zombie-inside"}
# Without SYN the session may have begun before: who spoke first is not known.
BY_OPENING = {"early-talker", "protocol-abuse"}


class Originals:
    """What the sensor says about each capture as it is, asked once; and which detectors have windows."""

    def __init__(self, bench):
        self.bench, self.known, self.lock = bench, {}, threading.Lock()
        self.windowed = Detectors(bench).windowed

    def records(self, capture):
        with self.lock:
            if capture not in self.known:
                self.known[capture] = self.bench.replay(
                    capture, options=self.bench.options(capture))
            return self.known[capture]


def compare_lists(before, after, keys, form=lambda record: record):
    problems = []
    for kind in ("alert", "smtp"):
        old = canonical([form(record) for record in harness.of_kind(before, kind)], keys)
        new = canonical([form(record) for record in harness.of_kind(after, kind)], keys)
        if old != new:
            problems.append("%s records: %s" % (kind, changes(old, new)))
    return problems


def exact(before, after):
    return compare_lists(before, after, harness.INPUT_KEYS)


def but_syn(before, after):
    return compare_lists(before, after, harness.INPUT_KEYS | {"syn", "os", "system"})


def same(before, after):
    keys = harness.INPUT_KEYS | harness.TIME_KEYS | harness.PACKET_KEYS
    return compare_lists(before, after, keys, harness.unordered)


def compare_sets(before, after, may_go=frozenset(), may_come=frozenset()):
    gone = {pair for pair in before - after if pair[0] not in may_go}
    new = {pair for pair in after - before if pair[0] not in may_come}
    return ["no longer found: " + names(gone)] * bool(gone) + ["newly found: " + names(new)] * bool(new)


def as_set(before, after):
    return compare_sets(findings(before), findings(after))


def in_ipv6(before, after):
    return compare_sets(findings(before, mapped=True), findings(after), GONE_IN_IPV6, NEW_IN_IPV6)


def late(before, after):
    """Whole but for the beginning of its connections."""
    return compare_sets(findings(before), findings(after), BY_OPENING)


def twice(before, after, windowed):
    """Twice as much within a window may cross its threshold."""
    known = findings(before)
    new = {pair for pair in findings(after) - known if pair[0] in windowed}
    problems = compare_sets(known, findings(after) - new)
    for what, count in (("sessions", harness.sessions), ("messages", harness.messages)):
        if count(after) != 2 * count(before):
            problems.append("%s: %d, and %d where everything happens twice" %
                            (what, count(before), count(after)))
    return problems


# Several seeds for what is left to chance.
SEEDED = {"seg": 2, "shuffle": 2, "shuffle-any": 2}
LOSS_SEEDS = range(1, 8)
SEEDED_LOSS = {"loss1", "loss5", "loss1-all", "loss5-all"}
RULES = {"exact": exact, "syn": but_syn, "same": same, "set": as_set, "late": late}


class Lost:
    """What a variant lacks of the capture that it was made of; looked up only where it matters."""

    def __init__(self, bench, capture, path):
        self.bench, self.capture, self.path = bench, capture, path
        self.known = None

    def _look(self):
        if self.known is None:
            files = [self.bench.rewrite("ethernet,pcap-us-le", path, "%s-lost-%s" % (which, self.path.name))
                     for which, path in (("whole", self.capture), ("less", self.path))]
            data = harness.tcp_data(files[0]) - harness.tcp_data(files[1])
            dns = harness.dns_answers(files[0]) - harness.dns_answers(files[1])
            for file in files:
                file.unlink()
            self.known = {segment[end] for segment in data for end in (0, 1)}, dns
        return self.known

    def data_of(self, pair):
        """Are octets of the source gone? Of a domain, a recipient, an envelope: of anybody."""
        hosts, _dns = self._look()
        try:
            network = ipaddress.ip_network(pair[1])
        except ValueError:
            return bool(hosts)
        return any(ipaddress.ip_address(host) in network for host in hosts)

    def dns_of(self, pair):
        """Is a DNS answer about the source gone, or one about the domain that it claims?"""
        _hosts, dns = self._look()
        try:
            address = str(ipaddress.ip_address(pair[1]))
        except ValueError:
            return bool(dns)
        return any(harness.names_address(answer, address) for answer in dns) or (
            pair[0] in BY_CLAIMS and bool(dns))


# The MX and NS hosts of a domain speak against who only claims to be of it, and for its own server.
BY_CLAIMS = {"forged-received", "zombie-sender", "zombie-inside"}


def invented(before, after, lost):
    """Findings that the whole capture does not give; an answer that clears a host may be lost."""
    return {pair for pair in findings(after) - findings(before) if not lost.dns_of(pair)}


def check(bench, originals, capture, name, family, keeps):
    before = originals.records(capture)
    mapped = family in MAPPED
    path = bench.rewrite(name, capture)
    try:
        after = bench.replay(path, options=bench.options(capture, mapped))
        if keeps == "fewer":
            new = invented(before, after, Lost(bench, capture, path))
            if family == "half":
                new = {pair for pair in new if pair[0] not in BY_ANSWERS}
            problems = ["invented: " + names(new)] if new else []
        elif keeps == "twice":
            problems = twice(before, after, originals.windowed)
        else:
            problems = (in_ipv6 if mapped else RULES[keeps])(before, after)
    finally:
        path.unlink()
    if problems:
        raise Failure("; ".join(problems))


def check_loss(bench, originals, capture, name, seeds):
    """Nothing is invented, what vanishes has lost octets or a name, and with most seeds nothing vanishes."""
    before = originals.records(capture)
    stayed, problems = collections.Counter(), []
    for seed in seeds:
        full = "%s:%d" % (name, seed) if seed else name
        path = bench.rewrite(full, capture)
        after = bench.replay(path, options=bench.options(capture))
        lost = Lost(bench, capture, path)
        new = invented(before, after, lost)
        if new:
            problems.append("%s: invented: %s" % (full, names(new)))
        kept = findings(before, severity=2) & findings(after, severity=2)
        stayed.update(kept)
        gone = {pair for pair in findings(before, severity=2) - kept
                if not lost.data_of(pair) and not lost.dns_of(pair)}
        if gone:
            problems.append("%s: no longer found, though all its octets are there: %s" %
                            (full, names(gone)))
        path.unlink()
    rare = {pair for pair in findings(before, severity=2) if stayed[pair] * 2 < len(seeds)}
    if rare and len(seeds) > 1:
        problems.append("not found with most of the seeds: " + names(rare))
    if problems:
        raise Failure("; ".join(problems))


def jobs(bench, families):
    """One job for each pair of variant and capture, and for each seed where chance decides."""
    originals = Originals(bench)
    rows = [row for row in bench.variants() if row[2] != "part"]
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
                           LOSS_SEEDS if name in SEEDED_LOSS else (0,))
                continue
            for seed in range(1, SEEDED.get(name, 1) + 1):
                full = name if name not in SEEDED else "%s:%d" % (name, seed)
                if bench.chosen(full, capture.name):
                    yield ("%s of %s" % (full, capture.name), check, *common, full, family, keeps)
