#!/usr/bin/python3
"""The table of dialects, src/know/dialects.def, and what the captures say.

    dialects.py --mxtap PROGRAM            every row as the captures have it
    dialects.py --mxtap PROGRAM --check    exit status 1, and what is wrong, where the table does not agree with them

Each capture below is replayed with --log smtp, and each client is joined with its software, which is known from the scenario. A dialect
must fall on a row that names the software, or on one without a name. A row's letters must be just those that were seen: "always" in all
of its dialects, "sometimes" in some. Clients of our own play attackers and others: they may fall only on rows that say "plain".
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
OWN = "a client of our own"
PARTNER, NEWS, OFFICE, TOOLS = "203.0.113.10", "198.18.10.20", "198.18.20.9", "198.18.30.66"
# capture: software of each client, by address; "*" for all others
SOURCES = {
    "tests/lab/measured/dialects.pcap.gz": {
        PARTNER: "Postfix", OFFICE: "Exim", "198.18.41.9": "swaks", "198.18.42.9": "smtp-source", "198.18.43.9": "hydra",
        "198.18.44.9": "nmap", "198.18.45.9": "Python smtplib", "198.18.46.9": "curl"},
    "pcaps/01-queue-mail.pcap": {"*": "Postfix"},
    "pcaps/02-starttls.pcap": {"*": "Postfix"},
    "pcaps/03-newsletter.pcap.gz": {"*": "Postfix"},
    "pcaps/04-greylist.pcap": {"*": "Postfix"},
    "pcaps/05-blocklisted.pcap": {"*": "Postfix"},
    "pcaps/06-callout.pcap": {"*": "Exim"},
    "pcaps/07-bounce.pcap": {"*": "Postfix"},
    "pcaps/08-ipv6-mail.pcapng": {"*": "Postfix"},
    "pcaps/09-swaks.pcap": {"*": "swaks"},
    "pcaps/10-swaks-auth.pcap": {"*": "swaks"},
    "pcaps/11-exim-to-postfix.pcap": {"*": "Exim"},
    "pcaps/12-postfix-to-exim.pcap": {"*": "Postfix"},
    "pcaps/13-big-message.pcap": {"*": "Postfix"},
    "pcaps/14-recipients.pcap": {"*": "Postfix"},
    "pcaps/15-smtp-source.pcap": {"*": "smtp-source"},
    "pcaps/16-bdat.pcapng": {"*": OWN},
    "pcaps/20-prober-story.pcap": {"*": OWN},
    "pcaps/21-prober-exim.pcap": {"*": OWN},
    "pcaps/22-prober-pipelining.pcap": {"*": OWN},
    "pcaps/23-hydra-rcpt.pcap": {"*": "hydra"},
    "pcaps/24-hydra-vrfy.pcap": {"*": "hydra"},
    "pcaps/25-nmap-enum-users.pcap": {"*": "nmap"},
    "pcaps/26-nmap-open-relay.pcap": {"*": "nmap"},
    "pcaps/27-harvest.pcap": {"*": OWN},
    "pcaps/28-harvest-slow.pcap": {"*": OWN},
    "pcaps/29-prober-ipv6.pcapng": {"*": OWN},
    "pcaps/30-zombies.pcap": {"*": OWN},
    "pcaps/31-zombies-blind.pcap": {"*": OWN},
    "pcaps/34-data-refused.pcap": {"*": OWN},
    "pcaps/35-mixed-day.pcap.gz": {PARTNER: "Postfix", "*": OWN},
    "pcaps/36-data-refused-exim.pcap": {"*": OWN},
}
# Rows that are from documentation: nobody in the lab speaks so.
UNMEASURED = {"Sendmail"}
ROW = re.compile(r'^SPEAKS\((?:"([^"]*)"|NULL), (true|false), ([\w |]+), ([\w |]+)\)$', re.MULTILINE)
# Too little was said to know anybody by: no greeting, or only QUIT.
SILENT = {"", "U"}


class Row:
    def __init__(self, match):
        self.name, self.server = match[1], match[2] == "true"
        self.always, self.sometimes = letters(match[3]), letters(match[4])
        self.seen = []

    def fits(self, habits):
        return self.always <= habits <= self.always | self.sometimes

    def measured(self):
        """The row that the captures make."""
        always = set.intersection(*self.seen) if self.seen else set()
        return always, set().union(*self.seen) - always


def letters(text):
    return set() if text.strip() == "NOTHING" else {word.strip() for word in text.split("|")}


def habits_of(dialect):
    """What counts of a dialect: no QUIT, no reactions."""
    return set(re.sub(r"[45].", "", dialect)) - {"Q", "-"}


def shown(row, always, sometimes, order):
    def words(chosen):
        return " | ".join(sorted(chosen, key=order.index)) or "NOTHING"
    name = f'"{row.name}"' if row.name else "NULL"
    return f"SPEAKS({name}, {str(row.server).lower()}, {words(always)}, {words(sometimes)})"


def replay(mxtap, capture):
    """(client, dialect, software) of each record."""
    done = subprocess.run([mxtap, "replay", "-q", "--log", "smtp", str(root / capture)], capture_output=True, check=True, text=True)
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if record["event_type"] == "smtp":
            client = record["mxtap"]["client"]
            yield record["src_ip"], client["dialect"], client.get("software")


def judge(rows, who, dialect, said):
    """What is wrong with what the program said of this dialect, or None; the row learns of it."""
    habits = habits_of(dialect)
    row = next((row for row in rows if row.fits(habits)), None)
    if said != (row.name if row else None):
        return f"the program says {said}, the table {row.name if row else None}"
    if who == OWN:
        return f"{row.name} is said of a client of our own" if row and "plain" not in (row.name or "") else None
    if row:
        row.seen.append(habits)
    if (row is None and "".join(habits) not in SILENT) or (row and row.name and who not in row.name):
        return f"{row.name if row else 'nobody'} is said of {who}"
    return None


parser = argparse.ArgumentParser()
parser.add_argument("--mxtap", required=True)
parser.add_argument("--check", action="store_true")
options = parser.parse_args()

order = re.findall(r"LETTER\((\w), ", (root / "src/know/dialect.c").read_text())
rows = [Row(match) for match in ROW.finditer((root / "src/know/dialects.def").read_text())]
wrong = []
table = collections.defaultdict(collections.Counter)
for capture, clients in SOURCES.items():
    for client, dialect, said in replay(options.mxtap, capture):
        who = clients.get(client) or clients.get("*", OWN)
        table[who][dialect] += 1
        problem = judge(rows, who, dialect, said)
        if problem:
            wrong.append(f"{capture}: {client} speaks {dialect}: {problem}")
for row in rows:
    if row.name in UNMEASURED:
        continue
    if not row.seen:
        wrong.append(f"no capture has a dialect of the row {row.name}")
    elif row.measured() != (row.always, row.sometimes):
        wrong.append(f"the captures make this row another: {shown(row, *row.measured(), order)}")

if not options.check:
    for row in rows:
        print(shown(row, *((row.always, row.sometimes) if row.name in UNMEASURED else row.measured()), order))
    for who in sorted(table):
        print(f"{who}: " + ", ".join(f"{dialect} x{count}" for dialect, count in table[who].most_common()))
for problem in sorted(set(wrong)):
    print(problem)
sys.exit(1 if wrong and options.check else 0)
