"""Checks that a tool of others makes: clang-format of C, shellcheck of shell; and Python scripts
run with Debian's own interpreter and can be read by it."""
import collections
import concurrent.futures
import os
import re
import shutil
import subprocess

import tree


class Missing(Exception):
    """The tool is not installed."""


def tool(*names):
    for name in names:
        if shutil.which(name):
            return name
    raise Missing("%s is not installed" % names[0])


def run(command, root):
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.decode(errors="replace").splitlines() if done.returncode else []


def check_format(root):
    paths = [tree.name(root, path) for path in tree.files(root, (".c", ".h"))]
    command = [tool("clang-format-14", "clang-format"), "--dry-run", "-Werror"]
    places = collections.defaultdict(list)
    for line in run(command + paths, root) if paths else []:
        match = re.match(r"(\S+?):(\d+):\d+: error", line)
        if match:
            places[match.group(1)].append(match.group(2))
    return ["%s:%s: not as clang-format has it (%d places)" % (path, lines[0], len(lines))
            for path, lines in places.items()]


def check_shell(root):
    paths = [tree.name(root, path) for path in tree.files(root)
             if tree.is_script(path, "/bash", "/sh") or path.suffix == ".sh"]
    # It reads what a script sources anew for each script: as many at a time as there are processors.
    command, share = [tool("shellcheck"), "-x", "-f", "gcc"], os.cpu_count() or 1
    parts = [part for part in (paths[i::share] for i in range(share)) if part]
    with concurrent.futures.ThreadPoolExecutor(share) as pool:
        return [line for lines in pool.map(lambda part: run(command + part, root), parts)
                for line in lines]


def check_python(root):
    problems = []
    for path in tree.files(root):
        script = tree.is_script(path, "python")
        if script and not tree.text(path).startswith("#!/usr/bin/python3"):
            problems.append("%s: a Python script starts with #!/usr/bin/python3" %
                            tree.name(root, path))
        if script or path.suffix == ".py":
            try:
                compile(tree.text(path), tree.name(root, path), "exec")
            except SyntaxError as error:
                problems.append("%s: %s" % (tree.name(root, path), error))
    return problems
