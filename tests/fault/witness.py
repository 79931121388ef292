"""What sqlite3 and openssl say about a home and the folders of its units; nothing here asks rekey.

Everything is looked at in a copy, because opening a database mends it. `problems` are broken promises
at any instant; `unfinished` is what a command that said 0 must not have left.
"""
import functools
import hashlib
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess
import tempfile


def openssl(*arguments):
    """What it printed; nothing when it failed."""
    # It would load all roots of the system first.
    done = subprocess.run(["openssl", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          env=os.environ | {"SSL_CERT_FILE": "/dev/null"})
    return done.stdout if done.returncode == 0 else None


@functools.lru_cache(maxsize=64)
def facts_of(key, certificate, chain):
    """The number of a pair's certificate, and what is wrong with the pair, from the contents of its files."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, content in (("key", key), ("certificate", certificate), ("chain", chain)):
            pathlib.Path(scratch, name).write_bytes(content)
        said = openssl("x509", "-in", f"{scratch}/certificate", "-noout", "-serial", "-pubkey")
        if not said:
            return None, "the certificate cannot be read"
        number, _, public = said.partition("\n")
        number = number.partition("=")[2]
        if openssl("pkey", "-in", f"{scratch}/key", "-pubout") != public:
            return number, "key and certificate do not match"
        if not openssl("verify", "-no_check_time", "-CAfile", f"{scratch}/chain", f"{scratch}/certificate"):
            return number, "the certificate does not verify"
        return number, None


def pair_in(folder):
    try:
        return facts_of(*(pathlib.Path(folder, f"{name}.pem").read_bytes() for name in ("key", "cert", "chain")))
    except OSError as error:
        return None, str(error)


def chain_problems(database):
    """The audit chain, computed as its documentation says."""
    last, place = bytes(32), 0
    for seq, at, actor, action, subject, detail, found in database.execute(
            "SELECT seq, at, actor, action, subject, detail, hash FROM audit ORDER BY seq"):
        text = last
        for field in (str(seq), str(at), actor, action, subject, detail):
            data = field.encode()
            text += len(data).to_bytes(8, "big") + data
        last, place = hashlib.sha256(text).digest(), place + 1
        if seq != place or found != last:
            yield f"audit entry {seq} does not fit the chain"
    head = database.execute("SELECT value FROM settings WHERE name = 'audit_head'").fetchone()
    if place and head != (f"{place} {last.hex().upper()}",):
        yield f"the head of the audit chain is {head}, not that of entry {place}"


class Witness:
    def __init__(self, home, units=None):
        self.home, self.units = pathlib.Path(home), pathlib.Path(units) if units else None

    def ask(self, question, *values):
        """Rows of the store as it would be found after a crash."""
        with tempfile.TemporaryDirectory() as scratch:
            for name in ("rekey.db", "rekey.db-wal", "rekey.db-journal"):
                if (self.home / name).exists():
                    shutil.copy(self.home / name, scratch)
            database = sqlite3.connect(f"{scratch}/rekey.db")
            try:
                if callable(question):
                    return question(database)
                return database.execute(question, values).fetchall()
            finally:
                database.close()

    def slots(self):
        return sorted(each for each in self.units.glob("*/*") if each.is_dir()) if self.units else []

    # What holds at every instant.

    def problems(self):
        if (self.home / "rekey.db").exists():
            yield from self.ask(lambda database: list(self.store_problems(database)))
        for slot in self.slots():
            yield from self.slot_problems(slot)
        for path in self.home.rglob("*"):
            if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077:
                yield f"{path} is open to others"

    @staticmethod
    def store_problems(database):
        try:
            for (said,) in database.execute("PRAGMA integrity_check"):
                if said != "ok":
                    yield f"the store is damaged: {said}"
            if database.execute("PRAGMA foreign_key_check").fetchall():
                yield "a foreign key leads nowhere"
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            if "tenants" not in tables:
                return
            for (slot,) in database.execute("SELECT slot_id FROM certificates WHERE state = 'active' "
                                            "GROUP BY slot_id HAVING count(*) > 1"):
                yield f"slot {slot} has two active certificates"
            for (number,) in database.execute("SELECT number FROM certificates GROUP BY number HAVING count(*) > 1"):
                yield f"number {number} occurs twice"
            for tenant, count, keys in database.execute(
                    "SELECT t.name, count(c.id), count(k.credential_id) FROM tenants t "
                    "LEFT JOIN credentials c ON c.tenant_id = t.id AND c.state = 'active' "
                    "LEFT JOIN credential_keys k ON k.credential_id = c.id GROUP BY t.id"):
                if count != 1 or keys != 1:
                    yield f"{tenant} has {count} active credential(s), {keys} of them with a key"
            for tenant, said, there in database.execute(
                    "SELECT name, devices, (SELECT count(*) FROM devices d WHERE d.tenant_id = t.id) FROM tenants t"):
                if said != there:
                    yield f"{tenant} has {there} devices and says {said}"
            yield from chain_problems(database)
        except sqlite3.Error as error:
            yield f"the store cannot be read: {error}"

    def slot_problems(self, slot):
        current = slot / "current"
        if not current.is_symlink():
            if self.recorded(slot):
                yield f"{slot} is empty, but the store has an active certificate"
            return
        number, problem = pair_in(current)
        if problem:
            yield f"{slot}: {problem}"
            return
        if not self.ask("SELECT 1 FROM certificates WHERE number = ? AND state IN ('active', 'pending')", number):
            yield f"{slot}: certificate {number} is in use and not recorded"

    @staticmethod
    def number(slot):
        return pair_in(slot / "current")[0]

    def recorded(self, slot):
        """Numbers of the active certificates of a slot, of which there is one at most."""
        return [number for (number,) in self.ask(
            "SELECT c.number FROM certificates c JOIN slots s ON s.id = c.slot_id JOIN units u ON u.id = s.unit_id "
            "WHERE c.state = 'active' AND u.name = ? AND s.type = ? AND s.node = '' AND u.removed_at IS NULL",
            slot.parent.name, slot.name)]

    # What a command that said 0 has done.

    def renewed(self, before):
        """`before`: the numbers by slot."""
        for slot, old in before.items():
            if (slot / "pending").exists():
                yield f"{slot}/pending is left over"
            number = self.number(slot)
            if number == old:
                yield f"{slot} is not renewed"
            if self.recorded(slot) != [number]:
                yield f"{slot} uses {number}, and the store says {self.recorded(slot)}"
        if self.ask("SELECT 1 FROM certificates WHERE state = 'pending'"):
            yield "a certificate is still pending"
        if self.ask("SELECT 1 FROM runs WHERE finished_at IS NULL"):
            yield "a run is left in progress"
        if self.ask("SELECT 1 FROM items WHERE outcome = 'open'"):
            yield "an item is left open"

    def rotated(self, tenant, client):
        active = self.ask("SELECT c.client_id FROM credentials c JOIN tenants t ON t.id = c.tenant_id "
                          "WHERE c.state = 'active' AND t.name = ?", tenant)
        if active != [(client,)]:
            yield f"{active} is active, not {client}"
        if self.ask("SELECT 1 FROM credentials WHERE state = 'staged'"):
            yield "a credential is left staged"

    def holds(self, tenant, devices, coverage):
        there = self.ask("SELECT (SELECT count(*) FROM devices WHERE tenant_id = t.id), "
                         "(SELECT count(*) FROM coverage WHERE tenant_id = t.id) FROM tenants t WHERE name = ?", tenant)
        if there != [(devices, coverage)]:
            yield f"devices and coverage are {there}, not {devices} and {coverage}"

    def made(self):
        """A home with its issuer and the key that its secrets are sealed with."""
        if not (self.home / "rekey.db").exists():
            yield "there is no store"
            return
        issuer = self.ask("SELECT hex(substr(i.sealed_key, 2, 8)), s.value FROM issuers i "
                          "JOIN settings s ON s.name = 'seal_key_id' WHERE i.name = 'local'")
        if len(issuer) != 1 or issuer[0][0] != issuer[0][1]:
            yield f"the issuer 'local' is not there, or sealed otherwise: {issuer}"
            return
        seal = self.home / "seal.key"
        if not seal.exists() or issuer[0][1] not in seal.read_text():
            yield f"seal.key is not the key {issuer[0][1]}"


def copy_over(source, target):
    """All of a folder, as it is, in the place of `target`."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
