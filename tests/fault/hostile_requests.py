#!/usr/bin/python3
"""Units that ask for more than they may have: nothing unapproved is ever signed.

    tests/fault/hostile_requests.py REKEY

Each request of strange_requests.py is presented to `certs generate` and to `certs renew`, by a helper that answers
create_key with it, and as the waiting request of a `dir:` unit whose run was interrupted. Every certificate that
is made must read, in openssl's words, as that of an honest unit, its number and key aside; a refused request leaves
the slot as it was, makes no certificate, and uses no number up unseen; a `dir:` unit may put a key of its own in the
place of an unsound request. The judges are openssl and sqlite3.
"""
import base64
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from functools import cache

sys.dont_write_bytecode = True
import strange_requests
from strange_requests import BREAKING, ISSUED, RSA, openssl

HERE = pathlib.Path(__file__).resolve().parent
REKEY = os.path.abspath(sys.argv[1])
HONEST = {"honest", RSA + "honest"}
DONE, FAILED, PARTLY, DEFERRED = 0, 1, 3, 4


def fail(what):
    sys.exit(f"violation: {what}")


def require(condition, what):
    if not condition:
        fail(what)


class Fleet:
    """A unit with a slot for each request, behind one driver; what ends a connection has a unit of its own."""

    def __init__(self, work, scheme, requests, expected):
        self.scheme, self.requests, self.expected = scheme, requests, expected
        self.work = work / scheme
        self.work.mkdir()
        self.slots = sorted(expected) + sorted(HONEST)
        self.environment = {
            **os.environ,
            "REKEY_HOME": str(self.work / "home"),
            "XDG_CONFIG_HOME": str(self.work / "config"),
            "PATH": f"{HERE.parent / 'peers'}:{os.environ['PATH']}",
        }
        rsa = "".join(f'[type.{slot}]\nkey = "rsa-3072"\n' for slot in self.slots if slot.startswith(RSA))
        (self.work / "policy.toml").write_text(rsa)
        self.rekey("init")
        self.rekey("policy", "load", str(self.work / "policy.toml"))
        for unit in self.units():
            self.folder_of(unit).mkdir()
            types = [word for slot in self.slots if self.unit_of(slot) == unit for word in ("--type", slot)]
            self.rekey("units", "add", unit, f"{scheme}:{self.folder_of(unit)}", *types)

    def rekey(self, *arguments, codes=(DONE,)):
        done = subprocess.run([REKEY, "--quiet", *arguments], env=self.environment, capture_output=True, check=False)
        said = done.stdout + done.stderr
        require(done.returncode in codes, f"{self.scheme}: rekey {arguments} ended with {done.returncode}: {said.decode()}")
        require(b"\x1b" not in said, f"{self.scheme}: an escape sequence in what {arguments} says")
        return done.stdout.decode()

    def query(self, text, *values):
        with sqlite3.connect(self.work / "home" / "rekey.db") as database:
            return database.execute(text, values).fetchall()

    def units(self):
        return ["u", *sorted(BREAKING)]

    def unit_of(self, slot):
        return slot if slot in BREAKING else "u"

    def folder_of(self, unit):
        return self.work / f"unit-{unit}"

    def folder(self, slot):
        unit = self.folder_of(self.unit_of(slot))
        return unit / slot if self.scheme == "dir" else unit / "+" / slot

    def gives_up(self, slot):
        return self.scheme != "dir" and slot in BREAKING

    def waiting(self, slot):
        return self.folder(slot) / ("pending" if self.scheme == "dir" else "waiting")

    def pair(self, slot):
        """Key and certificates in use, with the link that says so."""
        current = self.folder(slot) / "current"
        if not current.is_symlink():
            return None
        return {"": os.readlink(current), **{each.name: each.read_bytes() for each in current.iterdir()}}

    def certificates(self, slot):
        return self.query(
            "SELECT number, state, der FROM certificates c JOIN certificate_leaves ON certificate_id = c.id"
            " JOIN slots s ON s.id = slot_id WHERE type = ? ORDER BY c.id", slot)

    def everywhere(self, *command, codes):
        for unit in self.units():
            self.rekey(*command, unit, codes=codes)

    def present(self, *command):
        """The command meets every request. Of a `dir:` unit, in the place of the one that it would have kept."""
        if self.scheme == "dir":
            for unit in self.units():
                self.folder_of(unit).rename(self.work / f"away-{unit}")
            self.everywhere(*command, codes=(DEFERRED,))
            for unit in self.units():
                (self.work / f"away-{unit}").rename(self.folder_of(unit))
            tokens = self.query("SELECT type, token FROM items i JOIN slots s ON s.id = slot_id WHERE outcome = 'deferred'")
            require(len(tokens) == len(self.slots), f"{len(tokens)} items wait, of {len(self.slots)} slots")
            for slot, token in tokens:
                if slot in HONEST:
                    continue
                shutil.copytree(self.requests / slot, self.waiting(slot))
                (self.waiting(slot) / "token").write_text(token)
                (self.waiting(slot) / "key.pem").chmod(0o600)
            self.everywhere(*command, codes=(DONE, PARTLY))
        else:
            for slot in self.expected:
                folder = self.folder_of(self.unit_of(slot))
                shutil.copytree(self.requests / slot, folder.with_name(folder.name + ".given") / slot)
            self.everywhere(*command, codes=(FAILED, PARTLY, DEFERRED))
            for unit in self.units():
                shutil.rmtree(self.work / f"unit-{unit}.given")


@cache
def words(der):
    """What a certificate says, without its number, key and signature, and what follows from them."""
    text = openssl("x509", "-inform", "DER", "-noout", "-text", "-certopt", "no_sigdump", stdin=der).decode()
    text = re.sub(r"(Serial Number:\s*)[0-9a-f:]+", r"\1…", text)
    text = re.sub(r"(pub:|Modulus:)[0-9a-f:\s]+", r"\1 …\n", text)
    text = re.sub(r"(Subject Key Identifier:\s*)[0-9A-F:]+", r"\1…", text)
    return re.sub(r"(Not (Before|After *): \w+ +\d+ )[0-9:]{8}", r"\1…", text)


@cache
def structure(der):
    """The shape of its DER; every object identifier is in it."""
    shown = openssl("asn1parse", "-inform", "DER", stdin=der).decode()
    return [re.sub(r"^\s*\d+:(d=\d+) .*?(cons|prim): (.*?)\s*(:.*)?$", r"\1 \3 \4", line) if "OBJECT" in line
            else re.sub(r"^\s*\d+:(d=\d+) .*?(cons|prim): (.*?)\s*(:.*)?$", r"\1 \3", line) for line in shown.splitlines()]


@cache
def public_of(key):
    return openssl("pkey", "-pubout", stdin=key)


def check_issued(fleet, slot, der, is_own_key=False):
    model = RSA + "honest" if slot.startswith(RSA) else "honest"
    [(_, _, honest)] = fleet.certificates(model)[-1:]
    said, wanted = words(der), words(honest)
    if fleet.unit_of(slot) != "u":
        wanted = re.sub(r"(CN ?= ?|DNS:)u\n", rf"\g<1>{slot}\n", wanted)
    require(said == wanted, f"{slot}: was issued what was not approved:\n{said}\nand not\n{wanted}")
    require(structure(der) == structure(honest), f"{slot}: its DER has another shape")
    identifiers = [line for line in structure(der) if ":X509v3" in line]
    require(len(identifiers) == len(set(identifiers)) == 6, f"{slot}: {identifiers}")
    wanted = public_of((fleet.requests / slot / "key.pem").read_bytes())
    found = openssl("x509", "-inform", "DER", "-noout", "-pubkey", stdin=der)
    require((found == wanted) == (not is_own_key), f"{slot}: is for the key of {'the request' if is_own_key else 'another'}")


def check(fleet, before):
    """After a command has met every request; `before`: pair and certificates of each slot."""
    for slot, expected in fleet.expected.items():
        pair, certificates = fleet.pair(slot), fleet.certificates(slot)
        old_pair, old_certificates = before[slot]
        item, outcome, number, certificate = fleet.query(
            "SELECT i.id, outcome, new_number, new_certificate_id FROM items i JOIN slots s ON s.id = slot_id WHERE type = ?"
            " ORDER BY i.id DESC LIMIT 1", slot)[0]
        reserved = [row[0] for row in fleet.query("SELECT number FROM reserved_numbers WHERE item_id = ?", item)]
        require(not fleet.waiting(slot).exists(), f"{slot}: the key of the request still waits")
        require(reserved == ([number] if number else []), f"{slot}: numbers {reserved} are reserved, the item has {number!r}")
        is_own_key = expected != ISSUED and fleet.scheme == "dir" and outcome == "renewed"
        if expected == ISSUED or is_own_key:
            require(outcome == "renewed", f"{slot}: {outcome}, where a certificate was expected")
            require(len(certificates) == len(old_certificates) + 1, f"{slot}: {len(certificates)} certificates")
            new, state, der = certificates[-1]
            require((new, state) == (number, "active"), f"{slot}: {new} is {state}, of {number}")
            check_issued(fleet, slot, der, is_own_key)
            leaf = pair.get("cert.pem", pair["chain.pem"]).split(b"-----END")[0].splitlines()[1:]
            require(base64.b64decode(b"".join(leaf)) == der, f"{slot}: the unit has another certificate than the store")
        else:
            require(outcome in ("refused", "failed") or (outcome == "deferred" and fleet.gives_up(slot)), f"{slot}: {outcome}, where it should have been refused")
            require(certificate is None, f"{slot}: a refused item has a certificate")
            require(pair == old_pair, f"{slot}: the pair in use is another one")
            require(certificates == old_certificates, f"{slot}: the store has other certificates")
            [(entries,)] = fleet.query(
                "SELECT count(*) FROM audit WHERE action = 'renewal.fail' AND subject = ?", f"{fleet.unit_of(slot)}/{slot}")
            require(entries > 0 or fleet.gives_up(slot), f"{slot}: no audit entry tells of the refusal")
    for slot in HONEST:
        require(len(fleet.certificates(slot)) == len(before[slot][1]) + 1, f"{slot}: has no new certificate")
    unknown = fleet.query("SELECT number FROM reserved_numbers WHERE item_id IS NULL")
    require(not unknown, f"numbers that belong to nothing: {unknown}")
    stray = fleet.query("SELECT number FROM certificates WHERE state NOT IN ('active', 'superseded')")
    require(not stray, f"certificates that are neither in use nor were: {stray}")
    left = fleet.query("SELECT type FROM items i JOIN slots s ON s.id = slot_id WHERE outcome IN ('open', 'deferred')")
    require(all(fleet.gives_up(slot) for (slot,) in left), f"items are left open: {left}")
    fleet.rekey("audit", "verify")


def state(fleet):
    return {slot: (fleet.pair(slot), fleet.certificates(slot)) for slot in fleet.slots}


def main():
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        # A renewal takes no request for the key that is in use, so each has others.
        requests = [work / "first", work / "second"]
        for folder in requests:
            folder.mkdir()
            expected = strange_requests.make(folder)
        for scheme in ("stranger", "dir"):
            fleet = Fleet(work, scheme, requests[0], expected)
            before = state(fleet)
            fleet.present("certs", "generate")
            check(fleet, before)
            # No slot is stuck: what was refused is issued as soon as the unit asks honestly.
            fleet.everywhere("certs", "generate", codes=(DONE,))
            require(all(fleet.pair(slot) for slot in fleet.slots), "a slot is still empty")
            before = state(fleet)
            fleet.requests = requests[1]
            fleet.present("certs", "renew", "--reason", "audit")
            check(fleet, before)
            fleet.rekey("certs", "verify")
        issued = sum(each == ISSUED for each in expected.values())
        print(f"{len(expected)} requests, 4 times each: {issued} issued as approved, {len(expected) - issued} refused")


main()
