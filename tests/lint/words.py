"""Functions that the house does not use, notes to ourselves, and paths of somebody's machine."""
import re

import tree

BANNED = re.compile(r"\b(strcpy|stpcpy|strcat|sprintf|vsprintf|strtok|strtok_r|atoi|atol|"
                    r"atoll|atof|gets|alloca|mktemp|tmpnam)\s*\(")
TYPEDEF = re.compile(r"^[ \t]*typedef\b", re.MULTILINE)
NOTES = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
# Folders of a user, a workplace or a scratch area; where a folder may be chosen, TMPDIR comes first.
MACHINE = re.compile(r"(?<![\w.$}~-])/(?:home|root|work|workspace|Users|mnt|build)/[\w.-]+|\bpyenv\b")


def find(root, path, source, pattern, text):
    for match in pattern.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        yield "%s:%d: %s" % (tree.name(root, path), line, text % match.group(0).strip(" ("))


def check(root):
    problems = []
    for path in tree.files(root):
        if path.parent.name == "lint" or b"\0" in path.read_bytes()[:4096]:
            continue
        source = tree.text(path)
        problems += find(root, path, source, MACHINE, "%s is a path of some machine")
        if path.suffix in tree.C_FILES:
            code = tree.code_only(source)
            problems += find(root, path, code, BANNED, "%s is not used here")
            problems += find(root, path, code, TYPEDEF, "%s is not used here")
            problems += find(root, path, source, NOTES, "%s: a note to ourselves")
    return problems
