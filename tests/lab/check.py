#!/usr/bin/python3
"""Holds the captures against pcaps/README.md with tshark, which knows nothing of mxtap: check.py [DIRECTORY]

For each row: the file is there, no packet is cut or larger than Ethernet allows, every connection was opened and closed inside the
capture, and the numbers of sessions and messages are those of the row. Prints a line for each capture; exit status 1 if one is wrong.
"""
import pathlib
import re
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parents[2] / "pcaps"
folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
ROW = re.compile(r"\| \[([^]]+)\]\([^)]*\) \|.*\| (\d+) \| (\d+) \|[^|]*\|[^|]*\|$")
# What the servers of the lab say when they have seen the end of a message that came with BDAT.
TAKEN = re.compile(rb"queued as|OK id=|Message without content refused")
# Stands in the server's words where the client said something.
TURN = b"(turn)\n"


def tshark(path, *fields):
    args = ["tshark", "-r", str(path), "-Y", "tcp.port == 25", "-T", "fields"]
    for f in fields:
        args += ["-e", f]
    out = subprocess.run(args, capture_output=True, check=True, text=True).stdout
    return [line.split("\t") for line in out.splitlines()]


def ends_of_data(text):
    """Messages whose end the server has seen: each 354 that another reply followed, and what came without a 354. One at most for each
    turn of the client (TURN): a second one was smuggled inside the first."""
    count, awaited, turn = 0, False, True
    for line in text.splitlines(keepends=True):
        turn = turn or line == TURN
        code = line[:3]
        if line[3:4] == b"-" or not code.isdigit() or code == b"421":
            continue
        if turn and (awaited or TAKEN.search(line)):
            count, turn = count + 1, False
        awaited = code == b"354"
    return count


def inspect(path):
    """Sessions, messages, and a list of what is wrong."""
    server, flags, wrong = {}, {}, []
    rows = tshark(path, "tcp.stream", "tcp.srcport", "tcp.flags", "frame.len", "frame.cap_len", "tcp.payload")
    for stream, source, flag, length, kept, payload in rows:
        flags[stream] = flags.get(stream, 0) | int(flag, 16)
        if length != kept or int(length) > 1514:
            wrong.append(f"a packet of {length} octets, {kept} of them captured")
        if source == "25" and payload:
            server[stream] = server.get(stream, b"") + bytes.fromhex(payload)
        elif payload and stream in server:
            server[stream] += TURN
    for stream, flag in flags.items():
        if not flag & 0x02 or not flag & 0x05:
            wrong.append(f"connection {stream} is not whole")
    return len(server), sum(map(ends_of_data, server.values())), wrong


bad = 0
for line in (here / "README.md").read_text().splitlines():
    row = ROW.match(line)
    if not row:
        continue
    path = folder / row[1]
    if not path.exists():
        print(f"{row[1]}: missing")
        bad += 1
        continue
    sessions, messages, wrong = inspect(path)
    if (sessions, messages) != (int(row[2]), int(row[3])):
        wrong.append(f"{sessions} sessions and {messages} messages, the README says {row[2]} and {row[3]}")
    print(f"{row[1]}: " + ("; ".join(wrong) if wrong else f"ok, {sessions} sessions, {messages} messages"))
    bad += bool(wrong)
sys.exit(1 if bad else 0)
