"""Packets made by hand: SMTP dialogues and connection attempts in Ethernet frames, a capture file of them, and
a sender that puts them on a wire one at a time. tcpreplay sends what has to be quick."""
import ipaddress
import random
import socket
import struct
import time

ETHERNET = bytes.fromhex("020000000002020000000001") + b"\x08\x00"
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SERVER = "192.0.2.25"


def checksum(octets):
    if len(octets) & 1:
        octets += b"\0"
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def frame(source, target, ports, numbers, flags, payload=b"", options=b""):
    """source and target: packed IPv4 addresses; ports and numbers: (source's, target's), (sequence, ack)."""
    tcp = struct.pack("!HHIIBBHHH", *ports, *numbers, (20 + len(options)) // 4 << 4, flags, 64240, 0, 0) + options + payload
    pseudo = source + target + struct.pack("!BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), ports[0], 0x4000, 63, 6, 0) + source + target
    return ETHERNET + ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + tcp


class Talk:
    """One connection: each method gives the next frames."""

    def __init__(self, client, port, server=SERVER):
        self.ends = {"C": ipaddress.ip_address(client).packed, "S": ipaddress.ip_address(server).packed}
        self.ports = {"C": port, "S": 25}
        # Two connections with the same numbers would be one, seen on both sides of an address translation.
        rng = random.Random("%s %d" % (client, port))
        self.at = {"C": rng.getrandbits(32), "S": rng.getrandbits(32)}

    def one(self, who, flags, payload=b"", options=b""):
        peer = "S" if who == "C" else "C"
        ack = self.at[peer] if flags & ACK else 0
        made = frame(self.ends[who], self.ends[peer], (self.ports[who], self.ports[peer]),
                     (self.at[who], ack), flags, payload, options)
        self.at[who] = (self.at[who] + len(payload) + (1 if flags & (SYN | FIN) else 0)) & 0xffffffff
        return made

    def open(self):
        mss = b"\x02\x04\x05\xb4"
        return [self.one("C", SYN, options=mss), self.one("S", SYN | ACK, options=mss), self.one("C", ACK)]

    def say(self, lines):
        """lines: "S 220 ready", "C EHLO x", one segment each."""
        return [self.one(line[0], PSH | ACK, line[2:].encode() + b"\r\n") for line in lines]

    def close(self):
        return [self.one("C", FIN | ACK), self.one("S", FIN | ACK), self.one("C", ACK)]

    def whole(self, lines):
        return self.open() + self.say(lines) + self.close()


def opening(helo="mail.client.example"):
    return ["S 220 mx.example.org ESMTP Postfix", "C EHLO " + helo, "S 250 mx.example.org"]


def envelope(recipients, unknown=(), sender="info@client.example"):
    """A transaction in which nothing is sent: the recipients are asked for."""
    lines = ["C MAIL FROM:<%s>" % sender, "S 250 2.1.0 Ok"]
    for name in recipients:
        lines.append("C RCPT TO:<%s>" % name)
        lines.append("S 550 5.1.1 <%s>: Recipient address rejected: User unknown in local recipient table" % name
                     if name in unknown else "S 250 2.1.5 Ok")
    return lines


def unknown_names(*names, domain="example.org"):
    found = ["%s@%s" % (name, domain) for name in names]
    return envelope(found, found)


GOODBYE = ["C QUIT", "S 221 2.0.0 Bye"]


def probe(client, port, word, names=6, server=SERVER):
    """A whole session that asks for unknown names: one case of mx-probe."""
    wanted = ["%s-%d" % (word, number) for number in range(names)]
    return Talk(client, port, server).whole(opening() + unknown_names(*wanted) + GOODBYE)


def harvester(number, word, names=1, network="100.64.200"):
    """A short session of one host of a network: too little for mx-probe, one of many for directory-harvest."""
    wanted = ["%s%d-%d" % (word, number, name) for name in range(names)]
    talk = Talk("%s.%d" % (network, 1 + number % 250), 20000 + number)
    return talk.whole(opening() + unknown_names(*wanted) + GOODBYE)


class Sender:
    """Puts frames on a wire, in order, with a pause after each."""

    def __init__(self, interface):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.bind((interface, 0))

    def send(self, frames, pause=0.0002):
        """Returns the clock's time after the last one."""
        for one in frames:
            self.socket.send(one)
            if pause:
                time.sleep(pause)
        return time.time()


class Writer:
    """A capture file (pcap, microseconds)."""

    def __init__(self, path):
        self.stream = open(path, "wb")
        self.stream.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))

    def add(self, frames, at, step=0.0001):
        """Returns the time after the last one."""
        for one in frames:
            second = int(at)
            self.stream.write(struct.pack("<IIII", second, int((at - second) * 1e6), len(one), len(one)) + one)
            at += step
        return at

    def close(self):
        self.stream.close()


def write_flood(path, count, rate, seed=1, server=SERVER):
    """count SYNs from random addresses of 240.0.0.0/8, rate a second. No two are the same connection."""
    rng = random.Random(seed)
    target = ipaddress.ip_address(server).packed
    head = struct.pack("!BBHHHBB", 0x45, 0, 44, 0, 0x4000, 60, 6)
    # What of the checksums is the same in all.
    ip_fixed = sum(struct.unpack("!12H", head + b"\0\0" + bytes(4) + target + bytes(4)))
    mss = b"\x02\x04\x05\xb4"
    tcp_fixed = sum(struct.unpack("!2H", target)) + 6 + 24 + 25 + 0x6002 + 64240 + sum(struct.unpack("!2H", mss))
    writer = Writer(path)
    start = 1.6e9
    for number in range(count):
        host, port, sequence = rng.getrandbits(24), 1024 + number % 60000, rng.getrandbits(32)
        high, low = 0xf000 | host >> 16, host & 0xffff
        ip = fold(ip_fixed + high + low)
        tcp = fold(tcp_fixed + high + low + port + (sequence >> 16) + (sequence & 0xffff))
        one = (ETHERNET + head + struct.pack("!HHH", ip, high, low) + target +
               struct.pack("!HHIIBBHHH", port, 25, sequence, 0, 0x60, SYN, 64240, tcp, 0) + mss)
        at = start + number / rate
        second = int(at)
        writer.stream.write(struct.pack("<IIII", second, int((at - second) * 1e6), 58, 58) + one)
    writer.close()


def fold(total):
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def read_pcap(path):
    """The frames of a little-endian pcap file."""
    with open(path, "rb") as stream:
        octets = stream.read()
    at = 24
    while at + 16 <= len(octets):
        length = struct.unpack_from("<I", octets, at + 8)[0]
        yield octets[at + 16:at + 16 + length]
        at += 16 + length


def words(octets):
    return sum(struct.unpack("!%dH" % (len(octets) // 2), octets))


class Pattern:
    """A frame of which copies are made: Ethernet, IPv4 without options, TCP."""

    def __init__(self, one):
        self.to_server = one[36:38] == b"\0\x19"
        self.parts = one[:24], one[34:38], one[46:50], one[52:]
        self.sequence, self.ack = struct.unpack_from("!II", one, 38)
        self.has_ack = one[47] & ACK
        # Checksums without what will be written anew: the addresses, the numbers (RFC 1624).
        addresses = 0xffff * 4 - words(one[26:34])
        self.ip = (~struct.unpack_from("!H", one, 24)[0] & 0xffff) + addresses
        self.tcp = (~struct.unpack_from("!H", one, 50)[0] & 0xffff) + addresses + 0xffff * 4 - words(one[38:46])

    def copy(self, addresses, address_words, ours, theirs):
        sequence = self.sequence + ours & 0xffffffff
        ack = self.ack + theirs & 0xffffffff if self.has_ack else 0
        head, ports, flags, rest = self.parts
        tcp = self.tcp + address_words + (sequence >> 16) + (sequence & 0xffff) + (ack >> 16) + (ack & 0xffff)
        return b"".join((head, struct.pack("!H", fold(self.ip + address_words)), addresses, ports,
                         struct.pack("!II", sequence, ack), flags, struct.pack("!H", fold(tcp)), rest))


def write_copies(source, path, count):
    """A capture of count packets, made of copies of one: each copy has another client, and other sequence
    numbers, or it would be taken for the same connections seen twice."""
    patterns = [Pattern(one) for one in read_pcap(source)]
    server = ipaddress.ip_address(SERVER).packed
    writer, made, rng = Writer(path), 0, random.Random(1)
    while made < count:
        client = struct.pack("!I", 0x64400000 + 256 * (made // len(patterns)) + 10)
        ways = {True: client + server, False: server + client}
        address_words, shifts = words(client + server), (rng.getrandbits(32), rng.getrandbits(32))
        for pattern in patterns[:count - made]:
            ours, theirs = shifts if pattern.to_server else shifts[::-1]
            one = pattern.copy(ways[pattern.to_server], address_words, ours, theirs)
            writer.stream.write(struct.pack("<IIII", 1600000000 + made // 1000000, made % 1000000, len(one), len(one)) + one)
            made += 1
    writer.close()
