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
import signal
import struct
import subprocess
import sys
import tempfile

from scene import COMMANDS, Scene, Violation, offer

SKIPPED = 77
GOING_DOWN = 0x8004587D  # XFS_IOC_GOINGDOWN
MODES = {"log flushed": 1, "log lost": 2}
SIZES = {"ext4": 48, "xfs": 320}  # MB
CUT = ("init", "renew", "rotate", "import")


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


def lies_are_noticed(scene, disk, library):
    """Were nothing synced, the work of a renewal would be lost: what this test rests on."""
    scene.reset("renew")
    run("sync", "-f", str(disk.place))
    scene.call(*COMMANDS["renew"], more={"LD_PRELOAD": library, "POWER_CUT_AT": "0", "POWER_CUT_LYING": "1",
                                         "POWER_CUT_MODE": "2", "POWER_CUT_FOLDER": str(disk.place)})
    disk.lose_power(MODES["log lost"])
    disk.unmount()
    disk.mount()
    if not [*scene.problems("renew"), *scene.done("renew")]:
        raise Violation("nothing was synced, and nobody noticed")


def case(scene, disk, library, what, at, mode):
    """One cut before call `at` (0: after the command has ended): whether there was such a call, and how many there were."""
    scene.reset(what)
    run("sync", "-f", str(disk.place))
    count = scene.base / "count"
    count.unlink(missing_ok=True)
    ended = scene.call(*scene.command(what), more={
        "LD_PRELOAD": library, "POWER_CUT_AT": str(at), "POWER_CUT_FOLDER": str(disk.place), "POWER_CUT_MODE": str(mode),
        "POWER_CUT_COUNT": str(count)})
    cut = ended.returncode == -signal.SIGKILL
    if not cut and ended.returncode != 0:
        raise Violation(f"exit {ended.returncode} without a fault: {ended.stderr}")
    if not cut:
        disk.lose_power(mode)
    if not disk.is_down():
        raise Violation("the filesystem was not shut down")
    disk.unmount()
    disk.mount()
    found = list(scene.problems(what))
    if not cut:
        found += [f"after exit 0: {each}" for each in scene.done(what)]
    scene.must(*scene.command(what))
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


def on_disk(options, disk, scene):
    """How many violations there are."""
    violations = 0
    scene.build()
    lies_are_noticed(scene, disk, options.library)
    for what in options.only or CUT:
        for name, mode in MODES.items():
            _, total = case(scene, disk, options.library, what, 0, mode)
            chosen = range(1, total + 1, options.every)
            cuts = 0
            for at in chosen:
                try:
                    cuts += case(scene, disk, options.library, what, at, mode)[0]
                except Violation as found:
                    violations += 1
                    print(f"{disk.kind}, {name}, {what}, before call {at} of {total}: {found}", file=sys.stderr)
            # Threads may save or cost a call.
            if cuts < len(chosen) - 2 - violations or total < 4:
                raise Violation(f"{disk.kind}, {what}: only {cuts} of {len(chosen)} faults were injected")
            print(f"{disk.kind}, {name}, {what}: power lost before {cuts} of {total} calls and after exit 0", flush=True)
    return violations


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
        try:
            violations += on_disk(options, disk, Scene(options.rekey, disk.place, offered, scratch / f"of-{kind}" / "base"))
        finally:
            disk.unmount()
    return violations


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rekey")
    parser.add_argument("library")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", action="append", choices=CUT)
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
