"""A raw SMTP client side for the lab's own clients: every byte that goes out is written by the caller.

No smtplib: it would greet, quote and dot-stuff in its own way, and these clients are here because of how they differ.
Connections are closed with FIN and the server's side is read to its end, so that captures hold whole dialogues.
"""
import socket
import time


class Closed(Exception):
    """The server closed the connection."""


class Wire:
    def __init__(self, server, source=None, timeout=15, greeting=True):
        family = socket.AF_INET6 if ":" in server else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if source:
            self.sock.bind((source, 0))
        self.sock.connect((server, 25))
        self.pending = b""
        if greeting:
            self.reply()

    def send(self, data):
        """Octets exactly as they are; text is taken as UTF-8."""
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def reply(self):
        """One whole reply, multi-line ones too; returns the code of its last line."""
        while True:
            line = self._line()
            if line[3:4] != b"-":
                return int(line[:3])

    def say(self, line):
        """A command with CRLF, then its reply's code."""
        self.send(line + "\r\n")
        return self.reply()

    def message(self, text):
        """The octets of a message (lines may end with LF), with dot-stuffing and the final dot."""
        lines = text.split("\n")
        if lines and lines[-1] == "":
            lines.pop()
        self.send("".join(("." if l.startswith(".") else "") + l + "\r\n" for l in lines) + ".\r\n")
        return self.reply()

    def pause(self, seconds):
        time.sleep(seconds)

    def drain(self):
        """Whatever still comes, until the server closes or is silent for a second."""
        self.sock.settimeout(1)
        try:
            while self.sock.recv(65536):
                pass
        except (TimeoutError, ConnectionError):
            pass

    def quit(self):
        self.say("QUIT")
        self.close()

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        self.drain()
        self.sock.close()

    def _line(self):
        while b"\n" not in self.pending:
            more = self.sock.recv(65536)
            if not more:
                raise Closed()
            self.pending += more
        line, self.pending = self.pending.split(b"\n", 1)
        return line
