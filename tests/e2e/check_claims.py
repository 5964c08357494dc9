"""Each capture gives exactly the sessions, messages and alerts that its row in pcaps/README.md claims."""
import collections
import re

import harness
from harness import Failure

COLUMNS = ("sessions", "messages", "alerts")


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


def expected_cases(text):
    if text == "none":
        return collections.Counter()
    counts = collections.Counter()
    for item in text.split(","):
        match = re.fullmatch(r"`?([a-z0-9-]+)`?\s*x\s*(\d+)", item.strip())
        if not match:
            raise Failure("cannot read the claim %r" % item)
        counts[match.group(1)] += int(match.group(2))
    return counts


def show(counter):
    return ", ".join("%s x%d" % item for item in sorted(counter.items())) or "none"


def check(bench, capture, row):
    records = bench.replay(capture)
    found, expected = harness.cases(records), expected_cases(row["alerts"])
    problems = []
    if found != expected:
        problems.append("alerts: claimed %s, got %s" % (show(expected), show(found)))
    for name, count in (("sessions", harness.sessions(records)),
                        ("messages", harness.messages(records))):
        if count != int(row[name]):
            problems.append("%s: claimed %s, got %d" % (name, row[name], count))
    if row.get("kind", "").lower() == "benign" and harness.findings(records, severity=2):
        problems.append("a benign capture with findings: " +
                        harness.names(harness.findings(records, severity=2)))
    if problems:
        raise Failure("; ".join(problems))


def complete(rows, captures):
    names = {capture.name for capture in captures}
    problems = ["%s has no row" % name for name in sorted(names - rows.keys())]
    problems += ["%s has a row but is not there" % name for name in sorted(rows.keys() - names)]
    problems += ["%s lacks the column %s" % (name, column) for name, row in rows.items()
                 for column in COLUMNS if column not in row]
    if problems:
        raise Failure("; ".join(problems))


def jobs(bench):
    captures = bench.captures()
    rows = claims(bench.pcaps / "README.md")
    yield "the table of pcaps/README.md", complete, rows, captures
    for capture in captures:
        if capture.name in rows:
            yield capture.name, check, bench, capture, rows[capture.name]
