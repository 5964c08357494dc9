"""What the end-to-end tests share: running the programs, reading records, comparing findings."""
import collections
import concurrent.futures
import datetime
import hashlib
import ipaddress
import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile

TIMEOUT = 120  # seconds for one run of a program
CAPTURE_NAME = re.compile(r"\.(pcap|pcapng|cap)(\.gz)?$")

# Keys that name the input and not what was seen in it, and what is made of them (mxtap.id).
INPUT_KEYS = {"pcap_filename", "vlan", "flow_id", "in_iface", "id"}
# Keys that hold times or how the packets lay, which variants of class "same" change.
TIME_KEYS = {"timestamp", "time", "case", "first", "last", "first_seen", "last_seen", "seconds", "duration",
             "duration_seconds", "start", "end"}
PACKET_KEYS = {"anomalies", "gaps", "syn", "os", "system"}
# Whom a case is about where that is not the client's address; see `mxtap detectors`.
NETWORK_DETECTORS = {"directory-harvest", "unidentified-message", "malformed-message-id",
                     "auth-guessing"}
SERVER_DETECTORS = {"backscatter-source", "open-relay"}
NAME_DETECTORS = {"distributed-harvest": "domains", "backscatter-received": "forged_sender",
                  "rotating-relays": "sender"}


class Failure(Exception):
    """What a test found wrong, in words for a person."""


Run = collections.namedtuple("Run", "status out err")


def no_duplicates(pairs):
    names = [name for name, _ in pairs]
    twice = [name for name, count in collections.Counter(names).items() if count > 1]
    if twice:
        raise ValueError("key %s twice in one object" % ", ".join(twice))
    return dict(pairs)


def no_constant(name):
    raise ValueError("%s is no JSON" % name)


def parse_records(octets):
    """The JSON records of an output; Failure where a line is none."""
    records = []
    if octets and not octets.endswith(b"\n"):
        raise Failure("the output does not end with a line end")
    for number, line in enumerate(octets.split(b"\n")[:-1], 1):
        try:
            record = json.loads(line.decode("utf-8", "strict"), object_pairs_hook=no_duplicates,
                                parse_constant=no_constant)
            json.dumps(record, ensure_ascii=False).encode("utf-8", "strict")
        except (ValueError, RecursionError) as error:
            raise Failure("line %d is no valid JSON (%s): %r" % (number, error, line[:300])) from None
        if not isinstance(record, dict):
            raise Failure("line %d is no object: %r" % (number, line[:300]))
        records.append(record)
    return records


class Bench:
    """The programs under test, a folder for files, and what has been found so far.

    rows: of the table in pcaps/README.md, see tables.claims."""

    def __init__(self, mxtap, variant, pcaps, rows, every=1):
        self.mxtap, self.variant = mxtap, variant
        self.pcaps, self.rows = pathlib.Path(pcaps), rows
        self.every = every
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix="mxtap-e2e-", dir=memory)
        self.folder = pathlib.Path(self._folder.name)
        self.last = []      # jobs for when all others are done
        self.report = None  # a function: a text to be shown in the end
        self.checks = 0
        self.failures = []

    def captures(self):
        found = sorted(path for path in self.pcaps.iterdir() if CAPTURE_NAME.search(path.name))
        if not found:
            raise Failure("no captures in %s" % self.pcaps)
        return found

    def options(self, capture, mapped=False):
        """What mxtap is given with this capture, by its row; mapped: for the variants in IPv6."""
        words = shlex.split(self.rows.get(capture.name, {}).get("options", "").replace("`", ""))
        return tuple(nets_to_ipv6(word) for word in words) if mapped else tuple(words)

    def run(self, *args, stdin=b"", status=0):
        """Runs mxtap; status None accepts 0, 1 and 2."""
        args = [str(arg) for arg in args]
        environment = dict(os.environ, NO_COLOR="1", LC_ALL="C.UTF-8", TZ="UTC")
        try:
            done = subprocess.run([self.mxtap, *args], input=stdin, capture_output=True,
                                  timeout=TIMEOUT, env=environment, check=False)
        except subprocess.TimeoutExpired:
            raise Failure("mxtap %s: not done after %d s" % (" ".join(args), TIMEOUT)) from None
        run = Run(done.returncode, done.stdout, done.stderr)
        broken = b"Sanitizer" in run.err or b"runtime error" in run.err
        if run.status < 0 or broken or (status is None and run.status > 2):
            raise Failure("mxtap %s: crashed (%d): %s" % (" ".join(args), run.status, tail(run.err)))
        if status is not None and run.status != status:
            raise Failure("mxtap %s: exit status %d, expected %d: %s" %
                          (" ".join(args), run.status, status, tail(run.err)))
        return run

    def replay(self, *captures, options=(), status=0, log="alert,smtp", stdin=b""):
        run = self.run("replay", "--log", log, *options, *captures, status=status, stdin=stdin)
        return parse_records(run.out)

    def rewrite(self, name, capture, to=None):
        """A variant of a capture in the work folder; its path."""
        out = self.folder / (to or "%s.%s" % (re.sub(r"[^\w.-]", "_", name), capture.name))
        done = subprocess.run([self.variant, name, str(capture), str(out)], capture_output=True,
                              timeout=TIMEOUT, check=False)
        if done.returncode != 0:
            raise Failure("variant %s %s: %s" % (name, capture, tail(done.stderr)))
        return out

    def variants(self):
        """Rows of variant --list: name, family, keeps, about."""
        done = subprocess.run([self.variant, "--list"], capture_output=True, text=True, check=True)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def chosen(self, *words):
        """Whether a pair belongs to the share of the work that this run does."""
        digest = hashlib.sha256("\0".join(str(word) for word in words).encode()).digest()
        return digest[0] % self.every == 0

    def each(self, jobs):
        """Runs (title, function, *arguments) two at a time; collects what fails."""
        def one(title, function, *arguments):
            try:
                function(*arguments)
                return title, None
            except Failure as failure:
                return title, str(failure)

        def count(title, problem):
            self.checks += 1
            if problem is not None:
                self.failures.append(title)
                print("FAIL %s: %s" % (title, problem), flush=True)

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for job in [pool.submit(one, *job) for job in jobs]:
                count(*job.result())
        for job in self.last:
            count(*one(*job))

    def finish(self, out=None):
        """Shows the report, in the file out too; the exit status."""
        self._folder.cleanup()
        if self.report:
            print(self.report())
            if out:
                pathlib.Path(out).write_text(self.report(), encoding="utf-8")
        print("%d checks, %d failures" % (self.checks, len(self.failures)))
        return 1 if self.failures or self.checks == 0 else 0


def frames(path):
    """The frames of a little-endian Ethernet pcap with microseconds, as the variant tool writes it."""
    octets = path.read_bytes()
    at = 24
    while at + 16 <= len(octets):
        length = int.from_bytes(octets[at + 8:at + 12], "little")
        yield octets[at + 16:at + 16 + length]
        at += 16 + length


def tcp_data(path):
    """{(source, destination, ports, sequence number)} of the TCP segments with data."""
    segments = set()
    for frame in frames(path):
        ip = frame[14:]
        if frame[12:14] == b"\x08\x00" and ip[9] == 6:
            ends, tcp, length = (ip[12:16], ip[16:20]), ip[(ip[0] & 15) * 4:], (ip[0] & 15) * 4
        elif frame[12:14] == b"\x86\xdd" and ip[6] == 6:
            ends, tcp, length = (ip[8:24], ip[24:40]), ip[40:], 40
        else:
            continue
        if len(ip) > length + (tcp[12] >> 4) * 4:
            segments.add((*(str(ipaddress.ip_address(end)) for end in ends), tcp[:4], tcp[4:8]))
    return segments


def dns_answers(path):
    """The octets of the DNS messages from port 53, of a file as for frames."""
    answers = set()
    for frame in frames(path):
        ip = frame[14:]
        length = (ip[0] & 15) * 4 if frame[12:14] == b"\x08\x00" else 40
        proto = ip[9] if frame[12:14] == b"\x08\x00" else ip[6]
        if proto == 17 and ip[length:length + 2] == b"\0\x35":
            answers.add(bytes(ip[length + 8:]))
    return answers


def names_address(answer, address):
    """Does a DNS message tell something of the address: the PTR of it, or an A or AAAA record with it?"""
    parsed = ipaddress.ip_address(address)
    labels = parsed.reverse_pointer.split(".")
    wire = b"".join(bytes((len(label),)) + label.encode() for label in labels)
    return wire in answer or parsed.packed in answer


def tail(octets, lines=3):
    return " | ".join(octets.decode("utf-8", "replace").strip().splitlines()[-lines:])


def of_kind(records, kind):
    return [record for record in records if record.get("event_type") == kind]


def seconds_of(record):
    """The time of a record in seconds since 1970."""
    return datetime.datetime.strptime(record["timestamp"], "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()


def without(value, keys):
    if isinstance(value, dict):
        return {name: without(item, keys) for name, item in value.items() if name not in keys}
    if isinstance(value, list):
        return [without(item, keys) for item in value]
    return value


def unordered(value):
    """Lists sorted: where packets change places, what happened at the same time does too."""
    if isinstance(value, dict):
        return {name: unordered(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted((unordered(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def canonical(records, keys):
    """Records as sorted texts without some keys, to be compared as a multiset."""
    return sorted(json.dumps(without(record, keys), sort_keys=True) for record in records)


def to_ipv6(address):
    """How variant v6 maps an address: a.b.c.d to 2001:db8:aabb:cc00::d."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 6:
        return str(parsed)
    octets = parsed.packed
    return str(ipaddress.ip_address(b"\x20\x01\x0d\xb8" + octets[:3] + bytes(8) + octets[3:]))


def nets_to_ipv6(word):
    """The networks of an option as variant v6 maps them; another word stays as it is."""
    try:
        nets = [ipaddress.ip_network(net) for net in word.split(",")]
    except ValueError:
        return word
    return ",".join(str(net) if net.version == 6 else "%s/%d" % (
        to_ipv6(str(net.network_address)), net.prefixlen + (32 if net.prefixlen <= 24 else 96))
                    for net in nets)


def source_of(alert, mapped=False):
    """Whom the case is about: an address, a network, a domain, a mail address."""
    own = alert["mxtap"]
    if own["detector"] in NAME_DETECTORS:
        name = own.get(NAME_DETECTORS[own["detector"]], "")
        return ",".join(name) if isinstance(name, list) else name
    address = own["server"] if own["detector"] in SERVER_DETECTORS else alert["src_ip"]
    address = to_ipv6(address) if mapped else str(ipaddress.ip_address(address))
    if own["detector"] in NETWORK_DETECTORS:
        bits = 24 if ":" not in address else 64
        return str(ipaddress.ip_network("%s/%d" % (address, bits), strict=False))
    return address


def findings(records, severity=3, mapped=False):
    """{(detector, source)} of the cases up to a severity number."""
    return {(alert["mxtap"]["detector"], source_of(alert, mapped))
            for alert in of_kind(records, "alert")
            if alert["alert"]["severity"] <= severity and alert["mxtap"]["state"] == "new"}


def cases(records):
    """How many cases each detector opened."""
    return collections.Counter(alert["mxtap"]["detector"] for alert in of_kind(records, "alert")
                               if alert["mxtap"]["state"] == "new")


def sessions(records):
    return len({record["flow_id"] for record in of_kind(records, "smtp")})


def messages(records):
    """Messages whose end was seen; what a client sends after a refused DATA is none."""
    return sum(1 for record in of_kind(records, "smtp")
               if record["mxtap"].get("message", {}).get("complete")
               and "data_refused_sent" not in record["mxtap"].get("anomalies", []))


def changes(before, after):
    """The first differences of two sorted lists of texts, for a person."""
    lost = list((collections.Counter(before) - collections.Counter(after)).elements())
    gained = list((collections.Counter(after) - collections.Counter(before)).elements())
    if len(lost) == 1 and len(gained) == 1:
        return field_changes(json.loads(lost[0]), json.loads(gained[0]))
    words = "%d missing, %d unexpected" % (len(lost), len(gained))
    if lost and gained:
        words += "; of the first: " + field_changes(json.loads(lost[0]), json.loads(gained[0]))
    elif lost or gained:
        words += "; the first: " + (lost or gained)[0][:400]
    return words


def field_changes(before, after, path=""):
    if isinstance(before, dict) and isinstance(after, dict):
        parts = [field_changes(before.get(name), after.get(name), "%s.%s" % (path, name))
                 for name in sorted(before.keys() | after.keys())
                 if before.get(name) != after.get(name)]
        return "; ".join(parts)[:600]
    return "%s: %.120s became %.120s" % (path.lstrip("."), json.dumps(before), json.dumps(after))


def names(pairs):
    return ", ".join(sorted("%s of %s" % pair for pair in pairs)) or "none"


