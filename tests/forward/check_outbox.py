#!/usr/bin/python3
"""mxtap outbox through the whole program: check_outbox.py MXTAP.

A replay's alerts wait for a receiver that is not there; they are listed, exported, sent, refused, tried again and
thrown away, and each time the counts and the records themselves are what they must be. Wrong usage ends with 1, what
cannot be read with 2.
"""
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True

CAPTURES = pathlib.Path(os.environ.get("MXTAP_PCAPS", pathlib.Path(__file__).resolve().parents[2] / "pcaps"))


class Receiver(http.server.ThreadingHTTPServer):
    """Takes records, but for those whose ids it is to refuse; a delivery that has one is halved by the sender."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Request)
        self.taken, self.refuses = [], lambda identity: False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def take(self, body):
        records = [json.loads(line) for line in body.splitlines()]
        if any(self.refuses(record["mxtap"]["id"]) for record in records):
            return 400
        self.taken += [record["mxtap"]["id"] for record in records]
        return 200


class Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        status = self.server.take(self.rfile.read(int(self.headers["Content-Length"])))
        answer = b"no such record" if status == 400 else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


class Trial:
    def __init__(self, mxtap, folder):
        self.mxtap, self.folder, self.faults = mxtap, folder, 0
        self.file = str(folder / "outbox.db")

    def is_so(self, what, found, wanted):
        if found == wanted:
            return
        self.faults += 1
        print("%s: %r, not %r" % (what, found, wanted))

    def run(self, *words, status=0):
        done = subprocess.run([self.mxtap, *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self.is_so("exit status of " + " ".join(words), done.returncode, status)
        return done.stdout.decode(), done.stderr.decode()

    def outbox(self, *words, status=0):
        return self.run("outbox", *words, "--file", self.file, status=status)

    def listed(self, *words):
        lines = self.outbox("list", "--json", *words)[0].splitlines()
        return {(line["output"], line.get("id", "")): line for line in map(json.loads, lines)}

    def counts(self):
        return {name: (place["waiting"], place["dead"]) for (name, _), place in self.listed().items()}

    def sinks(self, port, patience=20):
        values = ["outbox.file=" + self.file, "outbox.patience=%d" % patience, "sinks.siem.type=webhook",
                  "sinks.siem.url=http://127.0.0.1:%d/" % port, "sinks.siem.batch=7", "sinks.other.type=syslog",
                  "sinks.other.address=127.0.0.1:1", "sinks.other.transport=tcp", "sinks.other.format=cef"]
        return [word for value in values for word in ("--set", value)]


def ids(text):
    return [json.loads(line)["mxtap"]["id"] for line in text.splitlines()]


def waiting(trial):
    captures = sorted(str(path) for path in CAPTURES.glob("*.pcap"))[:60]
    plain = trial.run("replay", "-q", *captures)[0]
    trial.run("replay", "-q", "--forward", *trial.sinks(1, patience=1), "-o", os.devnull, *captures)
    count = len(plain.splitlines())
    trial.is_so("waiting", trial.counts(), {"siem": (count, 0), "other": (count, 0)})
    place = trial.listed("siem")["siem", ""]
    trial.is_so("octets", place["octets"], len(plain) - count)
    for key in ("oldest", "trouble", "tried"):
        trial.is_so(key + " is there", key in place, True)
    trial.is_so("exported", trial.outbox("export", "siem")[0], plain)
    cef = trial.outbox("export", "other")[0].splitlines()
    trial.is_so("exported as cef", [line.startswith("CEF:0|") for line in cef], [True] * count)
    rows = trial.outbox("list")[0].splitlines()
    trial.is_so("rows of the list", [row.split()[0] for row in rows], ["output", "other", "siem"])
    return ids(plain)


def dead_letters(trial, identities):
    receiver = Receiver()
    receiver.refuses = lambda identity: identity in identities[::10]
    trial.run("outbox", "send", "-q", *trial.sinks(receiver.server_port, patience=3), status=2)
    dead = identities[::10]
    trial.is_so("sent", receiver.taken, [identity for identity in identities if identity not in dead])
    trial.is_so("after sending", trial.counts(), {"siem": (0, len(dead)), "other": (len(identities), 0)})
    letters = trial.listed("--dead", "siem")
    trial.is_so("dead letters", [identity for _, identity in letters], dead)
    trial.is_so("answers", all("no such record" in letter["answer"] for letter in letters.values()), True)
    trial.is_so("exported dead letters", ids(trial.outbox("export", "--dead", "siem")[0]), dead)
    trial.is_so("rows of dead letters", len(trial.outbox("list", "--dead")[0].splitlines()), len(dead) + 1)
    receiver.taken, receiver.refuses = [], lambda identity: identity == dead[0]
    told = trial.outbox("retry", "siem")[1]
    trial.is_so("retry says how many", str(len(dead)) in told, True)
    trial.run("outbox", "send", "-q", *trial.sinks(receiver.server_port, patience=3), status=2)
    trial.is_so("sent again", receiver.taken, dead[1:])
    trial.is_so("after retrying", trial.counts()["siem"], (0, 1))
    receiver.shutdown()


def thrown_away(trial, identities):
    trial.outbox("purge", "other", status=1)
    trial.is_so("without --yes", trial.counts()["other"], (len(identities), 0))
    told = trial.outbox("purge", "--yes", "other")[1]
    trial.is_so("purge says how many", str(len(identities)) in told, True)
    trial.outbox("purge", "--yes", "--dead")
    trial.is_so("in the end", trial.counts(), {"siem": (0, 0), "other": (0, 0)})
    trial.is_so("nothing is left to send", trial.outbox("export")[0], "")


def usage(trial):
    for words in (["frobnicate"], ["list", "a", "b"], ["list", "--yes"], ["export", "--json"], ["retry", "--dead"],
                  ["purge"], ["send", "siem"], ["list", "nobody"], ["export", "nobody"], ["retry", "nobody"]):
        out, told = trial.outbox(*words, status=1)
        trial.is_so("output of " + " ".join(words), (out, told.count("\n")), ("", 1))
    trial.run("outbox", status=1)
    trial.run("outbox", "list", status=1)
    trial.run("outbox", "list", "--file", str(trial.folder / "none.db"), status=2)
    trial.run("outbox", "list", "--file", __file__, status=2)
    trial.run("show", "--json", "x", status=1)
    trial.is_so("-h", trial.run("outbox", "-h")[0].startswith("usage: mxtap outbox list"), True)


def main():
    with tempfile.TemporaryDirectory(prefix="mxtap-outbox-") as folder:
        trial = Trial(sys.argv[1], pathlib.Path(folder))
        identities = waiting(trial)
        dead_letters(trial, identities)
        thrown_away(trial, identities)
        usage(trial)
        left = sorted(path.name for path in trial.folder.iterdir())
        trial.is_so("files", left, ["outbox.db"])
    print("%d records; %d faults" % (len(identities), trial.faults))
    return 1 if trial.faults else 0


if __name__ == "__main__":
    sys.exit(main())
