#!/usr/bin/python3
"""A real ClickHouse over HTTP: the table and views of dist/siem/clickhouse, and records through the whole program.

    check_clickhouse.py MXTAP

What the views say is held against what the plain output of the same replay says. The server comes late, is killed
and restarted in the middle, refuses rows: no record is missing, and those that come twice count once.
"""
import calendar
import collections
import ipaddress
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import alerts
import clickhouse

SOURCE = pathlib.Path(os.environ.get("MXTAP_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
PCAPS = pathlib.Path(os.environ.get("MXTAP_PCAPS", SOURCE / "pcaps"))
CONTENT = SOURCE / "dist/siem/clickhouse"
SITE = ("--home-net", "192.0.2.0/24,198.51.100.0/24,2001:db8:2::/64", "--local-domain", "example.org,example.com")
PASSWORD = "not-in-any-message"
PROBERS = ("mx-probe", "directory-harvest")
problems = []


def expect(what, got, wanted):
    if got != wanted:
        got, wanted = (str(one) for one in (got, wanted))
        problems.append("%s: %.600s, should be %.600s" % (what, got, wanted))


def settings(**values):
    return [part for name, value in values.items() for part in ("--set", "sinks.ch.%s=%s" % (name, value))]


class Run:
    """Where a run of mxtap keeps its outbox, and how it is started."""

    def __init__(self, mxtap, folder, server):
        self.mxtap, self.folder, self.server, self.number = mxtap, folder, server, 0
        self.said = ""

    def sink(self, patience=60, **more):
        """The options of a sink with an outbox of its own."""
        self.number += 1
        values = dict(type="clickhouse", url=self.server.url, user="mxtap", password="env:CH_PASSWORD", retry_min=0.1,
                      retry_max=0.5, linger=0)
        values.update(more)
        return ["--set", "outbox.file=%s/%d.db" % (self.folder, self.number), "--set",
                "outbox.patience=%d" % patience, *settings(**values)]

    def mxtap_is(self, command, *arguments, password=PASSWORD):
        done = subprocess.run([self.mxtap, *command.split(), *map(str, arguments)],
                              env={**os.environ, "CH_PASSWORD": password}, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        self.said += done.stderr.decode()
        return done

    def replay(self, captures, options, log="alert,smtp,stats", password=PASSWORD):
        """Forwards what captures give; the plain output's records, by id."""
        out = self.folder / ("%d.json" % self.number)
        done = self.mxtap_is("replay --forward -q", *SITE, "--log", log, "-o", out, *options, *captures,
                             password=password)
        if done.returncode != 0:
            problems.append("replay: %d, %s" % (done.returncode, done.stderr.decode()[-500:]))
        records = {}
        for line in out.read_bytes().splitlines():
            record = json.loads(line)
            records[record["mxtap"]["id"]] = (line.decode(), record)
        return records

    def outbox(self, command, options):
        return self.mxtap_is("outbox " + command, *options).stdout.decode()


def rows_are(server, table, records):
    """Every record once, whole, with its columns."""
    rows = server.query("SELECT id, kind, severity, signature_id, toUnixTimestamp(time), nanosecond, sensor "
                        "FROM %s FINAL" % table)
    expect(table + ": ids", sorted(row[0] for row in rows), sorted(records))
    for identity, kind, severity, signature, second, nanosecond, sensor in rows:
        if identity not in records:
            continue
        record = records[identity][1]
        alert = record.get("alert", {})
        moment = time.strptime(record["timestamp"][:19], "%Y-%m-%dT%H:%M:%S")
        wanted = [record["event_type"], str(alert.get("severity", 0)), str(alert.get("signature_id", 0)),
                  str(calendar.timegm(moment)), record["timestamp"][20:26], "tap-7"]
        got = [kind, severity, signature, second, "%06d" % (int(nanosecond) // 1000), sensor]
        if got != wanted:
            expect(table + ": row " + identity, got, wanted)
            break
    # Counters are those of the run: what has been sent meanwhile is among them.
    texts = dict(server.query("SELECT id, hex(record) FROM %s FINAL WHERE kind != 'stats'" % table))
    expect(table + ": texts", {identity: bytes.fromhex(text).decode() for identity, text in texts.items()},
           {identity: text for identity, (text, record) in records.items() if record["event_type"] != "stats"})


# ---- what the views should say ----

def network_of(address):
    parsed = ipaddress.ip_address(address)
    return str(ipaddress.ip_network("%s/%d" % (address, 24 if parsed.version == 4 else 64), strict=False))


def cases_of(found):
    """Of each case: its alerts in the order of time."""
    cases = collections.defaultdict(list)
    for record in found:
        cases[record["mxtap"]["case"]].append(record)
    for one in cases.values():
        one.sort(key=lambda record: record["timestamp"])
    return cases


def most(one, key):
    return max(record["mxtap"].get(key, 0) for record in one)


def views_are(server, records):
    found = [record for _, record in records.values() if record["event_type"] == "alert"]
    cases = cases_of(found)
    expect("cases", int(server.query("SELECT count() FROM mxtap.cases")[0][0]), len(cases))
    expect("alerts", int(server.query("SELECT count() FROM mxtap.alerts")[0][0]), len(found))
    probers, zombies = {}, {}
    for one in cases.values():
        detector, network = one[-1]["mxtap"]["detector"], network_of(one[-1]["src_ip"])
        if detector in PROBERS:
            entry = probers.setdefault(network, [0, 0, 0])
            entry[0] += 1
            entry[1] += most(one, "recipients_unknown")
            entry[2] += most(one, "confirmed_count")
        if detector == "zombie-sender":
            entry = zombies.setdefault(network, [set(), 0, 0])
            entry[0].add(one[-1]["src_ip"])
            entry[1] = max(entry[1], most(one, "score"))
            entry[2] += most(one, "messages")
    rows = server.query("SELECT src_network, cases, recipients_unknown, confirmed FROM mxtap.top_probers")
    expect("top_probers", {row[0]: list(map(int, row[1:])) for row in rows}, probers)
    expect("top_probers: order", [int(row[2]) for row in rows], sorted((int(row[2]) for row in rows), reverse=True))
    rows = server.query("SELECT src_network, zombies, worst_score, messages, length(addresses) "
                        "FROM mxtap.zombies_by_network")
    expect("zombies_by_network", {row[0]: [int(row[1]), float(row[2]), int(row[3]), int(row[4])] for row in rows},
           {network: [len(clients), score, messages, len(clients)]
            for network, (clients, score, messages) in zombies.items()})
    harvested = collections.defaultdict(lambda: (set(), set()))
    days = collections.Counter()
    for record in found:
        days[record["timestamp"][:10], record["mxtap"]["detector"]] += 1
        if record["mxtap"]["detector"] in PROBERS + ("distributed-harvest",):
            for address in record["mxtap"].get("confirmed", []):
                harvested[address][0].add(record["mxtap"]["case"])
                harvested[address][1].add(network_of(record["src_ip"]))
    rows = server.query("SELECT address, cases, networks FROM mxtap.harvested_addresses")
    expect("harvested_addresses", {row[0]: [int(row[1]), int(row[2])] for row in rows},
           {address: [len(ids), len(networks)] for address, (ids, networks) in harvested.items()})
    rows = server.query("SELECT day, detector, alerts FROM mxtap.alerts_by_day")
    expect("alerts_by_day", {(row[0], row[1]): int(row[2]) for row in rows}, dict(days))
    transactions_are(server, records)
    print("%d alerts, %d cases, %d networks that probe, %d addresses harvested, %d networks with zombies" %
          (len(found), len(cases), len(probers), len(harvested), len(zombies)))


def transactions_are(server, records):
    """rcpt_to and the like are read out of the record by ClickHouse: as JSON says, escapes and all."""
    wanted = {identity: record for identity, (_, record) in records.items() if record["event_type"] == "smtp"}
    rows = server.query("SELECT id, hex(helo), hex(subject), arrayMap(x -> hex(x), rcpt_to), src_network, "
                        "message_octets, accepted FROM mxtap.transactions")
    got = {}
    for identity, helo, subject, recipients, network, octets, accepted in rows:
        names = [bytes.fromhex(one.strip("'")).decode() for one in recipients.strip("[]").split(",") if one]
        got[identity] = [bytes.fromhex(helo).decode(), bytes.fromhex(subject).decode(), names, network, int(octets),
                         int(accepted)]
    expect("transactions", got, {identity: [
        record.get("smtp", {}).get("helo", ""), record.get("email", {}).get("subject", ""),
        record.get("smtp", {}).get("rcpt_to", []), network_of(record["src_ip"]),
        record["mxtap"].get("message", {}).get("octets", 0),
        int(record["mxtap"].get("message", {}).get("accepted", False))] for identity, record in wanted.items()})


# ---- the parts ----

def check_all_captures(run):
    """The server has no table yet, then the wrong password is shown, then all comes; and all comes twice."""
    server = run.server
    options = run.sink(patience=1, log="alert,smtp,stats", gzip="true") + ["--set", "site.sensor=tap-7"]
    records = run.replay([PCAPS], options)
    expect("without a table", server.query("SELECT count() FROM system.tables WHERE database = 'mxtap'"), [["0"]])
    server.load(CONTENT / "schema.sql")
    server.load(CONTENT / "views.sql")
    run.mxtap_is("outbox send -q", *options, password="wrong")
    expect("with the wrong password", server.query("SELECT count() FROM mxtap.records"), [["0"]])
    done = run.mxtap_is("outbox send -q", *options, "--set", "outbox.patience=60")
    expect("outbox send", (done.returncode, run.outbox("export ch", options)), (0, ""))
    rows_are(server, "mxtap.records", records)
    expect("once", server.query("SELECT count() FROM mxtap.records"), [[str(len(records))]])
    run.replay([PCAPS], run.sink(log="alert,smtp,stats") + ["--set", "site.sensor=tap-7"])
    # How many rows there are now is for ClickHouse to say, which merges when it likes.
    rows_are(server, "mxtap.records", records)
    views_are(server, records)


def check_killed(run, count=4000, kills=3):
    """kill -9 in the middle, again and again."""
    server = run.server
    server.query("CREATE TABLE mxtap.many AS mxtap.records")
    capture = run.folder / "many.pcap"
    alerts.write(capture, count)
    ended, killed = threading.Event(), 0

    def arrived():
        return int(server.query("SELECT count() FROM mxtap.many")[0][0])

    def kill():
        nonlocal killed
        for part in range(1, kills + 1):
            while not ended.is_set() and arrived() < part * count // (kills + 1):
                time.sleep(0.01)
            if ended.is_set():
                return
            server.kill()
            killed += 1
            time.sleep(0.3)
            server.start()

    thread = threading.Thread(target=kill)
    thread.start()
    records = run.replay([capture], run.sink(batch=50, table="many") + ["--set", "site.sensor=tap-7"],
                         log="alert")
    ended.set()
    thread.join()
    rows_are(server, "mxtap.many", records)
    print("%d records with the server killed %d times: none missing, %d came twice" %
          (len(records), killed, arrived() - len(records)))
    if killed == 0:
        problems.append("the server was never killed: all went too fast")


def check_bad_rows(run):
    """Rows that the table cannot take are set aside, the others arrive."""
    server = run.server
    server.query("CREATE TABLE mxtap.small (id String, record FixedString(1200)) ENGINE = MergeTree ORDER BY id")
    options = run.sink(log="alert", table="small")
    records = run.replay([PCAPS], options, log="alert")
    large = sorted(identity for identity, (text, _) in records.items() if len(text.encode()) > 1200)
    expect("rows that fit", sorted(row[0] for row in server.query("SELECT id FROM mxtap.small")),
           sorted(set(records) - set(large)))
    dead = run.outbox("export --dead ch", options)
    expect("dead letters", sorted(json.loads(line)["mxtap"]["id"] for line in dead.splitlines()), large)
    print("%d of %d rows were too large for a column: set aside" % (len(large), len(records)))


def main():
    gone = clickhouse.missing()
    if gone:
        print("%s is not installed" % gone)
        return 77
    with tempfile.TemporaryDirectory(prefix="mxtap-clickhouse-") as folder:
        folder = pathlib.Path(folder)
        server = clickhouse.Server(folder / "server", PASSWORD)
        run = Run(sys.argv[1], folder, server)
        try:
            server.start()
            check_all_captures(run)
            check_bad_rows(run)
            check_killed(run)
        finally:
            server.stop()
    if PASSWORD in run.said:
        problems.append("the password was said")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
