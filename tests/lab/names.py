#!/usr/bin/python3
"""Prints mail users' names, one a line: names.py FIRST LAST gives the FIRST-th to the LAST-th of a fixed list of 480."""
import sys

GIVEN = """ada ben clara daniel elena felix gina henry iris jonas kira leon mona noah olivia peter quentin rosa
sven tara ulf vera willem xenia""".split()
FAMILY = """adler brandt cohen duarte engel fischer garcia hansen ivanov jensen keller lindqvist moreau novak
okafor petersen quinn rossi schmidt thomas""".split()


def name(i):
    # Both indices run through different lengths, so neighbours in the list share no part.
    return f"{GIVEN[i % 24]}.{FAMILY[(i + i // 120) % 20]}"


first, last = int(sys.argv[1]), int(sys.argv[2])
for n in range(first, last + 1):
    print(name(n))
