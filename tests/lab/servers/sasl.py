#!/usr/bin/python3
"""Passwords for Postfix, in the protocol of Dovecot's authentication (Postfix SASL_README): sasl.py PORT [down]

PLAIN, LOGIN and CRAM-MD5; jane and karl may log in with the password "correct horse". With "down" the connection
is lost at every attempt, as where the data base of users does not answer: Postfix says 454.
"""
import base64
import hmac
import socketserver
import sys

PORT, DOWN = int(sys.argv[1]), sys.argv[2:] == ["down"]
USERS, PASSWORD = ("jane", "karl"), "correct horse"
HELLO = "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nMECH\tCRAM-MD5\tdictionary\nSPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n"
CHALLENGE = "<1896.697170952@mx.example.org>"


def text(field):
    return base64.b64decode(field + "===").decode(errors="replace")


class Auth(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write((line + "\n").encode())

    def ask(self, number, question):
        """What the client answers to a challenge."""
        self.say(f"CONT\t{number}\t{base64.b64encode(question.encode()).decode()}")
        fields = self.rfile.readline().decode().rstrip("\n").split("\t")
        return text(fields[2]) if len(fields) > 2 else ""

    def credentials(self, number, mechanism, first):
        """User and whether the password is right."""
        if mechanism == "CRAM-MD5":
            user, _, digest = self.ask(number, CHALLENGE).partition(" ")
            right = hmac.compare_digest(digest, hmac.new(PASSWORD.encode(), CHALLENGE.encode(), "md5").hexdigest())
        elif mechanism == "LOGIN":
            user = self.ask(number, "Username:") if first is None else first
            right = self.ask(number, "Password:") == PASSWORD
        else:
            _, user, password = ((first if first is not None else self.ask(number, "")) + "\0\0").split("\0")[:3]
            right = password == PASSWORD
        return user, right and user in USERS

    def handle(self):
        self.wfile.write(HELLO.encode())
        for raw in self.rfile:
            fields = raw.decode().rstrip("\n").split("\t")
            if fields[0] != "AUTH":
                continue
            if DOWN:
                return
            first = next((text(f[5:]) for f in fields if f.startswith("resp=")), None)
            user, right = self.credentials(fields[1], fields[2], first)
            self.say(f"{'OK' if right else 'FAIL'}\t{fields[1]}\tuser={user}")


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", PORT), Auth).serve_forever()
