"""Stand-ins of receivers that speak HTTP: _bulk of Elasticsearch, Splunk's HEC with acknowledgement, webhooks.

They check every octet that they get (problems), know each record that they took by its id (taken), and misbehave
as they are told: behave(number, request) is called for each request, from 0, and gives back what to do:

    None                     what a good receiver does
    status=503, wait="2"     this status and nothing taken; wait: the field Retry-After
    cut="request"            the connection is cut in the middle of the request's body
    cut="answer"             all is taken, then the connection is cut in the middle of the answer
    cut="silent"             all is taken, the connection is cut without an answer
    slow=0.5                 waits so long before it answers
    refuse=function(id)      this record is refused for good (of _bulk: its item is)
    later=function(id)       this record is not taken for now (of _bulk: its item has 429)

    receiver = Bulk(); receiver.start(); ... receiver.port ... receiver.stop(); receiver.start()

stop ends it as kill -9 ends a program: connections are reset, nothing is answered. A start goes on at the same port.
"""
import collections
import gzip
import json
import socket
import ssl
import struct
import threading
import time


class Cut(Exception):
    """The connection is to be reset."""


Request = collections.namedtuple("Request", "method path fields body")


class Standin:
    """tls: (certificate, key) files, or None. address: where it listens."""

    TYPES = ("application/x-ndjson", "application/json")
    token = None  # what the field Authorization must be, where it is checked

    def __init__(self, tls=None, behave=None, address="127.0.0.1", port=0):
        self.tls, self.behave, self.address, self.port = tls, behave, address, port
        self.taken = collections.Counter()  # ids, how often
        self.records = {}  # id: the record as it was sent
        self.order = []  # ids as they came, repeats too
        self.refused = []
        self.problems = []
        self.requests = self.connections = self.zipped = 0
        self.lock = threading.Lock()
        self.listener, self.open = None, set()

    # ---- starting and stopping ----

    def start(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((self.address, self.port))
        self.port = self.listener.getsockname()[1]
        self.listener.listen(16)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()
        return self

    def _accept(self, listener):
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            with self.lock:
                if listener is not self.listener:
                    reset(connection)
                    return
                self.open.add(connection)
                self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def stop(self):
        with self.lock:
            listener, self.listener = self.listener, None
            held, self.open = self.open, set()
        if listener:
            # accept does not wake up by close alone
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for connection in held:
            reset(connection)

    def _serve(self, plain):
        connection = plain
        try:
            if self.tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*self.tls)
                connection = context.wrap_socket(plain, server_side=True)
                with self.lock:
                    if plain not in self.open:
                        raise Cut
                    self.open.discard(plain)
                    self.open.add(connection)
            stream = connection.makefile("rb")
            while self._one(connection, stream):
                pass
            connection.close()
        except Cut:
            reset(connection)
        except (OSError, ValueError):
            connection.close()
        finally:
            with self.lock:
                self.open.discard(connection)

    # ---- requests ----

    def problem(self, text):
        with self.lock:
            self.problems.append(text)

    def _one(self, connection, stream):
        """One request and its answer; false at the end of the connection."""
        head = self._head(stream)
        if head is None:
            return False
        method, path, fields = head
        with self.lock:
            number, self.requests = self.requests, self.requests + 1
        todo = (self.behave(number, Request(method, path, fields, None)) if self.behave else None) or {}
        length = int(fields.get("content-length", "0"))
        if todo.get("cut") == "request":
            stream.read(length // 2)
            raise Cut
        body = stream.read(length)
        if len(body) != length:
            return False  # the client was killed
        self._check(method, path, fields)
        if fields.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
            with self.lock:
                self.zipped += 1
        time.sleep(todo.get("slow", 0))
        with self.lock:
            if connection not in self.open:
                raise Cut  # stopped meanwhile: a dead program takes nothing
            status, answer = self._judge(Request(method, path, fields, body), todo)
        if todo.get("cut") == "silent":
            raise Cut
        octets = self._answer(status, answer, todo)
        if todo.get("cut") == "answer":
            connection.sendall(octets[:len(octets) - len(octets) // 4])
            raise Cut
        connection.sendall(octets)
        return True

    def _judge(self, request, todo):
        if todo.get("status"):
            return todo["status"], todo.get("body", b'{"error":"told so"}')
        if self.token and request.fields.get("authorization") != self.token:
            return 401, b'{"error":"who are you?"}'
        return self.answer(request, todo)

    def _head(self, stream):
        line = stream.readline()
        if not line:
            return None
        words = line.decode().rstrip("\r\n").split(" ")
        fields = {}
        while True:
            line = stream.readline()
            if line in (b"\r\n", b""):
                break
            name, _, value = line.decode().partition(":")
            if name.lower() in fields:
                self.problem("field %s twice" % name)
            fields[name.lower()] = value.strip()
        if len(words) != 3 or words[2] != "HTTP/1.1":
            self.problem("request line %r" % words)
        return words[0], words[1] if len(words) > 1 else "", fields

    def _check(self, method, path, fields):
        if method != "POST":
            self.problem("method %s of %s" % (method, path))
        for name in ("host", "content-length", "content-type", "user-agent"):
            if name not in fields:
                self.problem("%s: no field %s" % (path, name))
        if "expect" in fields or "transfer-encoding" in fields:
            self.problem("%s: Expect or Transfer-Encoding" % path)
        if fields.get("content-type", "").partition(";")[0] not in self.TYPES:
            self.problem("%s: type %s" % (path, fields.get("content-type")))
        if not fields.get("user-agent", "").startswith("mxtap"):
            self.problem("agent %s" % fields.get("user-agent"))

    @staticmethod
    def _answer(status, body, todo):
        head = "HTTP/1.1 %d Told\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % (status, len(body))
        if todo.get("wait"):
            head += "Retry-After: %s\r\n" % todo["wait"]
        return head.encode() + b"\r\n" + body

    def take(self, identity, record):
        """Under lock."""
        before = self.records.setdefault(identity, record)
        if before != record:
            self.problems.append("id %s with another content" % identity)
        self.taken[identity] += 1
        self.order.append(identity)

    def answer(self, request, todo):
        """Status and body; under lock."""
        raise NotImplementedError


def identity_of(record):
    """mxtap.id of a record in eve or ecs."""
    return json.loads(record)["mxtap"]["id"]


class Webhook(Standin):
    """NDJSON, or an array."""

    def answer(self, request, todo):
        body = request.body
        if body.startswith(b"["):
            records = [json.dumps(one).encode() for one in json.loads(body)]
        else:
            if not body.endswith(b"\n"):
                self.problems.append("the body does not end with a line end")
            records = body.split(b"\n")[:-1]
        named = [(identity_of(record), record) for record in records]
        if any(todo.get("refuse", never)(identity) for identity, _ in named):
            return 400, b"there is a bad one among them"
        for identity, record in named:
            self.take(identity, record)
        return 200, b"{}"


class Bulk(Standin):
    """POST .../_bulk: lines of action and document; create of an id that is there gives 409."""

    def answer(self, request, todo):
        path = request.path.partition("?")[0]
        if not path.endswith("/_bulk"):
            self.problems.append("path " + request.path)
            return 404, b"{}"
        if not request.body.endswith(b"\n"):
            self.problems.append("the body does not end with a line end")
        lines = request.body.split(b"\n")[:-1]
        if len(lines) % 2:
            self.problems.append("%d lines" % len(lines))
            return 400, b'{"error":{"reason":"odd"},"status":400}'
        items = [self._item(json.loads(action), record, todo) for action, record in zip(lines[::2], lines[1::2])]
        answer = {"took": 3, "errors": any(item["create"]["status"] >= 300 for item in items), "items": items}
        return 200, json.dumps(answer).encode()

    def _item(self, action, record, todo):
        json.loads(record)
        if list(action) != ["create"] or "_id" not in action["create"]:
            self.problems.append("action %s" % action)
            return {"create": {"status": 400, "error": {"type": "x", "reason": "no create"}}}
        identity = action["create"]["_id"]
        item = {"_index": action["create"].get("_index", "mxtap"), "_id": identity}
        if todo.get("refuse", never)(identity):
            self.refused.append(identity)
            item.update(status=400, error={"type": "mapper_parsing_exception", "reason": "failed to parse field"})
        elif todo.get("later", never)(identity):
            item.update(status=429, error={"type": "es_rejected_execution_exception", "reason": "queue full"})
        else:
            there = identity in self.records
            self.take(identity, record)
            item.update(status=409 if there else 201)
            if there:
                item["error"] = {"type": "version_conflict_engine_exception", "reason": "document already exists"}
        return {"create": item}


class Hec(Standin):
    """Splunk's HTTP event collector with acknowledgement: what was sent is taken when its ackId is asked for.

    acknowledge(ack_id) says whether it is there already; what a stop finds without acknowledgement is gone."""

    def __init__(self, acknowledge=None, **more):
        super().__init__(**more)
        self.acknowledge = acknowledge or (lambda ack_id: True)
        self.pending, self.next_id = {}, 0

    def stop(self):
        super().stop()
        with self.lock:
            self.pending.clear()

    def answer(self, request, todo):
        if not request.fields.get("authorization", "").startswith("Splunk "):
            return 401, b'{"text":"Token is required","code":2}'
        path = request.path.partition("?")[0]
        if "x-splunk-request-channel" not in request.fields and "channel=" not in request.path:
            return 400, b'{"text":"Data channel is missing","code":10}'
        if path.endswith("/ack"):
            return 200, self._acks(json.loads(request.body)["acks"])
        events = split_objects(request.body)
        for number, event in enumerate(events):
            if "event" not in event:
                return 400, json.dumps({"text": "Event field is required", "code": 12,
                                        "invalid-event-number": number}).encode()
            if todo.get("refuse", never)(self._id(event)):
                self.refused.append(self._id(event))
                return 400, json.dumps({"text": "Invalid data format", "code": 6,
                                        "invalid-event-number": number}).encode()
        ack_id, self.next_id = self.next_id, self.next_id + 1
        self.pending[ack_id] = events
        return 200, json.dumps({"text": "Success", "code": 0, "ackId": ack_id}).encode()

    @staticmethod
    def _id(event):
        return event["event"]["mxtap"]["id"]

    def _acks(self, asked):
        said = {}
        for ack_id in asked:
            said[str(ack_id)] = ack_id in self.pending and bool(self.acknowledge(ack_id))
            if said[str(ack_id)]:
                for event in self.pending.pop(ack_id):
                    self.take(self._id(event), json.dumps(event["event"]).encode())
        return json.dumps({"acks": said}).encode()


def split_objects(octets):
    """JSON objects that stand one after another."""
    decoder, text, at, found = json.JSONDecoder(), octets.decode(), 0, []
    while at < len(text):
        one, at = decoder.raw_decode(text, at)
        found.append(one)
        while at < len(text) and text[at] in " \r\n\t":
            at += 1
    return found


def never(identity):
    return False


def reset(connection):
    """Ends a connection as the kernel does for a program that was killed."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    try:
        # Without TLS's farewell: the socket below it is closed.
        socket.socket.close(connection) if isinstance(connection, ssl.SSLSocket) else connection.close()
    except OSError:
        pass
