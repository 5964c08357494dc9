#!/usr/bin/python3
"""Enlarges the pauses in a capture, in place. Packets stay as they are, their times move.

    stretch.py FILE SECONDS      each packet that opens a connection to port 25 (SYN without ACK), and all that come after it, move by
                                 SECONDS more (IPv4 only)
    stretch.py FILE < PAUSES     at each time of PAUSES (lines of "TIME SECONDS", seconds since 1970), what comes after it moves by SECONDS

Little-endian pcap of Ethernet with microseconds only, as the lab's tcpdump writes it.
"""
import struct
import sys

path = sys.argv[1]
step = int(sys.argv[2]) if len(sys.argv) > 2 else 0
pauses = [] if step else sorted(tuple(map(float, line.split())) for line in sys.stdin)


def opens(packet):
    if packet[12:14] != b"\x08\x00" or packet[23] != 6:
        return False
    tcp = packet[14 + (packet[14] & 15) * 4 :]
    return tcp[2:4] == b"\0\x19" and tcp[13] & 0x12 == 0x02


data = open(path, "rb").read()
assert data[:4] == b"\xd4\xc3\xb2\xa1", "not a little-endian pcap file"
out, at, moved, opened = bytearray(data[:24]), 24, 0, 0
while at < len(data):
    sec, usec, caplen, length = struct.unpack_from("<IIII", data, at)
    packet = data[at + 16 : at + 16 + caplen]
    if step and opens(packet):
        moved = opened * step
        opened += 1
    while pauses and pauses[0][0] <= sec + usec / 1e6:
        moved += int(pauses.pop(0)[1])
    out += struct.pack("<IIII", sec + moved, usec, caplen, length) + packet
    at += 16 + caplen
open(path, "wb").write(out)
