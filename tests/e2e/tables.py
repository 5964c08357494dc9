"""The tables that say what is in the captures: pcaps/README.md, pcaps/detectors.tsv, pcaps/bulk/labels.tsv."""
import collections
import re

from harness import Failure

# A row of detectors.tsv: this detector must find something in this capture, or must find nothing.
Row = collections.namedtuple("Row", "detector capture fires software what")


def claims(readme):
    """Rows of the one table that has a column "alerts": {file: {column: text}}."""
    header, rows = None, {}
    for line in readme.read_text(encoding="utf-8").splitlines():
        if not line.lstrip().startswith("|"):
            header = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if header is None:
            header = [cell.lower() for cell in cells]
        elif "alerts" in header and not set(line) <= set("|-: "):
            row = dict(zip(header, cells))
            name = re.search(r"\(([^)]+)\)", cells[0])
            rows[name.group(1) if name else cells[0]] = row
    return rows


def claimed_cases(text):
    """The column "alerts": {detector: cases}."""
    if text == "none":
        return collections.Counter()
    counts = collections.Counter()
    for item in text.split(","):
        match = re.fullmatch(r"`?([a-z0-9-]+)`?\s*x\s*(\d+)", item.strip())
        if not match:
            raise Failure("cannot read the claim %r" % item)
        counts[match.group(1)] += int(match.group(2))
    return counts


def detectors(path):
    """The rows of detectors.tsv."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
        cells = line.split("\t")
        if len(cells) != 5 or cells[2] not in ("fires", "silent") or not all(cells):
            raise Failure("%s:%d is no row: %r" % (path.name, number, line))
        rows.append(Row(cells[0], cells[1], cells[2] == "fires", cells[3], cells[4]))
    return rows


def labels(path):
    """{(file name up to the first dot, address): label} of pcaps/bulk/labels.tsv."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        capture, address, label = line.split("\t")[:3]
        found[capture, address] = label
    return found
