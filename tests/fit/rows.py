"""The tables of this folder, and what the program's own table of signals says."""
import collections
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
DEFAULTS = HERE.parents[1] / "src" / "detect" / "zombie_signals.def"
THRESHOLD = 5.0

Row = collections.namedtuple("Row", "capture address label behaviour signals")
Bound = collections.namedtuple("Bound", "label score signals who")


def table(path):
    """Cells of the lines of a file; lines that begin with # are comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def start():
    """{signal: weight}, in the order of the file."""
    return {name: float(weight) for name, weight in table(HERE / "start.tsv")}


def defaults():
    """The same, of the program."""
    rows = re.findall(r'SIGNAL\(\w+,\s*(\w+),\s*"([-.\d]+)"', DEFAULTS.read_text(encoding="utf-8"))
    return {name: float(weight) for name, weight in rows}


def lab():
    """What collect.py wrote."""
    return [Row(*cells[:4], frozenset(filter(None, cells[4].split(","))))
            for cells in table(HERE / "lab.tsv")]


def experience():
    return [Bound(label, float(score), frozenset(signals.split(",")), who)
            for label, score, signals, who in table(HERE / "experience.tsv")]


def score(weights, signals):
    return sum(weights[signal] for signal in signals)
