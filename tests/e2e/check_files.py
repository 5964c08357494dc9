"""Several files, directories and standard input are one stream in time order."""
import pathlib
import shutil

import dialogue
import harness
from harness import Failure, canonical, changes

PARTS = 5
FORMS = ("pcap-us-le", "ng-be", "gz", "pcap-ns-be", "ng-le-gz")


def compare(before, after, keys=frozenset({"pcap_filename"})):
    old, new = canonical(before, keys), canonical(after, keys)
    if old != new:
        raise Failure(changes(old, new))


def parts_of(bench, capture, forms):
    folder = bench.folder / ("parts-%s-%s" % (capture.name, "-".join(sorted(set(forms)))))
    folder.mkdir()
    parts = []
    for number in range(1, PARTS + 1):
        form = forms[(number - 1) % len(forms)]
        ending = ".pcap.gz" if "gz" in form else ".pcap"
        name = "%s/part-%d%s" % (folder.name, number, ending)
        parts.append(bench.rewrite("part:%d:%d,%s" % (number, PARTS, form), capture, name))
    return folder, parts


def check_rotated(bench, capture, forms):
    """Flows go on from file to file, in whatever order the files are named."""
    options = bench.options(capture)
    whole = bench.rewrite("ethernet", capture, "whole-%s-%s" % (len(forms), capture.name))
    before = bench.replay(whole, options=options)
    folder, parts = parts_of(bench, capture, forms)
    # Formats with microseconds change the first time of a flow, and so its number.
    keys = {"pcap_filename"} if len(forms) == 1 else {"pcap_filename", "flow_id", "id"}
    for order, files in (("in order", parts), ("backwards", parts[::-1]),
                         ("mixed", parts[2:] + parts[:2]), ("as a directory", [folder])):
        try:
            compare(before, bench.replay(*files, options=options), keys)
        except Failure as failure:
            raise Failure("%s: %s" % (order, failure)) from None
    shutil.rmtree(folder)


def check_stdin(bench, capture):
    options = bench.options(capture)
    compare(bench.replay(capture, options=options),
            bench.replay("-", options=options, stdin=capture.read_bytes()))


def check_two_taps(bench, capture):
    """One file for each direction: merged in time order they are the whole."""
    options = bench.options(capture)
    before = bench.replay(bench.rewrite("ethernet", capture, "both-%s" % capture.name),
                          options=options)
    halves = [bench.rewrite(half, capture, "%s-of-%s" % (half, capture.name))
              for half in ("client", "server")]
    after = bench.replay(*halves, options=options)
    compare(before, after, harness.INPUT_KEYS | harness.TIME_KEYS | harness.PACKET_KEYS)


def check_order(bench, first, second):
    """Two captures of different times: the order of the arguments does not count."""
    compare(bench.replay(first, second), bench.replay(second, first), frozenset())


def check_output_file(bench, capture):
    direct = bench.run("replay", capture).out
    path = bench.folder / "records.json"
    run = bench.run("replay", "-o", path, capture)
    if run.out or path.read_bytes() != direct:
        raise Failure("-o FILE does not hold what standard output would have got")


def check_configured_file(bench, capture):
    """The file that a configuration names is the live sensor's: a replay leaves it alone."""
    records = bench.folder / "sensor.json"
    records.write_text("records of the sensor\n")
    config = bench.folder / "sensor.yaml"
    config.write_text("output:\n  file: %s\n" % records)
    run = bench.run("replay", "-c", config, capture)
    if records.read_text() != "records of the sensor\n":
        raise Failure("a replay has written into the sensor's file")
    if run.out != bench.run("replay", capture).out:
        raise Failure("with the sensor's configuration records do not go to standard output")


def jobs(bench):
    captures = bench.captures()
    for capture in captures:
        if bench.chosen("rotated", capture.name):
            yield "%s in five files" % capture.name, check_rotated, bench, capture, FORMS[:1]
            yield "%s in five formats" % capture.name, check_rotated, bench, capture, FORMS
            yield "%s from two taps" % capture.name, check_two_taps, bench, capture
        yield "%s from standard input" % capture.name, check_stdin, bench, capture
    for first, second in zip(captures, captures[1:]):
        yield "%s and %s" % (first.name, second.name), check_order, bench, first, second
    probe = pathlib.Path(bench.folder / "probe-o.pcap")
    probe.write_bytes(dialogue.probe().pcap())
    yield "-o FILE", check_output_file, bench, probe
    yield "output.file", check_configured_file, bench, probe
