"""A capture that makes so many alerts: short sessions of several kinds, each of a client of its own.

    alerts.py FILE [COUNT]      writes it, and prints how many sessions it has

What comes out is known from a plain replay (expected): one eve record for each alert, by its mxtap.id.
"""
import ipaddress
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

import packets  # noqa: E402

START = 1600000000
GREETING = ["S 220 mx.example.org ESMTP Postfix",
            "C EHLO mail.client.example",
            "S 250-mx.example.org\r\n250-PIPELINING\r\n250 8BITMIME"]
ENVELOPE = ["C MAIL FROM:<info@client.example>\r\nRCPT TO:<lindsay@example.org>\r\nDATA",
            "S 250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>"]
GOODBYE = ["C QUIT", "S 221 2.0.0 Bye"]
LETTER = ["C From: <info@client.example>\r\nTo: <lindsay@example.org>\r\nSubject: hello\r\n"
          "Date: Mon, 19 Jun 2006 06:18:46 +0000\r\nMessage-ID: <1@client.example>\r\n\r\nHello,\r\nall is well.\r\n.",
          "S 250 2.0.0 Ok: queued as 4F1"]
UNKNOWN = ["lindsay-%d@example.org" % number for number in range(5)]


def kinds():
    """Sessions of which each makes one alert, of another detector."""
    probe = ["C MAIL FROM:<info@client.example>\r\n" + "\r\n".join("RCPT TO:<%s>" % name for name in UNKNOWN),
             "S 250 2.1.0 Ok\r\n" + "\r\n".join("550 5.1.1 <%s>: Recipient address rejected: User unknown in "
                                                "local recipient table" % name for name in UNKNOWN)]
    blank = ["C Subject: hello\r\nMessage-ID: <2@client.example>\r\n\r\n \r\n.", "S 250 2.0.0 Ok: queued as 4F1"]
    return [GREETING + ENVELOPE + ["C .", "S 250 2.0.0 Ok: queued as 4F1"] + GOODBYE,
            GREETING + probe + GOODBYE,
            GREETING + ENVELOPE + blank + GOODBYE]


def write(path, count, every=1):
    """count sessions, one after the other; an alert comes from each, or from one of every so many."""
    patterns = []
    for lines in kinds() + [GREETING + ENVELOPE + LETTER + GOODBYE]:
        talk = packets.Talk("100.64.0.10", 4000)
        patterns.append([packets.Pattern(one) for one in talk.whole(lines)])
    server = ipaddress.ip_address(packets.SERVER).packed
    writer, rng = packets.Writer(path), random.Random(1)
    for number in range(count):
        client = struct.pack("!I", 0x14000000 + 256 * (number % 60000) + number // 60000 + 1)
        ways = {True: client + server, False: server + client}
        address_words = packets.words(client + server)
        shifts = (rng.getrandbits(32), rng.getrandbits(32))
        which = patterns[number // every % (len(patterns) - 1) if number % every == 0 else -1]
        for at, pattern in enumerate(which):
            ours, theirs = shifts if pattern.to_server else shifts[::-1]
            one = pattern.copy(ways[pattern.to_server], address_words, ours, theirs)
            writer.stream.write(struct.pack("<IIII", START + number // 100, number % 100 * 10000 + at * 100,
                                            len(one), len(one)) + one)
    writer.close()


def expected(mxtap, capture, *options):
    """The records of a plain replay, by mxtap.id."""
    with tempfile.TemporaryFile() as out:
        subprocess.run([mxtap, "replay", "-q", *options, str(capture)], stdout=out, check=True)
        out.seek(0)
        records = {}
        for line in out:
            record = json.loads(line)
            if record["mxtap"]["id"] in records:
                raise SystemExit("two records have the id " + record["mxtap"]["id"])
            records[record["mxtap"]["id"]] = line.rstrip(b"\n")
    return records


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20000)
