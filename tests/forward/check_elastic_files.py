#!/usr/bin/python3
"""dist/siem/elastic against the records of every capture: check_elastic_files.py MXTAP.

The index template has every ECS field that records may have, with its type, and each record of every kind fits it: no
field changes its type, none is an object here and a value there. The pipelines make of an eve record what the ecs
record of the same id says, and all that they make is in the template. Every field that the dashboard asks for is in
the template, is of a type that can be counted or sorted so, and is in some record.

There is no Elasticsearch and no Kibana here: what they would say to these files is not tried.
"""
import csv
import ipaddress
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
FILES = SOURCE / "dist/siem/elastic"
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

import ingest  # noqa: E402

# Types that OpenSearch and old Elasticsearch do not have, and what stands for them.
PORTABLE = {"wildcard": "keyword", "match_only_text": "text"}
# What an aggregation can be made of.
COUNTED = {"keyword", "ip", "long", "boolean"}
AGGREGATIONS = {"terms": COUNTED, "cardinality": COUNTED, "max": {"long", "double", "date"},
                "min": {"long", "double", "date"}, "date_histogram": {"date"}}
DYNAMIC = {str: "keyword", bool: "boolean", int: "long", float: "double"}
# What both formats tell in the same words.
SAME = ("@timestamp", "event.kind", "event.id", "event.dataset", "event.module", "event.severity", "event.code",
        "event.reason", "event.action", "rule.id", "rule.name", "rule.description", "rule.category", "rule.version",
        "rule.ruleset", "source.ip", "source.address", "source.port", "destination.ip", "destination.port",
        "network.community_id", "network.transport", "network.protocol", "related.ip", "mxtap.detector",
        "mxtap.case", "mxtap.flow_id", "mxtap.tx_id", "mxtap.source_network", "email.subject")


class Wrong(Exception):
    """A file does not fit what it is for."""


def load(name):
    return json.loads((FILES / name).read_text(encoding="utf-8"))


def explicit(properties, prefix=""):
    """Field: type, of a mapping."""
    found = {}
    for name, mapping in properties.items():
        if "properties" in mapping:
            found.update(explicit(mapping["properties"], prefix + name + "."))
        else:
            found[prefix + name] = mapping["type"]
    return found


def flatten(value, prefix=""):
    """(field, value) of each value, those of lists one by one; empty lists and null have none."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flatten(inner, prefix + name + ".")
    elif isinstance(value, list):
        for inner in value:
            yield from flatten(inner, prefix)
    elif value is not None:
        yield prefix[:-1], value


def suits(kind, value):
    if kind == "ip":
        return isinstance(value, str) and bool(ipaddress.ip_address(value))
    if kind == "date":
        return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", value))
    if kind == "long":
        return isinstance(value, int) and not isinstance(value, bool) and -2**63 <= value < 2**63
    if kind == "double":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool)
    return kind in ("keyword", "text") and isinstance(value, (str, int))


class Index:
    """What an index with the template would hold."""

    def __init__(self, template):
        mappings = template["template"]["mappings"]
        self.types = explicit(mappings["properties"])
        self.made = {}  # fields that the first record that had them gave their type
        self.seen = set()

    def add(self, record):
        for field, value in flatten(record):
            kind = self.types.get(field)
            if kind is None:
                if not field.startswith("mxtap."):
                    raise Wrong("%s is not in the template" % field)
                kind = self.made.setdefault(field, DYNAMIC[type(value)])
            if not suits(kind, value):
                raise Wrong("%s is %s, not %r" % (field, kind, value))
            self.seen.add(field)

    def check_objects(self):
        fields = sorted(self.seen | self.types.keys())
        for field, after in zip(fields, fields[1:]):
            if after.startswith(field + "."):
                raise Wrong("%s is a value, and %s is below it" % (field, after))


def check_template(template):
    types = explicit(template["template"]["mappings"]["properties"])
    with open(SOURCE / "dist/siem/ecs-fields.tsv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            wanted = PORTABLE.get(row["type"], row["type"])
            if types.get(row["field"]) != wanted:
                raise Wrong("%s is %s in the template, and not %s" % (row["field"], types.get(row["field"]), wanted))
    if "mxtap" not in template["index_patterns"]:
        raise Wrong("the template is not for the index mxtap")
    return "%d fields, all of ecs-fields.tsv" % len(types)


def replay(mxtap, capture, form):
    done = subprocess.run([mxtap, "replay", "-q", "--log", "alert,smtp,stats", "--format", form, str(capture)],
                          capture_output=True, timeout=120, check=False)
    if done.returncode not in (0, 2):
        raise Wrong("%s: %s" % (capture.name, done.stderr[-300:].decode(errors="replace")))
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare(piped, record):
    for field in SAME:
        ours, theirs = ingest.get(piped, field), ingest.get(record, field)
        if isinstance(ours, list) and isinstance(theirs, list):
            if set(ours) <= set(theirs):
                continue  # ecs gathers more
        if ours is not ingest.NOTHING and ours != theirs and theirs is not ingest.NOTHING:
            raise Wrong("%s: %r of eve, %r of ecs" % (field, ours, theirs))
        if ours is ingest.NOTHING and theirs is not ingest.NOTHING and ingest.get(record, "event.kind") == "alert" \
                and not field.startswith("email."):
            raise Wrong("%s: the pipeline does not make it" % field)


def check_records(mxtap, index, captures):
    pipelines = {"mxtap": load("pipeline.json"), "mxtap-eve": load("pipeline-eve.json")}
    count = 0
    for capture in captures:
        direct, piped = replay(mxtap, capture, "ecs"), replay(mxtap, capture, "eve")
        if len(direct) != len(piped):
            raise Wrong("%s: %d and %d records" % (capture.name, len(direct), len(piped)))
        for record, eve in zip(direct, piped):
            try:
                index.add(ingest.run(pipelines, "mxtap", record))
                made = ingest.run(pipelines, "mxtap-eve", eve)
                index.add(made)
                compare(made, record)
            except (Wrong, ingest.Wrong) as wrong:
                raise Wrong("%s, record %s: %s" % (capture.name, record["event"]["id"], wrong)) from wrong
            count += 1
    index.check_objects()
    return "%d records twice, %d fields" % (count, len(index.seen))


def query_fields(search):
    return re.findall(r"([\w.@]+)\s*:", search["query"]["query"])


def check_object(thing, ids, index):
    """The fields that a saved object asks for."""
    attributes, names = thing["attributes"], {reference["name"] for reference in thing["references"]}
    for reference in thing["references"]:
        if (reference["type"], reference["id"]) not in ids:
            raise Wrong("%s refers to %s" % (thing["id"], reference["id"]))
    used = []
    if "kibanaSavedObjectMeta" in attributes:
        search = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
        used += query_fields(search)
        if search.get("indexRefName", next(iter(names))) not in names:
            raise Wrong("%s: indexRefName" % thing["id"])
    for aggregation in json.loads(attributes["visState"])["aggs"] if "visState" in attributes else ():
        field = aggregation["params"].get("field")
        if field and index.types.get(field, index.made.get(field)) not in AGGREGATIONS[aggregation["type"]]:
            raise Wrong("%s: %s of %s" % (thing["id"], aggregation["type"], field))
        used += [field] if field else []
    for panel in json.loads(attributes.get("panelsJSON", "[]")):
        grid = panel["gridData"]
        if panel["panelRefName"] not in names or grid["x"] + grid["w"] > 48:
            raise Wrong("%s: panel %s" % (thing["id"], panel["panelIndex"]))
    return used + list(attributes.get("columns", ())) + [attributes[name] for name in ("timeFieldName",)
                                                        if name in attributes]


def check_dashboard(index):
    things = [json.loads(line) for line in (FILES / "dashboard.ndjson").read_text(encoding="utf-8").splitlines()]
    ids = {(thing["type"], thing["id"]) for thing in things}
    if len(ids) != len(things):
        raise Wrong("an id twice")
    used = {field for thing in things for field in check_object(thing, ids, index)}
    for field in sorted(used):
        if field not in index.seen:
            raise Wrong("%s is in no record" % field)
    shown = {reference["id"] for thing in things if thing["type"] == "dashboard" for reference in thing["references"]}
    left = {thing["id"] for thing in things if thing["type"] in ("visualization", "search")} - shown
    if left:
        raise Wrong("not on the dashboard: %s" % sorted(left))
    return "%d objects, %d fields" % (len(things), len(used))


def main():
    pcaps = pathlib.Path(os.environ.get("MXTAP_PCAPS", SOURCE / "pcaps"))
    captures = sorted(path for path in pcaps.glob("[0-9]*.pcap*") if ".pcap" in path.name)
    template = load("index-template.json")
    index = Index(template)
    try:
        print("index-template.json: " + check_template(template))
        print("pipelines, template: " + check_records(sys.argv[1], index, captures))
        print("dashboard.ndjson: " + check_dashboard(index))
    except (Wrong, KeyError, ValueError) as wrong:
        print("FAILED: %s: %s" % (type(wrong).__name__, wrong))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
