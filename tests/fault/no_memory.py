#!/usr/bin/env python3
"""Every allocation of a renewal and of a rotation finds no memory, one after the other.

    no_memory.py REKEY NO_MEMORY_LIBRARY [--every N] [--first N] [--ways DEPTH] [--only renew|rotate|import]
                 [--jobs N] [--row N]

Each time: no signal ends the program; 0 means that the work is done, anything else is told on stderr; no promise is
broken (witness.py: sqlite3 and openssl); and the same command again, with memory, finishes the work. --row: so
many allocations in a row fail (0: all from then on). --ways: of allocations that the same DEPTH callers lead to,
only the first.
"""
import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from witness import Witness, copy_over, openssl

COMMANDS = {
    "renew": ["certs", "renew", "--all", "--jobs", "1"],
    "rotate": ["credential", "rotate", "acme", "--client-id", "BUSINESSAPI.1", "--key-id", "key-1", "--key", "{}/1.pem",
               "--offline"],
    "import": ["tenants", "import", "acme", "--devices", "{}/many.csv"],
}
# Nothing done, usage, partly done, deferred, refused: all that a command may end with that has no memory.
HONEST = {0, 1, 2, 3, 4, 6}


def digest(folder):
    """All names and contents; without the store's index of its log, which is rebuilt."""
    state = hashlib.sha256()
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files + [each for each in folders if os.path.islink(os.path.join(root, each))]):
            path = os.path.join(root, name)
            if name.endswith("-shm"):
                continue
            state.update(path.encode())
            if os.path.islink(path):
                state.update(os.readlink(path).encode())
            else:
                with open(path, "rb") as content:
                    state.update(content.read())
    return state.digest()


class Scene:
    def __init__(self, options, what, folder):
        self.options, self.what, self.folder = options, what, folder
        self.place, self.base = folder / "place", folder / "base"
        self.home, self.units = self.place / "home", self.place / "units"
        self.witness = Witness(self.home, self.units)
        self.environment = {"PATH": os.environ["PATH"], "REKEY_HOME": str(self.home), "LC_ALL": "C.UTF-8",
                            "XDG_CONFIG_HOME": str(folder / "config")}
        self.command = [word.format(folder) for word in COMMANDS[what]]
        self.build()

    def call(self, *arguments, **more):
        return subprocess.run([self.options.rekey, "-q", *arguments], env=self.environment | more, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)

    def must(self, *arguments):
        done = self.call(*arguments)
        if done.returncode != 0:
            raise RuntimeError(f"rekey {' '.join(arguments)}: exit {done.returncode}: {done.stderr}")

    def build(self):
        for each in range(2):
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{self.folder}/{each}.pem")
        (self.folder / "many.csv").write_text("serialNumber\n" + "".join(f"M{each}\n" for each in range(50)))
        self.place.mkdir()
        self.must("init")
        (self.units / "u1").mkdir(parents=True)
        self.must("units", "add", "u1", f"dir:{self.units}/u1", "--type", "online")
        self.must("certs", "generate", "u1")
        self.must("credential", "add", "acme", "--client-id", "BUSINESSAPI.0", "--key-id", "key-0", "--key",
                  f"{self.folder}/0.pem", "--offline")
        shutil.copytree(self.place, self.base, symlinks=True)
        self.before = {slot: self.witness.number(slot) for slot in self.witness.slots()}
        self.untouched = digest(self.place)

    def done(self):
        if self.what == "renew":
            return self.witness.renewed(self.before)
        if self.what == "rotate":
            return self.witness.rotated("acme", "BUSINESSAPI.1")
        return self.witness.holds("acme", 50, 0)

    def case(self, at, row):
        """What is wrong after the failure of allocation `at`; nothing when all is well, None when there was no failure."""
        hit = self.folder / "hit"
        hit.unlink(missing_ok=True)
        ended = self.call(*self.command, LD_PRELOAD=self.options.library, NO_MEMORY_AT=str(at), NO_MEMORY_FOR=str(row),
                          NO_MEMORY_HIT=str(hit))
        found = []
        if ended.returncode not in HONEST:
            found.append(f"it ended with {ended.returncode}: {ended.stderr.strip()[-300:]}")
        if ended.returncode != 0 and not ended.stderr and ended.returncode in HONEST:
            found.append(f"exit {ended.returncode} without a word")
        if ended.returncode == 0:
            found += [f"after exit 0: {each}" for each in self.done()]
        if digest(self.place) != self.untouched:
            found += self.witness.problems()
            again = self.call(*self.command)
            if again.returncode != 0:
                found.append(f"the rerun ended with {again.returncode}: {again.stderr.strip()}")
            found += [f"after the rerun: {each}" for each in [*self.witness.problems(), *self.done()]]
            copy_over(self.base, self.place)
        return found if hit.exists() else None

    def ways(self):
        """The number of allocations, and the first ones of each way."""
        told = self.folder / "told"
        self.call(*self.command, LD_PRELOAD=self.options.library, NO_MEMORY_WAYS=str(told),
                  NO_MEMORY_DEPTH=str(self.options.ways or 1))
        copy_over(self.base, self.place)
        total, *first = [int(line) for line in told.read_text().split()]
        return total, sorted(first)


def share(options, what, part):
    """Every so-manieth of the cases: hits, violations."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        scene = Scene(options, what, pathlib.Path(folder))
        total, first = scene.ways()
        if not options.ways:
            first = range(1, total + 1)
        chosen = first[options.first - 1::options.every]
        hits, violations = 0, 0
        for at in chosen[part::options.jobs]:
            found = scene.case(at, options.row)
            hits += found is not None
            if found:
                violations += 1
                print(f"{what}, allocation {at} of {total}: {'; '.join(found)}", file=sys.stderr, flush=True)
        return total, len(chosen), hits, violations


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rekey")
    parser.add_argument("library")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--ways", type=int, default=0)
    parser.add_argument("--row", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", action="append", choices=COMMANDS)
    options = parser.parse_args()
    linked = subprocess.run(["ldd", options.rekey], capture_output=True, text=True, check=True).stdout
    if "libasan" in linked or "libtsan" in linked:
        print("skipped: a sanitizer has its own allocator")
        sys.exit(77)
    all_violations = 0
    for what in options.only or COMMANDS:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            parts = [each.result() for each in [pool.submit(share, options, what, part) for part in range(options.jobs)]]
        total, tried = parts[0][:2]
        hits, violations = sum(each[2] for each in parts), sum(each[3] for each in parts)
        print(f"{what}: {hits} failures among {total} allocations, {violations} violations", flush=True)
        # The number differs a little from run to run.
        if hits < tried * 0.95:
            sys.exit(f"{what}: {tried} failures were asked for, and {hits} injected")
        all_violations += violations
    sys.exit(all_violations != 0)


main()
