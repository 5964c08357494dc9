"""A strict reader of ArcSight's Common Event Format, version 0: every field must be in its dictionary, of its type and
within its length; escapes are those that CEF has and no others."""
import ipaddress
import re

HEADER = ("version", "vendor", "product", "device_version", "signature", "name", "severity")
# Of the dictionary, what mxtap uses: the type, or the most octets of a text.
FIELDS = {"act": 63, "app": 31, "cat": 1023, "deviceDirection": "direction", "deviceExternalId": 255,
          "deviceInboundInterface": 128, "dpt": "port", "dst": "ipv4", "duser": 1023, "dvchost": 100,
          "externalId": 40, "filePath": 1023, "msg": 1023, "outcome": 63, "proto": 31, "rt": "time", "shost": 1023,
          "spt": "port", "src": "ipv4", "start": "time", "suser": 1023}
FIELDS.update({"c6a%d" % number: "ipv6" for number in (1, 2, 3, 4)})
FIELDS.update({"cn%d" % number: "long" for number in (1, 2, 3)})
FIELDS.update({"cs%d" % number: 4000 for number in (1, 2, 3, 4, 5, 6)})
CUSTOM = re.compile(r"(?:cs|cn|c6a)\d")
KEY = re.compile(r"(?:^| )([A-Za-z][A-Za-z0-9]*)=")


class Wrong(Exception):
    """What is no CEF, in words for a person."""


def unescape(text, special):
    out, at = [], 0
    while at < len(text):
        if text[at] != "\\":
            if text[at] in special:
                raise Wrong("%r is not escaped in %r" % (text[at], text))
            out.append(text[at])
            at += 1
            continue
        if at + 1 >= len(text) or text[at + 1] not in special + "\\":
            raise Wrong("no escape of CEF: %r" % text[at:at + 2])
        out.append(text[at + 1])
        at += 2
    return "".join(out)


def split_header(line):
    """The seven fields of the header, and what follows."""
    fields, start, at = [], 0, 0
    while len(fields) < len(HEADER):
        if at >= len(line):
            raise Wrong("the header ends after %d fields" % len(fields))
        if line[at] == "\\":
            at += 1
        elif line[at] == "|":
            fields.append(unescape(line[start:at], "|"))
            start = at + 1
        at += 1
    return fields, line[start:]


def check_value(key, value):
    kind = FIELDS.get(key)
    if kind is None:
        raise Wrong("%s is no key that is expected" % key)
    if not value or value != value.strip():
        raise Wrong("%s is empty, or has blanks around it: %r" % (key, value))
    if isinstance(kind, int):
        if len(value.encode()) > kind:
            raise Wrong("%s is longer than %d octets" % (key, kind))
    elif kind in ("ipv4", "ipv6"):
        if ipaddress.ip_address(value).version != int(kind[-1]):
            raise Wrong("%s is no address of its kind: %s" % (key, value))
    elif not value.isdigit() or int(value) >= 1 << 63:
        raise Wrong("%s is no number: %s" % (key, value))
    elif kind == "port" and int(value) > 65535 or kind == "direction" and value not in "01":
        raise Wrong("%s: %s" % (key, value))


def check_labels(extension):
    for key in extension:
        base = key[:-len("Label")] if key.endswith("Label") else key
        if CUSTOM.fullmatch(base) and not (base in extension and base + "Label" in extension):
            raise Wrong("%s without its value or its label" % key)
        if key.endswith("Label") and not CUSTOM.fullmatch(base):
            raise Wrong("%s is a label of nothing" % key)


def split_extension(text):
    """{key: value}. A key begins after a blank and ends before the first '=' that is not escaped."""
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise Wrong("a control character")
    keys = [match for match in KEY.finditer(text)]
    if not keys or keys[0].start() != 0:
        raise Wrong("the extension begins with no key: %r" % text[:40])
    extension = {}
    for match, following in zip(keys, keys[1:] + [None]):
        key = match.group(1)
        value = unescape(text[match.end():following.start() if following else len(text)], "=")
        if key in extension:
            raise Wrong("%s twice" % key)
        extension[key] = value
    return extension


def parse(line):
    """(header by name, extension); Wrong where the line is none."""
    if not line.startswith("CEF:0|"):
        raise Wrong("begins with %r" % line[:10])
    fields, rest = split_header(line)
    header = dict(zip(HEADER, fields))
    if not header["severity"].isdigit() or int(header["severity"]) > 10:
        raise Wrong("severity %r" % header["severity"])
    if any(not field for field in fields):
        raise Wrong("an empty field in the header")
    extension = split_extension(rest)
    for key, value in extension.items():
        if not key.endswith("Label"):
            check_value(key, value)
    check_labels(extension)
    return header, extension
