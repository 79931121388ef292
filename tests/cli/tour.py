#!/usr/bin/env python3
"""Runs a tour in a fresh folder and compares what it prints with what its page shows.

    tour.py REKEY PAGE [--write]

PAGE is README.md, whose tour is every ```console block between the heading "## The tour" and the next one, or a manual
page in mdoc, whose tour is every literal display (.Bd -literal) that begins with a command. Lines that begin with "$ "
are commands, "> " continues one, and the lines below are what it prints, errors too. One bash runs all commands. What
differs from run to run is compared by its shape only: times, days left, hashes, and certificate numbers, of which each
must be the same wherever the page has it the same. With --write the page takes over what was printed.
"""
import os
import pwd
import re
import socket
import subprocess
import sys
import tempfile

SHOWN_FOLDER = "/home/user/tour"
SHOWN_ACTOR = "user@pc"
MARK = "\x01"


def is_manual(page):
    return not page.endswith(".md")


def displays(lines):
    """Of the tour of a manual page: [first line, line behind the last)."""
    begun = None
    for at, line in enumerate(lines):
        if line.startswith(".Bd -literal"):
            begun = at + 1
        elif line == ".Ed" and begun is not None:
            if lines[begun].startswith("$ "):
                yield begun, at
            begun = None


def from_mdoc(line):
    return line.removeprefix("\\&").replace("\\e", "\\")


def to_mdoc(line):
    line = line.replace("\\", "\\e")
    return "\\&" + line if line[:1] in (".", "'") else line


def blocks(lines):
    """Of the tour of README.md: [first line, line behind the last)."""
    inside = begun = False
    first = 0
    for at, line in enumerate(lines):
        if begun:
            if line.startswith("```"):
                yield first, at
                begun = False
        elif line.startswith("## "):
            inside = line == "## The tour"
        elif inside and line == "```console":
            begun, first = True, at + 1


def steps(lines):
    """[(line of the output, command, output)] of a block."""
    found = []
    for at, line in enumerate(lines):
        if line.startswith("$ "):
            found.append((at + 1, line[2:], []))
        elif line.startswith("> ") and found and not found[-1][2]:
            found[-1] = (at + 1, found[-1][1] + "\n" + line[2:], [])
        else:
            found[-1][2].append(line)
    return found


def run(rekey, commands):
    """What each command printed, as lines."""
    # Below /tmp its name is as long as SHOWN_FOLDER, which --write needs for the columns of tables.
    with tempfile.TemporaryDirectory(prefix="") as folder:
        folder = os.path.realpath(folder)
        tour = os.path.join(folder, "t")
        os.mkdir(tour)
        os.mkdir(os.path.join(folder, "bin"))
        os.symlink(os.path.realpath(rekey), os.path.join(folder, "bin", "rekey"))
        environment = {
            "PATH": os.path.join(folder, "bin") + ":" + os.environ["PATH"],
            "HOME": folder, "LC_ALL": "C.UTF-8", "TZ": "UTC",
        }
        for name in os.environ:
            if name.endswith("SAN_OPTIONS"):
                environment[name] = os.environ[name]
        script = "exec 2>&1\n" + "".join(f"printf '{MARK}'\n{command}\n" for command in commands)
        path = os.path.join(folder, "script")
        with open(path, "w", encoding="utf-8") as file:
            file.write(script)
        done = subprocess.run(["bash", path], cwd=tour, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, check=False, timeout=300)
        text = done.stdout.decode().replace(tour, SHOWN_FOLDER)
    actor = pwd.getpwuid(os.geteuid()).pw_name + "@" + socket.gethostname()
    # As wide as what it stands for, so that columns stay below each other; or as wide as need be.
    text = re.sub(re.escape(actor) + r"( *)",
                  lambda m: SHOWN_ACTOR.ljust(len(m.group(0)) if m.group(1) else 0), text)
    return [part.splitlines() for part in text.split(MARK)[1:]]


class Shape:
    """What must be the same in every run."""

    def __init__(self):
        self.numbers = {}

    def of(self, line):
        line = re.sub(r"\b[0-9A-F]{64}\b", "<hash>", line)
        # Tables show the first digits of a number.
        line = re.sub(r"\b(?:[0-9A-F]{40}|[0-9A-F]{12})\b",
                      lambda m: f"<{self.numbers.setdefault(m.group(0)[:12], len(self.numbers) + 1)}>", line)
        line = re.sub(r"(CN ?= ?rekey [\w.-]+) [0-9A-F]{8}\b", r"\1 <ca>", line)
        line = re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>", line)
        line = re.sub(r"\b\d{4}-\d\d-\d\d\b", "<date>", line)
        line = re.sub(r"\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT", "<time>", line)
        line = re.sub(r"\b365[123]\b", "<days>", line)
        return re.sub(r"  +", "  ", line).rstrip()


def main():
    rekey, page = sys.argv[1:3]
    with open(page, encoding="utf-8") as file:
        lines = file.read().split("\n")
    find, read, write = (displays, from_mdoc, to_mdoc) if is_manual(page) else (blocks, str, str)
    places = [(first, end, steps([read(line) for line in lines[first:end]])) for first, end in find(lines)]
    wanted = [step for _, _, found in places for step in found]
    if not wanted:
        sys.exit(f"{page} has no tour")
    printed = run(rekey, [command for _, command, _ in wanted])
    if len(printed) != len(wanted):
        sys.exit(f"only {len(printed)} of {len(wanted)} commands were run")

    if sys.argv[3:] == ["--write"]:
        left = printed[:]
        for first, end, found in reversed(places):
            block = []
            for (_, command, _), output in zip(found, left[len(left) - len(found):]):
                block += ["$ " + command.replace("\n", "\n> ")] + [line.rstrip() for line in output]
            del left[len(left) - len(found):]
            lines[first:end] = [write(line) for line in block]
        with open(page, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        return

    shown, seen, differences = Shape(), Shape(), 0
    for (_, command, expected), output in zip(wanted, printed):
        expected, output = [shown.of(line) for line in expected], [seen.of(line) for line in output]
        if expected != output:
            differences += 1
            print(f"$ {command}", *(f"- {line}" for line in expected), *(f"+ {line}" for line in output), sep="\n")
    if differences:
        sys.exit(f"{differences} of {len(wanted)} commands print something else than {page} says")
    print(f"{len(wanted)} commands print what {page} says")


main()
