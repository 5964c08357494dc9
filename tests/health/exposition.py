"""A strict parser of Prometheus' text format 0.0.4: whatever it does not know to be right is a fault."""
import math
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
VALUE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?|Inf)|NaN")


class Fault(Exception):
    pass


class Family:
    def __init__(self, name, help_text):
        self.name, self.help, self.kind, self.samples = name, help_text, None, []


def parse_labels(text, at):
    """Labels from behind the brace to behind the closing one: a dictionary and where it ends."""
    labels = {}
    while text[at] != "}":
        match = LABEL.match(text, at)
        if not match or text[match.end():match.end() + 2] != '="':
            raise Fault("label at %d of %r" % (at, text))
        name, at, value = match.group(), match.end() + 2, ""
        while text[at] != '"':
            if text[at] == "\\":
                if text[at + 1] not in '\\"n':
                    raise Fault("escape in %r" % text)
                value += {"n": "\n"}.get(text[at + 1], text[at + 1])
                at += 2
            else:
                value += text[at]
                at += 1
        at += 1
        if name in labels or name.startswith("__"):
            raise Fault("label %s in %r" % (name, text))
        labels[name] = value
        if text[at] == ",":
            at += 1
            if text[at] == "}":
                raise Fault("comma in %r" % text)
        elif text[at] != "}":
            raise Fault("labels of %r" % text)
    return labels, at + 1


def parse_sample(line):
    match = NAME.match(line)
    if not match:
        raise Fault("name in %r" % line)
    name, at, labels = match.group(), match.end(), {}
    try:
        if line[at] == "{":
            labels, at = parse_labels(line, at + 1)
            if not labels:
                raise Fault("empty labels in %r" % line)
    except IndexError:
        raise Fault("%r ends too early" % line) from None
    if line[at:at + 1] != " " or not VALUE.fullmatch(line[at + 1:]):
        raise Fault("value in %r" % line)
    return name, labels, float(line[at + 1:].replace("Inf", "inf"))


def check_histogram(family):
    buckets = [(labels, value) for name, labels, value in family.samples
               if name == family.name + "_bucket"]
    rest = {name: value for name, _, value in family.samples if not name.endswith("_bucket")}
    if set(rest) != {family.name + "_sum", family.name + "_count"}:
        raise Fault("%s has %s" % (family.name, sorted(rest)))
    ends = [float(labels["le"].replace("+Inf", "inf")) for labels, _ in buckets]
    if ends != sorted(set(ends)) or ends[-1] != math.inf:
        raise Fault("buckets of %s end at %s" % (family.name, ends))
    counts = [value for _, value in buckets]
    if counts != sorted(counts) or counts[-1] != rest[family.name + "_count"]:
        raise Fault("%s is not cumulative: %s" % (family.name, counts))


def check_family(family):
    """Promises of the format, and Prometheus' rules for names."""
    if family.kind is None or not family.samples:
        raise Fault("%s has no type or no samples" % family.name)
    if not family.help or family.help != family.help.strip():
        raise Fault("help of %s: %r" % (family.name, family.help))
    seen = [(name, tuple(sorted(labels.items()))) for name, labels, _ in family.samples]
    if len(seen) != len(set(seen)):
        raise Fault("%s has a sample twice" % family.name)
    if len({frozenset(labels) for name, labels, _ in family.samples if "le" not in labels}) > 1:
        raise Fault("samples of %s have different labels" % family.name)
    if (family.kind == "counter") != family.name.endswith("_total"):
        raise Fault("%s is a %s" % (family.name, family.kind))
    if family.kind == "histogram":
        check_histogram(family)
    elif any(name != family.name for name, _, _ in family.samples):
        raise Fault("a sample of another name in %s" % family.name)
    if family.kind == "counter" and any(value < 0 or math.isnan(value)
                                        for _, _, value in family.samples):
        raise Fault("%s is below nothing" % family.name)
    for unit in ("octets", "milliseconds", "percent", "kilobytes"):
        if unit in family.name:
            raise Fault("%s: %s are no base unit" % (family.name, unit))


def belongs(family, name):
    if family is None:
        return False
    tails = ("_bucket", "_sum", "_count") if family.kind == "histogram" else ("",)
    return any(name == family.name + tail for tail in tails)


def parse(octets):
    """The families of a text, by name."""
    text = octets.decode("utf-8")
    if not text.endswith("\n") or "\r" in text:
        raise Fault("line ends")
    families, family = {}, None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name, _, help_text = line[len("# HELP "):].partition(" ")
            if name in families or not NAME.fullmatch(name) or re.search(r"\\[^\\n]", help_text):
                raise Fault("%r" % line)
            family = families[name] = Family(name, help_text)
        elif line.startswith("# TYPE "):
            name, _, kind = line[len("# TYPE "):].partition(" ")
            if family is None or name != family.name or family.kind is not None or family.samples:
                raise Fault("%r" % line)
            if kind not in ("counter", "gauge", "histogram", "summary", "untyped"):
                raise Fault("%r" % line)
            family.kind = kind
        else:
            sample = parse_sample(line)
            if not belongs(family, sample[0]):
                raise Fault("%s is in no family" % sample[0])
            family.samples.append(sample)
    for each in families.values():
        check_family(each)
    return families


BAD = (
    b"", b"a 1", b"a 1\n", b"# HELP a b\na 1\n", b"# HELP a b\n# TYPE a gauge\n",
    b"# HELP a b\n# TYPE a gauge\na 1\na 2\n", b"# HELP a b\n# TYPE a counter\na 1\n",
    b"# HELP a b\n# TYPE a gauge\na{} 1\n", b"# HELP a b\n# TYPE a gauge\na{x=\"\\t\"} 1\n",
    b"# HELP a b\n# TYPE a gauge\na{x=\"1\"y=\"2\"} 1\n", b"# HELP a b\n# TYPE a gauge\na x\n",
    b"# HELP a b\n# TYPE a gauge\na{x=\"1\n", b"# HELP a b\n# TYPE a gauge\nb 1\n",
    b"# HELP a b\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 1\n",
    b"# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    b"# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
    b"# HELP a b\n# TYPE a gauge\na{x=\"\xff\"} 1\n",
)


def self_test():
    for text in BAD:
        try:
            parse(text)
        except (Fault, UnicodeDecodeError):
            continue
        raise Fault("taken: %r" % text)
    good = parse(b'# HELP a b\n# TYPE a gauge\na{x="\\"\\\\\\n,}"} 1e3\na{x="2"} NaN\n')
    assert good["a"].samples[0] == ("a", {"x": '"\\\n,}'}, 1000.0)
