"""A row in a .def table and the file it stands for come together; a detector besides has a unit
test, a capture that it is claimed for in pcaps/README.md, and a page in docs/detectors; a format and a
sink have a unit test too, and a sink a page in docs/sinks."""
import re

import tree

# table, macro, name of the file of a row, and what files of the kind are called
TABLES = (
    ("src/app/commands.def", "COMMAND", "cmd_%s.c", r"cmd_(\w+)\.c"),
    ("src/capture/captures.def", "CAPTURE", "file_%s.c", r"file_(\w+)\.c"),
    ("src/decode/links.def", "LINK", "link_%s.c", r"link_(\w+)\.c"),
    ("src/stream/engines.def", "ENGINE", "%s.c", None),
    ("src/detect/detectors.def", "DETECTOR", "det_%s.c", r"det_(\w+)\.c"),
    ("src/output/formats.def", "FORMAT", "fmt_%s.c", r"fmt_(\w+)\.c"),
    ("src/output/sinks.def", "SINK", "sink_%s.c", r"sink_(\w+)\.c"),
)

ENGINE = re.compile(r"^const struct engine engine_(\w+)", re.MULTILINE)


def rows(table, macro):
    return re.findall(r"^%s\(\s*(\w+)" % macro, tree.code_only(tree.text(table)), re.MULTILINE)


def of_kind(folder, pattern):
    """The names for which folder has a file; of engines, those that a file defines."""
    if pattern:
        matches = [re.fullmatch(pattern, path.name) for path in sorted(folder.glob("*.c"))]
        return [match.group(1) for match in matches if match]
    return [name for path in sorted(folder.glob("*.c")) for name in ENGINE.findall(tree.text(path))]


def check_table(root, table, macro, file_of, pattern):
    path = root / table
    if not path.exists():
        return ["%s: is missing" % table]
    named = rows(path, macro)
    problems = ["%s: %s has two rows" % (table, name) for name in sorted(set(named))
                if named.count(name) > 1]
    for name in named:
        if not (path.parent / (file_of % name)).exists():
            problems.append("%s: row %s has no %s" % (table, name, file_of % name))
    for name in of_kind(path.parent, pattern):
        if name not in named:
            problems.append("%s: %s has no row" % (table, name))
    return problems


def claimed(root):
    """Names of the detectors that some capture is claimed to set off."""
    readme = root / "pcaps/README.md"
    names = set()
    for line in tree.text(readme).splitlines() if readme.exists() else ():
        if line.startswith("|"):
            names.update(re.findall(r"`?([a-z0-9-]+)`?\s*x\s*\d+", line.strip(" |").split("|")[-1]))
    return names


def check_detectors(root):
    table = root / "src/detect/detectors.def"
    if not table.exists():
        return []
    problems, claims = [], claimed(root)
    for name in rows(table, "DETECTOR"):
        page = name.replace("_", "-")
        wanted = ("tests/detect/test_det_%s.c" % name, "docs/detectors/%s.md" % page)
        problems += ["detector %s has no %s" % (page, path) for path in wanted
                     if not (root / path).exists()]
        if page not in claims:
            problems.append("detector %s: no capture in pcaps/README.md is claimed for it" % page)
    return problems


def check_outputs(root):
    wanted = []
    for table, macro, paths in (("src/output/formats.def", "FORMAT", ("tests/output/test_fmt_%s.c",)),
                                ("src/output/sinks.def", "SINK", ("tests/output/test_sink_%s.c", "docs/sinks/%s.md"))):
        names = rows(root / table, macro) if (root / table).exists() else ()
        wanted += [(macro.lower(), name, path % name) for name in names for path in paths]
    return ["%s %s has no %s" % row for row in wanted if not (root / row[2]).exists()]


def check(root):
    problems = []
    for table in TABLES:
        problems += check_table(root, *table)
    return problems + check_detectors(root) + check_outputs(root)
