#!/usr/bin/python3
"""The prober of the story: tries addresses and gives each living one an empty message.

    prober.py SERVER SOURCE HELO SENDER RECIPIENT...
HELO, MAIL FROM, RCPT TO a dead address -> 550, RCPT TO a live one -> 250, DATA -> 354, a lone dot -> 250, MAIL FROM, the next
RCPT. 552 (mailbox full) is a hit too, and noted. All in one session; it goes away without QUIT.
"""
import sys

from wire import Wire

server, source, helo, sender = sys.argv[1:5]
w = Wire(server, source)
w.say(f"HELO {helo}")
w.say(f"MAIL FROM:<{sender}>")
for rcpt in sys.argv[5:]:
    code = w.say(f"RCPT TO:<{rcpt}>")
    print(rcpt, "alive" if code in (250, 552) else "dead")
    if code == 250 and w.say("DATA") == 354:
        w.send(".\r\n")
        w.reply()
        w.say(f"MAIL FROM:<{sender}>")
    w.pause(0.05)
w.close()
