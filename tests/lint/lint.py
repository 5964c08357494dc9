#!/usr/bin/python3
"""Keeps the rules of the house: lint.py CHECK|all [ROOT]. Prints a line for each fault and ends with
1 when there is one, 77 when the tool of the check is missing."""
import pathlib
import sys

sys.dont_write_bytecode = True

import layering  # noqa: E402
import manuals  # noqa: E402
import remembered  # noqa: E402
import sizes  # noqa: E402
import tables  # noqa: E402
import tools  # noqa: E402
import words  # noqa: E402

CHECKS = {
    "layering": layering.check,
    "tables": tables.check,
    "sizes": sizes.check,
    "words": words.check,
    "manuals": manuals.check,
    "remembered": remembered.check,
    "format": tools.check_format,
    "shell": tools.check_shell,
    "python": tools.check_python,
}


def main(arguments):
    if not arguments or arguments[0] not in [*CHECKS, "all"] or len(arguments) > 2:
        sys.exit("usage: lint.py %s|all [ROOT]" % "|".join(CHECKS))
    here = pathlib.Path(__file__).resolve().parent
    root = pathlib.Path(arguments[1]).resolve() if len(arguments) == 2 else here.parent.parent
    status = 0
    for name in CHECKS if arguments[0] == "all" else arguments[:1]:
        try:
            problems = CHECKS[name](root)
        except tools.Missing as missing:
            print("%s: skipped, %s" % (name, missing))
            status = status or 77
            continue
        for warning in sizes.warn(root) if name == "sizes" else ():
            print("warning: " + warning)
        for problem in problems:
            print(problem)
        print("%s: %d fault%s" % (name, len(problems), "" if len(problems) == 1 else "s"))
        if problems:
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
