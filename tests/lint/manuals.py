"""A header opens with its manual, a source file with a comment that says what it does."""
import tree


def check(root):
    return ["%s: opens with no comment" % tree.name(root, path)
            for path in tree.files(root, (".c", ".h"))
            if not tree.text(path).lstrip().startswith(("/*", "//"))]
