"""Each capture gives exactly the sessions, messages and alerts that its row in pcaps/README.md claims."""
import harness
import tables
from harness import Failure

COLUMNS = ("sessions", "messages", "alerts")


def show(counter):
    return ", ".join("%s x%d" % item for item in sorted(counter.items())) or "none"


def check(bench, capture, row):
    records = bench.replay(capture, options=bench.options(capture))
    found, expected = harness.cases(records), tables.claimed_cases(row["alerts"])
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
    yield "the table of pcaps/README.md", complete, bench.rows, captures
    for capture in captures:
        if capture.name in bench.rows:
            yield capture.name, check, bench, capture, bench.rows[capture.name]
