#!/usr/bin/python3
"""Users of organisations hand their mail to their own mail server (many.sh): orgmail.py < PLAN

A line of PLAN is a message:   PORT STYLE SENDER RECIPIENT[,RECIPIENT...] NUMBER
It is handed in at 127.0.0.1:PORT over SMTP, from a PC of the LAN (192.168.7.x) or, for mail that the server makes itself, from 127.0.0.1.
PORT can be a configuration of Exim (a path) instead: the message goes to the program that $LAB_EXIM names.
STYLE is how the message looks: outlook, thunderbird, apple, webmail, phone, shop, cron, newsletter, list, bounce, vacation, bare.
SENDER <DOMAIN> is the null sender, for a message made by that domain's server. The same line gives the same message (Date and Message-ID apart).
"""
import os
import random
import socket
import subprocess
import sys
import time
from email.utils import formatdate

from compose import prose

SUBJECTS = """Offer as discussed|Re: appointment on Thursday|Invoice 2026-{n}|Minutes of the meeting|Fwd: pictures of the summer party|
Question about your order|Re: Re: contract|Documents for the tax office|Change of address|Invitation|Re: delivery date|Price list|
Your message of Monday|Parking space|Key for room {n}|Reminder|Travel plan|Thank you!""".replace("\n", "").split("|")
NAMES = "Alice Bernd Claire Dieter Ewa Fritz Gaby Hans Ines Jose Klara Luis Mia Nina Otto Pia Rita Sven Tina Uwe".split()


def token(rng, size):
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(size))


def person(rng, sender):
    local = sender.split("@")[0]
    return f'"{rng.choice(NAMES)} {local.title()}" <{sender}>'


def head(rng, style, sender, rcpt, number):
    """Header lines of a message, in the order in which such programs write them."""
    domain, subject = sender.split("@")[-1], rng.choice(SUBJECTS).format(n=number)
    now = time.time()
    date, unique = formatdate(now, localtime=False), f"{int(now)}.{number}.{token(random, 8)}"
    who, to = person(rng, sender), f"<{rcpt}>"
    if style == "outlook":
        return [f"From: {who}", f"To: {to}", f"Subject: {subject}", f"Date: {date}",
                f"Message-ID: <{token(random, 8)}$"f"{token(random, 8)}$@{domain}>", "MIME-Version: 1.0",
                'Content-Type: text/plain; charset="iso-8859-1"', "Content-Transfer-Encoding: 7bit",
                "X-Mailer: Microsoft Outlook 16.0", "Thread-Index: Ad" + token(random, 22), "Content-Language: de"]
    if style == "thunderbird":
        return [f"Message-ID: <{token(random, 8)}-{token(random, 4)}-{token(random, 4)}-{token(random, 12)}@{domain}>", f"Date: {date}",
                "MIME-Version: 1.0", "User-Agent: Mozilla Thunderbird", "Content-Language: en-US", f"To: {to}", f"From: {who}",
                f"Subject: {subject}", "Content-Type: text/plain; charset=UTF-8; format=flowed", "Content-Transfer-Encoding: 7bit"]
    if style in ("apple", "phone"):
        device = "Apple Mail (2.3774.600.62)" if style == "apple" else "iPhone Mail (21F90)"
        return [f"From: {who}", "Content-Type: text/plain; charset=us-ascii", "Content-Transfer-Encoding: 7bit",
                f"Mime-Version: 1.0 ({'Mac OS X Mail 16.0' if style == 'apple' else '1.0'})", f"Subject: {subject}",
                f"Message-Id: <{token(random, 8).upper()}-{token(random, 12).upper()}@{domain}>", f"Date: {date}", f"To: {to}", f"X-Mailer: {device}"]
    if style == "webmail":
        return ["MIME-Version: 1.0", f"Date: {date}", f"From: {who}", f"To: {to}", f"Subject: {subject}",
                "User-Agent: Roundcube Webmail/1.6.1", f"Message-ID: <{token(random, 32)}@{domain}>", f"X-Sender: {sender}",
                "Content-Type: text/plain; charset=US-ASCII; format=flowed", "Content-Transfer-Encoding: 7bit"]
    if style == "shop":
        return [f"Date: {date}", f"To: {to}", f'From: "Shop" <{sender}>', f"Subject: Your order {number} is on its way",
                f"Message-ID: <{token(random, 32)}@www.{domain}>", "X-Mailer: PHPMailer 6.8.0 (https://github.com/PHPMailer/PHPMailer)",
                "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
    if style in ("newsletter", "list"):
        name = "news" if style == "newsletter" else "talk"
        lines = [f"Date: {date}", f'From: "{name.title()}" <{name}@{domain}>', f"To: {to if style == 'newsletter' else name + '@' + domain}",
                 f"Message-ID: <{unique}@{domain}>", f"Subject: [{name}] {subject}", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
                 f"List-Id: <{name}.{domain}>", f"List-Unsubscribe: <https://{domain}/u/{token(rng, 12)}>", "Precedence: bulk"]
        return lines + (["Sender: " + name + "-bounces@" + domain, "X-Mailman-Version: 2.1.39"] if style == "list" else ["X-Mailer: Sender 4.2"])
    if style == "bounce":
        return [f"Date: {date}", f"From: MAILER-DAEMON@{domain} (Mail Delivery System)", "Subject: Undelivered Mail Returned to Sender", f"To: {rcpt}",
                "Auto-Submitted: auto-replied", "MIME-Version: 1.0", f'Content-Type: multipart/report; report-type=delivery-status; boundary="{number}.b/{domain}"',
                f"Message-Id: <{unique}@{domain}>"]
    if style == "vacation":
        return [f"Date: {date}", f"From: {who}", f"To: <{rcpt}>", "Subject: Out of office: " + subject, "Auto-Submitted: auto-replied (vacation)",
                f"Message-ID: <dovecot-sieve-{unique}@{domain}>", "Precedence: bulk", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
    if style == "cron":
        return [f"From: root@{domain} (Cron Daemon)", f"To: {rcpt}", f"Subject: Cron <root@srv{number % 7}> test -x /usr/sbin/backup && backup",
                "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8", "Auto-Submitted: auto-generated",
                f"Message-Id: <{time.strftime('%Y%m%d%H%M%S')}.{token(random, 11).upper()}@srv{number % 7}.{domain}>", f"Date: {date}"]
    return [f"From: {sender}", f"To: {rcpt}", f"Subject: Report {number}"]  # bare: a program that knows no better


def body(rng, style, sender, rcpt, number):
    text = prose(rng, rng.randint(2, 7))
    if style != "bounce":
        return text
    edge, domain = f"--{number}.b/{sender.split('@')[-1]}", sender.split("@")[-1]
    quoted = f"From: <{rcpt}>\nTo: <old.friend@{domain}>\nSubject: {rng.choice(SUBJECTS)}\nMessage-ID: <{token(rng, 16)}@{rcpt.split('@')[1]}>\n"
    return (f"{edge}\nContent-Description: Notification\nContent-Type: text/plain; charset=us-ascii\n\nThis is the mail system at host mail.{domain}.\n\n"
            f"<old.friend@{domain}>: unknown user\n\n{edge}\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.{domain}\n\n"
            f"Final-Recipient: rfc822; old.friend@{domain}\nAction: failed\nStatus: 5.1.1\n\n{edge}\nContent-Type: text/rfc822-headers\n\n{quoted}\n{edge}--\n")


def submit(port, style, sender, rcpts, number):
    rng = random.Random(f"{port}{sender}{rcpts}{number}")
    author = f"postmaster@{sender[1:-1]}" if sender.startswith("<") else sender
    lines = head(rng, style, author, rcpts[0], number) + [""] + body(rng, style, author, rcpts[0], number).split("\n")
    text = "".join(("." if l.startswith(".") else "") + l + "\r\n" for l in lines)
    envelope = "" if sender.startswith("<") else sender
    if port.startswith("/"):
        text = "\n".join(lines)
        subprocess.run([os.environ["LAB_EXIM"], "-C", port, "-odf", "-oi", "-f", envelope or "<>", *rcpts], input=text.encode(), check=True)
    else:
        hand_in(int(port), style, envelope, rcpts, text, number)


def hand_in(port, style, envelope, rcpts, text, number):
    inside = style in ("shop", "cron", "newsletter", "list", "bounce", "vacation", "bare")
    with socket.create_connection(("127.0.0.1", port), 20, ("127.0.0.1" if inside else f"192.168.7.{11 + number % 50}", 0)) as s:
        f = s.makefile("rwb")

        def say(line):
            if line:
                f.write(line.encode() + b"\r\n")
                f.flush()
            while True:
                answer = f.readline()
                if answer[3:4] != b"-":
                    assert answer[:1] in b"23", (line, answer)
                    return

        say("")
        say("EHLO " + ("localhost" if inside else f"pc{number % 50}"))
        say(f"MAIL FROM:<{envelope}>")
        for rcpt in rcpts:
            say(f"RCPT TO:<{rcpt}>")
        say("DATA")
        say(text + ".")
        say("QUIT")


if __name__ == "__main__":
    for line in sys.stdin:
        p, kind, author, to, count = line.split()
        submit(p, kind, author, to.split(","), int(count))
