#!/usr/bin/env python3
"""Links that somebody put into a home, a unit's folder or where a payload is written lead nowhere.

    links.py REKEY [--every N] [--unprotected]

Names that a command reads or writes are taken, one after the other, by a symbolic link to a file or folder outside,
by one that dangles, or by a hard link to a file outside; then the command runs under strace. Nothing outside may be
opened, made, changed or removed, and nothing from there may turn up inside. Without the link the command works.
With --unprotected, as root, the system's own protection is switched off meanwhile, for the whole machine
(fs.protected_symlinks, fs.protected_hardlinks): ended by SIGKILL, it stays off.
"""
import argparse
import hashlib
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

from scene import Scene, offer

PROTECTIONS = [pathlib.Path("/proc/sys/fs/protected_symlinks"), pathlib.Path("/proc/sys/fs/protected_hardlinks")]
CANARY = "canary-outside-5f0c"
OPENED = re.compile(r"^\d+ +open\w*\(.* = \d+<([^>]*)>")

HOME = ["seal.key", "seal.key.next", ".seal.key.new", ".seal.key.next.new", "rekey.db-wal", "rekey.db-journal", "rekey.db-shm",
        "rekey.db.bak-1", "rekey.db.bak-1.new", "rekey.db", "runs", "runs/2", "runs/3", "runs/4"]
SLOT = ["", "pending", "pending/key.pem", "pending/token", "pending/request.der", "pending/cert.pem", "pending/chain.pem",
        "pending/fullchain.pem", "gen", "gen/000001", "gen/000001/key.pem", "gen/000001/cert.pem", "gen/000001/fullchain.pem",
        "gen/000002", "gen/000003", "gen/000003/key.pem", "current", ".current.new", "spare", "spare/key.pem", "spare/token",
        "spare/fullchain.pem"]


def state_of(folder):
    """All that could be changed about what lies outside, but the number of names that the attack gave it."""
    found = {}
    for path in sorted([folder, *folder.rglob("*")]):
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(status.st_mode) else ""
        found[str(path)] = (status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns, status.st_size, content)
    return found


def attacks(outside, target):
    """Ways to take a name."""
    yield "link to a file", lambda: target.symlink_to(outside / "file")
    yield "link to a folder", lambda: target.symlink_to(outside / "folder")
    yield "dangling link", lambda: target.symlink_to(outside / "new")
    yield "dangling link into a folder", lambda: target.symlink_to(outside / "folder" / "new")
    yield "hard link", lambda: os.link(outside / "file", target)
    # Of the right kind, as an attacker who wants it to be taken would choose.
    if target.name.endswith("key.pem") or target.name.startswith("seal.key"):
        yield "link to a key", lambda: target.symlink_to(outside / "key.pem")
        yield "hard link to a key", lambda: os.link(outside / "key.pem", target)
    if target.name in ("gen", "pending", "000001", "000002", "000003", "spare", "current", "online"):
        yield "link to a folder with a pair", lambda: target.symlink_to(outside / "pair")
    if target.name.startswith("rekey.db"):
        yield "link to another store", lambda: target.symlink_to(outside / "rekey.db")
        yield "hard link to another store", lambda: os.link(outside / "rekey.db", target)


class Attack:
    def __init__(self, rekey, scratch, every):
        self.every, self.met = every, 0
        self.scratch, self.outside = scratch, scratch / "outside"
        place = scratch / "place"
        place.mkdir()
        self.scene = Scene(rekey, place, offer(scratch / "offered"), scratch / "base", (("u1", ("online",)),))
        self.scene.build()
        # Two generations, a spare and runs that are over.
        for _ in range(3):
            self.scene.must("certs", "renew", "--all")
        for name in ("a", "units"):
            shutil.rmtree(self.scene.base / name)
            shutil.copytree(place / name, self.scene.base / name, symlinks=True)
        (self.outside / "folder").mkdir(parents=True)
        (self.outside / "file").write_text(CANARY)
        (self.outside / "folder" / "file").write_text(CANARY)
        shutil.copy(scratch / "offered" / "0.pem", self.outside / "key.pem")
        shutil.copytree(place / "units" / "u1" / "online" / "current" / "", self.outside / "pair")
        for name in ("online", "gen/000001"):
            (self.outside / "pair" / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(self.scene.home / "rekey.db", self.outside / "rekey.db")
        self.cases, self.problems = 0, []

    def traced(self, arguments):
        trace = self.scratch / "trace"
        done = subprocess.run(["strace", "-f", "-qq", "-y", "-o", str(trace), "-e", "trace=open,openat,openat2,creat",
                               self.scene.rekey, "-q", *arguments], env=self.scene.environment, text=True, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        opened = [match.group(1) for match in map(OPENED.match, trace.read_text().splitlines()) if match]
        return done, [path for path in opened if path.startswith(str(self.outside))]

    def inside(self):
        """Whether something from outside turned up, in files that are no links themselves."""
        for path in self.scene.place.rglob("*"):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and CANARY.encode() in path.read_bytes():
                yield f"what was outside is in {path}"

    def try_one(self, about, target, how, attack, arguments, works_after):
        self.met += 1
        if self.met % self.every != 0:
            return
        self.scene.reset("renew")
        if target.is_symlink() or target.is_file():
            target.unlink()
        elif target.is_dir():
            shutil.rmtree(target)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True)
        try:
            attack()
        except OSError:
            return
        before = state_of(self.outside)
        done, opened = self.traced(arguments)
        self.cases += 1
        wrong = [f"{path} was opened" for path in opened]
        after = state_of(self.outside)
        wrong += [f"{path} was changed" for path in sorted(before.keys() | after.keys()) if before.get(path) != after.get(path)]
        wrong += self.inside()
        if CANARY in done.stdout + done.stderr:
            wrong.append("what was outside is printed")
        if done.returncode not in (0, 1, 2, 3, 4, 6):
            wrong.append(f"it ended with {done.returncode}")
        if done.returncode not in (0,) and not (done.stderr or done.stdout):
            wrong.append(f"exit {done.returncode} without a word")
        if works_after:
            self.scene.reset("renew")
            again = self.scene.call(*arguments)
            if again.returncode != 0:
                wrong.append(f"without the link: exit {again.returncode}: {again.stderr}")
        self.problems += [f"{about}, {how}, rekey {' '.join(arguments[:2])}: {each}" for each in wrong]

    def all(self):
        scene = self.scene
        home = {"renew": scene.command("renew"), "rotate": scene.command("rotate"), "seal": ["seal", "change"],
                "init": ["init"], "list": ["certs", "list"]}
        unit = {"renew": scene.command("renew"), "check": ["units", "check", "u1"], "adopt": ["units", "check", "u1", "--adopt"]}
        for folder, names, commands in ((scene.home, HOME, home), (scene.units / "u1" / "online", SLOT, unit)):
            for name in names:
                for what, arguments in commands.items():
                    for number, (how, attack) in enumerate(attacks(self.outside, folder / name if name else folder)):
                        self.try_one(f"{folder.name}/{name}", folder / name if name else folder, how, attack, arguments,
                                     works_after=number == 0 and what != "adopt" and what != "check")
        listed = self.scratch / "list.csv"
        listed.write_text("id,name,scope,client_id,key_id,version,key_file\n"
                          f"e,n,business,BUSINESSAPI.9,k9,1,{self.scratch}/offered/1.pem\n")
        (self.scratch / "pass").write_text("long enough\n")
        (self.scratch / "pass").chmod(0o600)
        for name in ("payload.plist", ".payload.plist.new"):
            target = scene.place / "out" / name
            for how, attack in attacks(self.outside, target):
                (scene.place / "out").mkdir(exist_ok=True)
                self.try_one(name, target, how, attack,
                             ["credential", "pack", "--csv", str(listed), "--out", str(scene.place / "out" / "payload.plist"),
                              "--passphrase-file", str(self.scratch / "pass")], works_after=False)
                shutil.rmtree(scene.place / "out")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rekey")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--unprotected", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    kept = {}
    try:
        for each in PROTECTIONS if options.unprotected else []:
            value = each.read_text()
            each.write_text("0\n")
            kept[each] = value
        with tempfile.TemporaryDirectory() as scratch:
            attack = Attack(options.rekey, pathlib.Path(scratch).resolve(), options.every)
            attack.all()
    finally:
        for each, value in kept.items():
            each.write_text(value)
    for problem in attack.problems:
        print(problem, file=sys.stderr)
    if attack.cases < 600 // options.every:
        sys.exit(f"only {attack.cases} cases were tried")
    protection = "switched off" if options.unprotected else "as it is"
    print(f"{attack.cases} links, the system's protection {protection}: {len(attack.problems)} violations")
    sys.exit(bool(attack.problems))


main()
