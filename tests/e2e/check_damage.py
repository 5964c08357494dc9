"""Truncated and damaged files: exit status 2, one line that names file and byte, and what came before counts."""
import random
import re
import struct

import dialogue
import harness
from harness import Failure

FORMATS = ("pcap-us-le", "pcap-us-be", "pcap-ns-le", "pcap-ns-be", "ng-le", "ng-be", "ng-sections",
           "ng-blocks", "ng-mixed", "gz", "gz-members", "ng-be-gz")
CUTS = 40      # cuts a format, besides those inside the first header
MUTATIONS = 60 # files a format with some octets changed


def boundaries_pcap(octets):
    order = "<" if octets[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at, ends = 24, [24]
    while at + 16 <= len(octets):
        at += 16 + struct.unpack(order + "I", octets[at + 8:at + 12])[0]
        ends.append(at)
    return ends


def boundaries_pcapng(octets):
    at, ends, order = 0, [], "<"
    while at + 12 <= len(octets):
        if octets[at:at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if octets[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
        at += struct.unpack(order + "I", octets[at + 4:at + 8])[0]
        ends.append(at)
    return ends


def boundaries(octets):
    """Where the file may end without harm, or None for a compressed one."""
    if octets[:2] == b"\x1f\x8b":
        return None
    return boundaries_pcapng(octets) if octets[:4] == b"\x0a\x0d\x0d\x0a" else boundaries_pcap(octets)


def cuts(octets, ends, chance):
    """All of the first octets, structural boundaries and their neighbours, and some by chance."""
    places = set(range(0, min(30, len(octets))))
    chosen = ends if ends is not None else []
    if len(chosen) > CUTS // 4:
        chosen = sorted(chance.sample(chosen, CUTS // 4))
    for end in chosen:
        places |= {end - 1, end, end + 1, end + 8, end + 16, end + 17}
    places |= {chance.randrange(len(octets)) for _ in range(CUTS)}
    places |= {len(octets) - back for back in (1, 2, 4, 8, 9)}
    return sorted(place for place in places if 0 <= place < len(octets))


def one_line(run, path):
    """The line about the damage: exactly one names the file, and it has a byte offset."""
    lines = [line for line in run.err.decode("utf-8", "replace").splitlines() if path.name in line]
    if len(lines) != 1:
        raise Failure("%d lines on standard error name the file: %r" % (len(lines), run.err[:400]))
    if not re.search(r"\bbyte \d+\b|\boffset \d+\b|\b\d+\b", lines[0].replace(path.name, "")):
        raise Failure("no byte in the line: %r" % lines[0])


def subset(before, records):
    """No finding that the whole file does not give, and no record invented before the damage."""
    new = harness.findings(records) - harness.findings(before)
    if new:
        raise Failure("invented: " + harness.names(new))


def check_cut(bench, path, octets, at, harmless, before):
    path = path.with_name("cut-%d-%s" % (at, path.name))
    path.write_bytes(octets[:at])
    try:
        run = bench.run("replay", "-q", path, status=0 if harmless else 2)
        subset(before, harness.parse_records(run.out))
        if not harmless:
            one_line(run, path)
    finally:
        path.unlink()


def check_mutation(bench, path, octets, chance_seed):
    chance = random.Random(chance_seed)
    changed = bytearray(octets)
    for _ in range(chance.choice((1, 1, 3, 20))):
        area = min(len(changed), chance.choice((40, 400, len(changed))))
        changed[chance.randrange(area)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    path = path.with_name("changed-%d-%s" % (chance_seed, path.name))
    path.write_bytes(changed)
    try:
        run = bench.run("replay", "-q", "--log", "alert,smtp", path, status=None)
        harness.parse_records(run.out)
        if run.status == 1:
            raise Failure("a damaged file is no wrong usage: %s" % harness.tail(run.err))
    finally:
        path.unlink()


def check_odd_file(bench, name, octets):
    path = bench.folder / name
    path.write_bytes(octets)
    run = bench.run("replay", path, status=2)
    if run.out:
        raise Failure("records out of nothing: %r" % run.out[:200])
    one_line(run, path)


def check_others_go_on(bench, good):
    """Beside a damaged file, the sound ones are analysed."""
    before = bench.replay(good)
    garbage = bench.folder / "garbage-beside.pcap"
    garbage.write_bytes(b"this is not a capture\n" * 50)
    records = harness.parse_records(
        bench.run("replay", "--log", "alert,smtp", garbage, good, status=2).out)
    if harness.canonical(before, ()) != harness.canonical(records, ()):
        raise Failure("other records than without the garbage: " + harness.changes(
            harness.canonical(before, ()), harness.canonical(records, ())))


def check_missing(bench):
    path = bench.folder / "there-is-no-such-file.pcap"
    run = bench.run("replay", path, status=None)
    if run.status == 0 or run.out:
        raise Failure("exit status %d, output %r" % (run.status, run.out[:100]))
    if path.name.encode() not in run.err:
        raise Failure("the message does not name the file: %r" % run.err[:300])


def check_usage(bench, *args):
    run = bench.run(*args, status=1)
    if run.out or not run.err.strip():
        raise Failure("wrong usage must be told on standard error, and only there")


def jobs(bench):
    chance = random.Random(20060619)
    for sample in ("probe", "hostile"):
        source = bench.folder / ("%s.pcap" % sample)
        source.write_bytes(dialogue.SAMPLES[sample]().pcap())
        before = bench.replay(source)
        for name in FORMATS:
            if sample == "hostile" and name not in ("ng-blocks", "gz"):
                continue
            path = bench.rewrite(name, source)
            octets = path.read_bytes()
            ends = boundaries(octets)
            for at in cuts(octets, ends, chance):
                if bench.chosen("cut", sample, name, at):
                    harmless = ends is not None and at in ends
                    yield ("%s of %s cut at byte %d" % (name, sample, at), check_cut, bench, path,
                           octets, at, harmless, before)
            for number in range(MUTATIONS):
                if bench.chosen("mutation", sample, name, number):
                    yield ("%s of %s with changes %d" % (name, sample, number), check_mutation,
                           bench, path, octets, number)
    yield "an empty file", check_odd_file, bench, "empty.pcap", b""
    yield "an empty .gz", check_odd_file, bench, "empty.pcap.gz", b""
    yield "garbage", check_odd_file, bench, "garbage.pcap", bytes(range(256)) * 20
    yield "text", check_odd_file, bench, "text.pcap", b"hello, world\n" * 100
    yield "gzipped garbage", check_odd_file, bench, "short.pcap.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\3abc"
    yield "garbage beside a capture", check_others_go_on, bench, bench.folder / "probe.pcap"
    yield "a missing file", check_missing, bench
    yield "no file", check_usage, bench, "replay"
    yield "no such option", check_usage, bench, "replay", "--no-such-option", "x.pcap"
    yield "no such command", check_usage, bench, "no-such-command"
