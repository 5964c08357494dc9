"""The layout and who may know whom: a room includes its own private headers and contracts, base includes nothing
but base, and packets go one way, so no room includes the contract of a room further down."""
import re

import tree

# The way of a packet. A room may include contracts of its own rank and of lower ones.
RANKS = {"base": 0, "past": 1, "capture": 1, "decode": 2, "stream": 3, "dns": 4, "mail": 4,
         "smtp": 4, "event": 5, "know": 6, "detect": 7, "outbox": 7, "output": 8, "health": 9, "app": 10}

# Contracts that do not carry the name of their room.
ROOMS = {"addr": "base", "budget": "base", "buf": "base", "clock": "base", "err": "base",
         "hash": "base", "heldfile": "base", "image": "base", "library": "base", "log": "base", "lru": "base",
         "pack": "base", "privacy": "base", "rd": "base", "record": "base", "secret": "base",
         "setting": "base", "span": "base", "sql": "base", "sqlfile": "base", "starter": "base",
         "filter": "capture", "live": "capture", "names": "know", "replies": "know",
         "sink": "output", "stats": "output"}

TOP = {"CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGES", "LICENSE",
       "include", "src", "tests", "pcaps", "dist", "docs"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)


def room_of(contract):
    return contract if contract in RANKS else ROOMS.get(contract)


def contract_problem(room, header):
    """What is wrong with <header> in this room, or None."""
    if not header.startswith("mxtap/"):
        return None
    owner = room_of(header[len("mxtap/"):-len(".h")])
    if owner is None:
        return "%s belongs to no room that tests/lint/layering.py knows" % header
    if RANKS[owner] > RANKS[room]:
        return "%s may not include %s: %s comes after it" % (room, header, owner)
    return None


def private_problem(root, room, header):
    if header.startswith("mxtap/"):
        return 'a contract is included as <%s>' % header
    if "/" in header or not (root / "src" / room / header).exists():
        return '"%s" is no private header of %s' % (header, room)
    return None


def check_file(root, path, room):
    problems = []
    for match in INCLUDE.finditer(tree.text(path)):
        bracket, header = match.groups()
        if bracket == "<":
            problem = contract_problem(room, header)
        else:
            problem = private_problem(root, room, header)
        if problem:
            problems.append("%s: %s" % (tree.name(root, path), problem))
    return problems


def check(root):
    problems = ["%s: does not belong into the top folder" % path.name
                for path in sorted(root.iterdir())
                if path.name not in TOP and not path.name.startswith((".", "build"))]
    for path in tree.files(root, tree.C_FILES, ("src", "include")):
        parts = path.relative_to(root).parts
        room = parts[1] if parts[0] == "src" else room_of(path.stem)
        if room not in RANKS or (parts[0] == "src" and len(parts) != 3):
            problems.append("%s: is in no room" % tree.name(root, path))
        else:
            problems += check_file(root, path, room)
    return problems
