#!/usr/bin/python3
"""Which signals the clients of the lab's captures show: collect.py MXTAP PCAPS > lab.tsv

Always with the weights of start.tsv, whatever the defaults are, and the threshold out of the way: of
each client its highest message or probe is taken, good or bad. The end of a session and campaigns
are judged only below the threshold, so they are asked for apart: with a threshold that nobody
reaches but by no_quit, and by campaign.
"""
import pathlib
import sys

sys.dont_write_bytecode = True

import replays  # noqa: E402
import rows  # noqa: E402

FAR = 100.0  # more than any score
BASE = 2.0  # score from which an address counts for a campaign


def signals_of(mxtap, path, options, weights):
    """{address: signals} of all clients of a capture."""
    base = {"weight_" + name: weight for name, weight in weights.items()}
    base["campaign_base"] = BASE
    shift = FAR - weights["no_quit"]
    every = replays.clients(replays.replay(mxtap, path, options, dict(base, threshold=-FAR)))
    left = replays.clients(replays.replay(mxtap, path, options, dict(
        base, threshold=FAR / 2, weight_no_quit=FAR, campaign_base=BASE + shift)))
    shared = replays.clients(replays.replay(mxtap, path, options, dict(
        base, threshold=FAR / 2, weight_campaign=FAR)))
    for address, signals in left.items():
        every[address] = max(every[address], signals, key=lambda some: rows.score(weights, some))
    return {address: signals | ({"campaign"} if address in shared else set())
            for address, signals in every.items()}


def collect(mxtap, pcaps):
    """The lines of lab.tsv."""
    weights = rows.start()
    order = list(weights)
    yield "# Made by collect.py: capture, client, label, behaviour, signals of its highest message or probe."
    for path, name, options, labels, others in replays.captures(pcaps):
        found = signals_of(mxtap, path, options, weights)
        for address, signals in sorted(found.items()):
            label, behaviour = labels.get(address, (others, name.split(".")[0]))
            if label is not None:
                yield "\t".join((name, address, label, behaviour, ",".join(sorted(signals, key=order.index))))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    for line in collect(sys.argv[1], pathlib.Path(sys.argv[2])):
        print(line)
