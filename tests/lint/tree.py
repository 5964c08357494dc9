"""What the lints share: which files are looked at, and C text without its comments and strings."""
import re

FOLDERS = ("include", "src", "tests", "dist", "docs", ".ci")
C_FILES = (".c", ".h", ".def")


def files(root, suffixes=None, folders=FOLDERS):
    """Our own files, in order; corpora, captures and build folders are none."""
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            inner = path.relative_to(root).parts
            if not path.is_file() or "corpus" in inner or "__pycache__" in inner:
                continue
            if suffixes is None or path.suffix in suffixes:
                found.append(path)
    return found


def text(path):
    return path.read_text(encoding="utf-8", errors="replace")


def name(root, path):
    return str(path.relative_to(root))


TOKENS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def code_only(source):
    """C source with comments and literals blanked; lines keep their numbers."""
    def blank(match):
        token = match.group(0)
        edge = token[0] if token[0] in "\"'" else " "
        return edge + "\n" * token.count("\n") + edge
    return TOKENS.sub(blank, source)


def is_script(path, *interpreters):
    """Does the file's first line name one of these interpreters?"""
    with open(path, "rb") as stream:
        first = stream.readline(80)
    return first.startswith(b"#!") and any(word.encode() in first for word in interpreters)
