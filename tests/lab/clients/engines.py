"""How the lab's spam engines speak SMTP and what their mail looks like, after what has been published about bots: their own grammar of
commands (case, blanks, missing brackets, RSET and QUIT habits, no waiting), HELO made from whatever the PC has, mail from templates.
Each is a row of ENGINES. None is a copy of a certain malware.
"""
import base64
import dataclasses
import time
from email.utils import formatdate

# Domains that exist in the lab and that spam likes to come from.
FORGED = "southtel.example bigmail.example webpost.example franconet.example nordbank.example brasnet.example college.example".split()
WORDS = "lucky star golden river happy home smart cash quick silver blue ocean prime trade media global".split()
GIVEN = "james mary linda robert susan karen lisa brian kevin laura sarah gary scott donna ruth eric".split()
HEADLINE = ["80% off only today", "Your account needs attention", "Replica watches", "Re: hi", "Work from home", "Your package is waiting",
            "You have won", "Cheap meds without prescription", "Lonely girls in your town", "Invoice attached", "Final notice", "Loan approved"]


@dataclasses.dataclass
class Engine:
    helo: object  # a function of who the bot is
    head: tuple  # names of the header lines, in order (see letter)
    hello: str = "HELO"
    fallback: str = ""  # the second hello, if the first is refused
    mail: str = "MAIL FROM:<{}>"
    rcpt: str = "RCPT TO:<{}>"
    data: str = "DATA"
    end: str = "\r\n"
    quit: str = ""
    rset: str = ""
    messages: int = 1
    early: bool = False  # speaks before the greeting
    blind: bool = False  # sends everything in one go
    stubborn: bool = False  # goes on after a refusal
    retries: int = 0  # comes again at once after a 4xx
    sender: str = "forged"  # forged: of a domain that exists; random: sometimes of one that does not


def pick(rng, size, alphabet="abcdefghijklmnopqrstuvwxyz0123456789"):
    return "".join(rng.choice(alphabet) for _ in range(size))


def netbios(me):
    form = me["rng"].choice(("PC-{}", "WINXP-{}", "DESKTOP-{}", "{}-LAPTOP", "USER{}", "OFFICE-{}"))
    return form.format(pick(me["rng"], 6).upper())


def own_name(me):
    """The name that DNS has for the address; without one, what the PC is called."""
    return me["name"] or netbios(me)


def random_host(me):
    rng = me["rng"]
    return rng.choice(("mail.", "smtp.", "", "", "mx1.")) + rng.choice(WORDS) + rng.choice(WORDS) + rng.choice((".com", ".net", ".info", ".biz"))


def single_word(me):
    return me["rng"].choice(WORDS) + pick(me["rng"], 3)


def literal(me):
    return f"[192.168.{me['rng'].randrange(3)}.{me['rng'].randrange(2, 200)}]"


def bare_address(me):
    return me["source"]


def own_literal(me):
    return f"[{'IPv6:' if ':' in me['source'] else ''}{me['source']}]"


def of_recipient(me):
    return me["rcpt"].split("@")[1]


def of_server(me):
    return "mx.example.org" if me["server"] in ("192.0.2.25", "2001:db8:2::25") else "mail.example.net"


def of_provider(me):
    return f"mail-a-{me['rng'].randrange(11, 40)}.bigmail.example"


OUTLOOK = ("From", "To", "Subject", "Date", "MIME", "X-Priority", "X-MSMail", "X-Mailer")
OUTLOOK_ID = ("Message-ID",) + OUTLOOK
PLAIN = ("From", "To", "Subject")
FULL = ("Message-ID", "Date", "From", "User-Agent", "MIME", "To", "Subject")
ENGINES = {
    "netbios": Engine(netbios, OUTLOOK, mail="MAIL FROM: <{}>", rcpt="RCPT TO: <{}>"),
    "localhost": Engine(lambda me: "localhost", PLAIN, "helo", mail="mail from: {}", rcpt="rcpt to: {}", data="data", quit="quit"),
    "bare-address": Engine(bare_address, ("From", "To", "Subject", "ID-localhost"), quit="QUIT", sender="random"),
    "nat-literal": Engine(literal, ("Received-below",) + OUTLOOK_ID, "EHLO", quit="QUIT"),
    "own-literal": Engine(own_literal, ("Date", "From", "To", "Subject", "MIME"), "EHLO", mail="MAIL From:<{}>", rcpt="RCPT To:<{}>", messages=2, rset="RSET"),
    "own-name-loose": Engine(own_name, ("Subject", "From", "To", "MIME"), "helo", mail="mail from:<{}>", rcpt="rcpt to:<{}>", data="data"),
    "own-name-correct": Engine(own_name, FULL, "EHLO", mail="MAIL FROM:<{}> SIZE={size}", quit="QUIT", retries=1),
    "recipient-domain": Engine(of_recipient, OUTLOOK_ID, rset="RSET", messages=2, quit="QUIT"),
    "server-name": Engine(of_server, ("ID-bad", "From", "To", "Subject", "Date"), "EHLO", blind=True),
    "random-host": Engine(random_host, ("Received-below",) + OUTLOOK_ID, stubborn=True),
    "blind": Engine(single_word, PLAIN, blind=True, mail="MAIL FROM: {}", rcpt="RCPT TO: {}"),
    "early": Engine(netbios, OUTLOOK, "EHLO", early=True, blind=True),
    "forged-received": Engine(own_name, ("Received-forged", "Date", "From", "To", "Subject", "Message-ID", "MIME"), quit="QUIT"),
    "provider-mimic": Engine(of_provider, ("DKIM", "Message-ID", "Date", "From", "To", "Subject", "MIME"), "EHLO", quit="QUIT"),
    "library": Engine(netbios, ("MIME", "From", "To", "Subject", "Date", "Message-ID"), "ehlo", fallback="helo", mail="mail FROM:<{}> size={size}",
                      rcpt="rcpt TO:<{}>", data="data", quit="quit"),
    "many-recipients": Engine(random_host, OUTLOOK, "EHLO", "HELO", stubborn=True, sender="random"),
    "web-script": Engine(own_name, ("Date", "To", "From", "Subject", "Message-ID", "X-PHP", "MIME"), "EHLO", quit="QUIT"),
}


def letter(engine, me, helo, rcpts, number):
    """(sender, text of the message with CRLF): campaign by the seed, details by the bot."""
    rng = me["rng"]
    domain = rng.choice(FORGED) if engine.sender == "forged" or rng.random() < 0.6 else rng.choice(WORDS) + pick(rng, 4) + ".test"
    sender = f"{rng.choice(GIVEN)}{rng.randrange(10, 99)}@{domain}"
    now = time.time()
    lines = {
        "From": f'From: "{rng.choice(GIVEN).title()} {rng.choice(GIVEN).title()}" <{sender}>', "To": f"To: <{rcpts[0]}>",
        "Subject": f"Subject: {rng.choice(HEADLINE)}", "Date": f"Date: {formatdate(now - rng.randrange(0, 9) * 3600, localtime=False)}",
        "Message-ID": f"Message-ID: <{pick(rng, 12, '0123456789abcdef')}${pick(rng, 8, '0123456789abcdef')}$@{domain}>",
        "ID-localhost": f"Message-ID: <{pick(rng, 14)}@localhost>", "ID-bad": f"Message-ID: {pick(rng, 10).upper()}",
        "MIME": "MIME-Version: 1.0\r\nContent-Type: text/html; charset=\"iso-8859-1\"", "X-Priority": "X-Priority: 3", "X-MSMail": "X-MSMail-Priority: Normal",
        "X-Mailer": "X-Mailer: Microsoft Outlook Express 6.00.2900.2180", "User-Agent": "User-Agent: Mozilla/5.0 (Windows NT 6.1; rv:102.0) Thunderbird/102.3",
        "X-PHP": "X-PHP-Originating-Script: 33:mailer.php",
        "Received-below": f"Received: from {rng.choice(WORDS)} ([10.{rng.randrange(255)}.{rng.randrange(255)}.{rng.randrange(255)}]) by {helo} "
                          f"with Microsoft SMTPSVC(5.0.2195.6713);\r\n\t{formatdate(now - 60, localtime=False)}",
        "Received-forged": f"Received: from [{me['source']}] by ns.{domain}; {formatdate(now - 30, localtime=False)}",
        "DKIM": f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=2024; h=from:to:subject:date;\r\n\t"
                f"bh={base64.b64encode(rng.randbytes(32)).decode()};\r\n\tb={base64.b64encode(rng.randbytes(48)).decode()}",
    }
    head = "".join(lines[name] + "\r\n" for name in engine.head)
    body = "".join(f"{rng.choice(HEADLINE)}! {rng.choice(WORDS)} {rng.choice(WORDS)} {rng.choice(WORDS)}\r\n" for _ in range(rng.randint(1, 4)))
    return sender, f"{head}\r\n{body}http://{rng.choice(WORDS)}-{rng.choice(WORDS)}.test/?{pick(rng, 6)}{number}\r\n"
