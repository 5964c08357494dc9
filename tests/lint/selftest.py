#!/usr/bin/python3
"""Shows that every lint can fail, and that it does not where nothing is wrong: a small good tree is
made in a temporary folder, then one fault at a time."""
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True

import lint  # noqa: E402
import tools  # noqa: E402

FORMAT = (pathlib.Path(__file__).resolve().parents[2] / ".clang-format").read_text()

GOOD = {
    ".clang-format": FORMAT,
    "include/mxtap/span.h": "/* span: borrowed bytes. */\n#include <stddef.h>\n",
    "include/mxtap/detect.h": "/* detect: the detectors. */\n#include <mxtap/span.h>\n",
    "src/base/span.c": "/* Borrowed bytes. */\n#include <mxtap/span.h>\n",
    "src/app/commands.def": "COMMAND(show, \"shows\")\n",
    "src/app/cmd_show.c": "/* Shows. */\n#include <mxtap/detect.h>\n",
    "src/capture/captures.def": "CAPTURE(pcap, \"pcap\")\n",
    "src/capture/file_pcap.c": "/* pcap. */\n",
    "src/decode/links.def": "#define LINK(name, text)\nLINK(raw, \"raw IP\")\n",
    "src/decode/link_raw.c": "/* Raw IP. */\n",
    "src/stream/engines.def": "ENGINE(native)\n",
    "src/stream/native.c": "/* The engine. */\nconst struct engine engine_native = {0};\n",
    "src/detect/detectors.def": "/* DETECTOR(none): no row. */\nDETECTOR(mx_probe)\n",
    "src/detect/det_mx_probe.c": "/* Probes. */\n#include <mxtap/detect.h>\n\n#include \"cases.h\"\n",
    "src/detect/cases.h": "/* cases: from first to ended. */\n",
    "src/output/formats.def": "FORMAT(eve)\n",
    "src/output/fmt_eve.c": "/* strcpy() in a comment, \"sprintf(\" in a string. */\n",
    "src/output/sinks.def": "SINK(file)\n",
    "src/output/sink_file.c": "/* A file. */\n",
    "tests/detect/test_det_mx_probe.c": "/* Test. */\n",
    "tests/output/test_fmt_eve.c": "/* Test. */\n",
    "tests/output/test_sink_file.c": "/* Test. */\n",
    "docs/detectors/mx-probe.md": "# mx-probe\n",
    "docs/sinks/file.md": "# file\n",
    "pcaps/README.md": "| file | alerts |\n|---|---|\n| a.pcap | mx-probe x1 |\n",
    "dist/start.sh": "#!/bin/bash\necho \"${HOME:-none}\"\n",
    "tests/tool.py": "#!/usr/bin/python3\n\"\"\"A tool.\"\"\"\n",
}

FORGOTTEN = """/* Probes. */
struct probe {
    int count, lost; /* of names */
    struct names names[4];
};

static const struct pack_field fields[] = {
    {"count", PACK_UNSIGNED, PACK_AT(struct probe, count)},
    REMEMBER_NAMES(struct probe, names),
    PACK_END,
};
"""

LONG_FUNCTION = "/* Long. */\nvoid f(void)\n{\n" + "    g();\n" * 90 + "}\n"
LONG_FILE = "/* Long. */\n" + "int x;\n" * 460

# check, file, its bad text (None: the file is missing), words that the complaint must have
FAULTS = (
    ("layering", "src/base/span.c", "/* */\n#include <mxtap/detect.h>\n", "comes after it"),
    ("layering", "include/mxtap/span.h", "/* */\n#include <mxtap/detect.h>\n", "comes after it"),
    ("layering", "src/decode/link_raw.c", "/* */\n#include <mxtap/detect.h>\n", "comes after it"),
    ("layering", "src/app/cmd_show.c", "/* */\n#include \"cases.h\"\n", "no private header"),
    ("layering", "src/app/cmd_show.c", "/* */\n#include \"../detect/cases.h\"\n", "no private"),
    ("layering", "src/app/cmd_show.c", "/* */\n#include \"mxtap/span.h\"\n", "contract"),
    ("layering", "include/mxtap/new.h", "/* */\n", "is in no room"),
    ("layering", "src/app/cmd_show.c", "/* */\n#include <mxtap/new.h>\n", "belongs to no room"),
    ("layering", "src/room/file.c", "/* */\n", "is in no room"),
    ("layering", "notes.txt", "\n", "top folder"),
    ("tables", "src/detect/det_mx_probe.c", None, "row mx_probe has no det_mx_probe.c"),
    ("tables", "src/detect/det_other.c", "/* */\n", "other has no row"),
    ("tables", "src/output/sink_tls.c", "/* */\n", "tls has no row"),
    ("tables", "src/output/formats.def", "FORMAT(eve)\nFORMAT(eve)\n", "two rows"),
    ("tables", "src/output/fmt_eve.c", None, "row eve has no"),
    ("tables", "src/stream/second.c", "/* */\nconst struct engine engine_x = {0};\n", "x has no row"),
    ("tables", "src/decode/links.def", None, "is missing"),
    ("tables", "tests/detect/test_det_mx_probe.c", None, "has no tests/detect"),
    ("tables", "docs/detectors/mx-probe.md", None, "has no docs/detectors"),
    ("tables", "tests/output/test_fmt_eve.c", None, "format eve has no"),
    ("tables", "tests/output/test_sink_file.c", None, "sink file has no tests"),
    ("tables", "docs/sinks/file.md", None, "sink file has no docs"),
    ("tables", "pcaps/README.md", "| file | alerts |\n|---|---|\n| a.pcap | none |\n", "claimed"),
    ("remembered", "src/detect/det_mx_probe.c", FORGOTTEN, "struct probe: lost is not remembered"),
    ("sizes", "src/output/fmt_eve.c", LONG_FUNCTION, ":3: function: 92 lines"),
    ("sizes", "src/output/fmt_eve.c", LONG_FILE, "461 lines, more than"),
    ("words", "src/output/fmt_eve.c", "/* */\nvoid f(void)\n{\n    strcpy(a, b);\n}\n", ":4: strcpy"),
    ("words", "src/output/fmt_eve.c", "/* */\nint x = atoi(\"1\");\n", "atoi"),
    ("words", "src/output/fmt_eve.c", "/* */\ntypedef int number;\n", "typedef"),
    ("words", "src/output/fmt_eve.c", "/* TO" "DO: later */\n", "note to ourselves"),
    ("words", "dist/start.sh", "#!/bin/bash\ncd /ho" "me/somebody/mxtap\n", "path of some machine"),
    ("manuals", "include/mxtap/span.h", "#include <stddef.h>\n", "no comment"),
    ("format", "src/output/fmt_eve.c", "/* Eve. */\nint  x  ;\n", "not as clang-format"),
    ("shell", "dist/start.sh", "#!/bin/bash\nrm -rf $1/*\n", "SC2086"),
    ("python", "tests/tool.py", "#!/usr/bin/env python3\n", "starts with #!"),
    ("python", "tests/tool.py", "#!/usr/bin/python3\nif:\n", "invalid syntax"),
)


def make(root, contents):
    for name, text in contents.items():
        if text is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def problems_of(check, contents):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        make(root, contents)
        return lint.CHECKS[check](root)


def complain(check, name, text, words):
    """What is wrong with the check, given this fault, or None."""
    try:
        problems = problems_of(check, {**GOOD, name: text})
    except tools.Missing as missing:
        print("%s: skipped, %s" % (check, missing))
        return None
    if any(words in problem for problem in problems):
        return None
    return "%s: does not see the fault of %s (%s): %s" % (check, name, words, problems)


def main():
    wrong = []
    for check in lint.CHECKS:
        try:
            problems = problems_of(check, GOOD)
        except tools.Missing:
            continue
        if problems:
            wrong.append("%s: complains of a good tree: %s" % (check, problems))
    wrong += ["%s: has no fault to show here" % check for check in lint.CHECKS
              if check not in {fault[0] for fault in FAULTS}]
    wrong += filter(None, (complain(*fault) for fault in FAULTS))
    print("\n".join(wrong + ["%d faults made, %d missed" % (len(FAULTS), len(wrong))]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
