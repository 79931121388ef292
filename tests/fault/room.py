#!/usr/bin/env python3
"""No room: full disks, no inodes, read-only media, files that may not grow, few descriptors.

    room.py REKEY [--only CASE]

Each time: no signal ends the program; 0 means that the work is done, anything else is told on stderr; no promise is
broken (witness.py: sqlite3 and openssl); and the same command again, with room, finishes the work. Filesystems
need root; without it those cases are skipped, and it exits with 77 when nothing else was asked for.
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

from scene import COMMANDS, Scene, Violation, offer

KB = 1024
HONEST = {0, 1, 2, 3, 4, 6}
NO_ROOM = ("No space left", "disk is full", "File too large", "Too many open files", "Read-only file system",
           "disk I/O error", "unable to open database", "readonly", "cannot be written")


def check(scene, what, ended, about):
    """Of a command that met the fault; then once more without."""
    found = []
    if ended.returncode not in HONEST:
        found.append(f"it ended with {ended.returncode}: {ended.stderr.strip()}")
    if ended.returncode == 0:
        found += [f"after exit 0: {each}" for each in scene.done(what)]
    elif not any(each in ended.stderr + ended.stdout for each in NO_ROOM):
        found.append(f"exit {ended.returncode}, and the cause is not named: {ended.stderr.strip()} {ended.stdout.strip()}")
    found += scene.problems(what)
    if found:
        raise Violation(f"{what}, {about}: {'; '.join(found)}")
    return ended.returncode != 0


def recovered(scene, what, about):
    again = scene.call(*scene.command(what))
    # A slot that is named and filled is refused: it was done before.
    fine = {0, 6} if what == "generate" else {0}
    found = [] if again.returncode in fine else [f"exit {again.returncode}: {again.stderr.strip()}"]
    found += [*scene.problems(what), *scene.done(what)]
    if found:
        raise Violation(f"{what}, {about}, rerun: {'; '.join(found)}")


class Tmpfs:
    def __init__(self, place, options):
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=True, capture_output=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", str(self.place)], check=True)


def full(scene, tell):
    """So many KB are left, from nothing to more than enough."""
    with Tmpfs(scene.place, "size=4m"):
        scene.build()
        for what in COMMANDS:
            for left in [*range(0, 128, 4), *range(128, 512, 16)]:
                scene.reset(what)
                state = os.statvfs(scene.place)
                filler = scene.place / "filler"
                filler.write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - left * KB)))
                failed = check(scene, what, scene.call(*scene.command(what)), f"{left} KB left")
                filler.unlink()
                recovered(scene, what, f"{left} KB left")
                tell(failed)


def no_inodes(scene, tell):
    with Tmpfs(scene.place, "size=16m,nr_inodes=300"):
        scene.build()
        for what in COMMANDS:
            for left in range(24):
                scene.reset(what)
                (scene.place / "filler").mkdir()
                for each in range(os.statvfs(scene.place).f_favail - left):
                    (scene.place / "filler" / str(each)).touch()
                failed = check(scene, what, scene.call(*scene.command(what)), f"{left} inodes left")
                subprocess.run(["rm", "-r", str(scene.place / "filler")], check=True)
                recovered(scene, what, f"{left} inodes left")
                tell(failed)


def read_only(scene, tell):
    with Tmpfs(scene.place, "size=16m"):
        scene.build()
        for what in COMMANDS:
            scene.reset(what)
            subprocess.run(["mount", "-o", "remount,ro", str(scene.place)], check=True)
            failed = check(scene, what, scene.call(*scene.command(what)), "read-only")
            if what != "init":
                for reading in (["certs", "list"], ["units", "list"], ["credential", "list"], ["audit", "verify"]):
                    done = scene.call(*reading)
                    if done.returncode != 0:
                        raise Violation(f"{' '.join(reading)} on a read-only medium: {done.returncode}: {done.stderr}")
            subprocess.run(["mount", "-o", "remount,rw", str(scene.place)], check=True)
            if not failed:
                raise Violation(f"{what} on a read-only medium exits with 0")
            recovered(scene, what, "read-only")
            tell(True)


def limited(scene, tell, kind, values):
    scene.place.mkdir(exist_ok=True)
    scene.build()
    for what in COMMANDS:
        for value in values:
            scene.reset(what)
            ended = scene.call(*scene.command(what), preexec_fn=lambda value=value: resource.setrlimit(kind, (value, value)))
            failed = check(scene, what, ended, f"limit {value}")
            recovered(scene, what, f"limit {value}")
            tell(failed)


def small_files(scene, tell):
    limited(scene, tell, resource.RLIMIT_FSIZE, [each * KB for each in (0, 1, 4, 8, 16, 24, 32, 48, 64, 96, 128, 256, 384, 1024)])


def few_descriptors(scene, tell):
    limited(scene, tell, resource.RLIMIT_NOFILE, [*range(8, 32), 48, 64])


def many_units(scene, tell):
    """A fleet that is worked on by 32 at once, with 64 descriptors."""
    scene.fleet = [(f"u{each}", ("online", "iam")) for each in range(40)]
    scene.place.mkdir(exist_ok=True)
    scene.build()
    for value in (24, 32, 64):
        scene.reset("renew")
        ended = scene.call("certs", "renew", "--all",
                           preexec_fn=lambda value=value: resource.setrlimit(resource.RLIMIT_NOFILE, (value, value)))
        failed = check(scene, "renew", ended, f"40 units, {value} descriptors")
        recovered(scene, "renew", f"40 units, {value} descriptors")
        tell(failed)


CASES = {"full": full, "inodes": no_inodes, "read-only": read_only, "file-size": small_files, "descriptors": few_descriptors,
         "many-units": many_units}
MOUNTING = {"full", "inodes", "read-only"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rekey")
    parser.add_argument("--only", action="append", choices=CASES)
    options = parser.parse_args()
    chosen = options.only or list(CASES)
    mounts = os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode == 0
    # What is mounted here is seen by nobody else, and goes with this process.
    if mounts and "ROOM_INSIDE" not in os.environ:
        os.environ["ROOM_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    violations = 0
    for name in chosen:
        if name in MOUNTING and not mounts:
            print(f"{name}: skipped, needs to mount a filesystem")
            continue
        count = [0, 0]

        def tell(failed, count=count):
            count[0] += 1
            count[1] += failed

        with tempfile.TemporaryDirectory() as scratch:
            scratch = pathlib.Path(scratch)
            try:
                CASES[name](Scene(options.rekey, scratch / "place", offer(scratch / "offered"), scratch / "base"), tell)
            except Violation as violation:
                violations += 1
                print(f"{name}: {violation}", file=sys.stderr, flush=True)
            else:
                print(f"{name}: {count[0]} cases, {count[1]} of them failed as they should", flush=True)
    sys.exit(1 if violations else 0 if mounts or set(chosen) - MOUNTING else 77)


main()
