"""TLS and SASL before the mock cluster, which has neither: a relay that unpacks, and asks for user and password.

    relay = Relay(port_of_the_broker, certificate, key, authority=None, users=None)

Brokers tell their addresses in their answers; the relay writes its own over them. With users {name: password} a
connection must log in by PLAIN (RFC 4616) or SCRAM-SHA-256/512 (RFC 5802, RFC 7677) before it may do anything else.
"""
import base64
import hashlib
import hmac
import os
import socket
import ssl
import struct
import threading

ADDRESS = b"127.0.0.1"
HANDSHAKE, API_VERSIONS = 17, 18  # ApiKeys


def read_exactly(stream, count):
    octets = b""
    while len(octets) < count:
        piece = stream.recv(count - len(octets))
        if not piece:
            raise EOFError
        octets += piece
    return octets


def read_frame(stream):
    return read_exactly(stream, struct.unpack("!i", read_exactly(stream, 4))[0])


def write_frame(stream, octets):
    stream.sendall(struct.pack("!i", len(octets)) + octets)


def with_handshake(answer, version):
    """What a broker can (ApiVersions), and besides SaslHandshake, version 0: tokens are frames of their own then."""
    if answer[4:6] != b"\0\0":
        return answer
    more = struct.pack("!hhh", HANDSHAKE, 0, 0)
    if version < 3:
        return answer[:6] + struct.pack("!i", struct.unpack("!i", answer[6:10])[0] + 1) + more + answer[10:]
    return answer[:6] + bytes([answer[6] + 1]) + more + b"\0" + answer[7:]


class Scram:
    """The server's side."""

    def __init__(self, users, name):
        self.users, self.name = users, name

    def _hmac(self, key, text):
        return hmac.new(key, text, self.name).digest()

    def run(self, first, stream):
        """The user, or None."""
        bare = first.split(b",", 2)[2]
        fields = dict(part.split(b"=", 1) for part in bare.split(b","))
        user = fields[b"n"].decode()
        salt, rounds = os.urandom(16), 4096
        begun = b"r=%s%s,s=%s,i=%d" % (fields[b"r"], os.urandom(9).hex().encode(), base64.b64encode(salt), rounds)
        write_frame(stream, begun)
        last = read_frame(stream)
        without, _, proof = last.rpartition(b",p=")
        salted = hashlib.pbkdf2_hmac(self.name, self.users.get(user, "").encode(), salt, rounds)
        text = bare + b"," + begun + b"," + without
        key = self._hmac(salted, b"Client Key")
        signed = self._hmac(hashlib.new(self.name, key).digest(), text)
        if user not in self.users or bytes(a ^ b for a, b in zip(key, signed)) != base64.b64decode(proof):
            write_frame(stream, b"e=invalid-proof")
            return None
        write_frame(stream, b"v=" + base64.b64encode(self._hmac(self._hmac(salted, b"Server Key"), text)))
        return user


class Relay:
    def __init__(self, port, certificate, key, authority=None, users=None, mechanism="PLAIN"):
        self.port, self.users, self.mechanism = port, users, mechanism
        self.logins, self.refused, self.subjects = [], 0, set()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        if authority:
            self.context.load_verify_locations(authority)
            self.context.verify_mode = ssl.CERT_REQUIRED
        self.listener = socket.create_server((ADDRESS.decode(), 0))
        self.own_port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.listener.close()

    def _serve(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connection, args=(plain,), daemon=True).start()

    def _connection(self, plain):
        try:
            with self.context.wrap_socket(plain, server_side=True) as client, \
                    socket.create_connection((ADDRESS.decode(), self.port)) as broker:
                certificate = client.getpeercert()
                if certificate:
                    self.subjects.add(certificate["subject"][0][0][1])
                self._relay(client, broker)
        except (OSError, EOFError, ValueError, KeyError, IndexError):
            self.refused += 1

    def _relay(self, client, broker):
        """One request and its answer after the other: none is without."""
        logged_in = self.users is None
        while True:
            request = read_frame(client)
            key, version = struct.unpack("!hh", request[:4])
            if logged_in or key == API_VERSIONS:
                write_frame(broker, request)
                answer = self._rewrite(read_frame(broker))
                write_frame(client, answer if logged_in else with_handshake(answer, version))
            elif key == HANDSHAKE:
                name = {"PLAIN": b"PLAIN", "sha256": b"SCRAM-SHA-256", "sha512": b"SCRAM-SHA-512"}[self.mechanism]
                write_frame(client, request[4:8] + struct.pack("!hih", 0, 1, len(name)) + name)
                self._log_in(client, read_frame(client))
                logged_in = True
            else:
                raise ValueError("no login")

    def _rewrite(self, answer):
        theirs, ours = (ADDRESS + struct.pack("!i", port) for port in (self.port, self.own_port))
        return answer.replace(theirs, ours)

    def _log_in(self, client, first):
        if self.mechanism == "PLAIN":
            _, user, password = first.decode().split("\0")
            good = self.users.get(user) == password
            if good:
                write_frame(client, b"")
        else:
            user = Scram(self.users, self.mechanism).run(first, client)
            good = user is not None
        if not good:
            raise ValueError("refused")
        self.logins.append(user)
