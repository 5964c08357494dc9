#!/usr/bin/python3
"""Captures made of words: SMTP dialogues as TCP packets, for tests that need bytes no mail program sends.

As a program: dialogue.py NAME OUT.pcap writes one of the captures of SAMPLES.
"""
import ipaddress
import struct
import sys

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MSS = 1400


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Capture:
    """Packets in time order; sessions follow one another."""

    def __init__(self, start=1150697926.123456):
        self.now = start
        self.packets = []

    def _tcp(self, ends, ports, seq, ack, flags, payload=b""):
        source, dest = (ipaddress.ip_address(end) for end in ends)
        tcp = struct.pack("!HHIIBBHHH", ports[0], ports[1], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                          0x50, flags, 29200, 0, 0) + payload
        pseudo = source.packed + dest.packed + struct.pack("!II", len(tcp), 6)
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
        if source.version == 4:
            header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), len(self.packets) & 0xFFFF,
                                 0x4000, 64, 6, 0) + source.packed + dest.packed
            header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
        else:
            header = struct.pack("!IHBB", 0x60000000, len(tcp), 6, 64) + source.packed + dest.packed
        ethertype = 0x0800 if source.version == 4 else 0x86DD
        frame = bytes(6) + b"\2\0\0\0\0\1" + struct.pack("!H", ethertype) + header + tcp
        self.packets.append((self.now, frame))
        self.now += 0.0004

    def session(self, client, server, port, turns, end=FIN):
        """turns: (b"C" or b"S", bytes) in the order of the dialogue; or ("wait", seconds)."""
        ends, ports = (client, server), (port, 25)
        seq = {"C": 1000003 * port, "S": 7000001 * port}
        way = {"C": (ends, ports), "S": (ends[::-1], ports[::-1])}
        peer = {"C": "S", "S": "C"}

        def send(side, flags, payload=b""):
            ack = seq[peer[side]] if flags & ACK else 0
            self._tcp(*way[side], seq[side], ack, flags, payload)
            seq[side] += len(payload) + (1 if flags & (SYN | FIN) else 0)

        send("C", SYN)
        send("S", SYN | ACK)
        send("C", ACK)
        for side, what in turns:
            if side == "wait":
                self.now += what
                continue
            for at in range(0, len(what), MSS):
                send(side, ACK | PSH, what[at:at + MSS])
            send(peer[side], ACK)
        if end == FIN:
            send("S", FIN | ACK)
            send("C", FIN | ACK)
            send("S", ACK)
        else:
            send("C", RST | ACK)
        self.now += 0.5

    def pcap(self):
        out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
        for when, frame in self.packets:
            micro = round(when * 1000000)
            out.append(struct.pack("<IIII", micro // 1000000, micro % 1000000, len(frame), len(frame)))
            out.append(frame)
        return b"".join(out)


def talk(*lines):
    """Lines "C: ..." and "S: ..." (str or bytes) as turns with CRLF."""
    turns = []
    for line in lines:
        line = line.encode() if isinstance(line, str) else line
        turns.append((line[:1].decode(), line[3:] + b"\r\n"))
    return turns


def message(body=b"Hello,\r\nthis is an ordinary message.\r\n", **fields):
    """A turn of the client: header, body, final dot."""
    head = {"From": "Ann <ann@example.org>", "To": "Bob <bob@example.net>", "Subject": "Minutes",
            "Date": "Mon, 19 Jun 2006 08:18:46 +0200", "Message-ID": "<4711.a@example.org>"}
    head.update(fields)
    lines = [b"Received: from desk.example.org (desk.example.org [192.0.2.9])\r\n"
             b"\tby mail.example.org (Postfix) with ESMTP id 4711\r\n"
             b"\tfor <bob@example.net>; Mon, 19 Jun 2006 08:18:46 +0200 (CEST)\r\n"]
    for name, value in head.items():
        value = value.encode() if isinstance(value, str) else value
        lines.append(name.replace("_", "-").encode() + b": " + value + b"\r\n")
    return [("C", b"".join(lines) + b"\r\n" + body + b".\r\n")]


OPENING = ("S: 220 mx.example.net ESMTP Postfix", "C: EHLO mail.example.org",
           "S: 250-mx.example.net\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250 8BITMIME")
CLOSING = ("C: QUIT", "S: 221 2.0.0 Bye")


def ordinary():
    """One ordinary message over IPv4 and one over IPv6."""
    cap = Capture()
    for client, server in (("192.0.2.25", "198.51.100.25"), ("2001:db8:2::25", "2001:db8:1::25")):
        cap.session(client, server, 40025,
                    talk(*OPENING, "C: MAIL FROM:<ann@example.org>", "S: 250 2.1.0 Ok",
                         "C: RCPT TO:<bob@example.net>", "S: 250 2.1.5 Ok", "C: DATA",
                         "S: 354 End data with <CR><LF>.<CR><LF>") + message() +
                    talk("S: 250 2.0.0 Ok: queued as 4F1A", *CLOSING))
    return cap


def probe():
    """A prober: dead names, then a live one that is given an empty message, and again."""
    cap = Capture()
    turns = list(OPENING)
    for name in ("adam", "bert", "carl", "dave", "emil", "fritz", "gus", "hans", "ivan", "jack"):
        turns += ["C: MAIL FROM:<lindsay@liturgical.com>", "S: 250 2.1.0 Ok",
                  "C: RCPT TO:<%s@example.net>" % name,
                  "S: 550 5.1.1 <%s@example.net>: Recipient address rejected: "
                  "User unknown in local recipient table" % name, "C: RSET", "S: 250 2.0.0 Ok"]
    for name in ("bob", "eve", "joe"):
        turns += ["C: MAIL FROM:<lindsay@liturgical.com>", "S: 250 2.1.0 Ok",
                  "C: RCPT TO:<%s@example.net>" % name, "S: 250 2.1.5 Ok", "C: DATA",
                  "S: 354 End data with <CR><LF>.<CR><LF>", "C: .", "S: 250 2.0.0 Ok: queued as 4F1B"]
    cap.session("203.0.113.97", "198.51.100.25", 40026, talk(*turns, *CLOSING))
    return cap


# What a sender may write to hurt whoever shows it: NUL, escapes, quotes, 8-bit bytes that are no
# UTF-8, an overlong and a surrogate sequence, C1 controls, bidirectional marks, newlines in disguise.
NASTY = [b"a\x00b", b"\x1b[31mred\x1b[0m", b'say "hi" \\ back', b"caf\xe9", b"\xff\xfe\xfd",
         b"\xc0\xaf\xe0\x80\xaf", b"\xed\xa0\x80", b"\xc2\x9b31m", "\u202egnp.exe".encode(),
         b"\xf4\x90\x80\x80", b"tab\there\x7f\x08\x08", "\u2028line".encode(), b"x" * 3000,
         b"</script><script>alert(1)</script>", b"%s%n%x", b"\xe2\x82", "\U0001f4a9".encode()]


def hostile():
    """Ten dead names in each session, so that a probe is reported with the nasty bytes in it."""
    cap = Capture()
    for number, nasty in enumerate(NASTY):
        turns = talk(OPENING[0]) + [("C", b"HELO " + nasty + b"\r\n")] + talk("S: 250 mx.example.net")
        turns += [("C", b"MAIL FROM:<" + nasty + b"@example.org>\r\n")] + talk("S: 250 2.1.0 Ok")
        for name in range(10):
            turns += [("C", b"RCPT TO:<%d" % name + nasty + b"@example.net>\r\n")]
            turns += talk("S: 550 5.1.1 User unknown")
        turns += talk("C: RCPT TO:<bob@example.net>", "S: 250 2.1.5 Ok", "C: DATA", "S: 354 Go ahead")
        turns += message(Subject=nasty, From=nasty, To=nasty + b"@example.net", Cc=nasty,
                         Message_ID=b"<" + nasty + b">", X_Mailer=nasty, Date=nasty,
                         Received=b"from " + nasty + b" by " + nasty)
        turns += [("S", b"250 2.0.0 " + nasty + b"\r\n"), ("C", nasty + b"\r\n"),
                  ("S", b"500 5.5.2 " + nasty + b"\r\n")] + talk(*CLOSING)
        cap.session("203.0.113.%d" % (number + 1), "198.51.100.25", 41000 + number, turns)
    return cap


def secrets():
    """Credentials that must not come out anywhere: AUTH PLAIN, LOGIN and CRAM-MD5, refused and not."""
    cap = Capture()
    plain = "AHVzZXJAZXhhbXBsZS5uZXQAaHVudGVyMi1wbGFpbg=="  # NUL user NUL hunter2-plain
    cap.session("203.0.113.7", "198.51.100.25", 42001, talk(
        *OPENING, "C: AUTH PLAIN " + plain, "S: 235 2.7.0 Authentication successful", *CLOSING))
    cap.session("203.0.113.7", "198.51.100.25", 42002, talk(
        *OPENING, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: c2VjcmV0LXVzZXI=", "S: 334 UGFzc3dvcmQ6",
        "C: aHVudGVyMi1sb2dpbg==", "S: 535 5.7.8 Error: authentication failed", *CLOSING))
    cap.session("203.0.113.7", "198.51.100.25", 42003, talk(
        *OPENING, "C: auth plain", "S: 334 ", "C: " + plain, "S: 535 5.7.8 Error", *CLOSING))
    return cap


SECRETS = (b"AHVzZXJA", b"c2VjcmV0", b"aHVudGVy", b"hunter2", b"secret-user")
SAMPLES = {"ordinary": ordinary, "probe": probe, "hostile": hostile, "secrets": secrets}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in SAMPLES:
        sys.exit("usage: dialogue.py %s OUT.pcap" % "|".join(SAMPLES))
    with open(sys.argv[2], "wb") as out:
        out.write(SAMPLES[sys.argv[1]]().pcap())


if __name__ == "__main__":
    main()
