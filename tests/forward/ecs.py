"""Holds records against the fields of the Elastic Common Schema that dist/siem/ecs-fields.tsv lists, and their types."""
import datetime
import ipaddress
import re

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
# ECS's own lists: what event.kind, category, type and outcome may be, and which types each category expects.
KINDS = {"alert", "event", "metric"}
OUTCOMES = {"success", "failure", "unknown"}
TYPES = {"intrusion_detection": {"allowed", "denied", "info"}, "email": {"info"}, "malware": {"info"},
         "authentication": {"start", "end", "info"},
         "network": {"access", "allowed", "connection", "denied", "end", "info", "protocol", "start"}}
DIRECTIONS = {"inbound", "outbound", "internal", "external"}
LEVELS = {"core", "extended"}
NEEDED = ("@timestamp", "message", "ecs.version", "event.kind", "event.category", "event.type", "event.action",
          "event.id", "event.module", "event.dataset", "observer.type", "observer.version")
OF_A_FLOW = ("source.ip", "source.port", "destination.ip", "destination.port", "network.community_id",
             "network.transport", "network.protocol", "event.start", "related.ip")
OF_AN_ALERT = ("rule.id", "rule.name", "rule.category", "rule.ruleset", "rule.description", "event.severity",
               "event.reason", "event.code")


class Wrong(Exception):
    """What is not as ECS has it, in words for a person."""


def fields(path):
    """{field: (type, is it a list)} of the table."""
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
        name, kind, level, array = line.split("\t")
        if name in found or kind not in CHECKS or level not in LEVELS or array not in ("array", "-"):
            raise Wrong("%s:%d: %r" % (path.name, number, line))
        found[name] = kind, array == "array"
    return found


def is_text(value):
    return isinstance(value, str) and value != ""


def is_address(value):
    try:
        return is_text(value) and str(ipaddress.ip_address(value)) == value
    except ValueError:
        return False


def is_date(value):
    if not is_text(value) or not DATE.fullmatch(value):
        return False
    try:
        datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        return False
    return True


def is_long(value):
    return isinstance(value, int) and not isinstance(value, bool) and -(1 << 63) <= value < 1 << 63


CHECKS = {"keyword": is_text, "wildcard": is_text, "match_only_text": is_text, "ip": is_address, "date": is_date,
          "long": is_long, "boolean": lambda value: isinstance(value, bool)}


def flatten(value, path=""):
    """(dotted name, value) of everything but what stands under mxtap."""
    for name, item in value.items():
        if path == "" and name == "mxtap":
            continue
        if isinstance(item, dict):
            if not item:
                raise Wrong("%s%s is empty" % (path, name))
            yield from flatten(item, path + name + ".")
        else:
            yield path + name, item


def check_categories(flat):
    if flat["event.kind"] not in KINDS or flat.get("event.outcome", "unknown") not in OUTCOMES:
        raise Wrong("kind %r, outcome %r" % (flat["event.kind"], flat.get("event.outcome")))
    for category in flat["event.category"]:
        if category not in TYPES:
            raise Wrong("category %r" % category)
    for kind in flat["event.type"]:
        if not any(kind in TYPES[category] for category in flat["event.category"]):
            raise Wrong("type %r is none of %r" % (kind, flat["event.category"]))
    if flat.get("network.direction", "inbound") not in DIRECTIONS:
        raise Wrong("direction %r" % flat["network.direction"])


def check(record, table):
    """The record by dotted names; Wrong where it is not as the table says."""
    flat = dict(flatten(record))
    for name, value in flat.items():
        if name not in table:
            raise Wrong("%s is neither a field of ECS nor under mxtap" % name)
        kind, array = table[name]
        if array != isinstance(value, list) or array and not value:
            raise Wrong("%s is %sa list: %r" % (name, "no " if array else "", value))
        for item in value if array else [value]:
            if not CHECKS[kind](item):
                raise Wrong("%s is no %s: %r" % (name, kind, item))
        if array and len(set(value)) != len(value) and name.startswith("related."):
            raise Wrong("%s has something twice: %r" % (name, value))
    needed = NEEDED + (OF_A_FLOW if flat.get("event.kind") != "metric" else ())
    needed += OF_AN_ALERT if flat.get("event.kind") == "alert" else ()
    missing = [name for name in needed if name not in flat]
    if missing:
        raise Wrong("lacks %s" % ", ".join(missing))
    check_categories(flat)
    return flat
