#!/usr/bin/python3
"""Holds the fitted weights against the lab: check.py MXTAP PCAPS

Replays pcaps/bulk with the default configuration and prints how many zombies are found and how many
good clients called zombies, by capture and by behaviour. A zombie that was turned away before it could
say a word does not count. Fails where fewer than 97 % are found or a
good one is called, where lab.tsv is not what collect.py gives, or where the defaults are not what
fit.py makes of it.
"""
import collections
import pathlib
import sys

sys.dont_write_bytecode = True

import collect  # noqa: E402
import fit  # noqa: E402
import replays  # noqa: E402
import rows  # noqa: E402

ENOUGH = 0.97


def judge(mxtap, pcaps):
    """(capture, behaviour, label, address, called a zombie) of each client, and sessions of good ones."""
    clients, sessions = [], set()
    for path, name, options, labels, others in replays.captures(pcaps):
        if others is not None:
            continue
        records = replays.replay(mxtap, path, options, {}, "alert,smtp")
        called = replays.clients(records)
        talks = [record for record in records if record["event_type"] == "smtp"]
        spoke = {record["src_ip"] for record in talks if record.get("smtp", {}).get("helo")}
        sessions |= {(name, record["flow_id"]) for record in talks
                     if labels.get(record["src_ip"], ("",))[0] == "good"}
        clients += [(name, behaviour, label, address, address in called)
                    for address, (label, behaviour) in labels.items() if label == "good" or address in spoke]
    return clients, len(sessions)


def show(title, clients):
    counts = collections.Counter((label, called) for _, _, label, _, called in clients)
    zombies = counts["zombie", True] + counts["zombie", False]
    good = counts["good", True] + counts["good", False]
    share = "%5.1f %%" % (100 * counts["zombie", True] / zombies) if zombies else ""
    print("%-28s %14s %8s %15s" % (title, "%d of %d" % (counts["zombie", True], zombies) if zombies else "-", share,
                                   "%d of %d" % (counts["good", True], good) if good else "-"))
    return counts


def table(title, clients, key):
    print("%-28s %14s %8s %15s" % (title, "zombies found", "", "good called"))
    for name in sorted({key(client) for client in clients}):
        show(name, [client for client in clients if key(client) == name])


def main(mxtap, pcaps):
    problems = []
    clients, sessions = judge(mxtap, pcaps)
    table("capture", clients, lambda client: client[0].replace("bulk/", ""))
    table("\nbehaviour", clients, lambda client: client[1])
    print()
    counts = show("all", clients)
    print("sessions of good clients: %d" % sessions)
    if counts["zombie", True] < ENOUGH * (counts["zombie", True] + counts["zombie", False]):
        problems.append("fewer than %g %% of zombies found" % (100 * ENOUGH))
    problems += ["%s: %s (%s) is called a zombie" % (name, address, behaviour)
                 for name, behaviour, label, address, called in clients if label == "good" and called]
    if list(collect.collect(mxtap, pcaps)) != (rows.HERE / "lab.tsv").read_text(encoding="utf-8").splitlines():
        problems.append("lab.tsv is not what collect.py gives: make it anew, then fit.py")
    weights = fit.Problem(rows.lab(), rows.experience()).solve()
    if weights != rows.defaults():
        problems.append("zombie_signals.def has other weights than fit.py finds")
    for problem in problems:
        print("FAIL " + problem)
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
