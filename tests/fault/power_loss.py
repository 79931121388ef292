#!/usr/bin/env python3
"""Power loss at every durable step, on real filesystems.

    power_loss.py REKEY POWER_CUT_LIBRARY [--every N] [--only COMMAND] [--filesystem ext4|xfs]

A home and its units lie on a filesystem in a file. A command runs; right before each of its calls that make
something durable or visible, one after the other, the filesystem is shut down with and without the journal's
log in memory, unmounted and mounted again. Then no promise may be broken (witness.py: sqlite3 and openssl),
and the same command again finishes the work. What exited with 0 loses power right after, and must be done.
Needs root, loop devices and mkfs; without them it says so and exits with 77.
"""
import argparse
import fcntl
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

from witness import Witness, copy_over, openssl

SKIPPED = 77
GOING_DOWN = 0x8004587D  # XFS_IOC_GOINGDOWN
MODES = {"log flushed": 1, "log lost": 2}
SIZES = {"ext4": 48, "xfs": 320}  # MB


class Violation(Exception):
    pass


def run(*command, **more):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **more)


class Disk:
    """A filesystem in a file, mounted."""

    def __init__(self, folder, kind):
        self.image, self.kind = folder / f"{kind}.image", kind
        self.place = folder / kind
        self.place.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(SIZES[kind] << 20)
        self.say(f"mkfs.{kind}", "-q", str(self.image))
        self.mount()

    @staticmethod
    def say(*command):
        done = run(*command)
        if done.returncode != 0:
            raise OSError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")

    def mount(self):
        self.say("mount", "-t", self.kind, "-o", "loop", str(self.image), str(self.place))

    def unmount(self):
        self.say("umount", str(self.place))

    def lose_power(self, mode):
        place = os.open(self.place, os.O_RDONLY)
        fcntl.ioctl(place, GOING_DOWN, struct.pack("I", mode))
        os.close(place)

    def is_down(self):
        try:
            (self.place / "probe").write_text("?")
            return False
        except OSError:
            return True


class Scene:
    """The home of a case, how it is prepared, and the command that is cut short."""

    def __init__(self, rekey, library, disk, scratch, offered):
        self.rekey, self.library, self.disk, self.scratch, self.offered = rekey, library, disk, scratch, offered
        self.home, self.units = disk.place / "a" / "home", disk.place / "units"
        self.witness = Witness(self.home, self.units)
        self.environment = {"PATH": os.environ["PATH"], "REKEY_HOME": str(self.home), "LC_ALL": "C.UTF-8",
                            "XDG_CONFIG_HOME": str(scratch / "config"), "ASAN_OPTIONS": "detect_leaks=0"}
        self.before = {}

    def call(self, *arguments, **more):
        return run(self.rekey, "-q", *arguments, env=self.environment | more)

    def must(self, *arguments):
        done = self.call(*arguments)
        if done.returncode != 0:
            raise Violation(f"rekey {' '.join(arguments)}: exit {done.returncode}: {done.stderr.strip()}")

    def build(self):
        """What every case begins with, kept beside the filesystem."""
        self.must("init")
        for unit, types in (("u1", ["online", "iam"]), ("u2", ["online"])):
            (self.units / unit).mkdir(parents=True)
            self.must("units", "add", unit, f"dir:{self.units}/{unit}", *(word for each in types for word in ("--type", each)))
            self.must("certs", "generate", unit)
        self.must("credential", "add", "acme", "--client-id", "BUSINESSAPI.0", "--key-id", "key-0",
                  "--key", str(self.offered / "0.pem"), "--offline")
        self.must("tenants", "import", "acme", "--devices", str(self.offered / "few.csv"))
        for each in (self.disk.place / "a", self.units):
            shutil.copytree(each, self.scratch / "base" / each.name, symlinks=True)

    def reset(self, empty):
        for each in (self.disk.place / "a", self.units):
            if empty:
                shutil.rmtree(each, ignore_errors=True)
            else:
                copy_over(self.scratch / "base" / each.name, each)
        run("sync", "-f", str(self.disk.place))
        self.before = {} if empty else {slot: self.witness.number(slot) for slot in self.witness.slots()}

    def lies_are_noticed(self):
        """Were nothing synced, the work of a renewal would be lost: what this test rests on."""
        self.reset(empty=False)
        self.call(*COMMANDS["renew"], LD_PRELOAD=self.library, POWER_CUT_AT="0", POWER_CUT_MODE="2", POWER_CUT_LYING="1",
                  POWER_CUT_FOLDER=str(self.disk.place))
        self.disk.lose_power(MODES["log lost"])
        self.disk.unmount()
        self.disk.mount()
        if not [*self.problems("renew"), *self.done("renew")]:
            raise Violation("nothing was synced, and nobody noticed")

    def done(self, what):
        if what == "init":
            yield from self.witness.made()
        elif what == "renew":
            yield from self.witness.renewed(self.before)
        elif what == "rotate":
            yield from self.witness.rotated("acme", "BUSINESSAPI.1")
        else:
            yield from self.witness.holds("acme", 503, 500)

    def problems(self, what):
        yield from self.witness.problems()
        if what == "init":
            return
        there = self.witness.ask("SELECT count(*) FROM devices")[0][0]
        if there < 3:
            yield f"of 3 devices {there} are left"
        if len(self.witness.slots()) != 3 or any(not (slot / "current").is_symlink() for slot in self.witness.slots()):
            yield "a slot is empty"


COMMANDS = {
    "init": ["init"],
    "renew": ["certs", "renew", "--all", "--jobs", "1"],
    "rotate": ["credential", "rotate", "acme", "--client-id", "BUSINESSAPI.1", "--key-id", "key-1", "--key", "{}/1.pem",
               "--offline"],
    "import": ["tenants", "import", "acme", "--devices", "{}/many.csv", "--coverage", "{}/coverage.csv"],
}


def case(scene, what, at, mode):
    """One cut before call `at` (0: after the command has ended); whether there was such a call."""
    command = [word.format(scene.offered) for word in COMMANDS[what]]
    scene.reset(empty=what == "init")
    count = scene.scratch / "count"
    count.unlink(missing_ok=True)
    ended = scene.call(*command, LD_PRELOAD=scene.library, POWER_CUT_AT=str(at), POWER_CUT_FOLDER=str(scene.disk.place),
                       POWER_CUT_MODE=str(mode), POWER_CUT_COUNT=str(count))
    cut = ended.returncode == -9
    if not cut and ended.returncode != 0:
        raise Violation(f"exit {ended.returncode} without a fault: {ended.stderr}")
    if not cut:
        scene.disk.lose_power(mode)
    if not scene.disk.is_down():
        raise Violation("the filesystem was not shut down")
    scene.disk.unmount()
    scene.disk.mount()
    found = list(scene.problems(what))
    if not cut:
        found += [f"after exit 0: {each}" for each in scene.done(what)]
    scene.must(*command)
    found += [f"after the rerun: {each}" for each in [*scene.problems(what), *scene.done(what)]]
    if what == "init":
        # The new home can do its work.
        (scene.units / "u").mkdir(parents=True)
        scene.must("units", "add", "u", f"dir:{scene.units}/u", "--type", "online")
        scene.must("certs", "generate", "u")
        found += list(scene.problems(what))
    if found:
        raise Violation("; ".join(found))
    return cut, int(count.read_text()) if count.exists() else None


def offer(folder):
    folder.mkdir()
    for each in range(2):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(folder / f"{each}.pem"))
    (folder / "few.csv").write_text("serialNumber\nD1\nD2\nD3\n")
    (folder / "many.csv").write_text("serialNumber\n" + "".join(f"M{each}\n" for each in range(500)))
    (folder / "coverage.csv").write_text("device_id,id,status\n" + "".join(f"M{each},C{each},ACTIVE\n" for each in range(500)))
    return folder


def everything(options, scratch):
    violations = 0
    offered = offer(scratch / "offered")
    for kind in options.filesystem or SIZES:
        (scratch / f"of-{kind}").mkdir()
        try:
            disk = Disk(scratch / f"of-{kind}", kind)
        except OSError as error:
            print(f"{kind}: skipped, a filesystem in a file cannot be mounted here: {error}")
            continue
        scene = Scene(options.rekey, options.library, disk, scratch / f"of-{kind}", offered)
        scene.build()
        scene.lies_are_noticed()
        for what in options.only or COMMANDS:
            for name, mode in MODES.items():
                _, total = case(scene, what, 0, mode)
                cuts = 0
                for at in range(1, total + 1, options.every):
                    try:
                        cuts += case(scene, what, at, mode)[0]
                    except Violation as found:
                        violations += 1
                        print(f"{kind}, {name}, {what}, before call {at} of {total}: {found}", file=sys.stderr)
                expected = len(range(1, total + 1, options.every))
                # Threads may save or cost a call.
                if cuts < expected - 2 or total < 4:
                    raise Violation(f"{kind}, {what}: only {cuts} of {expected} faults were injected")
                print(f"{kind}, {name}, {what}: power lost before {cuts} of {total} calls and after exit 0", flush=True)
        disk.unmount()
    return violations


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rekey")
    parser.add_argument("library")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", action="append", choices=COMMANDS)
    parser.add_argument("--filesystem", action="append", choices=SIZES)
    options = parser.parse_args()
    options.rekey, options.library = os.path.abspath(options.rekey), os.path.abspath(options.library)
    if os.geteuid() != 0:
        print("skipped: only root can mount a filesystem that may be shut down")
        sys.exit(SKIPPED)
    # What is mounted here is seen by nobody else, and goes with this process.
    if "POWER_LOSS_INSIDE" not in os.environ:
        inside = run("unshare", "--mount", "true")
        if inside.returncode != 0:
            print(f"skipped: no mounts of one's own here: {inside.stderr.strip()}")
            sys.exit(SKIPPED)
        os.environ["POWER_LOSS_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        try:
            first = Disk(pathlib.Path(tempfile.mkdtemp(dir=scratch)), (options.filesystem or list(SIZES))[0])
            first.unmount()
        except OSError as error:
            print(f"skipped: a filesystem in a file cannot be mounted here: {error}")
            sys.exit(SKIPPED)
        violations = everything(options, scratch)
    print(f"{violations} violations")
    sys.exit(violations != 0)


main()
