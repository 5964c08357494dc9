"""With privacy.addresses mask or hash no local part is told: in records of both formats and in show."""
import re

import harness
from harness import Failure

# What stands before an '@': octets of an atom (RFC 5322 3.2.3), or the end of a quoted text.
LOCAL = re.compile(r"([^\s<>()\[\]:;,\"@]+|\")@")
HIDDEN = {"mask": re.compile(r"(\\x[0-9a-f]{2}|.)?\*\*\*"), "hash": re.compile(r"h-[0-9a-f]{16}")}
# Role addresses that mxtap itself makes, and what finds a message in a server's log (docs/records.md).
SPARED = {"mxtap.contacts", "email.message_id"}


def texts(value, path=""):
    if isinstance(value, dict):
        for name, item in value.items():
            yield from texts(item, "%s.%s" % (path, name) if path else name)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, path)
    elif isinstance(value, str):
        yield path, value


def check_text(mode, where, text):
    for found in LOCAL.finditer(text):
        if not HIDDEN[mode].fullmatch(found.group(1)):
            raise Failure("%s: %s tells %r" % (mode, where, text[:300]))


def check_capture(bench, capture, mode):
    options = bench.options(capture)
    clear = bench.replay(capture, options=options)
    hidden = bench.replay(capture, options=(*options, "--set", "privacy.addresses=" + mode))
    if harness.cases(clear) != harness.cases(hidden):
        raise Failure("%s: other cases than in clear" % mode)
    for record in hidden:
        for path, text in texts(record):
            if path not in SPARED:
                check_text(mode, path, text)
    for command in (("replay", "--format", "text", "--log", "alert,smtp"), ("show",)):
        out = bench.run(*command, *options, "--set", "privacy.addresses=" + mode, capture).out
        for line in out.decode("utf-8", "replace").splitlines():
            check_text(mode, " ".join(command), line)


def jobs(bench):
    for capture in bench.captures():
        for mode in HIDDEN:
            if bench.chosen("privacy", capture.name, mode):
                yield "%s %s" % (capture.name, mode), check_capture, bench, capture, mode
