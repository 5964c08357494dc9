#!/usr/bin/python3
"""A message as a mail program writes it, on standard output, ready for sendmail -t.

    compose.py --from "Anna Lang <anna@partner.example>" --to bob@example.org --subject TEXT
               [--cc ADDR] [--html] [--attach KILOBYTES] [--lines N] [--message-id-host HOST] [--list ID]
The same arguments give the same text (Date and Message-ID apart).
"""
import argparse
import random
import sys
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

WORDS = """the of and to in for is on that by this with you it not or be are from at as your all have new more an was
we will home can us about if page my has search free but our one other do no information time they site he up may
what which their news out use any there see only so his when contact here business who web also now help get view
online first been would how were services some these click its like service than find price date back top people list
name just over state year day into email two health world next used go work last most products music buy data make
them should product system post her city add policy number such please available copyright support message after best
software then good video well where info rights public books high school through each links she review years order
very privacy book items company read group need many user said de does set under general research university january
mail full map reviews program life""".split()


def prose(rng, lines):
    out = []
    for _ in range(lines):
        words = [rng.choice(WORDS) for _ in range(rng.randint(8, 12))]
        out.append(" ".join(words).capitalize() + ".")
        if rng.random() < 0.12:
            out.append("")
    return "\n".join(out) + "\n"


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--from", dest="sender", required=True)
    p.add_argument("--to", required=True)
    p.add_argument("--cc")
    p.add_argument("--subject", required=True)
    p.add_argument("--html", action="store_true")
    p.add_argument("--attach", type=int, default=0)
    p.add_argument("--lines", type=int, default=12)
    p.add_argument("--message-id-host", default="mail.partner.example")
    p.add_argument("--list")
    a = p.parse_args()
    rng = random.Random(a.subject + a.to)
    m = EmailMessage(policy=SMTP)
    m["From"] = a.sender
    m["To"] = a.to
    if a.cc:
        m["Cc"] = a.cc
    m["Subject"] = a.subject
    m["Date"] = formatdate(localtime=False)
    m["Message-ID"] = make_msgid(domain=a.message_id_host)
    m["User-Agent"] = "Labmail 1.4"
    if a.list:
        m["List-Id"] = f"<{a.list}>"
        m["List-Unsubscribe"] = f"<https://{a.list}/unsubscribe>"
        m["Precedence"] = "bulk"
    text = "Hello,\n\n" + prose(rng, a.lines) + "\n.hidden files and lines that begin with a dot are in here too\n\nRegards\n"
    m.set_content(text)
    if a.html:
        m.add_alternative("<html><body><p>" + text.replace("\n", "<br>\n") + "</p></body></html>\n", subtype="html")
    if a.attach:
        m.add_attachment(rng.randbytes(a.attach * 1024), maintype="application", subtype="pdf", filename="Angebot März.pdf")
    # sendmail(1) takes LF line ends.
    sys.stdout.buffer.write(m.as_bytes().replace(b"\r\n", b"\n"))


if __name__ == "__main__":
    main()
