"""Both engines draw the same dialogues of loss-free IPv4 captures; the same input gives the same bytes."""
import difflib

import harness
from harness import Failure

# Ways of sending the same octets that both engines must see through.
TRANSPORTS = ("ethernet", "seg7", "seqwrap", "swap", "dup", "frag64", "rst")

WORKERS = (2, 3)
# What happens to the packets on the way must not matter to how they are shared; each capture gets one.
WORN = ("loss5-all:3", "swap-any", "dup-dnat", "frag64", "head")

# libnids throws away what lies outside the window that the receiver announced last. Where packets change places, a fast transfer of
# more than this many octets does, though nothing is lost: the native engine is for such captures.
NIDS_SWAP_LIMIT = 200_000


def first_change(old, new):
    lines = difflib.unified_diff(old.decode("utf-8", "replace").splitlines(),
                                 new.decode("utf-8", "replace").splitlines(), lineterm="", n=0)
    return " / ".join(list(lines)[2:8])


def has_ipv6(bench, capture):
    """Whether a TCP packet over IPv6 is in it: Ethernet type 86DD, next header 6."""
    path = bench.rewrite("ethernet,pcap-us-le", capture, "ipv6-%s" % capture.name)
    found = any(frame[12:14] == b"\x86\xdd" and frame[20:21] == b"\x06"
                for frame in harness.frames(path))
    path.unlink()
    return found


def same_dialogues(bench, capture, name):
    path = bench.rewrite(name, capture, "engine-%s-%s" % (name, capture.name))
    options = bench.options(capture)
    native = bench.run("show", "--engine", "native", *options, path).out
    nids = bench.run("show", "--engine", "nids", *options, path).out
    path.unlink()
    if not native.strip():
        raise Failure("show prints nothing")
    native, nids = dialogues(native), dialogues(nids)
    if native != nids:
        raise Failure("the engines differ: " + first_change(native, nids))


def dialogues(shown):
    """Each dialogue as it is, in an order of its own: where packets have changed places, sessions may end in another order."""
    return b"\n".join(sorted(shown.split(b"\n\n")))


def same_records(bench, capture):
    """The engines may close a session at another packet: times and what hangs on them may differ."""
    keys = harness.TIME_KEYS | harness.PACKET_KEYS | {"id"}  # which is made of times, too
    native, nids = (
        harness.canonical(bench.replay(capture, options=("--engine", engine, *bench.options(capture))),
                          keys) for engine in ("native", "nids"))
    if native != nids:
        raise Failure("the engines differ: " + harness.changes(native, nids))


def same_bytes(bench, capture):
    args = ("replay", "--log", "alert,smtp,stats", *bench.options(capture), capture)
    if bench.run(*args).out != bench.run(*args).out:
        raise Failure("replay of the same file gives other bytes the second time")
    if bench.run("show", capture).out != bench.run("show", capture).out:
        raise Failure("show of the same file gives other bytes the second time")


def same_with_workers(bench, capture, name=None):
    """name: of a variant, or the capture as it is."""
    path = bench.rewrite(name, capture, "worn-" + capture.name) if name else capture
    args = ("replay", "--log", "alert,smtp", *bench.options(capture))
    one = bench.run(*args, path).out
    for workers in WORKERS:
        many = bench.run(*args, "--workers", workers, path).out
        if one != many:
            raise Failure("%d workers: %s" % (workers, first_change(one, many)))
    if name:
        path.unlink()


def check_built(bench, capture):
    """One failure instead of hundreds where the program was built without libnids."""
    run = bench.run("show", "--engine", "nids", capture, status=None)
    if run.status == 1:
        raise Failure(run.err.decode("utf-8", "replace").strip())


def jobs(bench):
    first = bench.captures()[0]
    yield "the engine nids", check_built, bench, first
    built = bench.run("show", "--engine", "nids", first, status=None).status != 1
    for number, capture in enumerate(bench.captures()):
        worn = WORN[number % len(WORN)]
        yield ("%s of %s with more workers" % (worn, capture.name), same_with_workers, bench, capture,
               worn)
        yield "%s twice" % capture.name, same_bytes, bench, capture
        yield "%s with more workers" % capture.name, same_with_workers, bench, capture
        if not built or has_ipv6(bench, capture):
            continue
        yield "records of %s in both engines" % capture.name, same_records, bench, capture
        for name in TRANSPORTS:
            if name == "swap" and capture.stat().st_size > NIDS_SWAP_LIMIT:
                continue
            if bench.chosen("engine", name, capture.name):
                yield ("%s of %s in both engines" % (name, capture.name), same_dialogues, bench,
                       capture, name)
