#!/usr/bin/python3
"""Injects a fault at every system call of every command that changes something, one after the other; after each, an
independent judge (judge.py) looks at what is left, and the same command without fault must finish the work.

    sweep.py REKEY FAULT_AT PEERS [OPTION...]

    --only COMMAND     one of those in commands.py; repeatable [all]
    --fault FAULT      EIO, ENOSPC, SIGKILL, SIGTERM; repeatable [all]
    --call NAME        calls of this name only, as clone3
    --every K          each K-th call only, beginning at one that the seed chooses [1]
    --sample N         N cases of each command, drawn with the seed
    --twice N          N cases of each command with a second fault in the recovery from the first, instead
    --case FAULT:CALL[,FAULT:CALL]   this case of each command, and keep its folder
    --seed S           [1]
    --jobs N           cases at the same time [2]

Ends with 1 when there was a violation; each is told with the option that repeats it.
"""
import argparse
import collections
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from commands import COMMANDS
from judge import Case, Violation, require

FAULTS = ("EIO", "ENOSPC", "SIGKILL", "SIGTERM")
HERE = pathlib.Path(__file__).resolve().parent
PATIENCE = 120
CLIENTS = 4  # that the provider lets in, each with a key of its own


class World:
    """A folder for one case after the other, always at the same path: addresses of units are absolute."""

    def __init__(self, root, name, shared, binaries, urls):
        self.root = root / name
        self.case = self.root / "case"
        self.prepared = self.root / "prepared"
        self.between = self.root / "between"
        self.shared = shared
        self.binary, self.fault_at = binaries
        self.urls = urls
        self.log = self.root / "log"
        self.runs = 0  # of the command, in this case
        self.environment = dict(os.environ, REKEY_HOME=str(self.case / "home"), XDG_CONFIG_HOME=str(self.root / "config"),
                                LC_ALL="C", TZ="UTC", ASAN_OPTIONS="detect_leaks=0")
        self.root.mkdir()

    def endpoints(self, server):
        url = self.urls[server]
        return ["--token-url", f"{url}/token", "--audience", url, "--api-url", f"{url}/v1"]

    def run(self, arguments):
        try:
            return subprocess.run(arguments, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=PATIENCE, check=False, umask=0)
        except subprocess.TimeoutExpired as late:
            raise Violation(f"has not ended after {PATIENCE} s") from late

    def rekey(self, *arguments):
        ended = self.run([self.binary, "-q", "--no-input", *arguments])
        require(ended.returncode == 0, f"{' '.join(arguments[:2])}, without a fault, ends with {ended.returncode}: {ended.stderr.strip()}")

    def act(self, command, fault):
        """Exit code (as a shell has it), standard error, and the lines of the log."""
        self.runs += 1
        ended = self.run([self.fault_at, str(self.log), fault, self.binary, "-q", "--no-input", *command.arguments(self)])
        return ended.returncode, ended.stderr.strip(), self.log.read_text().splitlines()

    def remove(self, name):
        """Of what lies beside the case."""
        shutil.rmtree(self.root / name, ignore_errors=True)

    def prepare(self, command):
        shutil.rmtree(self.root)
        (self.case / "units").mkdir(parents=True)
        command.prepare(self)
        self.keep(self.prepared)
        return Case(self.prepared)

    def keep(self, where):
        shutil.rmtree(where, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", self.case, where], check=True)

    def restore(self, where):
        shutil.rmtree(self.case)
        subprocess.run(["cp", "-a", "--reflink=auto", where, self.case], check=True)


def judged(world, command, before, unread=False):
    case = Case(world.case, before)
    case.unread = unread
    try:
        case.sound()
        command.sound(world, before, case)
    except Violation:
        case.close()
        raise
    return case


def honest(command, world, before, now, fault, struck, code, said):
    """0 only when the work is done; otherwise what the fault explains. SQLite takes a lock that it cannot have for one
    that somebody else has."""
    if code == 0:
        require(fault != "SIGKILL", "not killed")
        command.done(world, before, now)
    elif fault == "SIGKILL":
        require(code == 128 + 9, f"killed, and exit {code}")
    elif fault == "SIGTERM":
        require(code in (128 + 15, 130), f"exit {code} after SIGTERM: {said}")
    elif code == 6 and command.tells_findings:
        pass
    else:
        require(code in (1, 3, 4) or code == 5 and struck == "fcntl", f"exit {code}: {said}")
        require(said, f"exit {code}, and not a word why")


class Missed(Exception):
    """The run had fewer calls than the one that they were counted in."""


class Finished(Exception):
    """The work was done in spite of the first fault, so there is no recovery to strike."""


def strike(world, command, before, fault):
    """Runs the command with a fault, and judges what is left."""
    code, said, log = world.act(command, fault)
    name, _, number = fault.partition(":")
    injected = [line for line in log if line.startswith(f"injected {name} {number} ")]
    if not injected:
        require(code == 0, f"exit {code} without a fault: {said}")
        raise Missed()
    require(log[-1] == (f"ended signal {code - 128}" if code in (137, 143) else f"ended exit {code}"), f"exit {code}, but {log[-1]}")
    where = injected[0].split(" ", 4)
    place = f"{name} at call {number}, {where[4]}"
    try:
        now = judged(world, command, before, command.tells_unread and code in (3, 4))
        try:
            honest(command, world, before, now, name, where[4].split()[0], code, said)
        finally:
            now.close()
    except Violation as violation:
        raise Violation(f"{place} (exit {code}): {violation}") from violation
    return place


def recover(world, command, before, place):
    """Runs it again without fault: the work is done, and nothing is left over."""
    try:
        finished = command.is_finished(world)
        if finished:
            world.rekey("doctor", "--repair")
        else:
            world.runs += 1
            world.rekey(*command.arguments(world))
        now = judged(world, command, before)
        try:
            command.done(world, before, now)
            now.tidy(finished or command.only_reads)
        finally:
            now.close()
        command.works(world)
    except Violation as violation:
        raise Violation(f"{place}; then, without a fault: {violation}") from violation


def count_calls(world, command, before):
    world.runs = 0
    code, said, log = world.act(command, "list")
    require(code == 0, f"without a fault: exit {code}: {said}")
    now = judged(world, command, before)
    command.done(world, before, now)
    now.tidy(command.only_reads)
    now.close()
    return [line.split(" ", 3)[2] for line in log if line[0].isdigit()]


def possible(calls, faults):
    """An exit that fails is none."""
    return [(fault, number) for number, name in enumerate(calls, 1) for fault in faults
            if name != "exit_group" or fault.startswith("SIG")]


def first_case(world, command, before, case):
    world.restore(world.prepared)
    world.runs = 0
    return strike(world, command, before, "%s:%d" % case)


def once(world, command, before, case):
    recover(world, command, before, first_case(world, command, before, case))
    return case[0]


def twice(world, command, before, case, draw):
    """The second fault is drawn among the calls of the very recovery that it strikes."""
    place = first_case(world, command, before, case)
    if command.is_finished(world):
        raise Finished()
    if isinstance(draw, tuple):
        second = draw
    else:
        world.keep(world.between)
        code, said, log = world.act(command, "list")
        require(code == 0, f"{place}; then, without a fault: exit {code}: {said}")
        world.restore(world.between)
        second = draw.choice(possible([line.split(" ", 3)[2] for line in log if line[0].isdigit()], FAULTS))
        world.runs = 1
    try:
        place += "; then " + strike(world, command, before, "%s:%d" % second)
    except Violation as violation:
        raise Violation(f"{place}; then {violation} [--case {case[0]}:{case[1]},{second[0]}:{second[1]}]") from violation
    recover(world, command, before, place)
    return f"{case[0]}, then {second[0]}"


def work(world, name, cases, results, seed):
    """One process of those that share the cases."""
    command = COMMANDS[name]()
    before = world.prepare(command)
    while True:
        case = cases.get()
        if case is None:
            break
        place, second = case
        try:
            if second is None:
                kind = once(world, command, before, place)
            else:
                draw = random.Random(f"{seed} {place} {second}") if isinstance(second, int) else second
                kind = twice(world, command, before, place, draw)
            results.put((kind, None))
        except Missed:
            results.put(("missed", None))
        except Finished:
            results.put(("finished", None))
        except Violation as violation:
            results.put((place[0], f"{violation} [--only '{name}' --case {place[0]}:{place[1]}]"))
        except Exception as broken:  # the sweep's own fault: told, and not silently one case less
            results.put((place[0], f"the judge stumbled: {broken!r} [--only '{name}' --case {place[0]}:{place[1]}]"))
    results.put(None)


class Servers:
    """One of each for the whole sweep; they end with it."""

    def __init__(self, root, shared, peers):
        self.root, self.shared, self.peers = root, shared, peers
        self.urls = {}

    def need(self, name):
        if name is None or name in self.urls:
            return
        folder = self.root / name
        folder.mkdir()
        if name == "oauth":
            (folder / "devices.json").write_text('["D1","D2","D3"]')
            clients = [{"client_id": f"BUSINESSAPI.{i}", "key_id": f"key-{i}", "public_key": (self.shared / f"{i}.pub").read_text()}
                       for i in range(CLIENTS)]
            (folder / "clients.json").write_text(json.dumps(clients))
            program = ["node", f"{self.peers}/provider.mjs"]
        else:
            (folder / "config.json").write_text('{"devices": 12, "page": 5, "lasting": true}')
            program = [sys.executable, HERE.parent.parent / "peers/records.py"]
        with open(folder / "log", "w", encoding="utf-8") as log:
            subprocess.Popen([*program, folder], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        for _ in range(600):
            if (folder / "url").exists():
                break
            time.sleep(0.1)
        self.urls[name] = (folder / "url").read_text().strip()


def make_keys(shared):
    def run(*arguments):
        subprocess.run(["openssl", *arguments], cwd=shared, check=True, capture_output=True)

    curve = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    for name in (*map(str, range(CLIENTS)), "ca", "adopted"):
        run("genpkey", *curve, "-out", f"{name}.pem")
        run("pkey", "-in", f"{name}.pem", "-pubout", "-out", f"{name}.pub")
        os.chmod(shared / f"{name}.pem", 0o600)
    run("req", "-x509", "-key", "ca.pem", "-subj", "/CN=elsewhere", "-days", "1000", "-out", "ca.crt")
    run("req", "-new", "-key", "adopted.pem", "-subj", "/CN=adopted", "-out", "adopted.csr")
    run("x509", "-req", "-in", "adopted.csr", "-CA", "ca.crt", "-CAkey", "ca.pem", "-CAcreateserial", "-days", "900", "-out", "leaf.crt")
    (shared / "adopted.crt").write_bytes((shared / "leaf.crt").read_bytes() + (shared / "ca.crt").read_bytes())


def chosen(options, name, calls):
    """Cases: the first fault, and the second: none, one that is named, or a number to draw it with."""
    draw = random.Random(f"{options.seed} {name}")
    if options.case:
        parts = [(fault, int(number)) for fault, number in (part.split(":") for part in options.case.split(","))]
        return [(parts[0], parts[1] if len(parts) > 1 else None)]
    cases = [case for case in possible(calls, options.fault or FAULTS) if options.call in (None, calls[case[1] - 1])]
    share = 4 if COMMANDS[name].stretches else 1
    if options.twice:
        return [(draw.choice(cases), number) for number in range(-(-options.twice // share))]
    if options.sample:
        size = min(-(-options.sample // share), len(cases))
        return [(case, None) for case in sorted(draw.sample(cases, size), key=lambda case: case[1])]
    first = draw.randrange(options.every)
    return [(case, None) for case in cases if case[1] % options.every == first]


def sweep(options, name, root, servers, shared):
    servers.need(COMMANDS[name].server)
    binaries = (options.rekey, options.fault_at)
    counting = World(root, f"{name.replace(' ', '-')}-count", shared, binaries, servers.urls)
    command = COMMANDS[name]()
    try:
        calls = count_calls(counting, command, counting.prepare(command))
    except Violation as violation:
        print(f"{name}: {violation}", file=sys.stderr)
        return 0, 1
    cases = chosen(options, name, calls)
    queue, results = multiprocessing.Queue(), multiprocessing.Queue()
    for case in cases:
        queue.put(case)
    jobs = 1 if options.case else options.jobs
    workers = []
    for number in range(jobs):
        queue.put(None)
        world = World(root, f"{name.replace(' ', '-')}-{number}", shared, binaries, servers.urls)
        workers.append(multiprocessing.Process(target=work, args=(world, name, queue, results, options.seed), daemon=True))
        workers[-1].start()
    kinds = collections.Counter()
    violations = []
    begin = time.monotonic()
    while jobs > 0:
        result = results.get(timeout=10 * PATIENCE)
        if result is None:
            jobs -= 1
            continue
        kinds[result[0]] += 1
        if result[1]:
            violations.append(result[1])
            print(f"{name}: {result[1]}", file=sys.stderr, flush=True)
    missed, finished = kinds.pop("missed", 0), kinds.pop("finished", 0)
    injected = sum(kinds.values())
    by_kind = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items())) if len(kinds) < 9 else "each with each"
    print(f"{name}: {len(calls)} calls; {injected} faults injected ({by_kind}), {missed} not reached"
          + (f", {finished} with nothing left for a second one" if finished else "")
          + f"; {len(violations)} violations; {time.monotonic() - begin:.0f} s", flush=True)
    # Where threads wait for each other, or for a server, a run has a few calls more or less than another.
    if missed > 2 + len(cases) // 10:
        violations.append("too many were not reached")
        print(f"{name}: more than a tenth of the cases were not reached", file=sys.stderr)
    if not options.case:
        for folder in root.glob(f"{name.replace(' ', '-')}-*"):
            shutil.rmtree(folder)
    return injected, len(violations)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    for name in ("rekey", "fault_at", "peers"):
        parser.add_argument(name, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--only", action="append", choices=COMMANDS)
    parser.add_argument("--fault", action="append", choices=FAULTS)
    for name, default in (("every", 1), ("sample", 0), ("twice", 0), ("seed", 1), ("jobs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--call")
    parser.add_argument("--case")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what it made is removed
    memory = pathlib.Path("/dev/shm")
    root = pathlib.Path(tempfile.mkdtemp(prefix="rekey-sweep-", dir=memory if os.access(memory, os.W_OK) else None))
    try:
        shared = root / "shared"
        shared.mkdir()
        make_keys(shared)
        servers = Servers(root, shared, options.peers)
        totals = [sweep(options, name, root, servers, shared) for name in options.only or COMMANDS]
        injected, violations = (sum(column) for column in zip(*totals))
        print(f"{injected} faults injected in {len(totals)} commands: {violations} violations")
        return 1 if violations or not injected else 0
    finally:
        if options.case:
            print(f"left in {root}")
        else:
            shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
