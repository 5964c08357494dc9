#!/usr/bin/python3
"""Speaks a dialogue that it reads from standard input, line by line.

    dialogue.py SERVER [SOURCE] < script
    C: text     send the line with CRLF            R           wait for one reply
    S: text     C and R in one                     X: hex      send these octets
    M           what follows up to a line "END" is a message: sent with dot-stuffing and a final dot, then the reply
    G           the lines up to a line "END" go out in one segment, pipelined; then one reply for each
    K           what follows up to a line "END" is a chunk: BDAT with its length, the octets, then the reply; K: LAST for the last
    P: 0.5      pause                              Q           QUIT, its reply, close (without: close)
Lines after a closed connection are not sent. # starts a comment.
"""
import sys

from wire import Closed, Wire

lines = iter(sys.stdin.read().split("\n"))
w = Wire(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
closed = False
try:
    for line in lines:
        key, text = line[:1], line[3:]
        if key == "C":
            w.send(text + "\r\n")
        elif key == "R":
            w.reply()
        elif key == "S":
            w.say(text)
        elif key == "X":
            w.send(bytes.fromhex(text))
        elif key == "P":
            w.pause(float(text))
        elif key == "M":
            w.message("\n".join(iter(lines.__next__, "END")) + "\n")
        elif key == "Q":
            w.quit()
            closed = True
            break
        elif key == "G":
            group = list(iter(lines.__next__, "END"))
            w.send("".join(l + "\r\n" for l in group))
            for _ in group:
                w.reply()
        elif key == "K":
            chunk = "".join(l + "\r\n" for l in iter(lines.__next__, "END")).encode()
            w.send(f"BDAT {len(chunk)} {text}".rstrip().encode() + b"\r\n" + chunk)
            w.reply()
        elif key not in ("", "#"):
            sys.exit(f"dialogue: what is {line!r}?")
except (Closed, ConnectionError):
    pass
if not closed:
    w.close()
