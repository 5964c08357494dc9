#!/usr/bin/python3
"""A mailbox for fetchmail: POP3 (RFC 1939) on port 110 with one message, from standard input, for one session.

    popbox.py ADDRESS < message
"""
import socket
import sys

letter = sys.stdin.read().replace("\n", "\r\n").encode()
with socket.create_server((sys.argv[1], 110)) as server:
    peer, _ = server.accept()
    lines = peer.makefile("rwb")

    def say(text):
        lines.write(text + b"\r\n")
        lines.flush()

    say(b"+OK mailbox")
    for line in lines:
        verb = line.split()[0].upper()
        if verb == b"STAT":
            say(b"+OK 1 %d" % len(letter))
        elif verb in (b"LIST", b"UIDL") and b"1" in line:
            say(b"+OK 1 %d" % len(letter))
        elif verb in (b"LIST", b"UIDL"):
            say(b"+OK\r\n1 %d\r\n." % len(letter))
        elif verb in (b"RETR", b"TOP"):
            say(b"+OK\r\n" + letter + b".")
        elif verb == b"CAPA":
            say(b"+OK\r\nUSER\r\n.")
        else:
            say(b"+OK")
        if verb == b"QUIT":
            break
    peer.close()
