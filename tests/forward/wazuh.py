"""The rules for Wazuh, read and tried as far as that can be without a Wazuh: one XML document of unique rules, whose
fields are in the records, and of which just one tells of each alert."""
import re
import xml.etree.ElementTree as tree

RANGE = range(100200, 100400)
BASE, LEFT = 100200, 100390  # what is ours; alerts that no detector's rule takes
LEVELS = {1: 12, 2: 8, 3: 5}
SURICATA = "86600"           # Wazuh's own, of records that look like Suricata's
OF_A_SENSOR = {"mxtap.warning"}  # no replay has it


class Wrong(Exception):
    """What is wrong with the rules, in words for a person."""


def load(path):
    """{id: element}."""
    rules = {}
    for rule in tree.parse(path).getroot().iter("rule"):
        number = int(rule.get("id"))
        if number in rules or number not in RANGE:
            raise Wrong("rule %d: there twice, or not in the range" % number)
        if not 0 <= int(rule.get("level")) <= 15 or not rule.findtext("description"):
            raise Wrong("rule %d: its level or its description" % number)
        rules[number] = rule
    for number, rule in rules.items():
        for name in ("if_sid", "if_matched_sid"):
            for parent in (rule.findtext(name) or "").replace(",", " ").split():
                if parent != SURICATA and int(parent) not in rules:
                    raise Wrong("rule %d: there is no rule %s" % (number, parent))
    return rules


def check_decoders(path, rules):
    """The decoder of lines of syslog: what it takes begins as records do, and just one rule asks for it."""
    found = {one.get("name"): one for one in tree.fromstring("<all>%s</all>" % path.read_text()).iter("decoder")}
    own, record = found.get("mxtap"), found.get("mxtap-record")
    if own is None or record is None or record.findtext("parent") != "mxtap" or \
            record.findtext("plugin_decoder") != "JSON_Decoder" or len(found) != 2:
        raise Wrong("the decoders are not mxtap and what hangs below it")
    if not re.search(own.findtext("program_name"), "mxtap") or \
            not re.search(record.findtext("prematch").replace("{", "\\{"), '{"timestamp":"2026'):
        raise Wrong("the decoder does not take a record")
    asking = [number for number, rule in rules.items() if rule.findtext("decoded_as")]
    if asking != [BASE + 199] or rules[asking[0]].findtext("decoded_as") != "mxtap":
        raise Wrong("rules %s ask for a decoder" % asking)


def names(rule):
    """The fields that a rule speaks of."""
    found = {field.get("name") for field in rule.findall("field")}
    found |= {field.text for kind in ("same_field", "different_field") for field in rule.findall(kind)}
    return found | set(re.findall(r"\$\(([^)]+)\)", rule.findtext("description")))


def check_fields(rules, known):
    for number, rule in rules.items():
        strange = names(rule) - known - OF_A_SENSOR
        if strange:
            raise Wrong("rule %d: no record has %s" % (number, ", ".join(sorted(strange))))


def check_detectors(rules, detectors):
    """detectors: {number: severity}."""
    for number, severity in detectors.items():
        rule = rules.get(BASE + number - 1000)
        if rule is None:
            raise Wrong("detector %d has no rule" % number)
        if int(rule.get("level")) != LEVELS[severity]:
            raise Wrong("detector %d has severity %d, its rule level %s" % (number, severity, rule.get("level")))


def flatten(value, path=""):
    """A record as Wazuh's decoder has it: dotted names and texts."""
    for name, item in value.items():
        if isinstance(item, dict):
            yield from flatten(item, path + name + ".")
        elif isinstance(item, bool) or not isinstance(item, (str, int, float)):
            yield path + name, str(item).lower()
        else:
            yield path + name, str(item)


def matches(rule, flat):
    """Of Wazuh's expressions only those that the rules use: \\.+ is anything, the others are the same everywhere."""
    return all(re.search((field.text or "").replace("\\.", "."), flat.get(field.get("name"), "\0")) and
               field.get("name") in flat for field in rule.findall("field"))


def rule_of(rules, record):
    """The rule that tells of a record: the most severe one below the base that matches."""
    flat = dict(flatten(record))
    if not matches(rules[BASE], flat):
        return None
    found = [number for number, rule in rules.items()
             if rule.findtext("if_sid") == str(BASE) and matches(rule, flat)]
    return max(found, key=lambda number: int(rules[number].get("level")), default=None)


def check_alert(rules, record):
    alert, state = record["alert"], record["mxtap"]["state"]
    wanted = LEFT if state == "ended" else BASE + alert["signature_id"] - 1000
    if rule_of(rules, record) != wanted:
        raise Wrong("an alert of %s, %s: rule %s" % (record["mxtap"]["detector"], state, rule_of(rules, record)))
