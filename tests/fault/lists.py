#!/usr/bin/env python3
"""No list of revoked certificates loses an entry or goes back in number, in whatever order things happen.

    lists.py REKEY [--seed N] [--orders N] [--steps N]

A CA has two homes (the second is a copy), a certificate that was made anew for the same key and name, which is a second
record of one home, a folder where lists are published, and files to which lists are written. At random: revocations,
rotations, backups, restores (the home is lost), lists by hand, runs, second records, adoption of what units hold.
After each step openssl reads every list that lies somewhere. In each place numbers only grow, what was on a list stays on
the lists after it, and signatures are the CA's.
"""
import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)


def must(*words, **options):
    done = run(*words, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class World:
    def __init__(self, rekey, folder, luck):
        self.rekey, self.folder, self.luck = rekey, folder, luck
        self.told, self.trouble, self.lists_seen = [], [], 0
        self.seen = {}  # number and entries, by place
        config = folder / "config/rekey"
        config.mkdir(parents=True)
        (folder / "lists").mkdir()
        (config / "config.toml").write_text(f'crl_folder = "{folder}/lists"\n')
        (folder / "pass").write_text("correct horse battery\n")
        os.chmod(folder / "pass", 0o600)
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(folder / "config"), "HOME": str(folder)}
        must("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder / "ca.key",
             "-out", folder / "ca.pem", "-days", "5000", "-subj", "/CN=Works")
        for name in ("renewed", "again"):
            must("openssl", "req", "-x509", "-key", folder / "ca.key", "-out", folder / f"{name}.pem", "-days", "6000", "-subj", "/CN=Works")
        must(rekey, "--home", self.home("one"), "-q", "init", env=self.environment)
        self.do("one", "issuers", "add", "works", "--cert", folder / "ca.pem", "--key", folder / "ca.key")
        for home in ("one", "two"):
            if home == "two":
                shutil.copytree(self.home("one"), self.home("two"))
            for kind in ("a", "b"):
                unit = folder / f"units/{home}{kind}"
                unit.mkdir(parents=True)
                self.do(home, "units", "add", f"{home}{kind}", f"dir:{unit}", "--type", "online", "--type", "iam")
                self.do(home, "certs", "generate", f"{home}{kind}", "--issuer", "works")
            self.back_up(home)

    def home(self, name):
        return self.folder / f"home-{name}"

    def do(self, home, *words, good=(0,)):
        done = run(self.rekey, "--home", self.home(home), "-q", "--no-input", *words, env=self.environment)
        self.told.append(f"{home}: {' '.join(map(str, words))} -> {done.returncode}")
        if done.returncode not in good:
            self.trouble.append(f"exit {done.returncode}: {done.stderr.strip()}")

    # What may happen.

    def any_home(self):
        return self.luck.choice(("one", "two"))

    def any_slot(self, home):
        return f"{home}{self.luck.choice('ab')}/{self.luck.choice(('online', 'iam'))}"

    def revoke(self, home):
        reason = self.luck.choice(("superseded", "keyCompromise", "privilegeWithdrawn"))
        # 6: it was revoked for keyCompromise before.
        self.do(home, "certs", "revoke", self.any_slot(home), "--reason", reason, "--force", good=(0, 6))

    def rotate(self, home):
        self.do(home, "certs", "renew", self.any_slot(home), "--reason", "compromise", "--yes", good=(0, 3, 6))

    def work(self, home):
        # 3: after a restore, units hold what is not recorded.
        self.do(home, "certs", "renew", "--due", good=(0, 3, 6))

    def back_up(self, home):
        safe = self.folder / f"safe-{home}"
        safe.unlink(missing_ok=True)
        self.do(home, "backup", "--out", safe, "--passphrase-file", self.folder / "pass")

    def restore(self, home):
        shutil.rmtree(self.home(home))
        self.do(home, "restore", "--yes", self.folder / f"safe-{home}", "--passphrase-file", self.folder / "pass")

    def restore_and_adopt(self, home):
        self.restore(home)
        for kind in "ab":
            self.do(home, "units", "check", f"{home}{kind}", "--adopt", good=(0, 3, 6))

    def write_list(self, home):
        names = run(self.rekey, "--home", self.home(home), "issuers", "list", "--output", "csv", env=self.environment).stdout
        name = self.luck.choice([name for name in ("works", "renewed", "again") if name in names])
        form = self.luck.choice(("pem", "der"))
        self.do(home, "issuers", "crl", name, "--out", self.folder / f"by-hand.{form}", "--output", form)

    def second_record(self, home):
        # 6: it is there already.
        name = self.luck.choice(("renewed", "again"))
        self.do(home, "issuers", "add", name, "--cert", self.folder / f"{name}.pem", "--key", self.folder / "ca.key", good=(0, 6))

    def repair(self, home):
        self.do(home, "doctor", "--repair", good=(0, 6))

    def step(self):
        what = self.luck.choice((self.revoke, self.revoke, self.rotate, self.work, self.back_up, self.restore,
                                 self.restore_and_adopt, self.write_list, self.write_list, self.second_record, self.repair))
        what(self.any_home())
        self.look()

    # What openssl says.

    def lists(self):
        places = [self.folder / "by-hand.pem", self.folder / "by-hand.der"]
        places += [self.folder / f"lists/{name}.crl{end}" for name in ("works", "renewed", "again") for end in ("", ".pem")]
        return [place for place in places if place.exists()]

    def look(self):
        for place in self.lists():
            form = "PEM" if place.suffix == ".pem" else "DER"
            told = run("openssl", "crl", "-inform", form, "-in", place, "-noout", "-text", "-CAfile", self.folder / "ca.pem")
            number = int(re.search(r"CRL Number: *\n *(\S+)", told.stdout).group(1), 0)
            entries = set(re.findall(r"Serial Number: (\S+)", told.stdout))
            history = self.seen.get(place, (0, set()))
            if "verify OK" not in told.stderr:
                self.trouble.append(f"{place.name} does not verify")
            if number < history[0] or (number == history[0] and entries != history[1]):
                self.trouble.append(f"{place.name}: list {number} after {history[0]}")
            if history[1] - entries:
                self.trouble.append(f"{place.name}: list {number} lost {history[1] - entries}")
            if number != history[0]:
                self.lists_seen += 1
            self.seen[place] = (number, entries)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("rekey", type=pathlib.Path)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--orders", type=int, default=2)
    arguments.add_argument("--steps", type=int, default=25)
    options = arguments.parse_args()
    bad = seen = 0
    for seed in range(options.seed, options.seed + options.orders):
        with tempfile.TemporaryDirectory(prefix="rekey-lists.") as folder:
            world = World(options.rekey.resolve(), pathlib.Path(folder), random.Random(seed))
            for _ in range(options.steps):
                world.step()
                if world.trouble:
                    bad += 1
                    print(f"VIOLATED in order {seed}: {world.trouble}\n  " + "\n  ".join(world.told))
                    break
            seen += world.lists_seen
    print(f"{options.orders} orders, {seen} lists, {bad} violated")
    if seen == 0:
        sys.exit("no list was made: nothing was tested")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
