"""Receivers of every kind behind one face, for tests that mistreat them.

    start, kill     as a program that is started and killed with -9; a start goes on where the kill was
    settings        what sinks.NAME must be told to send here
    taken           ids of the records that have arrived, and how often each
    problems        what they had to say about what they got
"""
import collections
import os
import pathlib
import re
import shutil
import socket
import subprocess
import threading

import standin_http
from scene import Failure, wait_for

ID = re.compile(rb'"id":"([0-9a-f]{32})"')
FRAME_MAX = 1 << 20


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


def certificate(folder, name, host):
    """An authority, and a certificate of it for the host: (authority, certificate, key) files."""
    folder = pathlib.Path(folder)
    authority, key = folder / (name + "-ca.pem"), folder / (name + "-key.pem")
    made = folder / (name + ".pem")

    def openssl(*words):
        done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failure("openssl: " + done.stderr)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=authority " + name, "-keyout", folder / (name + "-ca.key"), "-out", authority)
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + host,
            "-addext", "subjectAltName=%s:%s" % ("IP" if host[0].isdigit() else "DNS", host),
            "-keyout", key, "-out", folder / (name + ".csr"))
    openssl("x509", "-req", "-in", folder / (name + ".csr"), "-CA", authority, "-CAkey", folder / (name + "-ca.key"),
            "-CAcreateserial", "-days", "2", "-copy_extensions", "copyall", "-out", made)
    return authority, made, key


class Http:
    """A stand-in of standin_http."""

    def __init__(self, kind, folder, tls=False, host="127.0.0.1", path=""):
        self.name = kind + (" over TLS" if tls else "")
        self.standin = {"bulk": standin_http.Bulk, "webhook": standin_http.Webhook, "hec": standin_http.Hec}[kind]()
        self.standin.port = free_port()
        self.settings = {"type": {"bulk": "elastic", "hec": "splunk"}.get(kind, kind),
                         "url": "%s://%s:%d%s" % ("https" if tls else "http", host, self.standin.port, path),
                         "answer_time": 5}
        if kind == "hec":
            token = folder / "token"
            token.write_text("0a1b2c3d-token")
            token.chmod(0o600)
            # A restart forgets what it was to acknowledge.
            self.settings.update(token="file:%s" % token, ack_time=1, batch=2000)
        if tls:
            authority, made, key = certificate(folder, "good", host)
            self.standin.tls = made, key
            self.settings["tls_ca"] = authority

    def use_certificate(self, made, key):
        self.standin.tls = made, key

    def cut_often(self):
        """Connections end in the middle of requests and answers."""
        ways = (None, "request", None, "answer", "silent", None, None)
        self.standin.behave = lambda number, request: {"cut": ways[number % len(ways)]}

    def start(self):
        self.standin.start()

    def kill(self):
        self.standin.stop()

    @property
    def taken(self):
        return self.standin.taken

    @property
    def count(self):
        return len(self.standin.taken)

    @property
    def problems(self):
        return self.standin.problems


class Stream:
    """Lines on a unix socket, or syslog frames with their length before them over TCP (RFC 6587 3.4.1). What came
    whole has arrived; killed, it loses what it has not read."""

    def __init__(self, kind, folder, host="127.0.0.1"):
        self.name = {"unix": "unix socket", "frames": "syslog over TCP"}[kind]
        self.kind, self.taken, self.problems = kind, collections.Counter(), []
        self.listener, self.open, self.lock = None, set(), threading.Lock()
        self.cuts = None
        if kind == "unix":
            self.path = folder / "receiver.sock"
            self.settings = {"type": "unix", "path": self.path}
        else:
            self.port = free_port()
            self.settings = {"type": "syslog", "transport": "tcp", "address": "%s:%d" % (host, self.port)}

    @property
    def count(self):
        return len(self.taken)

    def cut_often(self):
        """After each so many octets of a connection it is cut."""
        self.cuts = 3000017

    def start(self):
        if self.kind == "unix":
            if self.path.exists():
                self.path.unlink()
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(str(self.path))
        else:
            self.listener = socket.socket()
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(8)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def kill(self):
        with self.lock:
            listener, self.listener = self.listener, None
            held, self.open = self.open, set()
        if listener:
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            listener.close()
        for connection in held:
            standin_http.reset(connection)

    def _accept(self, listener):
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            with self.lock:
                if listener is not self.listener:
                    connection.close()
                    return
                self.open.add(connection)
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection):
        rest, total = b"", 0
        while True:
            try:
                octets = connection.recv(1 << 16)
            except OSError:
                octets = b""
            with self.lock:
                alive = connection in self.open
                if not octets or not alive:
                    self.open.discard(connection)
                    connection.close()
                    return
                rest = self._take(rest + octets)
                total += len(octets)
                if self.cuts and total > self.cuts:
                    self.open.discard(connection)
                    standin_http.reset(connection)
                    return

    def _take(self, octets):
        """Takes the records that are whole; the rest of the octets."""
        at = 0
        while True:
            if self.kind == "unix":
                end = octets.find(b"\n", at)
                if end < 0:
                    return octets[at:]
                self._record(octets[at:end])
                at = end + 1
            else:
                space = octets.find(b" ", at, at + 10)
                if space < 0:
                    return octets[at:]
                length = int(octets[at:space])
                if length > FRAME_MAX or len(octets) < space + 1 + length:
                    return octets[at:]
                self._record(octets[space + 1:space + 1 + length])
                at = space + 1 + length

    def _record(self, octets):
        found = ID.search(octets)
        if found:
            self.taken[found[1].decode()] += 1
        else:
            self.problems.append("no record: %r" % octets[:200])


RSYSLOG = """\
%(modules)s
main_queue(queue.type="Direct")
global(workDirectory="%(folder)s" maxMessageSize="256k"%(global)s)
template(name="raw" type="string" string="%%rawmsg-after-pri%%\\n")
input(type="imtcp" address="127.0.0.1" port="%(port)d" ruleset="all" maxSessions="50")
ruleset(name="all" queue.type="Direct") {
  action(type="omfile" file="%(out)s" template="raw" ioBufferSize="4k" flushOnTXEnd="on")
}
"""


class Rsyslog:
    """The real one. Its queues are direct: what it has read it has written, also when it is killed."""

    def __init__(self, scene, folder, tls=False, host="127.0.0.1"):
        self.name = "rsyslog over " + ("TLS" if tls else "TCP")
        self.scene, self.folder, self.port, self.process = scene, folder, free_port(), None
        self.out, self.conf, self.tls, self.problems = folder / "rsyslog.out", folder / "rsyslog.conf", tls, []
        self.settings = {"type": "syslog", "transport": "tls" if tls else "tcp", "address": "%s:%d" % (host, self.port)}
        self.files = None
        if tls:
            self.files = certificate(folder, "good", host)
            self.settings["tls_ca"] = self.files[0]
        self.write()

    @staticmethod
    def is_there(tls):
        modules = pathlib.Path("/usr/lib/%s-linux-gnu/rsyslog" % os.uname().machine)
        return shutil.which("rsyslogd") and (not tls or (modules / "lmnsd_ossl.so").exists())

    def use_certificate(self, made, key):
        self.files = self.files[0], made, key
        self.write()

    def write(self):
        values = {"folder": self.folder, "port": self.port, "out": self.out, "global": "",
                  "modules": 'module(load="imtcp")'}
        if self.tls:
            values["global"] = ' defaultNetstreamDriverCAFile="%s" defaultNetstreamDriverCertFile="%s" ' \
                               'defaultNetstreamDriverKeyFile="%s"' % self.files
            values["modules"] = 'module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" ' \
                                'streamDriver.authMode="anon")'
        self.conf.write_text(RSYSLOG % values)

    def start(self):
        pid_file = self.folder / "rsyslog.pid"
        if pid_file.exists():
            pid_file.unlink()
        self.process = self.scene.spawn(["rsyslogd", "-n", "-f", self.conf, "-i", pid_file],
                                        self.folder / "rsyslog.log")

        def listens():
            if self.process.poll() is not None:
                raise Failure("rsyslogd: " + (self.folder / "rsyslog.log").read_text()[-800:])
            with socket.socket() as tried:
                return tried.connect_ex(("127.0.0.1", self.port)) == 0
        wait_for("rsyslogd", listens, 20)

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    @property
    def taken(self):
        if not self.out.exists():
            return collections.Counter()
        # What a kill has cut stands before the record that comes next, and comes again.
        found = (ID.findall(line) for line in self.out.read_bytes().split(b"\n")[:-1] if line.endswith(b"}"))
        return collections.Counter(ids[-1].decode() for ids in found if ids)

    @property
    def count(self):
        """About how many."""
        return self.out.stat().st_size // 1100 if self.out.exists() else 0
