#!/usr/bin/env python3
"""A backup in the middle of a run, restored after its end; then whatever rekey advises is done to the letter.

    backup_at.py REKEY FAULT_AT [--every N] [--only WORK]

For every call of a run (fault_at counts them) the run waits there while another process makes a backup, and goes on to
its end: with a reload command that works, and with one that fails. Then the home is lost, and restored from that
backup. Every command that restore, doctor and error messages advise is run, each on a copy of its own, and what is
advised after that, two deep. Nothing that rekey advises may leave a slot worse: openssl says that each slot has a key
and a certificate that belong together and verify, as before; whatever the CA signed and was revoked stays on the list.
A backup for which the run would have to wait gives up, and is counted.
"""
import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

DEPTH = 2
WORKS = {
    "renew": ("certs", "renew", "--all", "--reason", "manual"),
    "rotate": ("certs", "renew", "--all", "--reason", "compromise", "--yes"),
}


class World:
    """A home, a unit with two slots, and a folder for lists, below one folder that can be copied and moved back."""

    def __init__(self, rekey, folder):
        self.rekey, self.folder = rekey, folder
        self.environment = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "HOME": str(folder), "REKEY_HOME": f"{folder}/home",
                            "XDG_CONFIG_HOME": f"{folder}/config", "LC_ALL": "C.UTF-8"}

    def make(self, reload):
        for name in ("bin", "config/rekey", "lists", "u"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "bin/rekey").symlink_to(self.rekey)
        (self.folder / "config/rekey/config.toml").write_text(f'crl_folder = "{self.folder}/lists"\n')
        (self.folder / "pass").write_text("correct horse battery\n")
        os.chmod(self.folder / "pass", 0o600)
        self.must("init")
        self.must("units", "add", "u", f"dir:{self.folder}/u", "--type", "online", "--type", "iam")
        self.must("certs", "generate", "u")
        self.must("units", "set", "u", "--reload", reload)

    def run(self, *words, **more):
        return subprocess.run([self.rekey, "--no-input", *words], capture_output=True, text=True, check=False, timeout=120,
                              env={**self.environment, **more})

    def must(self, *words):
        done = self.run(*words)
        if done.returncode != 0:
            sys.exit(f"{words}: exit {done.returncode}\n{done.stderr}")

    def backup_command(self):
        return f"timeout 4 {self.rekey} -q --no-input backup --out {self.folder}/safe --passphrase-file {self.folder}/pass"

    # What openssl says.

    def troubles(self):
        found = []
        for kind in ("online", "iam"):
            place = self.folder / f"u/{kind}/current"
            if not (place / "key.pem").exists() or not (place / "cert.pem").exists():
                found.append(f"{kind} is empty")
                continue
            keys = [openssl("pkey", "-in", place / "key.pem", "-pubout"), openssl("x509", "-in", place / "cert.pem", "-noout", "-pubkey")]
            if keys[0] != keys[1] or not keys[0]:
                found.append(f"{kind}: key and certificate do not belong together")
            if "OK" not in openssl("verify", "-CAfile", place / "chain.pem", place / "cert.pem"):
                found.append(f"{kind}: the certificate does not verify")
        return found

    def listed(self):
        text = openssl("crl", "-inform", "DER", "-in", self.folder / "lists/local.crl", "-noout", "-text")
        return set(re.findall(r"Serial Number: (\S+)", text))


def openssl(*words):
    return subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False).stdout


def advised(text):
    """Commands that stand behind a colon: `take it: rekey …; or overwrite it: rekey …`."""
    commands = []
    for line in text.splitlines():
        for found in re.findall(r": (rekey [^;]+?)(?=;|$|  )", line):
            words = shlex.split(found.strip())
            # Those with a name that somebody has to fill in are for people.
            if not any(word.isupper() for word in words) and words not in commands:
                commands.append(words)
    return commands


class Judge:
    def __init__(self, world, show):
        self.world, self.show, self.bad, self.run = world, show, [], 0

    def follow(self, before, path=()):
        """Whatever is advised now, each on a copy of this state."""
        world = self.world
        if len(path) == DEPTH:
            return
        doctor = world.run("doctor")
        check = world.run("certs", "renew", "--due", "--dry-run")
        state = world.folder.parent / f"state-{len(path)}"
        for words in advised(doctor.stdout + doctor.stderr + check.stderr + before):
            copy(world.folder, state)
            listed = world.listed()
            done = world.run(*words[1:])
            self.run += 1
            way = (*path, " ".join(words))
            if self.show:
                print("  " + " → ".join(way) + f": exit {done.returncode}", flush=True)
            troubles = world.troubles()
            lost = listed - world.listed()
            if lost:
                troubles.append(f"the list lost {lost}")
            if done.returncode < 0 or done.returncode > 6:
                troubles.append(f"exit {done.returncode}")
            if troubles:
                self.bad.append(f"{' → '.join(way)}: {troubles}\n{done.stdout}{done.stderr}")
            else:
                self.follow(done.stderr, way)
            shutil.rmtree(world.folder)
            copy(state, world.folder)
            shutil.rmtree(state)


def copy(source, target):
    # With times and links as they are; hard links are of no interest here.
    subprocess.run(["cp", "-a", source, target], check=True)


def one(options, work, reload, number, base):
    """None: no backup could be made there, or there is no such call."""
    folder = base / "world"
    prepared = base / f"prepared-{reload}"
    if not prepared.exists():
        World(options.rekey, folder).make(reload)
        folder.rename(prepared)
    copy(prepared, folder)
    world = World(options.rekey, folder)
    try:
        subprocess.run([options.fault_at, base / "log", f"RUN:{number}", options.rekey, "--no-input", *WORKS[work], "--jobs", "1"],
                       capture_output=True, check=False, timeout=120, env={**world.environment, "FAULT_RUN": world.backup_command()})
        if "injected" not in (base / "log").read_text():
            return None, 0
        troubles = [f"the run itself: {each}" for each in world.troubles()]
        if not (folder / "safe").exists():
            return troubles, -1
        listed = world.listed()
        shutil.rmtree(folder / "home")
        restored = world.run("restore", "--yes", str(folder / "safe"), "--passphrase-file", str(folder / "pass"))
        if restored.returncode != 0:
            return troubles + [f"restore: exit {restored.returncode}: {restored.stderr}"], 0
        judge = Judge(world, options.show)
        judge.follow(restored.stderr)
        # What was on the list stays on the lists of the restored home.
        world.run("certs", "renew", "--due")
        if listed - world.listed():
            troubles.append(f"the list lost {listed - world.listed()}")
        return troubles + judge.bad, judge.run
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def calls_of(options, work, reload, base):
    folder = base / "world"
    World(options.rekey, folder).make(reload)
    world = World(options.rekey, folder)
    subprocess.run([options.fault_at, base / "log", "list", options.rekey, "--no-input", *WORKS[work], "--jobs", "1"],
                   capture_output=True, check=False, timeout=120, env=world.environment)
    shutil.rmtree(folder)
    return int(re.search(r"^calls (\d+)$", (base / "log").read_text(), re.M).group(1))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("rekey", type=lambda path: pathlib.Path(path).resolve())
    arguments.add_argument("fault_at", type=lambda path: pathlib.Path(path).resolve())
    arguments.add_argument("--every", type=int, default=1)
    arguments.add_argument("--first", type=int, default=1)
    arguments.add_argument("--show", action="store_true", help="each command that is followed")
    arguments.add_argument("--only", choices=WORKS)
    options = arguments.parse_args()
    cases = waited = remedies = bad = 0
    with tempfile.TemporaryDirectory(prefix="rekey-backup-at.", dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as name:
        base = pathlib.Path(name)
        for work in [options.only] if options.only else WORKS:
            for reload in ("true", "false"):
                for number in range(options.first, calls_of(options, work, reload, base) + 1, options.every):
                    troubles, run = one(options, work, reload, number, base)
                    if troubles is None:
                        continue
                    cases += 1
                    waited += run < 0
                    remedies += max(run, 0)
                    for trouble in troubles:
                        bad += 1
                        print(f"VIOLATED: {work}, reload {reload}, call {number}: {trouble}")
    print(f"{cases} backups in the middle of a run ({waited} had to wait), {remedies} remedies followed, {bad} violations")
    if cases == waited:
        sys.exit("no backup was made: nothing was tested")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
