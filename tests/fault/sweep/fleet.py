"""The home, units, and their certificates."""
import os
import pathlib
import re
import shutil
import sqlite3
import ssl
import subprocess
import time

from command import Command, now_in, one_active_each, units
from judge import require

FIRST_HOME = pathlib.Path(__file__).resolve().parent.parent.parent / "package/first_home.sql"


class Init(Command):
    def prepare(self, world):
        pass

    def arguments(self, world):
        return ["init", "--organization", "Fleet"]

    def done(self, world, before, now):
        require(now.store.there, "there is no home")
        require(now.store.setting("organization") == "Fleet", "another organization")
        require(now.store.setting("default_issuer") == "local", "no issuer is the default")
        require(now.store.count("issuers") == 1, "not one issuer")


class UnitsAdd(Command):
    """A unit that holds certificates: made here before it was removed. One of its places is not declared any more."""

    tells_unread = True

    def prepare(self, world):
        super().prepare(world)
        units(world, "online", "iam")
        world.rekey("units", "remove", "u1", "--yes")

    def arguments(self, world):
        return ["units", "add", "u1", f"dir:{world.case}/units/u1", "--type", "online", "--type", "sm", "--label", "site=x"]

    def done(self, world, before, now):
        require(now.store.count("units", "name = 'u1' AND removed_at IS NULL") == 1, "not one unit u1")
        for kind, declared in (("online", True), ("iam", False), ("sm", True)):
            require(now.is_declared("u1", kind) == declared, f"u1/{kind} is declared, or is not")
        for kind, state in (("online", "active"), ("iam", "foreign")):
            states = now.recorded("u1", kind, now.number_in_use("u1", kind))
            require(states == {state}, f"u1/{kind}: is recorded as {states}")
        require(now.store.count("certificates", "same_as IS NOT NULL") == 2, "not known as what was made here")
        require(now.store.count("unit_labels") == 1, "not one label")


class UnitsAddCsv(Command):
    """A list: all of its units are there, or none. Two of them hold certificates: made here before they were removed."""

    tells_unread = True

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        for name in ("u1", "u2"):
            world.rekey("units", "remove", name, "--yes")
        self.put_list(world)

    @staticmethod
    def put_list(world):
        (world.case / "units.csv").write_text("name,address,types,labels,keep_mode,rules\n" + "".join(
            f"{name},dir:{world.case}/units/{name},online;sm,site=x,sm,sm/key=ec-p384;sm/issuer=local\n" for name in ("u1", "u2")) +
            "u3,ssh://host/srv/unit,online,,,\n")

    def arguments(self, world):
        return ["units", "add", "--csv", f"{world.case}/units.csv"]

    def sound(self, world, before, now):
        if now.store.there:
            present = now.store.count("units", "removed_at IS NULL")
            require(present in (0, 3), f"{present} of 3 units of the list were added")

    def done(self, world, before, now):
        require(now.store.count("units", "removed_at IS NULL") == 3, "not three units")
        for unit in ("u1", "u2"):
            require(now.is_declared(unit, "online") and now.is_declared(unit, "sm"), f"{unit} has not its slots")
            states = now.recorded(unit, "online", now.number_in_use(unit, "online"))
            require(states == {"active"}, f"{unit}/online: is recorded as {states}")
        require(now.store.count("unit_labels") == 2, "not two labels")
        require(now.store.count("slots", "rules <> '{}' AND issuer_id IS NOT NULL") == 2, "not two slots with rules")


class PolicyLoad(Command):
    """Makes due what is in use; a revision and its entry in the trail come together."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        self.put_document(world)

    @staticmethod
    def put_document(world):
        (world.case / "policy.toml").write_text('# ours\n[defaults]\nkey = "ec-p384"\n')

    def arguments(self, world):
        return ["policy", "load", f"{world.case}/policy.toml", "--yes"]

    def sound(self, world, before, now):
        if now.store.there:
            loaded = now.store.count("policy_revisions")
            told = now.store.count("audit", "action = 'policy.load'")
            require(loaded == told, f"{loaded} revisions are there, and {told} entries tell of them")

    def done(self, world, before, now):
        require(now.store.rows("SELECT revision, document FROM policy_revisions") ==
                [(1, '# ours\n[defaults]\nkey = "ec-p384"\n')], "not the document, once")


class PolicyEdit(PolicyLoad):
    """The editor puts the document in the place of what it is given."""

    def prepare(self, world):
        super().prepare(world)
        world.environment.update(EDITOR=f"cp {world.case}/policy.toml", TMPDIR=str(world.root))
        world.environment.pop("VISUAL", None)

    def arguments(self, world):
        return ["policy", "edit", "--yes"]


class UnitsRename(Command):
    """Its certificates go along."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")

    def arguments(self, world):
        return ["units", "rename", "u1", "pump"]

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM units WHERE name = 'pump'") == 1

    def sound(self, world, before, now):
        renamed = now.store.count("units", "name = 'pump'")
        told = now.store.count("audit", "action = 'unit.rename'")
        require(renamed == told, f"{renamed} units were renamed, and {told} entries tell of it")

    def done(self, world, before, now):
        require(now.store.count("units", "name = 'pump' AND removed_at IS NULL") == 1, "not renamed")
        require(now.store.count("units", "name = 'u1'") == 0, "the old name is there")
        one_active_each(now, 2)


class UnitsAdopt(Command):
    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        for name in ("adopted.crt", "adopted.pem"):
            shutil.copyfile(world.shared / name, world.case / name)
        os.chmod(world.case / "adopted.pem", 0o600)

    def arguments(self, world):
        return ["units", "adopt", "u1", "offline", "--cert", f"{world.case}/adopted.crt", "--key", f"{world.case}/adopted.pem",
                "--accept-names"]

    def done(self, world, before, now):
        slot = now.units / "u1/offline/current"
        for name, inside in (("adopted.crt", "fullchain.pem"), ("adopted.pem", "key.pem")):
            require((now.folder / name).resolve() == (slot / inside).resolve(), f"{name} is not a link into the slot")
            require((slot / inside).read_bytes() == (world.shared / name).read_bytes(), f"{name} is another")
        require(now.recorded("u1", "offline", now.number_in_use("u1", "offline")) == {"active"}, "not recorded")


class UnitsAdoptCombined(UnitsAdopt):
    """Key and certificates in one file: it is one in the slot too."""

    def prepare(self, world):
        Command.prepare(self, world)
        units(world, "online")
        self.put_file(world)

    @staticmethod
    def put_file(world):
        both = world.case / "both.pem"
        both.write_bytes((world.shared / "adopted.pem").read_bytes() + (world.shared / "adopted.crt").read_bytes())
        os.chmod(both, 0o600)

    def arguments(self, world):
        return ["units", "adopt", "u1", "offline", "--cert", f"{world.case}/both.pem", "--key", f"{world.case}/both.pem",
                "--accept-names"]

    def done(self, world, before, now):
        slot = now.units / "u1/offline/current"
        require((now.folder / "both.pem").resolve() == (slot / "combined.pem").resolve(), "both.pem is no link into the slot")
        require((slot / "key.pem").read_bytes() == (world.shared / "adopted.pem").read_bytes(), "another key")
        require((slot / "combined.pem").read_bytes() ==
                (world.shared / "adopted.pem").read_bytes() + (world.shared / "adopted.crt").read_bytes(), "another file")
        require(now.recorded("u1", "offline", now.number_in_use("u1", "offline")) == {"active"}, "not recorded")


class CertsGenerate(Command):
    def prepare(self, world):
        super().prepare(world)
        units(world, "online", "iam", generate=False)

    def arguments(self, world):
        return ["certs", "generate", "u1"]

    def done(self, world, before, now):
        one_active_each(now, 2)
        made = now.sizes["certificates"] - before.sizes["certificates"]
        require(2 <= made <= 4, f"{made} certificates were made for 2 slots")


class CertsRenew(Command):
    def prepare(self, world):
        super().prepare(world)
        units(world, "online")

    def arguments(self, world):
        return ["certs", "renew", "--all", "--jobs", "1"]

    def done(self, world, before, now):
        one_active_each(now, 2)
        for unit, kind, _ in now.slots():
            require(now.number_in_use(unit, kind) != before.number_in_use(unit, kind), f"{unit}/{kind}: not renewed")
        # What was renewed before the fault is renewed again by the next run, which is a request of its own; and a
        # reload that is struck by the fault costs a certificate.
        made = now.sizes["certificates"] - before.sizes["certificates"]
        require(2 <= made <= 4 * world.runs, f"{made} certificates were made for 2 slots")


class CertsRenewCombined(CertsRenew):
    """Key and certificates in one file: a renewal makes that anew."""

    def prepare(self, world):
        Command.prepare(self, world)
        units(world, "online")
        UnitsAdoptCombined.put_file(world)
        world.rekey(*UnitsAdoptCombined().arguments(world))

    def arguments(self, world):
        return ["certs", "renew", "u1/offline", "--jobs", "1"]

    def done(self, world, before, now):
        one_active_each(now, 3)
        number = now.number_in_use("u1", "offline")
        require(number != before.number_in_use("u1", "offline"), "not renewed")
        slot = now.units / "u1/offline/current"
        require((slot / "combined.pem").read_bytes() == (slot / "key.pem").read_bytes() + (slot / "fullchain.pem").read_bytes(),
                "the one file is another pair, or in another order")
        require(oct(os.stat(slot / "combined.pem").st_mode & 0o777) == "0o600", "the one file has another mode")


class CertsRotate(CertsRenew):
    """The old key may be known to others: its certificate is revoked, it is removed from the unit, and the list written."""

    def prepare(self, world):
        super().prepare(world)
        keep_lists(world)

    def arguments(self, world):
        return super().arguments(world) + ["--reason", "compromise", "--yes"]

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("certificates", "state = 'superseded'") == 0, "what was replaced is not revoked")
        keys = [path for path in now.units.rglob("*") if path.is_file() and not path.is_symlink() and b"PRIVATE KEY" in path.read_bytes()]
        require(len(keys) == 2, f"{len(keys)} keys on the units instead of 2")
        listed = {number for number, reason in revoked(now, "keyCompromise")}
        for unit, kind, _ in before.slots():
            require(before.number_in_use(unit, kind) in listed, f"{unit}/{kind}: the old certificate is not revoked")
        is_listed(world, now)


class IssuersRenew(Command):
    """The CA that was made here: a new certificate for its key, below which everything stays valid."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        time.sleep(1.1)  # one of the same second would not last longer

    def arguments(self, world):
        return ["issuers", "renew", "local"]

    @staticmethod
    def root(now):
        (der,) = now.store.rows("SELECT d.der FROM issuer_chains h JOIN chain_certificates d ON d.id = h.chain_certificate_id")
        return der[0]

    def done(self, world, before, now):
        require(self.root(now) != self.root(before), "the certificate is the old one")
        root = now.folder / "root.pem"
        root.write_bytes(pem(self.root(now)))
        for unit, kind, _ in now.slots():
            slot = now.units / unit / kind / "current/cert.pem"
            checked = subprocess.run(["openssl", "verify", "-CAfile", root, slot], capture_output=True, text=True, check=False)
            require(checked.returncode == 0, f"{unit}/{kind} does not verify below it: {checked.stderr}")
        root.unlink()

    def sound(self, world, before, now):
        kept = now.store.count("earlier_issuer_chains")
        audited = now.store.count("audit", "action = 'issuer.renew'")
        require(kept == audited, f"{kept} earlier chains are kept, {audited} renewals are in the trail")


class IssuersRemove(Command):
    """A CA that signed something once, and nothing uses any more."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        world.rekey("issuers", "create", "second")
        world.rekey("issuers", "default", "second")
        world.rekey("certs", "renew", "--all", "--issuer", "second", "--reason", "migration")

    def arguments(self, world):
        return ["issuers", "remove", "local", "--yes"]

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM issuers WHERE removed_at IS NOT NULL") == 1

    def sound(self, world, before, now):
        removed = now.store.count("issuers", "removed_at IS NOT NULL")
        told = now.store.count("audit", "action = 'issuer.remove'")
        require(removed == told, f"{removed} issuers were removed, and {told} entries tell of it")
        require(now.store.count("issuers", "length(sealed_key) = 0") == removed, "a key is gone of an issuer that is there")

    def done(self, world, before, now):
        require(now.store.count("issuers", "name = 'local'") == 0, "it is there")
        require(now.sizes["certificates"] == before.sizes["certificates"], "what it signed is gone")
        one_active_each(now, 2)


class SlotRemove(Command):
    """A slot that holds a certificate in use."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online", "iam")

    def arguments(self, world):
        return ["units", "remove", "u1/iam", "--yes", "--force"]

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM audit WHERE action = 'slot.remove'") == 1

    def done(self, world, before, now):
        require(not now.is_declared("u1", "iam"), "u1/iam is declared")
        require(now.is_declared("u1", "online"), "u1/online is not declared any more")
        require(now.recorded("u1", "iam", now.number_in_use("u1", "iam")) == {"foreign"}, "its certificate is not what was found")


class CertsChain(IssuersRenew):
    """The chain of an issuer that was renewed comes to units whose keys and certificates stay."""

    def prepare(self, world):
        super().prepare(world)
        world.rekey("issuers", "renew", "local")

    def arguments(self, world):
        return ["certs", "renew", "--all", "--chain-only", "--jobs", "1"]

    def done(self, world, before, now):
        one_active_each(now, 2)
        for unit, kind, folder in now.slots():
            for name in ("chain.pem", "trust.pem"):
                first = (now.units / unit / kind / "current" / name).read_bytes()
                require(pem(self.root(now)) in first, f"{unit}/{kind}: {name} has not the new root")
        require(now.store.count("audit", "action = 'certificate.chain'") >= 2, "not in the trail")

    def sound(self, world, before, now):
        require(now.sizes["certificates"] == before.sizes["certificates"], "certificates were made")
        for unit, kind, _ in before.slots():
            for name in ("key.pem", "cert.pem"):
                path = pathlib.Path(unit) / kind / "current" / name
                require((now.units / path).read_bytes() == (before.units / path).read_bytes(), f"{path} is another one")


def pem(der):
    return ssl.DER_cert_to_PEM_cert(der).encode()


class CertsRevoke(Command):
    """In use, which makes the slot due."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        keep_lists(world)

    def arguments(self, world):
        return ["certs", "revoke", "u1/online", "--reason", "cessationOfOperation", "--force"]

    def done(self, world, before, now):
        require(revoked(now, "cessationOfOperation") == [(now.number_in_use("u1", "online"), 1)], "not revoked, or another one is")
        is_listed(world, now)


class RunsAbandon(Command):
    """A run was killed by the reload of the new pair, which the unit uses and nobody confirmed."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        world.rekey("units", "set", "u1", "--reload", "kill -9 $PPID")
        world.run([world.binary, "-q", "--no-input", "certs", "renew", "u1"])  # killed in the middle
        world.rekey("units", "set", "u1", "--reload", "true")

    def arguments(self, world):
        return ["runs", "abandon", "u1/online"]

    def done(self, world, before, now):
        one_active_each(now, 2)
        require(now.number_in_use("u1", "online") != before.number_in_use("u1", "online"), "the unit is not back")
        require(now.store.count("certificates", "state = 'rejected'") == 1, "what was made is not rejected")
        require(now.store.count("items", "outcome IN ('open', 'deferred')") == 0, "the slot is not free")


def keep_lists(world):
    (world.case / "lists").mkdir()
    config = world.root / "config/rekey/config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'crl_folder = "{world.case}/lists"\n')


def revoked(now, reason):
    return now.store.rows("SELECT number, in_use FROM revocations r JOIN certificates c ON c.id = r.certificate_id WHERE r.reason = ?", reason)


def is_listed(world, now):
    """By openssl: the list is the CA's, and whatever is revoked is in it."""
    told = subprocess.run(["openssl", "crl", "-inform", "DER", "-in", world.case / "lists/local.crl", "-noout", "-text"],
                          capture_output=True, text=True, check=False).stdout
    listed = set(re.findall(r"Serial Number: ([0-9A-F]+)", told))
    numbers = {row[0] for row in now.store.rows("SELECT number FROM revocations r JOIN certificates c ON c.id = r.certificate_id")}
    require(listed == numbers, f"on the list: {listed}, revoked: {numbers}")
    chain = now.units / "u1/online/current/chain.pem"
    checked = subprocess.run(["openssl", "crl", "-inform", "DER", "-in", world.case / "lists/local.crl", "-noout", "-CAfile", chain],
                             capture_output=True, text=True, check=False)
    require("verify OK" in checked.stderr, f"the list does not verify: {checked.stderr}")


def brought_ca(world):
    """A CA of somebody else's, and its newest list: number 4096, and one certificate."""
    run = lambda *words: subprocess.run(words, check=True, capture_output=True, cwd=world.case)
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "brought.key",
        "-out", "brought.pem", "-days", "3650", "-subj", "/CN=Brought", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    (world.case / "brought.index").write_text("R\t361231000000Z\t260101000000Z,keyCompromise\t0BAD\tunknown\t/CN=x\n")
    (world.case / "brought.number").write_text("1000\n")
    (world.case / "brought.cnf").write_text("[ca]\ndefault_ca=it\n[it]\ndatabase=brought.index\ncrlnumber=brought.number\n"
                                            "default_md=sha256\ndefault_crl_days=30\n")
    run("openssl", "ca", "-gencrl", "-config", "brought.cnf", "-keyfile", "brought.key", "-cert", "brought.pem", "-out", "brought.crl")
    os.chmod(world.case / "brought.key", 0o600)


def list_text(path, form="PEM"):
    return subprocess.run(["openssl", "crl", "-inform", form, "-in", path, "-noout", "-text"], capture_output=True, text=True,
                          check=False).stdout


class IssuersAdd(Command):
    """A CA that is brought along, with its newest list."""

    def prepare(self, world):
        super().prepare(world)
        brought_ca(world)

    def arguments(self, world):
        return ["issuers", "add", "brought", "--cert", f"{world.case}/brought.pem", "--key", f"{world.case}/brought.key",
                "--crl", f"{world.case}/brought.crl"]

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM issuers WHERE name = 'brought'") == 1

    def done(self, world, before, now):
        require(now.store.count("issuers", "name = 'brought'") == 1, "not one issuer")
        listed = now.store.rows("SELECT l.number, s.number FROM listed_revocations l JOIN signer_lists s USING(signer_id)")
        require(listed == [("0BAD", "1000")], f"taken over: {listed}")


class IssuersCrl(Command):
    """In place of a list of the same CA that knows more than the home."""

    def prepare(self, world):
        super().prepare(world)
        brought_ca(world)
        world.rekey("issuers", "add", "brought", "--cert", f"{world.case}/brought.pem", "--key", f"{world.case}/brought.key")

    def arguments(self, world):
        return ["issuers", "crl", "brought", "--out", f"{world.case}/brought.crl"]

    def done(self, world, before, now):
        text = list_text(world.case / "brought.crl")
        number = int(re.search(r"CRL Number: *\n *(\S+)", text).group(1), 0)
        require(number > 4096, f"list {number} after list 4096")
        require(re.findall(r"Serial Number: (\S+)", text) == ["0BAD"], "the list lost an entry")


class SchemaUpgrade(Command):
    """A home of the first schema, brought up to date by the first command that writes."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        self.downgrade(world)

    @staticmethod
    def downgrade(world):
        path = world.case / "home/rekey.db"
        fresh = sqlite3.connect(path)
        world.newest = fresh.execute("PRAGMA user_version").fetchone()[0]
        old = sqlite3.connect(f"{path}.old", isolation_level=None)
        old.execute("PRAGMA journal_mode = WAL")
        old.executescript(FIRST_HOME.read_text())
        for (table,) in old.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            columns = ", ".join(row[1] for row in old.execute(f"PRAGMA table_info({table})"))
            rows = fresh.execute(f"SELECT {columns} FROM {table}").fetchall()
            old.execute(f"DELETE FROM {table}")
            old.executemany(f"INSERT INTO {table}({columns}) VALUES({', '.join('?' * len(columns.split(',')))})", rows)
        old.execute("DELETE FROM schema_steps WHERE version > 1")
        old.close()
        fresh.close()
        os.replace(f"{path}.old", path)
        os.chmod(path, 0o600)

    def arguments(self, world):
        return ["units", "set", "u1", "--label", "site=x"]

    def done(self, world, before, now):
        require(now.store.version == world.newest, f"schema {now.store.version} instead of {world.newest}")
        require(now.store.rows("SELECT version FROM schema_steps ORDER BY 1") == [(i + 1,) for i in range(world.newest)], "steps are missing")
        require(now.store.count("unit_labels", "value = 'x'") == 1, "the label is not set")
