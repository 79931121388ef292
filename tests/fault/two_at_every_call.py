#!/usr/bin/python3
"""Stops a command at every one of its system calls, has something else happen, and lets it go on.

    two_at_every_call.py REKEY FAULT_AT PEERS [OPTION...]

    --only FIRST       the command that is stopped, one of those in sweep/together.py; repeatable [all]
    --with SECOND      what happens meanwhile: another of them, or of sweep/third_parties.py; repeatable [all commands]
    --third            all third parties, instead of commands
    --pairs N          N pairs, drawn with the seed [all that can meet]
    --every K          each K-th call only, beginning at one that the seed chooses [1]
    --sample N         N calls of each pair, drawn with the seed
    --call N           this call of each pair, and keep its folder
    --random N         instead: N times two or three commands, drawn with the seed, that begin at the same time
    --draw N           the N-th of those only, and keep its folder
    --seed S           [1]
    --jobs N           pairs at the same time [1]
    --wait SECONDS     for a second command that may be waiting for the first [1]

Who judges another command: sweep/judge.py, which asks nothing of rekey. Beside it the two run without being stopped,
one after the other, in both orders. What is done then, whenever a command ends with 0, has to be done here when it ends
with 0; what a command says it has not done must not be done, unless by the other one. Afterwards both run again without
a stop, and `doctor` looks.

Who judges a third party: openssl says what is in use. Nothing elsewhere is touched, no slot is emptied but by the third
party, 0 is the end only where what was read after it is what is recorded, and `doctor` names every difference.

Ends with 1 when there was a violation; each is told with the options that repeat it.
"""
import argparse
import collections
import itertools
import multiprocessing
import os
import pathlib
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "sweep"))

import third_parties  # noqa: E402
import together  # noqa: E402
from judge import Case, Violation, require  # noqa: E402
from sweep import Missed, PATIENCE, Servers, World, make_keys  # noqa: E402

CODES = range(7)
NOT_DONE = (1, 2, 5, 6)


def holds(check, *arguments):
    """Why not, or None."""
    try:
        check(*arguments)
    except Violation as violation:
        return str(violation)
    except (OSError, AttributeError) as missing:  # what it looks at is not there
        return repr(missing)
    return None


class Facts:
    """A case, judged: sound at all, and what holds of each command."""

    def __init__(self, world, before, made):
        case = Case(world.case, before)
        try:
            case.sound()
            self.sound = [holds(each.sound, world, before, case) for each in made]
            self.done = [holds(each.done, world, before, case) for each in made]
            self.tidy = holds(case.tidy)
        finally:
            case.close()


def plain(world, command):
    return world.run([world.binary, "-q", "--no-input", *command.arguments(world)])


def honest(command, code, said):
    require(code in CODES, f"{command.name} ends with {code}: {said}")
    require(code == 0 or said or command.tells_on_stdout, f"{command.name} ends with {code}, and not a word why")
    require("Sanitizer" not in said, f"{command.name}: {said}")


class InTurn:
    """The commands one after the other, and both once more."""

    def __init__(self, world, before, made, order):
        world.restore(world.prepared)
        self.codes = {}
        for number in order:
            ended = plain(world, made[number])
            honest(made[number], ended.returncode, ended.stderr)
            self.codes[number] = ended.returncode
        self.then = Facts(world, before, made)
        self.again = Again(world, before, made)


class Again:
    """Both once more, what `doctor` advises without anything to decide, and what holds then."""

    def __init__(self, world, before, made):
        self.codes, self.done = [], []
        for each in made:
            ended = plain(world, each)
            honest(each, ended.returncode, ended.stderr)
            self.codes.append(ended.returncode)
            case = Case(world.case, before)
            self.done.append(holds(each.done, world, before, case))  # not in the end: the other one comes later
            case.close()
        self.doctor = world.run([world.binary, "--no-input", "doctor"])
        for advised in sorted(set(re.findall(r"rekey (doctor --repair|credential abort \S+)", self.doctor.stdout))):
            world.run([world.binary, "--no-input", *advised.split()])
            self.doctor = world.run([world.binary, "--no-input", "doctor"])
        self.then = Facts(world, before, made)


class Pair:
    def __init__(self, world, names):
        world.environment.pop("FAULT_RUN", None)
        self.world, self.names = world, names
        shutil.rmtree(world.root)
        (world.case / "units").mkdir(parents=True)
        self.made = together.prepare(world, names)
        world.keep(world.prepared)
        self.before = Case(world.prepared)
        self.turns = [InTurn(world, self.before, self.made, order) for order in ((0, 1), (1, 0))]
        self.alone = [self.run_alone(number) for number in (0, 1)]

    def run_alone(self, number):
        self.world.restore(self.world.prepared)
        plain(self.world, self.made[number])
        return Facts(self.world, self.before, self.made)

    def calls(self):
        self.world.restore(self.world.prepared)
        _, _, log = self.world.act(self.made[0], "list")
        return sum(line[0].isdigit() for line in log)

    def meet(self, number, wait):
        """Whether the second one had to wait."""
        world, made = self.world, self.made
        world.restore(world.prepared)
        told = world.root / "second"
        second = shlex.join([world.binary, "-q", "--no-input", *made[1].arguments(world)])
        world.environment.update(FAULT_RUN=f"exec {second} >{told}.out 2>{told}.err", FAULT_WAIT=str(wait))
        code, said, log = world.act(made[0], f"RUN:{number}")
        world.environment.pop("FAULT_RUN")
        place = next((line for line in log if line.startswith("injected ")), None)
        if place is None:
            raise Missed()
        ended = next((line.split() for line in log if line.startswith("command ended ")), None)
        codes = [code, None]
        try:
            require(ended, "how the second one ended is not told")
            require(ended[2] == "exit", f"{self.names[1]} is ended by signal {ended[3]}")
            codes[1] = int(ended[3])
            self.judge(codes, [said, pathlib.Path(f"{told}.err").read_text()])
        except Violation as violation:
            raise Violation(f"at call {number}, {place.split(' ', 4)[4]} (exits {codes[0]} and {codes[1]}): {violation}") from violation
        return "command waits" in log

    def judge(self, codes, said):
        for each, code, words in zip(self.made, codes, said):
            honest(each, code, words.strip())
        now = Facts(self.world, self.before, self.made)
        for number, name in enumerate(self.names):
            if all(turn.then.sound[number] is None for turn in self.turns):
                require(now.sound[number] is None, f"{name}: {now.sound[number]}")
            ends = [turn.then.done[number] for turn in self.turns if turn.codes[number] == 0]
            if codes[number] == 0 and ends and not any(ends):
                require(now.done[number] is None, f"{name} ends with 0: {now.done[number]}")
            if codes[number] in NOT_DONE and self.alone[1 - number].done[number] is not None:
                require(now.done[number] is not None, f"{name} ends with {codes[number]}, and is done: {said[number].strip()}")
        self.judge_again(Again(self.world, self.before, self.made))

    def judge_again(self, now):
        for number, name in enumerate(self.names):
            turns = [turn.again for turn in self.turns]
            require(now.codes[number] in {0} | {turn.codes[number] for turn in turns}, f"{name} again, by itself: exit {now.codes[number]}")
            if all(turn.then.sound[number] is None for turn in turns):
                require(now.then.sound[number] is None, f"{name} again: {now.then.sound[number]}")
            ends = [turn.done[number] for turn in turns if turn.codes[number] == 0]
            if now.codes[number] == 0 and ends and not any(ends):
                require(now.done[number] is None, f"{name} again: {now.done[number]}")
        if all(turn.then.tidy is None for turn in turns):
            require(now.then.tidy is None, f"both again: {now.then.tidy}")
        require(now.doctor.returncode in {0} | {turn.doctor.returncode for turn in turns},
                f"both again, and doctor ends with {now.doctor.returncode}: {now.doctor.stdout.strip()}")


class Third:
    """A command, and a third party."""

    def __init__(self, world, names):
        world.environment.pop("FAULT_RUN", None)
        self.world, self.names, self.third = world, names, names[1]
        shutil.rmtree(world.root)
        (world.case / "units").mkdir(parents=True)
        (self.command,) = together.prepare(world, names[:1], third_parties.make_ready)
        world.keep(world.prepared)
        self.before = Case(world.prepared)

    def calls(self):
        self.world.restore(self.world.prepared)
        _, _, log = self.world.act(self.command, "list")
        return sum(line[0].isdigit() for line in log)

    def meet(self, number, wait):
        world = self.world
        world.restore(world.prepared)
        elsewhere = third_parties.outside(world)
        world.environment.update(FAULT_RUN=third_parties.DOES[self.third], FAULT_WAIT=str(wait), C=str(world.case),
                                 U=str(world.case / "units/u1"))
        code, said, log = world.act(self.command, f"RUN:{number}")
        world.environment.pop("FAULT_RUN")
        place = next((line for line in log if line.startswith("injected ")), None)
        if place is None:
            raise Missed()
        try:
            self.judge(code, said, log[log.index(place):], elsewhere)
        except Violation as violation:
            raise Violation(f"at call {number}, {place.split(' ', 4)[4]} (exit {code}): {violation} [{said}]") from violation
        return False

    def judge(self, code, said, after, elsewhere):
        honest(self.command, code, said)
        differences = self.look(elsewhere)
        for kind, what in differences.items():
            read = [line for line in after if " openat " in line and f"/u1/{kind}/" in line and line.endswith("cert.pem")]
            require(code != 0 or not read, f"u1/{kind} {what}, which was read after that: {read[-1] if read else ''}")
        self.is_named(differences)
        third_parties.put_right(self.world)
        ended = plain(self.world, self.command)
        honest(self.command, ended.returncode, ended.stderr)
        try:
            self.is_named(self.look(elsewhere))
        except Violation as violation:
            raise Violation(f"then again, exit {ended.returncode}: {violation} [{ended.stderr}]") from violation

    def look(self, elsewhere):
        """By slot, what is not as recorded."""
        now = Case(self.world.case, self.before)
        try:
            now.sound_home()
            require(third_parties.outside(self.world) == elsewhere, "something elsewhere was touched")
            third_parties.none_emptied(self.world, self.before, self.third)
            # What was only found there is nobody's to compare.
            kinds = {kind for unit, kind, _ in self.before.slots() if unit == "u1" and now.is_declared(unit, kind)}
            found = {kind: third_parties.difference(self.world, now, kind) for kind in sorted(kinds)}
            return {kind: what for kind, what in found.items() if what}
        finally:
            now.close()

    def is_named(self, differences):
        doctor = self.world.run([self.world.binary, "--no-input", "doctor"])
        require(doctor.returncode in (0, 6), f"doctor ends with {doctor.returncode}: {doctor.stderr}")
        told = doctor.stdout + doctor.stderr
        if "not compared: u1: " in told:  # it is not there, which is no trouble
            return
        for kind, what in differences.items():
            require(doctor.returncode == 6 and f"u1/{kind}" in told,
                    f"u1/{kind} {what}, and doctor does not name it: exit {doctor.returncode}: {told.strip()}")


def again_with(names, number, seed):
    return f"[--only '{names[0]}' --with '{names[1]}' --call {number} --seed {seed}]"


def work(options, root, shared, urls, names):
    """Of one pair: how many calls it has, how many were struck, missed, had to wait; and violations."""
    folder = root / "-".join(names).replace(" ", "-")
    folder.parent.mkdir(exist_ok=True)
    world = World(root, folder.name, shared, (options.rekey, options.fault_at), urls)
    kinds = collections.Counter()
    bad = []
    number = 0
    try:
        pair = (Third if names[1] in third_parties.DOES else Pair)(world, names)
        calls = pair.calls()
        draw = random.Random(f"{options.seed} {names}")
        numbers = range(1 + draw.randrange(options.every), calls + 1, options.every)
        if options.sample:
            numbers = sorted(draw.sample(range(1, calls + 1), min(options.sample, calls)))
        for number in [options.call] if options.call else numbers:
            try:
                kinds["waited"] += pair.meet(number, options.wait)
                kinds["met"] += 1
            except Missed:
                kinds["missed"] += 1
            except Violation as violation:
                kinds["met"] += 1
                bad.append(f"{violation} {again_with(names, number, options.seed)}")
        kinds["calls"] = calls
    except Violation as violation:
        bad.append(str(violation))
    except Exception as broken:  # the search's own fault: told, and not silently one pair less
        bad.append(f"the judge stumbled: {broken!r} {again_with(names, number, options.seed)}")
    if not options.call:
        shutil.rmtree(world.root)
    return names, kinds, bad


def share(packed):
    return work(*packed)


def at_calls(options, root, shared, servers):
    seconds = options.seconds or (list(third_parties.DOES) if options.third else list(together.TOGETHER))
    firsts = options.only or list(together.TOGETHER)
    pairs = [(first, second) for first, second in itertools.product(firsts, seconds)
             if (together.TOGETHER[first].on_unit if second in third_parties.DOES else together.can_meet(first, second))]
    if options.pairs:
        pairs = random.Random(options.seed).sample(pairs, min(options.pairs, len(pairs)))
    totals = collections.Counter()
    with multiprocessing.Pool(1 if options.call else options.jobs) as pool:
        for names, kinds, bad in pool.imap_unordered(share, [(options, root, shared, servers.urls, names) for names in pairs]):
            totals += kinds
            totals["bad"] += len(bad)
            print(f"{names[0]}, with {names[1]}: {kinds['calls']} calls; {kinds['met']} met, {kinds['waited']} of them had to wait, "
                  f"{kinds['missed']} not reached; {len(bad)} violations", flush=True)
            for each in bad:
                print(f"VIOLATED: {names[0]}, with {names[1]}: {each}", file=sys.stderr, flush=True)
    print(f"{len(pairs)} pairs, {totals['met']} met, {totals['waited']} of them had to wait, {totals['missed']} not reached: "
          f"{totals['bad']} violations")
    return 1 if totals["bad"] or not totals["met"] else 0


def drawn(seed, number):
    """Two or three commands that can meet, and how long after the first of them each begins."""
    draw = random.Random(f"{seed} {number}")
    while True:
        names = draw.choices(list(together.TOGETHER), k=draw.choice((2, 2, 3)))
        if together.can_meet(*names):
            return names, [draw.choice((0, 0, draw.random() * 0.2)) for _ in names]


def at_once(world, names, delays):
    """What is wrong is raised."""
    shutil.rmtree(world.root)
    (world.case / "units").mkdir(parents=True)
    made = together.prepare(world, names)
    world.keep(world.prepared)
    before = Case(world.prepared)
    running = []
    begin = time.monotonic()
    for number in sorted(range(len(names)), key=lambda number: delays[number]):
        time.sleep(max(0, begin + delays[number] - time.monotonic()))
        with open(world.root / f"said-{number}", "w", encoding="utf-8") as said:
            running.append((number, subprocess.Popen([world.binary, "-q", "--no-input", *made[number].arguments(world)], env=world.environment,
                                                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, umask=0)))
    codes = {}
    for number, process in running:
        try:
            codes[number] = process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired as late:
            process.kill()
            raise Violation(f"{names[number]} has not ended after {PATIENCE} s") from late
    try:
        for number, each in enumerate(made):
            honest(each, codes[number], (world.root / f"said-{number}").read_text().strip())
        Facts(world, before, made)
        Again(world, before, made)
    except Violation as violation:
        raise Violation(f"exits {[codes[number] for number in range(len(names))]}: {violation}") from violation


def randomly(options, root, shared, servers):
    bad = 0
    ends = 0
    world = World(root, "random", shared, (options.rekey, options.fault_at), servers.urls)
    for number in [options.draw] if options.draw else range(1, options.random + 1):
        names, delays = drawn(options.seed, number)
        try:
            at_once(world, names, delays)
        except Violation as violation:
            bad += 1
            print(f"VIOLATED: {' + '.join(names)}: {violation} [--random {number} --draw {number} --seed {options.seed}]", file=sys.stderr, flush=True)
        ends += 1
    print(f"{ends} times two or three commands at once: {bad} violations")
    return 1 if bad or not ends else 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    for name in ("rekey", "fault_at", "peers"):
        parser.add_argument(name, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--only", action="append", choices=together.TOGETHER)
    parser.add_argument("--with", action="append", dest="seconds", choices=[*together.TOGETHER, *third_parties.DOES])
    parser.add_argument("--third", action="store_true")
    for name, default in (("pairs", 0), ("every", 1), ("sample", 0), ("call", 0), ("random", 0), ("draw", 0), ("seed", 1), ("jobs", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--wait", type=float, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what it made is removed
    memory = pathlib.Path("/dev/shm")
    root = pathlib.Path(tempfile.mkdtemp(prefix="rekey-two-", dir=memory if os.access(memory, os.W_OK) else None))
    keep = options.call or options.draw
    try:
        shared = root / "shared"
        shared.mkdir()
        make_keys(shared)
        servers = Servers(root, shared, options.peers)
        for name in ("oauth", "records"):
            servers.need(name)
        return (randomly if options.random else at_calls)(options, root, shared, servers)
    finally:
        if keep:
            print(f"left in {root}")
        else:
            shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
