"""Files of at most 450 lines (400 are better), functions of at most 80 (60 are better)."""
import tree

FILE_GOOD, FILE_MOST = 400, 450
FUNCTION_GOOD, FUNCTION_MOST = 60, 80


def functions(source):
    """(line, length) of each function. The house style opens and closes one in the first column."""
    start = None
    for number, line in enumerate(tree.code_only(source).splitlines(), 1):
        if line == "{":
            start = number
        elif line.startswith("}") and start is not None:
            yield start, number - start + 1
            start = None


def measure(root):
    """(what, length, good, most) of every file and function that is longer than good."""
    for path in tree.files(root, (".c", ".h", ".py", ".sh")):
        source = tree.text(path)
        lines = source.count("\n")
        if lines > FILE_GOOD:
            yield tree.name(root, path), lines, FILE_GOOD, FILE_MOST
        if path.suffix != ".c":
            continue
        for start, length in functions(source):
            if length > FUNCTION_GOOD:
                what = "%s:%d: function" % (tree.name(root, path), start)
                yield what, length, FUNCTION_GOOD, FUNCTION_MOST


def warn(root):
    return ["%s: %d lines, %d are better" % (what, length, good)
            for what, length, good, most in measure(root) if length <= most]


def check(root):
    return ["%s: %d lines, more than %d" % (what, length, most)
            for what, length, good, most in measure(root) if length > most]
