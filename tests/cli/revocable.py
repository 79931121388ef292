#!/usr/bin/env python3
"""Walks orders of what happens to a home and a unit, and asks openssl, after each step, what the home's CA signed.

    revocable.py REKEY [--walks N] [--length N] [--seed N]     a sample of all orders; --walks 0: every order

Whatever openssl says that the CA signed, and the home was shown, can be revoked: by its number, and what the unit
holds by its slot. Afterwards the CA's list has it, and openssl refuses it. Prints every order in which that is not
so, and how many were walked; ends with 1 when there was one.
"""
import argparse
import itertools
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile


class Home:
    """One home and one unit, whose name changes."""

    def __init__(self, rekey, place):
        self.rekey = rekey
        self.place = place
        self.home = place / "home"
        self.folder = place / "unit"
        self.folder.mkdir()
        self.names = 0
        self.signed = {}  # number: certificate file, of all that was shown to the home
        (place / "passphrase").write_text("correct horse battery\n")
        (place / "passphrase").chmod(0o600)
        self.run("init")
        self.name = "unit-0"
        self.run("units", "add", self.name, f"dir:{self.folder}", "--type", "online")
        self.run("certs", "generate", self.name)
        self.run("issuers", "export", "local", to=place / "ca.pem")
        self.run("backup", "--out", place / "backup", "--passphrase-file", place / "passphrase")
        self.note()

    def run(self, *arguments, home=None, may=(0,), to=None):
        command = [self.rekey, "--no-input", "--home", str(home or self.home), *map(str, arguments)]
        environment = os.environ | {"HOME": str(self.place), "XDG_CONFIG_HOME": str(self.place / "config")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode not in may:
            raise RuntimeError(f"{' '.join(command[1:])}: exit {done.returncode}: {done.stderr}")
        if to:
            to.write_text(done.stdout)
        return done

    def openssl(self, *arguments):
        return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)

    def held(self):
        return self.folder / "online/current/cert.pem"

    def note(self):
        """Shows the home what the unit holds, and remembers what openssl says of it."""
        self.run("units", "check", self.name, may=(0, 6))
        if self.openssl("verify", "-CAfile", self.place / "ca.pem", self.held()).returncode != 0:
            raise RuntimeError("the unit holds what the CA did not sign")
        number = self.number_held()
        if number not in self.signed:
            copy = self.place / f"{number}.pem"
            shutil.copy(self.held(), copy)
            self.signed[number] = copy

    def number_held(self):
        said = self.openssl("x509", "-in", self.held(), "-noout", "-serial").stdout
        return said.strip().split("=")[1]

    # What happens. Each leaves the unit with a certificate of the CA.

    def renamed(self, *declared):
        self.run("units", "remove", self.name, "--yes")
        self.names += 1
        self.name = f"unit-{self.names}"
        self.run("units", "add", self.name, f"dir:{self.folder}", *declared)

    def renamed_and_declared(self):
        self.renamed("--type", "online")

    def renamed_only(self):
        self.renamed()

    def declared(self):
        self.run("units", "set", self.name, "--type", "online")

    def adopted(self):
        self.run("units", "check", self.name, "--adopt", may=(0, 6))

    def renewed(self):
        # Refused where the unit holds another one than the recorded, and where the place was only found.
        self.run("certs", "renew", self.name, may=(0, 1, 6))

    def overwritten(self):
        self.run("certs", "renew", self.name, "--force", may=(0, 1, 6))

    def restored(self):
        shutil.rmtree(self.home)
        self.run("restore", "--yes", self.place / "backup", "--passphrase-file", self.place / "passphrase")
        # What was replaced before nobody can be shown any more.
        self.signed = {number: file for number, file in self.signed.items() if number == self.number_held()}
        self.run("units", "remove", "unit-0", "--yes")
        self.names += 1
        self.name = f"unit-{self.names}"
        self.run("units", "add", self.name, f"dir:{self.folder}", "--type", "online")

    def restored_as_it_was(self):
        shutil.rmtree(self.home)
        self.run("restore", "--yes", self.place / "backup", "--passphrase-file", self.place / "passphrase")
        self.signed = {number: file for number, file in self.signed.items() if number == self.number_held()}
        self.name = "unit-0"

    def renewed_by_copy(self):
        """The home was copied, and the copy renews."""
        copy = self.place / "copy"
        shutil.copytree(self.home, copy)
        self.run("certs", "renew", self.name, home=copy, may=(0, 1, 6))
        shutil.rmtree(copy)

    def judge(self):
        """What is wrong: nothing, or a sentence."""
        held = self.number_held()
        slot = f"{self.name}/online"
        for named, number in [(slot, held)] + [(number, number) for number in self.signed]:
            done = self.run("certs", "revoke", named, "--reason", "keyCompromise", "--force", may=range(256))
            if done.returncode != 0:
                return f"certs revoke {'SLOT' if named == slot else 'NUMBER'}: {done.stderr.strip()}"
            shown = self.run("certs", "show", number, "--json", may=range(256)).stdout
            if number not in shown or "keyCompromise" not in shown:
                return f"after certs revoke {named}, certs show does not say that {number} is revoked"
        self.run("issuers", "crl", "local", "--out", self.place / "list.pem")
        both = self.place / "both.pem"
        both.write_text((self.place / "ca.pem").read_text() + (self.place / "list.pem").read_text())
        for number, file in self.signed.items():
            said = self.openssl("verify", "-crl_check", "-CAfile", both, file)
            if "certificate revoked" not in said.stdout + said.stderr:
                return f"openssl does not call {number} revoked"
        problems = self.run("doctor", may=range(256))
        if "integrity" in problems.stdout:
            return problems.stdout
        return None


EVENTS = ["renamed_and_declared", "renamed_only", "declared", "adopted", "renewed", "overwritten", "restored",
          "restored_as_it_was", "renewed_by_copy"]


def walk(rekey, order):
    with tempfile.TemporaryDirectory(prefix="rekey-orders.") as folder:
        home = Home(rekey, pathlib.Path(folder))
        for event in order:
            getattr(home, event)()
            home.note()
        return home.judge()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rekey")
    parser.add_argument("--walks", type=int, default=12)
    parser.add_argument("--length", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    orders = list(itertools.product(EVENTS, repeat=options.length))
    if options.walks:
        orders = random.Random(options.seed).sample(orders, options.walks)
    bad = 0
    for order in orders:
        try:
            wrong = walk(options.rekey, order)
        except RuntimeError as error:
            wrong = str(error)
        if wrong:
            bad += 1
            print(f"{', '.join(order)}: {wrong}", flush=True)
    print(f"{len(orders)} orders, {bad} in which something signed here could not be revoked")
    return 1 if bad else 0


sys.exit(main())
