#!/usr/bin/python3
"""The sink elastic through the whole program against a stand-in of _bulk: check_elastic.py MXTAP.

The stand-in checks every octet: the request line, the fields, each action and that each document is what the plain
output has. It says 429 and 503, refuses some documents for now and some for good, answers slowly, with nonsense, not
at all, cuts connections in the middle of requests and answers, and finds bodies too large. In the end nothing may be
missing but what it refused for good, which must be dead letters.
"""
import json
import re
import sys

sys.dont_write_bytecode = True

import replays  # noqa: E402
import standin_http  # noqa: E402

COUNT = 2000
ACTION = re.compile(rb'\{"create":\{"_id":"([0-9a-f]{32})"\}\}')
KEY = "a2V5LWlkOnNlY3JldC1vZi1hLWtleQ=="


class Index(standin_http.Bulk):
    """most: octets of a body."""

    path, most = "/mxtap/_bulk?filter_path=errors,items.*.status,items.*.error", None

    def answer(self, request, todo):
        if request.path != self.path:
            self.problems.append("path " + request.path)
        if request.fields.get("content-type") != "application/x-ndjson":
            self.problems.append("type %s" % request.fields.get("content-type"))
        lines = request.body.split(b"\n")
        for action, document in zip(lines[::2], lines[1::2]):
            match = ACTION.fullmatch(action)
            if not match or match[1].decode() != json.loads(document)["mxtap"]["id"]:
                self.problems.append("action %r" % action)
        if self.most and len(request.body) > self.most:
            return 413, b"<html>Request Entity Too Large</html>"
        status, answer = super().answer(request, todo)
        return status, todo.get("instead", lambda octets: octets)(answer)


def moods(*ways):
    """One after the other for the first requests; then all is well."""
    return lambda number, request: ways[number] if number < len(ways) else None


def sometimes(digits):
    """Of each record whose id ends so."""
    return lambda identity: identity.endswith(digits)


def not_twice(digits):
    """Of such records too, but only when they come for the first time."""
    seen = set()

    def later(identity):
        first = identity not in seen
        seen.add(identity)
        return first and identity.endswith(digits)
    return later


def less_items(octets):
    answer = json.loads(octets)
    answer["items"].pop()
    return json.dumps(answer).encode()


def other_order(octets):
    answer = json.loads(octets)
    answer["items"].reverse()
    return json.dumps(answer).encode()


def one(mood):
    return lambda number, request: mood


def cases(folder):
    """(what, behaviour, settings, digits of ids that are refused for good)"""
    later = not_twice(("1", "5", "9"))
    nonsense = [{"instead": way} for way in (lambda octets: b"", lambda octets: b"<html>ok</html>", less_items,
                                             other_order, lambda octets: octets[:-3], lambda octets: b"[" * 500)]
    return [
        ("all is well", None, {}, ()),
        ("gzip, an API key", None, {"gzip": "true", "api_key": folder.secret("API_KEY", KEY)}, ()),
        ("429 and 503, with patience and without",
         moods({"status": 429, "wait": "0"}, {"status": 503}, None, {"status": 503, "wait": "1"}, None,
               {"status": 429}), {}, ()),
        ("401, 403, 404, 307: an operator may mend it",
         moods(*({"status": status} for status in (401, 403, 404, 307))), {}, ()),
        ("items refused for now and for good",
         one({"later": later, "refuse": sometimes(("77", "e0"))}), {}, ("77", "e0")),
        ("connections cut", moods(*({"cut": way} for way in ("request", "answer", "silent") * 4)), {}, ()),
        ("slow, and slower than the limit",
         moods({"slow": 0.3}, {"slow": 1.2}, None, {"slow": 0.3}), {"answer_time": 0.7}, ()),
        ("answers that make no sense", moods(*nonsense), {}, ()),
    ]


def try_one(folder, capture, what, behave, settings, refused):
    index = Index(behave=behave)
    if "api_key" in settings:
        index.token = "ApiKey " + KEY
    index.start()
    run = folder.replay([capture], type="elastic", url="http://127.0.0.1:%d" % index.port, **settings)
    index.stop()
    dead = {identity for identity in run.records if refused and identity.endswith(refused)}
    return report(what, run, index, dead)


def report(what, run, index, dead):
    found = replays.differences(run.records, index, dead)
    if run.status != 0 or len(run.records) < 10:
        found.append("%s, %d records; %s" % (run.status, len(run.records), run.said[-300:]))
    if run.dead() != dead:
        found.append("the dead letters are not those that were refused")
    if KEY in run.said:
        found.append("the key was told")
    again = sum(index.taken.values()) - len(index.taken)
    print("%-44s %5d records, %3d requests, %4d repeated, %3d refused%s"
          % (what, len(run.records), index.requests, again, len(dead), "".join("\n   FAILED: " + one for one in found)),
          flush=True)
    return not found


def try_too_large(folder, capture):
    index = Index()
    index.most = 20000
    index.start()
    run = folder.replay([capture], type="elastic", url="http://127.0.0.1:%d" % index.port, batch=500)
    index.stop()
    return report("bodies that are too large (413)", run, index, set())


def try_all_kinds(folder):
    """Every kind of record of every capture, to an index and through a pipeline with names of their own."""
    index = Index()
    index.path = "/mail-2026.11/_bulk?filter_path=errors,items.*.status,items.*.error&pipeline=mxtap-eve"
    index.start()
    run = folder.replay([replays.PCAPS], kinds="alert,smtp", form="eve", type="elastic", format="eve", batch=500,
                        index="mail-2026.11", pipeline="mxtap-eve", url="http://127.0.0.1:%d/" % index.port)
    index.stop()
    run.status = 0 if run.status == 2 else run.status  # captures that end in the midst are told so
    return report("all captures, alerts and transactions", run, index, set())


def main():
    with replays.Folder(sys.argv[1]) as folder:
        capture = folder.capture(COUNT)
        good = [try_one(folder, capture, *case) for case in cases(folder)]
        good += [try_too_large(folder, capture), try_all_kinds(folder)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
