#!/usr/bin/python3
"""The health page from outside, with curl and with sockets: check_health.py SERVE SOURCE. The text of
/metrics against a strict parser, HTTP as it should be and as it should not, many clients and slow ones."""
import html.parser
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
import exposition  # noqa: E402


class Server:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(self.process.wait())
        self.port = int(line)

    def say(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ok\n", word

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(20) == 0, "serve ended with %d" % self.process.returncode

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 15)

    def raw(self, octets):
        """The answer to these octets, until the other side closes."""
        with self.connect() as link:
            link.sendall(octets)
            answer = b""
            try:
                while True:
                    more = link.recv(65536)
                    if not more:
                        return answer
                    answer += more
            except ConnectionResetError:
                return answer

    def curl(self, path, *options):
        """Status, header and body as curl has them."""
        done = subprocess.run(["curl", "-sS", "-i", "--noproxy", "*", "-m", "15", *options,
                               "http://127.0.0.1:%d%s" % (self.port, path)],
                              capture_output=True, check=True)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        return int(lines[0].split()[1]), fields, body


def status_of(answer):
    return int(answer.split(None, 2)[1]) if answer.startswith(b"HTTP/1.") else None


def request(line, *fields):
    return "\r\n".join([line, *fields, "", ""]).encode()


def check_metrics(server):
    status, fields, body = server.curl("/metrics")
    assert status == 200 and fields["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert int(fields["Content-Length"]) == len(body)
    families = exposition.parse(body)
    assert all(name.startswith("mxtap_") for name in families), families.keys()

    def value(name, **labels):
        return [number for _, others, number in families[name].samples if others == labels]

    assert value("mxtap_capture_packets_total", interface="eth1") == [70001]
    assert value("mxtap_capture_drops_total", interface="eth2", where="kernel") == [81]
    assert value("mxtap_healthy") == [1]
    assert value("mxtap_memory_ceiling_bytes", room="smtp") == [64 << 20]
    assert len(families["mxtap_alerts_total"].samples) >= 22
    assert families["mxtap_alert_lag_seconds"].samples[-1][2] == 97
    return families


def check_docs(families, source):
    """Each metric has its line in the page for operators, with its labels; the page and the rules for
    Prometheus have no others."""
    told = {}
    for line in (source / "docs/health.md").read_text().splitlines():
        match = re.match(r"\| `(mxtap_\w+)(?:\{([\w,]+)\})?`", line)
        if match:
            told[match.group(1)] = set((match.group(2) or "").split(",")) - {""}
    there = {name: set(family.samples[0][1]) - {"le"} for name, family in families.items()}
    wrong = [name for name in {**told, **there} if told.get(name) != there.get(name)]
    assert not wrong, "docs/health.md: %s" % wrong
    rules = (source / "dist/prometheus/mxtap-rules.yaml").read_text()
    for name in re.findall(r"mxtap_\w+", rules):
        assert re.sub("_bucket$", "", name) in families, name


def check_methods(server):
    status, fields, body = server.curl("/metrics", "--head")
    assert status == 200 and not body and int(fields["Content-Length"]) > 5000
    for options in (["-X", "POST"], ["-d", "x=1"], ["-X", "PUT", "-d", "x"], ["-X", "DELETE"],
                    ["-X", "OPTIONS"], ["-X", "TRACE"], ["-X", "BREW"]):
        status, fields, _ = server.curl("/metrics", *options)
        assert status == 405 and fields["Allow"] == "GET, HEAD", (options, status)
    big = request("POST /metrics HTTP/1.1", "Host: localhost", "Content-Length: 100000000") + b"x" * 9000
    assert status_of(server.raw(big)) in (405, None)
    for path in ("/x", "/metrics/", "//", "/%2e", "/health.txt", "/../etc/passwd"):
        assert server.curl(path, "--path-as-is")[0] == 404, path
    assert server.curl("/metrics?x=1")[0] == 200


def check_hosts(server):
    for host in ("localhost", "localhost:1234", "127.0.0.1", "[::1]:9465"):
        assert server.curl("/health", "-H", "Host: " + host)[0] == 200, host
    for host in ("evil.example", "evil.example:%d" % server.port, "localhost.evil.example",
                 "192.0.2.1", "0.0.0.0"):
        status, _, body = server.curl("/metrics", "-H", "Host: " + host)
        assert status == 421 and b"mxtap_" not in body, host
    for octets in (request("GET /metrics HTTP/1.0"), request("GET /metrics HTTP/1.1"),
                   request("GET /metrics HTTP/1.1", "Host:"),
                   request("GET http://evil.example/metrics HTTP/1.1", "Host: evil.example")):
        answer = server.raw(octets)
        assert status_of(answer) in (400, 421) and b"mxtap_" not in answer, (octets, answer[:200])


def check_health(server):
    status, fields, body = server.curl("/health")
    assert status == 200 and fields["Content-Type"] == "application/json" and body.count(b"\n") == 1
    told = json.loads(body)
    assert told["healthy"] is True and told["reason"] == "" and told["uptime_seconds"] >= 90000
    server.say("down")
    status, _, body = server.curl("/health")
    told = json.loads(body)
    assert status == 503 and told["healthy"] is False and told["reason"] == "interface eth1 is down"
    assert b"\nmxtap_healthy 0\n" in server.curl("/metrics")[2]
    assert "Not healthy: interface eth1 is down" in server.curl("/")[2].decode()
    server.say("update")


class Page(html.parser.HTMLParser):
    """Which tags there are, and the text of cells."""
    def __init__(self):
        super().__init__()
        self.tags, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in ("src", "href") or value in ("metrics", "health"), value

    def handle_data(self, data):
        self.words.append(data.strip())


def check_page(server, families):
    status, fields, body = server.curl("/")
    assert status == 200 and fields["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in fields["Content-Security-Policy"]
    assert fields["X-Content-Type-Options"] == "nosniff" and fields["Cache-Control"] == "no-store"
    page = Page()
    page.feed(body.decode())
    assert not {"script", "img", "iframe", "form", "link"} & set(page.tags), page.tags
    told = " ".join(page.words)
    for family in families.values():
        for name, labels, _ in family.samples:
            words = " ".join([name] + ["%s=%s" % item for item in labels.items()])
            assert words in told, words


def check_broken(server):
    """Requests that are none end with an error or a closed connection, and the next one is served."""
    for octets in (b"", b"\r\n\r\n", b"GET\r\n\r\n", b"\x00" * 5000, b"\x16\x03\x01\x02\x00\x01" * 50,
                   b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100000 + b"\r\n\r\n",
                   b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
                   b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
                   b"GET / HTTP/1.1\nHost: localhost\n\n", b"EHLO localhost\r\nQUIT\r\n\r\n"):
        with server.connect() as link:
            try:
                link.sendall(octets)
                link.shutdown(socket.SHUT_WR)
                while link.recv(65536):
                    pass
            except OSError:
                pass
        assert server.curl("/health")[0] == 200, octets[:50]


def check_partial(server):
    """Every piece of a request alone, then the rest of it: one answer."""
    octets = request("GET /health HTTP/1.1", "Host: localhost")
    for cut in range(1, len(octets), 3):
        with server.connect() as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link.sendall(octets[:cut])
            time.sleep(0.005)
            link.sendall(octets[cut:])
            answer = b""
            while True:
                more = link.recv(65536)
                if not more:
                    break
                answer += more
        assert status_of(answer) == 200, (cut, answer)


def is_served(server):
    try:
        return server.curl("/health", "-m", "2")[0] == 200
    except subprocess.CalledProcessError:
        return False


def check_slow(server):
    """Clients that send nothing, or an octet now and then, fill all places; they are put out, and
    the page is served again."""
    silent = [server.connect() for _ in range(20)]
    trickling = [server.connect() for _ in range(8)]
    for link in trickling:
        link.sendall(b"GET / HTTP/1.1\r\nX-A: ")
    tries = 0
    while not is_served(server):
        tries += 1
        assert tries < 40, "slow clients keep others out"
        for link in trickling:
            try:
                link.sendall(b"a")
            except OSError:
                pass
    for link in silent + trickling:
        link.close()


def check_unread(server):
    """Clients that ask and do not read the answer, or leave at once."""
    links = []
    for _ in range(10):
        link = socket.socket()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        link.connect(("127.0.0.1", server.port))
        link.sendall(request("GET / HTTP/1.1", "Host: localhost"))
        links.append(link)
    for _ in range(30):
        with server.connect() as link:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            link.sendall(request("GET /metrics HTTP/1.1", "Host: localhost"))
    assert server.curl("/health")[0] == 200
    for link in links:
        link.close()


def check_storm(server):
    """Many readers while the counters change all the time."""
    server.say("storm")
    faults = []

    def read():
        try:
            for _ in range(15):
                answer = server.raw(request("GET /metrics HTTP/1.1", "Host: localhost"))
                exposition.parse(answer.partition(b"\r\n\r\n")[2])
        except Exception as fault:  # a thread's fault is told by the main one
            faults.append(fault)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults


def main(program, source):
    if not shutil.which("curl"):
        print("skipped: there is no curl")
        return 77
    exposition.self_test()
    server = Server(program)
    assert server.curl("/health")[0] == 503
    exposition.parse(server.curl("/metrics")[2])
    server.say("update")
    families = check_metrics(server)
    check_docs(families, pathlib.Path(source))
    check_page(server, families)
    for check in (check_methods, check_hosts, check_health, check_broken, check_partial,
                  check_unread, check_storm, check_slow):
        started = time.monotonic()
        check(server)
        print("%s: %.1f s" % (check.__name__, time.monotonic() - started), flush=True)
    server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
