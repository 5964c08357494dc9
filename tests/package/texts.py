#!/usr/bin/python3
"""Holds what the package says of the program against the program: texts.py --mxtap PROGRAM CHECK...

config      dist/mxtap.yaml is what dist/packaging/make-config.sh makes of the program, and its examples are right
manual      mxtap(1) has every command and option, mxtap.yaml(5) every setting
completion  so have the completions of bash and zsh
roff        groff and mandoc have nothing to complain of"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"


def output(*command):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE,
                          universal_newlines=True).stdout


def commands():
    table = (ROOT / "src/app/commands.def").read_text()
    return re.findall(r"^COMMAND\((\w+)", table, re.MULTILINE)


def options():
    """Every option of the program, with its hyphens; those that no getopt knows are named here."""
    found = {"-r", "--version"}
    for path in sorted((ROOT / "src/app").glob("*.c")):
        source = path.read_text()
        found.update("--" + name for name in
                     re.findall(r'\{"([a-z-]+)", (?:required|no|optional)_argument', source))
        for letters in re.findall(r'#define SHORT_OPTIONS "([^"]+)"', source):
            found.update("-" + letter for letter in letters if letter != ":")
    return sorted(found)


def settings(mxtap):
    """The last part of every path, in order; then the types of sinks, and their settings."""
    sinks = output(mxtap, "sinks", "-v")
    types = re.findall(r"^([a-z]\w*) +(?:yes|no) ", sinks, re.MULTILINE)
    if not types or types != re.findall(r"^SINK\((\w+)", (ROOT / "src/output/sinks.def").read_text(),
                                        re.MULTILINE):
        print("mxtap sinks lists other types than sinks.def")
    return (re.findall(r"^ +(\w+): ", output(mxtap, "check"), re.MULTILINE) + types
            + re.findall(r"^  (\w+)  ", sinks, re.MULTILINE))


def settings_page(mxtap):
    with tempfile.NamedTemporaryFile("w") as sinks:
        sinks.write(output(mxtap, "sinks", "-v"))
        sinks.flush()
        return output("awk", "-f", DIST / "man/settings.awk", DIST / "mxtap.yaml", sinks.name,
                      DIST / "man/mxtap.yaml.5.in")


def with_examples():
    """The configuration with its sinks, which are comments: from the line "# sinks:" on."""
    text = (DIST / "mxtap.yaml").read_text()
    start = text.index("\n# sinks:\n") + 1
    return text[:start] + re.sub(r"^# ", "", text[start:], flags=re.MULTILINE)


def check_config(mxtap):
    made = output(DIST / "packaging/make-config.sh", mxtap)
    if made != (DIST / "mxtap.yaml").read_text():
        yield ("dist/mxtap.yaml is not what the program has; "
               "dist/packaging/make-config.sh build/release/mxtap >dist/mxtap.yaml")
    subprocess.run([mxtap, "check", "-c", DIST / "mxtap.yaml"], check=True,
                   stdout=subprocess.DEVNULL)
    with tempfile.NamedTemporaryFile("w") as config:
        config.write(with_examples())
        config.flush()
        printed = output(mxtap, "check", "-c", config.name)
    for example in ("siem", "search", "transactions"):
        if '  - name: "%s"' % example not in printed:
            yield "the example %s of dist/mxtap.yaml is not read" % example


def check_manual(mxtap):
    page = (DIST / "man/mxtap.1").read_text()
    for command in commands():
        if not re.search(r"^\.It Cm %s$" % command, page, re.MULTILINE):
            yield "mxtap.1 does not explain the command " + command
    for option in options():
        flag = "Fl " + re.escape(option[1:].replace("-", "\\-", 1))
        if not re.search(r"^\.It .*%s( |$)" % flag, page, re.MULTILINE):
            yield "mxtap.1 does not explain the option " + option
    explained = re.findall(r"^\.It Li (\w+)$", settings_page(mxtap), re.MULTILINE)
    if explained != settings(mxtap):
        yield "mxtap.yaml(5) has other settings than the program"


def completed(mxtap, *words):
    """What bash would offer for these words, the last of which is being typed."""
    script = ('compopt() { :; }; . "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mxtap; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, str(DIST / "completion/mxtap.bash"), *words],
                          stdout=subprocess.PIPE, check=True, universal_newlines=True,
                          env={"PATH": "%s:/usr/bin:/bin" % pathlib.Path(mxtap).parent})
    return done.stdout.split()


def check_completion(mxtap):
    offers = ((("mxtap", "cl"), ["classify"]),
              (("mxtap", "run", "--log", "alert,sm"), ["alert,smtp"]),
              (("mxtap", "detectors", "mx"), ["mx-probe"]),
              (("mxtap", "show", "--set", "detectors.mx-probe.vrfy"),
               ["detectors.mx-probe.vrfy_min="]),
              (("mxtap", "run", "--set", "past.i"), ["past.interval="]),
              (("mxtap", "sinks", "fi"), ["file"]),
              (("mxtap", "outbox", "re"), ["retry"]),
              (("mxtap", "outbox", "list", "--d"), ["--dead"]),
              (("mxtap", "run", "--set", "sinks.siem.ty"), ["sinks.siem.type="]),
              (("mxtap", "run", "--set", "sinks.siem.batch_o"), ["sinks.siem.batch_octets="]))
    for words, wanted in offers:
        if completed(mxtap, *words) != wanted:
            yield "bash completes '%s' by %s" % (" ".join(words), completed(mxtap, *words))
    for name in ("mxtap.bash", "_mxtap"):
        text = (DIST / "completion" / name).read_text()
        words = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*|\w+", text))
        # zsh writes several forms of one option as {-h,--help}.
        for word in commands() + options():
            if word not in words:
                yield "completion %s does not have %s" % (name, word)
    for shell, name in (("bash", "mxtap.bash"), ("zsh", "_mxtap")):
        if shutil.which(shell):
            subprocess.run([shell, "-n", str(DIST / "completion" / name)], check=True)


def check_roff(mxtap):
    pages = {"mxtap.1": (DIST / "man/mxtap.1").read_text(), "mxtap.yaml.5": settings_page(mxtap)}
    tools = [tool for tool in (["groff", "-mandoc", "-ww", "-z", "-Tutf8"],
                               ["mandoc", "-Tlint", "-Wwarning"]) if shutil.which(tool[0])]
    for name, page in pages.items():
        for tool in tools:
            done = subprocess.run(tool, input=page, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, universal_newlines=True)
            yield from ("%s: %s" % (name, line) for line in done.stdout.splitlines())


CHECKS = {"config": check_config, "manual": check_manual, "completion": check_completion,
          "roff": check_roff}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mxtap", required=True)
    parser.add_argument("checks", nargs="+", choices=CHECKS)
    arguments = parser.parse_args()
    problems = [problem for name in arguments.checks for problem in CHECKS[name](arguments.mxtap)]
    print("\n".join(problems + ["%d faults" % len(problems)]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
