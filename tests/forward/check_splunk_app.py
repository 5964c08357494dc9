#!/usr/bin/python3
"""The app for Splunk (dist/siem/splunk): its files are whole and agree, and every field that a stanza, a search or
the dashboard names is a field of some record of the captures, or is made by the app before.

    check_splunk_app.py MXTAP

There is no Splunk here: this reads the files as Splunk does, as far as they go.
"""
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

SOURCE = pathlib.Path(os.environ.get("MXTAP_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
PCAPS = pathlib.Path(os.environ.get("MXTAP_PCAPS", SOURCE / "pcaps"))
APP = SOURCE / "dist/siem/splunk/TA-mxtap"
SITE = ("--home-net", "192.0.2.0/24,198.51.100.0/24,2001:db8:2::/64", "--local-domain", "example.org,example.com")
# What Splunk itself gives each event.
BUILT_IN = {"_time", "_raw", "host", "source", "sourcetype", "index"}
# Fields that the data models Intrusion Detection and Email ask for, of those that the wire can tell.
CIM = {"action", "category", "dest", "dest_port", "dvc", "ids_type", "severity", "signature", "signature_id", "src",
       "src_port", "transport", "vendor_product", "message_id", "protocol", "recipient", "recipient_count", "size",
       "src_user", "subject"}
problems = []


def problem(text, *arguments):
    problems.append(text % arguments)


def stanzas(name):
    """{stanza: {key: value}} of a .conf file."""
    found, current = {}, None
    for number, line in enumerate((APP / "default" / name).read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            current = line[1:-1]
            if current in found:
                problem("%s:%d: stanza %s twice", name, number, current)
            found[current] = {}
            continue
        key, equals, value = line.partition("=")
        if not equals or current is None or line.endswith("\\"):
            problem("%s:%d: cannot be read: %s", name, number, line)
            continue
        if key.strip() in found[current]:
            problem("%s:%d: %s twice", name, number, key.strip())
        found[current][key.strip()] = value.strip()
    return found


def flat(value, path=""):
    """Fields as KV_MODE = json names them: smtp.rcpt_to{}, mxtap.signals{}.weight."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, path + "." + key if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from flat(inner, path + "{}")
    else:
        yield path


def record_fields(mxtap):
    fields = set()
    for capture in sorted(PCAPS.glob("*.pcap*")):
        done = subprocess.run([mxtap, "replay", "-q", *SITE, "--log", "alert,smtp,stats", str(capture)],
                              stdout=subprocess.PIPE, check=True)
        for line in done.stdout.splitlines():
            fields.update(flat(json.loads(line)))
    return fields


def words_of_expression(text):
    """Names of fields in an eval expression: quoted by '...', or bare and no function."""
    text = re.sub(r'"(?:[^"\\]|\\.)*"', " ", text)
    names = set(re.findall(r"'([^']+)'", text))
    bare = re.sub(r"'[^']+'", " ", text)
    for word, call in re.findall(r"\b([A-Za-z_][\w]*)\b\s*(\(?)", bare):
        if not call and word.lower() not in ("and", "or", "not", "true", "false"):
            names.add(word)
    return names


def props(known):
    """Adds what the app makes; complains of sources that are no fields."""
    stanza = stanzas("props.conf")["mxtap:eve"]
    made = set()
    for key, value in stanza.items():
        if key.startswith("FIELDALIAS-"):
            match = re.fullmatch(r'"?([^"]+?)"? AS (\w+)', value)
            if not match or match.group(1) not in known:
                problem("props.conf: %s: %s is no field of a record", key, value)
            else:
                made.add(match.group(2))
    for key, value in stanza.items():
        if key.startswith("EVAL-"):
            for name in words_of_expression(value) - known - BUILT_IN - made:
                problem("props.conf: %s: %s is no field", key, name)
    made.update(key[5:] for key in stanza if key.startswith("EVAL-"))
    for key, value in stanza.items():
        if key.startswith("LOOKUP-"):
            match = re.fullmatch(r'(\w+) (\w+) AS "([^"]+)" OUTPUT (\w+)', value)
            if not match or match.group(3) not in known:
                problem("props.conf: %s: %s cannot be", key, value)
                continue
            check_lookup(match.group(1), match.group(2), match.group(4))
            made.add(match.group(4))
    try:
        re.compile(stanza["LINE_BREAKER"])
    except re.error as error:
        problem("props.conf: LINE_BREAKER: %s", error)
    return made


def check_lookup(name, key, output):
    transform = stanzas("transforms.conf").get(name)
    if transform is None:
        return problem("transforms.conf: no [%s]", name)
    with open(APP / "lookups" / transform["filename"], encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if not rows or any(set(row) != {key, output} for row in rows):
        problem("%s: has not the columns %s, %s", transform["filename"], key, output)
    if [row[key] for row in rows] != ["1", "2", "3"]:
        problem("%s: severities are 1, 2 and 3", transform["filename"])


FUNCTION = re.compile(r"\b(?:max|min|sum|count|dc|latest|earliest|values)\(([^)]*)\)(?: AS (\w+))?|\bcount AS (\w+)")


def search_fields(text, known, macros, where):
    """Follows the pipe: which fields are there, and which are asked for."""
    for macro in re.findall(r"`(\w+)`", text):
        if macro not in macros:
            problem("%s: no macro %s", where, macro)
        text = text.replace("`%s`" % macro, macros.get(macro, ""))
    known = set(known)
    for step in re.split(r"\|", text):
        words = step.split()
        if not words:
            continue
        wanted, made = set(), set()
        command, rest = words[0], step.strip()[len(words[0]):]
        if command in ("stats", "tstats", "timechart"):
            for field, name, counted in FUNCTION.findall(rest):
                wanted.update({field} - {""})
                made.update({name, counted} - {""})
            by = re.search(r"\bby (.*)", rest)
            groups = set(re.split(r"[ ,]+", by.group(1).strip())) if by else set()
            wanted |= groups
            made |= groups
        elif command in ("dedup", "table", "sort", "mvexpand"):
            wanted = {word for word in re.split(r"[ ,]+", rest.strip()) if word not in ("", "-")}
        elif command == "convert":
            wanted = set(re.findall(r"ctime\((\w+)\)", rest))
        elif command == "eval":
            name, _, expression = rest.strip().partition("=")
            wanted, made = words_of_expression(expression), {name} | known
        elif command == "head":
            pass
        else:  # search, and the words before the first pipe
            wanted = set(re.findall(r"([\w.{}]+)\s*(?:=| IN )", step)) - {"eventtype"}
        for name in wanted - known:
            problem("%s: %s is no field there: %s", where, name, step.strip())
        known = made if command in ("stats", "tstats", "timechart") else known | made
    return known


def searches(known):
    macros = {name: stanza["definition"] for name, stanza in stanzas("macros.conf").items()}
    indexed = {name for name, stanza in stanzas("fields.conf").items() if stanza.get("INDEXED") == "true"}
    known = known | BUILT_IN | indexed
    count = 0
    for name, stanza in stanzas("eventtypes.conf").items():
        search_fields(stanza["search"], known, macros, "eventtypes.conf: " + name)
    for name, stanza in stanzas("savedsearches.conf").items():
        search_fields(stanza["search"], known, macros, "savedsearches.conf: " + name)
        count += 1
    view = xml.etree.ElementTree.parse(APP / "default/data/ui/views/mxtap.xml")
    for query in view.iter("query"):
        search_fields(query.text, known, macros, "mxtap.xml")
        count += 1
    navigation = xml.etree.ElementTree.parse(APP / "default/data/ui/nav/default.xml")
    for item in navigation.iter("view"):
        if item.get("name") != "search" and not (APP / ("default/data/ui/views/%s.xml" % item.get("name"))).exists():
            problem("nav/default.xml: no view %s", item.get("name"))
    return count


def tags():
    types = stanzas("eventtypes.conf")
    for name, stanza in stanzas("tags.conf").items():
        if name.partition("=")[2] not in types:
            problem("tags.conf: no event type %s", name)
        if set(stanza.values()) != {"enabled"}:
            problem("tags.conf: %s: %s", name, stanza)


def selftest():
    """Does this see what it is for?"""
    before = len(problems)
    search_fields("search detector=x | stats max(nonsense) AS y by detector | table y, gone", {"detector"}, {}, "-")
    found, problems[before:] = problems[before:], []
    if [text.split(" ")[1] for text in found] != ["nonsense", "gone"]:
        problem("the check does not see a fault: %s", found)
    if words_of_expression("case(a==\"b\", 'c.d', true(), lower(e))") != {"a", "c.d", "e"}:
        problem("the check cannot read an expression")


def main():
    selftest()
    fields = record_fields(sys.argv[1])
    made = props(fields)
    known = fields | made
    for name in CIM - known:
        problem("the data models want %s", name)
    count = searches(known)
    tags()
    stanzas("app.conf")
    stanzas("limits.conf")
    print("\n".join(problems))
    print("%d fields of records, %d made by the app, %d searches: %d problems" %
          (len(fields), len(made), count, len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
