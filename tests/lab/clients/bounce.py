#!/usr/bin/python3
"""What a mail server sends with the null sender, in the words of servers that the lab does not have.

    bounce.py SERVER SOURCE HELO STYLE RECIPIENT...
A message for each recipient, all in one session. STYLE: qmail, sendmail, exchange, exim, domino (failures; the returned mail came from a
zombie with a forged Received line), delayed, success (reports that are no failure), vacation (an automatic answer).
"""
import sys
import zlib

from wire import Wire

server, source, helo, style = sys.argv[1:5]
domain = helo.split(".", 1)[1]
DATE = "Thu, 5 Mar 2026 10:%02d:00 +0100"


def returned(to, n):
    """The header of the mail that could not be delivered."""
    zombie = f"100.64.19.{10 + n}"
    return (f"Received: from ppp{zombie.replace('.', '-')}.pppoe.avangard-dsl.example (HELO user{n}) ([{zombie}]) by {helo} with SMTP; {DATE % n}\n"
            f"Received: from [{zombie}] by ns2.telco.example; {DATE % n}\n"
            f"Message-ID: <{zlib.crc32((helo + to).encode()):08x}.{n}@{to.split('@')[1]}>\nFrom: \"Lisa\" <{to}>\nTo: gone{n}@{domain}\n"
            f"Subject: your order\nDate: {DATE % n}\n")


def head(to, n, sender, subject, more=""):
    return (f"From: {sender}\nTo: {to}\nSubject: {subject}\nDate: {DATE % (n + 1)}\n"
            f"Message-ID: <{style}.{n}.{zlib.crc32((helo + to).encode()):08x}@{helo}>\n{more}")


def report(to, n, sender, subject, text, action, status, diagnostic, more=""):
    b = f"{n:02}A7C.{zlib.crc32(to.encode()):08x}/{helo}"
    return (f"Received: by {helo}; {DATE % (n + 1)}\n" + head(to, n, sender, subject, more)
            + f"MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"{b}\"\n\n"
            f"--{b}\n\n{text}\n\n--{b}\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; {helo}\nArrival-Date: {DATE % n}\n\n"
            f"Final-Recipient: RFC822; gone{n}@{domain}\nAction: {action}\nStatus: {status}\n{diagnostic}\n--{b}\n"
            f"Content-Type: text/rfc822-headers\n\n{returned(to, n)}\n--{b}--\n")


def message(to, n):
    gone = f"gone{n}@{domain}"
    if style == "qmail":  # no Message-ID, no MIME
        return (f"Received: (qmail {2500 + n} invoked for bounce); 5 Mar 2026 09:{n:02}:00 -0000\nDate: 5 Mar 2026 09:{n:02}:00 -0000\n"
                f"From: MAILER-DAEMON@{helo}\nTo: {to}\nSubject: failure notice\n\nHi. This is the qmail-send program at {helo}.\n"
                "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
                f"This is a permanent error; I've given up. Sorry it didn't work out.\n\n<{gone}>:\n"
                f"Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <{to}>\n"
                f"{returned(to, n)}\nReplica watches, best prices.\n")
    if style == "exim":
        return (f"Received: from mail by {helo} with local (Exim 4.69)\n\tid 1AbCd{n}-0001Ab-00\n\tfor {to}; {DATE % n}\n"
                + head(to, n, f"Mail Delivery System <Mailer-Daemon@{helo}>", "Mail delivery failed: returning message to sender",
                       f"X-Failed-Recipients: {gone}\nAuto-Submitted: auto-replied\n")
                + "\nThis message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or\n"
                f"more of its recipients. This is a permanent error. The following address(es) failed:\n\n  {gone}\n    Unrouteable address\n\n"
                f"------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <{to}>\n{returned(to, n)}\n"
                "Replica watches, best prices.\n")
    if style == "sendmail":
        return report(to, n, f"Mail Delivery Subsystem <MAILER-DAEMON@{helo}>", "Returned mail: see transcript for details",
                      f"The original message was received at {DATE % n}\n\n   ----- The following addresses had permanent fatal errors -----\n"
                      f"<{gone}>\n    (reason: 550 5.1.1 <{gone}>... User unknown)", "failed", "5.1.1",
                      f"Remote-MTA: DNS; inner.{domain}\nDiagnostic-Code: SMTP; 550 5.1.1 <{gone}>... User unknown\n",
                      "Auto-Submitted: auto-generated (failure)\n")
    if style == "exchange":
        return report(to, n, f"<postmaster@{domain}>", "Undeliverable: your order",
                      f"Delivery has failed to these recipients or groups:\n\n{gone}\nThe e-mail address you entered couldn't be found.",
                      "failed", "5.1.1", "Diagnostic-Code: smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found\n",
                      f"Content-Language: en-US\nX-MS-Exchange-Message-Is-Ndr:\nThread-Topic: your order\nIn-Reply-To: <{n}@{to.split('@')[1]}>\n")
    if style == "domino":
        return report(to, n, f"Postmaster@{domain}", f"DELIVERY FAILURE: User gone{n} ({gone}) not listed in Domino Directory",
                      f"Your message\n\n  Subject: your order\n\nwas not delivered to:\n\n  {gone}\n\nbecause:\n\n  User gone{n} not listed",
                      "failed", "5.1.1", f"Diagnostic-Code: X-Notes; User gone{n} ({gone}) not listed in public Name & Address Book\n")
    if style == "delayed":
        return report(to, n, f"Mail Delivery System <MAILER-DAEMON@{helo}>", "Delayed Mail (still being retried)",
                      f"THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\n<{gone}>: connect to inner.{domain}: Connection timed out",
                      "delayed", "4.4.1", "Diagnostic-Code: X-Postfix; connect: Connection timed out\nWill-Retry-Until: Tue, 10 Mar 2026 10:00:00 +0100\n",
                      "Auto-Submitted: auto-replied\n")
    if style == "success":
        return report(to, n, f"Mail Delivery System <MAILER-DAEMON@{helo}>", "Successful Mail Delivery Report",
                      f"Your message was successfully delivered to the destination(s) listed below.\n\n<{gone}>: delivered to mailbox",
                      "delivered", "2.0.0", "Diagnostic-Code: X-Postfix; delivered to mailbox\n", "Auto-Submitted: auto-replied\n")
    if style == "vacation":
        return (f"Received: by {helo}; {DATE % n}\n"
                + head(to, n, gone, "Out of office: your order", "Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk\n")
                + "\nI am away until Monday. Your mail was delivered to my mailbox, but it will not be read before.\n"
                "In urgent cases turn to my colleagues. This answer could not be delivered by anybody but a machine.\n")
    sys.exit(f"bounce: what is {style}?")


w = Wire(server, source)
w.say(f"EHLO {helo}")
for n, to in enumerate(sys.argv[5:]):
    w.say("MAIL FROM:<>")
    w.say(f"RCPT TO:<{to}>")
    w.say("DATA")
    w.message(message(to, n))
w.quit()
