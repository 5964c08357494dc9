#!/usr/bin/python3
"""Delivers one message of an exact size as a relay does, and takes no for an answer.

    envelope.py SERVER SOURCE HELO SENDER RECIPIENT OCTETS [declare] [no-id] [subject TEXT]
EHLO, MAIL FROM, RCPT TO, DATA, the message, QUIT. The message has a Received line by HELO; its size counts CRLF line ends and not the
final dot. "declare" says the size in MAIL FROM (RFC 1870), "no-id" leaves the Message-ID out. The same arguments give the same octets.
"""
import sys
import zlib

from wire import Closed, Wire

server, source, helo, sender, recipient, octets = sys.argv[1:7]
options = sys.argv[7:]
subject = options[options.index("subject") + 1] if "subject" in options else "Your account statement"
size = int(octets)

header = [
    f"Received: from front (front [10.0.0.3]) by {helo} with SMTP; Thu, 5 Mar 2026 10:00:00 +0100",
    f"From: {sender}",
    f"To: {recipient}",
    f"Subject: {subject}",
    "Date: Thu, 5 Mar 2026 10:00:00 +0100",
]
if "no-id" not in options:
    header.append(f"Message-ID: <{zlib.crc32((sender + recipient + subject).encode()):08x}@{sender.split('@')[1]}>")
text = "\r\n".join(header + ["", "Dear customer, please have a look at your statement.", ""])
LINE = "All amounts are in the currency of your account, value dates are as usual."
while size - len(text) > 2 * len(LINE):
    text += LINE + "\r\n"
text += "x" * (size - len(text) - 2) + "\r\n"
assert len(text) == size, "too small for its header"

w = Wire(server, source)
try:
    w.say(f"EHLO {helo}")
    w.say(f"MAIL FROM:<{sender}>" + (f" SIZE={size}" if "declare" in options else ""))
    if w.say(f"RCPT TO:<{recipient}>") == 250 and w.say("DATA") == 354:
        w.message(text.replace("\r\n", "\n"))
    w.quit()
except Closed:
    w.close()
