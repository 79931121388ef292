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
import subprocess
import sys
import tempfile

from scene import Scene, offer

TRIED = ("renew", "rotate", "import")
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


def case(scene, what, untouched, library, at, row):
    """What is wrong after allocation `at` has failed; None when none did."""
    hit = scene.base.parent / "hit"
    hit.unlink(missing_ok=True)
    ended = scene.call(*scene.command(what), more={"LD_PRELOAD": library, "NO_MEMORY_AT": str(at), "NO_MEMORY_FOR": str(row),
                                                   "NO_MEMORY_HIT": str(hit)})
    found = []
    if ended.returncode not in HONEST:
        found.append(f"it ended with {ended.returncode}: {ended.stderr.strip()[-300:]}")
    elif ended.returncode != 0 and not ended.stderr:
        found.append(f"exit {ended.returncode} without a word")
    if ended.returncode == 0:
        found += [f"after exit 0: {each}" for each in scene.done(what)]
    if digest(scene.place) != untouched:
        found += scene.problems(what)
        again = scene.call(*scene.command(what))
        if again.returncode != 0:
            found.append(f"the rerun ended with {again.returncode}: {again.stderr.strip()}")
        found += [f"after the rerun: {each}" for each in [*scene.problems(what), *scene.done(what)]]
        scene.reset(what)
    return found if hit.exists() else None


def ways(scene, what, options):
    """The number of allocations, and the first ones of each way."""
    told = scene.base.parent / "told"
    scene.call(*scene.command(what), more={"LD_PRELOAD": options.library, "NO_MEMORY_WAYS": str(told),
                                           "NO_MEMORY_DEPTH": str(options.ways or 1)})
    scene.reset(what)
    total, *first = [int(line) for line in told.read_text().split()]
    return total, sorted(first)


def share(options, what, part):
    """Every so-manieth of the cases: hits, violations."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        folder = pathlib.Path(folder)
        (folder / "place").mkdir()
        scene = Scene(options.rekey, folder / "place", offer(folder / "offered"), folder / "base", (("u1", ("online",)),))
        scene.build()
        scene.reset(what)
        untouched = digest(scene.place)
        total, first = ways(scene, what, options)
        if not options.ways:
            first = range(1, total + 1)
        chosen = first[options.first - 1::options.every]
        hits, violations = 0, 0
        for at in chosen[part::options.jobs]:
            found = case(scene, what, untouched, options.library, at, options.row)
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
    parser.add_argument("--only", action="append", choices=TRIED)
    options = parser.parse_args()
    linked = subprocess.run(["ldd", options.rekey], capture_output=True, text=True, check=True).stdout
    if "libasan" in linked or "libtsan" in linked:
        print("skipped: a sanitizer has its own allocator")
        sys.exit(77)
    all_violations = 0
    for what in options.only or TRIED:
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
