#!/usr/bin/python3
"""Scanners, alarm boxes, machines and health checks: simple senders that good networks have. device.py SERVER < PLAN

A line of PLAN:   KIND SOURCE HELO SENDER RECIPIENT NUMBER
    scanner    a PDF from the copier: EHLO, Date, no Message-ID        ups      an alarm: HELO, a blank after the colon, no Date, no Message-ID
    plc        a machine's report: HELO, capitals, no QUIT             nas      EHLO with a single label, full header
    script     Python's smtplib, as a cron job has it                  probe    greeting, QUIT
    noop       EHLO, NOOP, QUIT                                        knock    connect and close (a load balancer's check)
    null       MAIL FROM:<>, RCPT, QUIT (a call-out of another make)
"""
import base64
import random
import smtplib
import sys
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from wire import Closed, Wire

LINES = {
    "scanner": ("EHLO {helo}", "MAIL FROM:<{sender}>", "RCPT TO:<{to}>", "DATA"),
    "nas": ("EHLO {helo}", "MAIL FROM:<{sender}>", "RCPT TO:<{to}>", "DATA"),
    "ups": ("HELO {helo}", "MAIL FROM: <{sender}>", "RCPT TO: <{to}>", "DATA"),
    "plc": ("HELO {helo}", "MAIL FROM:<{sender}>", "RCPT TO:<{to}>", "DATA"),
}


def text(kind, sender, to, number):
    rng = random.Random(number)
    head = [f"From: {sender}", f"To: {to}"]
    if kind == "scanner":
        pdf = base64.encodebytes(b"%PDF-1.4 " + rng.randbytes(300)).decode().replace("\n", "\r\n")
        return "\r\n".join([f"Date: {formatdate()}", f'From: "Scanner 2. OG" <{sender}>', f"To: <{to}>", f"Subject: Scan {number}", "MIME-Version: 1.0",
                            'Content-Type: application/pdf; name="scan.pdf"', "Content-Transfer-Encoding: base64", "", pdf])
    if kind == "nas":
        return "\r\n".join(head + [f"Subject: [nas1] Backup task {number} finished", f"Date: {formatdate()}", f"Message-ID: {make_msgid(domain=sender.split('@')[1])}",
                                   "MIME-Version: 1.0", "Content-Type: text/plain", "", f"Task {number}: {rng.randrange(999)} files, no errors.", ""])
    if kind == "ups":
        return "\r\n".join(head + ["Subject: UPS on battery", "", f"Event {number}: input voltage {rng.randrange(180, 240)} V", ""])
    return "\r\n".join(head + [f"Subject: Shift report {number}", f"Date: {formatdate()}", "", *(f"Line {n}: {rng.randrange(5000)} pieces" for n in range(4)), ""])


def device(server, kind, source, helo, sender, to, number):
    w = Wire(server, source)
    for line in LINES[kind]:
        if w.say(line.format(helo=helo, sender=sender, to=to)) >= 400:
            w.quit()
            return
    w.send(text(kind, sender, to, number) + ".\r\n")
    w.reply()
    w.close() if kind == "plc" else w.quit()


def check(server, kind, source, helo, to):
    w = Wire(server, source, greeting=kind != "knock")
    if kind == "noop":
        w.say(f"EHLO {helo}")
        w.say("NOOP")
    elif kind == "null":
        w.say(f"EHLO {helo}")
        w.say("MAIL FROM:<>")
        w.say(f"RCPT TO:<{to}>")
    w.close() if kind == "knock" else w.quit()


def script(server, source, helo, sender, to, number):
    m = EmailMessage()
    m["From"], m["To"], m["Subject"], m["Date"] = sender, to, f"Nightly job {number}", formatdate()
    m.set_content(f"Job {number} done.\nNothing to report.\n")
    with smtplib.SMTP(server, 25, local_hostname=helo, source_address=(source, 0)) as s:
        s.send_message(m)


for line in sys.stdin:
    kind, source, helo, sender, to, number = line.split()
    try:
        if kind in LINES:
            device(sys.argv[1], kind, source, helo, sender, to, int(number))
        elif kind == "script":
            script(sys.argv[1], source, helo, sender, to, number)
        else:
            check(sys.argv[1], kind, source, helo, to)
    except (Closed, ConnectionError, smtplib.SMTPException):
        pass
