"""Every member of a struct that is remembered stands in its table of fields (pack.h), so that none is
forgotten when one is added. A table that says "not all" in the comment before it is let pass."""
import re

import tree

TABLE = re.compile(r"((?:/\*(?:[^*]|\*(?!/))*\*/\s*)?)static const struct pack_field \w+\[\] = \{(.*?)PACK_END",
                   re.DOTALL)
FIELD = re.compile(r"\(\s*struct (\w+),\s*(\w+)")
STRUCT = r"^( *)struct %s \{(.*?)^\1\}"


def members(body):
    """The names that a struct's body declares, those of structs inside not."""
    body = re.sub(r"\{[^{}]*\}", "", tree.code_only(body))
    names = set()
    for declaration in body.split(";"):
        declaration = re.sub(r"\[[^\]]*\]|_Alignas\([^)]*\)", "", declaration).strip()
        if declaration and "(" not in declaration:
            parts = declaration.split(",")
            names.update(re.findall(r"\w+", part)[-1] for part in parts)
    return names


def body_of(root, path, struct):
    """The struct's body: of the same file, or of a header of its room or of the contracts."""
    headers = sorted(path.parent.glob("*.h")) + sorted((root / "include" / "mxtap").glob("*.h"))
    for place in [path, *headers]:
        found = re.search(STRUCT % struct, tree.text(place), re.DOTALL | re.MULTILINE)
        if found:
            return found.group(2)
    return None


def check(root):
    problems = []
    for path in tree.files(root, (".c",), ("src",)):
        for comment, table in TABLE.findall(tree.text(path)):
            if "ot all" in comment:
                continue
            fields = FIELD.findall(table)
            for struct in sorted({struct for struct, _ in fields}):
                body = body_of(root, path, struct)
                if body is None:
                    problems.append("%s: struct %s is nowhere" % (tree.name(root, path), struct))
                    continue
                listed = {field for of, field in fields if of == struct}
                problems += ["%s: struct %s: %s is not remembered" % (tree.name(root, path), struct, member)
                             for member in sorted(members(body) - listed)]
    return problems
