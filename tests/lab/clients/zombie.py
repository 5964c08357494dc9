#!/usr/bin/python3
"""Direct-to-MX spam engines: one message, straight to the MX, no queue, no Received line, no Message-ID.

    zombie.py SERVER SOURCE STYLE HELO RECIPIENT
STYLE is polite (waits for replies, loose syntax), blind (sends everything at once after the greeting), early (speaks before the
greeting, then blindly).
"""
import sys

from wire import Closed, Wire

server, source, style, helo, rcpt = sys.argv[1:6]
TEXT = f"""From: "Online Pharmacy" <sale@cheap-meds.test>
To: {rcpt}
Subject: 80% off only today

Best prices of the year, no questions asked: http://cheap-meds.test/?{source.replace('.', '')}
Limited offer, act now!
"""
body = TEXT.replace("\n", "\r\n") + ".\r\n"
commands = [f"helo {helo}", "mail from: sale@cheap-meds.test", f"rcpt to: {rcpt}", "data"]

w = Wire(server, source, greeting=False)
if style == "early":
    w.send(commands[0] + "\r\n")
w.reply()
try:
    if style == "polite":
        for c in commands:
            w.say(c)
        w.send(body)
        w.reply()
    else:
        rest = commands[1:] if style == "early" else commands
        w.send("".join(c + "\r\n" for c in rest) + body)
        for _ in range(len(commands) + 1):
            w.reply()
except Closed:
    pass
w.close()
