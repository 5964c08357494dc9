#!/usr/bin/python3
"""Fits the weights of zombie-sender: fit.py [--folds]

Data: lab.tsv (clients of the lab's captures), experience.tsv (senders the lab has few of), start.tsv.
A weight keeps its sign and stays between half and one and a half of where it started (small ones:
within 0.5), in steps of 0.25. The cost of a set of weights is the sum of
  - 50 for each point that a good client is over 4.0, or another one that is no zombie over 4.75,
    and 50 more for each that is called a zombie;
  - a point for each point that a zombie is below 5.5, but never more than 3, and one more when it
    is missed: a few that cannot be told must not bend the weights;
  - 100 for each point that a line of experience is violated by;
  - 4 times the square of each relative change: what the lab cannot tell stays as it was.
The search changes one weight at a time, then two, until nothing makes it cheaper. Nothing is random.

--folds also leaves out each capture, and then each behaviour, fits without it and judges it: how
well weights do on what they were not made from. All numbered captures together are one.
"""
import collections
import itertools
import sys

sys.dont_write_bytecode = True

import rows  # noqa: E402

STEP, MOVE = 0.25, 0.5
LIMITS = {"good": rows.THRESHOLD - 1.0, "other": rows.THRESHOLD - 0.25}
AIM, MOST = rows.THRESHOLD + 0.5, 3.0
FALSE_ALARM, EXPERIENCE, PRIOR = 50.0, 100.0, 4.0


class Problem:
    """Rows that are alike are one, with a count."""

    def __init__(self, data, bounds):
        self.start = rows.start()
        self.kinds = [(label, signals, count, None) for (label, signals), count in sorted(
            collections.Counter((row.label, row.signals) for row in data).items(),
            key=lambda item: (item[0][0], sorted(item[0][1])))]
        self.kinds += [(bound.label, bound.signals, 1, bound.score) for bound in bounds]
        self.with_signal = {name: [i for i, kind in enumerate(self.kinds) if name in kind[1]]
                            for name in self.start}

    def cost(self, index, score):
        """Of one kind of row at this score."""
        label, _, count, bound = self.kinds[index]
        if bound is not None:
            over = score - bound if label == "good" else bound - score
            return EXPERIENCE * max(0.0, over)
        if label == "zombie":
            short = min(MOST, max(0.0, AIM - score))
            return count * (short + (score < rows.THRESHOLD))
        over = max(0.0, score - LIMITS[label])
        return count * FALSE_ALARM * (over + (score >= rows.THRESHOLD))

    def prior(self, name, weight):
        return PRIOR * ((weight - self.start[name]) / self.start[name]) ** 2

    def choices(self, name):
        start = self.start[name]
        steps = int(max(abs(start) / 2, MOVE) / STEP)
        return [start + step * STEP for step in range(-steps, steps + 1)
                if start * (start + step * STEP) > 0]

    def gain(self, scores, weights, change):
        """What a change {signal: weight} adds to the cost."""
        moved = collections.defaultdict(float)
        added = 0.0
        for name, weight in change.items():
            added += self.prior(name, weight) - self.prior(name, weights[name])
            for index in self.with_signal[name]:
                moved[index] += weight - weights[name]
        return added + sum(self.cost(index, scores[index] + by) - self.cost(index, scores[index])
                           for index, by in moved.items())

    def best(self, scores, weights, changes):
        """(gain, change) of the best of the changes; those that gain nothing are none."""
        found = (-1e-9, None)
        for change in changes:
            gain = self.gain(scores, weights, change)
            if gain < found[0]:
                found = (gain, change)
        return found[1]

    def pairs(self, weights):
        near = {name: [weight for weight in self.choices(name) if weight != weights[name]]
                for name in weights}
        for one, two in itertools.combinations(weights, 2):
            for a, b in itertools.product(near[one], near[two]):
                yield {one: a, two: b}

    def solve(self):
        weights = dict(self.start)
        while True:
            scores = [rows.score(weights, kind[1]) for kind in self.kinds]
            single = ({name: weight} for name in weights for weight in self.choices(name)
                      if weight != weights[name])
            change = self.best(scores, weights, single) or self.best(scores, weights, self.pairs(weights))
            if change is None:
                return weights
            weights.update(change)


def judge(weights, data):
    """(zombies, of them found, good ones, of them called zombies, others, of them called)."""
    counts = []
    for label in ("zombie", "good", "other"):
        scores = [rows.score(weights, row.signals) for row in data if row.label == label]
        counts += [len(scores), sum(score >= rows.THRESHOLD for score in scores)]
    return counts


def show(title, counts):
    zombies, found, good, false, others, also = counts
    share = "%5.1f %%" % (100.0 * found / zombies) if zombies else "      -"
    print("%-34s %4d of %4d %s %6d of %4d %6d of %4d" % (title, found, zombies, share, false, good, also, others))


def group(row):
    return row.capture if row.capture.startswith("bulk/") else "numbered captures"


def folds(data, bounds):
    for what, key in (("capture", group), ("behaviour", lambda row: row.behaviour)):
        names = sorted({key(row) for row in data if key is group or row.capture.startswith("bulk/")})
        total = [0] * 6
        for name in names:
            inside = [row for row in data if key(row) == name]
            weights = Problem([row for row in data if key(row) != name], bounds).solve()
            counts = judge(weights, inside)
            total = [a + b for a, b in zip(total, counts)]
            show("without %s" % name, counts)
        show("each %s left out" % what, total)


def main(arguments):
    data, bounds = rows.lab(), rows.experience()
    problem = Problem(data, bounds)
    weights = problem.solve()
    print("%-26s %6s %6s" % ("signal", "start", "fitted"))
    for name, weight in weights.items():
        print("%-26s %6.2f %6.2f%s" % (name, problem.start[name], weight, "" if weight == problem.start[name] else " *"))
    print("\n%-34s %20s %15s %15s" % ("", "zombies found", "good called", "others called"))
    show("weights of the start", judge(problem.start, data))
    show("fitted weights", judge(weights, data))
    for bound in bounds:
        score = rows.score(weights, bound.signals)
        if (score > bound.score) == (bound.label == "good") and score != bound.score:
            print("experience: %s: %.2f, should be %s %.2f" % (
                bound.who, score, "at most" if bound.label == "good" else "at least", bound.score))
    if "--folds" in arguments:
        folds(data, bounds)
    different = {name: weight for name, weight in rows.defaults().items() if weights[name] != weight}
    for name, weight in different.items():
        print("zombie_signals.def has %s %g, fitted is %g" % (name, weight, weights[name]))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
