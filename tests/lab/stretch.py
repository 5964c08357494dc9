#!/usr/bin/python3
"""Enlarges the pauses between the sessions of a capture: stretch.py FILE SECONDS, in place.

Each packet that opens a connection to port 25 (SYN without ACK), and all that come after it, move by SECONDS more. Little-endian
pcap of Ethernet and IPv4 with microseconds only, as the lab's tcpdump writes it.
"""
import struct
import sys

path, step = sys.argv[1], int(sys.argv[2])
data = open(path, "rb").read()
assert data[:4] == b"\xd4\xc3\xb2\xa1", "not a little-endian pcap file"
out, at, moved, opened = bytearray(data[:24]), 24, 0, 0
while at < len(data):
    sec, usec, caplen, length = struct.unpack_from("<IIII", data, at)
    packet = data[at + 16 : at + 16 + caplen]
    if packet[12:14] == b"\x08\x00" and packet[23] == 6:
        tcp = packet[14 + (packet[14] & 15) * 4 :]
        if tcp[2:4] == b"\0\x19" and tcp[13] & 0x12 == 0x02:
            moved = opened * step
            opened += 1
    out += struct.pack("<IIII", sec + moved, usec, caplen, length) + packet
    at += 16 + caplen
open(path, "wb").write(out)
