#!/usr/bin/python3
"""A server that answers in one way, to see what a client does: scripted.py ADDRESS=WAY...

Port 25 of each address, one way each:
    all      offers PIPELINING, SIZE, 8BITMIME, DSN and CHUNKING, and takes everything
    nochunk  PIPELINING, SIZE, 8BITMIME    nopipe   SIZE, 8BITMIME, DSN    size   SIZE, 8BITMIME
    chunk    SIZE, 8BITMIME, CHUNKING      old      PIPELINING, SIZE       noehlo 502 to EHLO
    dsn      PIPELINING, SIZE, DSN
    busy     greets with 450               shut     greets with 554
    mail4 mail5 rcpt4 rcpt5 data4 data5 dot4 dot5   as "all", but refuses that, with 450 or 550
"""
import socket
import socketserver
import sys
import threading

OFFERS = {
    "nochunk": ["PIPELINING", "SIZE 10240000", "8BITMIME"],
    "nopipe": ["SIZE 10240000", "8BITMIME", "DSN"],
    "size": ["SIZE 10240000", "8BITMIME"],
    "chunk": ["SIZE 10240000", "8BITMIME", "CHUNKING"],
    "old": ["PIPELINING", "SIZE 10240000"],
    "dsn": ["PIPELINING", "SIZE 10240000", "DSN"],
}
ALL = ["PIPELINING", "SIZE 10240000", "8BITMIME", "DSN", "CHUNKING"]


class Talk(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def verdict(self, stage, text):
        """2xx or 354, unless this server refuses at this stage."""
        way = self.server.way
        good = not way.startswith(stage)
        self.say(text if good else f"{way[-1]}50 {way[-1]}.7.1 {stage} is refused here")
        return good

    def content(self):
        for line in iter(self.rfile.readline, b""):
            if line == b".\r\n":
                break
        self.verdict("dot", "250 2.0.0 Ok: queued as 1")
        self.accepted = 0

    def hello(self, verb):
        if verb == "EHLO" and self.server.way == "noehlo":
            self.say("502 5.5.1 Command not implemented")
            return
        offers = OFFERS.get(self.server.way, ALL) if verb == "EHLO" else []
        lines = ["scripted.test"] + offers
        self.say("\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines))

    def command(self, line):
        verb = line[:4].upper()
        if verb in ("EHLO", "HELO"):
            self.hello(verb)
        elif verb == "MAIL":
            self.accepted = 0
            self.verdict("mail", "250 2.1.0 Ok")
        elif verb == "RCPT":
            self.accepted += self.verdict("rcpt", "250 2.1.5 Ok")
        elif verb in ("DATA", "BDAT") and not self.accepted:
            if verb == "BDAT":
                self.rfile.read(int(line.split()[1]))
            self.say("554 5.5.1 Error: no valid recipients")
        elif verb == "DATA":
            if self.verdict("data", "354 End data with <CR><LF>.<CR><LF>"):
                self.content()
        elif verb == "BDAT":
            self.rfile.read(int(line.split()[1]))
            last = line.upper().endswith("LAST")
            self.verdict("dot" if last else "data", "250 2.0.0 Ok: octets")
        elif verb in ("VRFY", "EXPN"):
            self.verdict("rcpt", "252 2.0.0 try it")
        elif verb in ("RSET", "NOOP"):
            self.say("250 2.0.0 Ok")
        elif verb == "QUIT":
            self.say("221 2.0.0 Bye")
            return False
        else:
            self.say("502 5.5.2 Error: command not recognized")
        return True

    def handle(self):
        self.accepted = 0
        greeting = {"busy": "450 4.3.2 try again later", "shut": "554 5.3.2 no mail service here"}
        self.say(greeting.get(self.server.way, "220 scripted.test ESMTP"))
        try:
            for raw in self.rfile:
                if not self.command(raw.decode(errors="replace").strip()):
                    return
        except (ConnectionError, ValueError):
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class Server6(Server):
    address_family = socket.AF_INET6


for argument in sys.argv[1:]:
    address, _, way = argument.partition("=")
    server = (Server6 if ":" in address else Server)((address, 25), Talk)
    server.way = way
    threading.Thread(target=server.serve_forever).start()
