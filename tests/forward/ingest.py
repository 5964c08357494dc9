"""Ingest pipelines of Elasticsearch, as far as those in dist/siem/elastic go: run(pipelines, name, document).

A processor, an option or a condition that is not known here is an error, so that nothing is believed that was not
tried: conditions are ctx.a?.b == null, != null, == 'text'.
"""
import datetime
import re


class Wrong(Exception):
    """A pipeline does not do what it is for."""


NOTHING = object()
CONDITION = re.compile(r"ctx\.([\w?.]+) (==|!=) (null|'[\w-]+')")
MUSTACHE = re.compile(r"\{\{\{([\w.@]+)\}\}\}")


def get(document, path):
    at = document
    for name in path.split("."):
        if not isinstance(at, dict) or name not in at:
            return NOTHING
        at = at[name]
    return at


def put(document, path, value):
    *folders, last = path.split(".")
    for name in folders:
        document = document.setdefault(name, {})
        if not isinstance(document, dict):
            raise Wrong("%s: %s is no object" % (path, name))
    document[last] = value


def remove(document, path):
    *folders, last = path.split(".")
    for name in folders:
        document = document[name]
    return document.pop(last)


def holds(condition, document):
    match = CONDITION.fullmatch(condition)
    if not match:
        raise Wrong("condition %s" % condition)
    path, operator, value = match.groups()
    if "?" not in path and "." in path:
        raise Wrong("%s: fails where the first is missing" % condition)
    found = get(document, path.replace("?", ""))
    wanted = None if value == "null" else value[1:-1]
    same = (None if found is NOTHING else found) == wanted
    return same == (operator == "==")


def fill(value, document):
    if isinstance(value, list):
        return [fill(one, document) for one in value]
    if not isinstance(value, str):
        return value

    def text(match):
        found = get(document, match.group(1))
        if found is NOTHING:
            raise Wrong("%s is not there" % match.group(1))
        return str(found)
    return MUSTACHE.sub(text, value)


def do_set(document, options):
    put(document, options["field"], fill(options["value"], document))


def do_rename(document, options):
    if get(document, options["target_field"]) is not NOTHING:
        raise Wrong("%s is there already" % options["target_field"])
    put(document, options["target_field"], remove(document, options["field"]))


def do_remove(document, options):
    remove(document, options["field"])


def do_append(document, options):
    found = get(document, options["field"])
    put(document, options["field"], ([] if found is NOTHING else found) + fill(options["value"], document))


def do_convert(document, options):
    if options["type"] != "string":
        raise Wrong("convert to %s" % options["type"])
    put(document, options["field"], str(get(document, options["field"])))


def do_lowercase(document, options):
    put(document, options["field"], get(document, options["field"]).lower())


def do_date(document, options):
    if options["formats"][0] != "yyyy-MM-dd'T'HH:mm:ss.SSSSSSZ":
        raise Wrong("a date in %s" % options["formats"][0])
    when = datetime.datetime.strptime(get(document, options["field"]), "%Y-%m-%dT%H:%M:%S.%f%z")
    put(document, "@timestamp", when.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def do_dissect(document, options):
    names = re.findall(r"%\{([\w.]+)\}", options["pattern"])
    literal = re.escape(re.sub(r"%\{[\w.]+\}", "\0", options["pattern"])).replace("\0", "(.*?)")
    match = re.fullmatch(literal.replace("\\\x00", "(.*?)"), get(document, options["field"]))
    if not match:
        raise Wrong("%s does not fit" % get(document, options["field"]))
    for name, value in zip(names, match.groups()):
        put(document, name, value)


def do_geoip(document, options):
    raise Wrong("no database here")


PROCESSORS = {name[3:]: function for name, function in globals().items() if name.startswith("do_")}
COMMON = {"if", "field", "ignore_missing", "ignore_failure", "description"}
OPTIONS = {"set": {"value"}, "rename": {"target_field"}, "append": {"value"}, "convert": {"type"},
           "date": {"formats"}, "dissect": {"pattern"}, "geoip": {"target_field", "properties"}}


def step(pipelines, kind, options, document):
    unknown = options.keys() - COMMON - OPTIONS.get(kind, set())
    if kind not in PROCESSORS or unknown:
        raise Wrong("processor %s, %s" % (kind, sorted(unknown)))
    if options.get("ignore_missing") and get(document, options["field"]) is NOTHING:
        return
    try:
        PROCESSORS[kind](document, options)
    except Wrong:
        if not options.get("ignore_failure"):
            raise


def run(pipelines, name, document):
    for processor in pipelines[name]["processors"]:
        (kind, options), = processor.items()
        if "if" in options and not holds(options["if"], document):
            continue
        if kind == "pipeline":
            run(pipelines, options["name"], document)
        else:
            step(pipelines, kind, options, document)
    return document
