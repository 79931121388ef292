"""What is recorded of units and issuers without a new certificate, and of what people were told."""
import json
import os
import shutil
import subprocess

import fleet
from command import Command, now_in, one_active_each, units
from judge import require


def as_often(now, table, condition, action):
    """What is there, and the entries that tell of it, come together."""
    if now.store.there:
        there, told = now.store.count(table, condition), now.store.count("audit", f"action = '{action}'")
        require(there == told, f"{there} {table} with {condition}, and {told} entries {action}")


# --- units ----------------------------------------------------------------------------------------------------------


class UnitsSet(Command):
    """A further slot and labels of a unit, and rules of its own."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")

    def arguments(self, world):
        return ["units", "set", "u1", "--type", "sm", "--label", "site=x", "--key", "ec-p384", "--issuer", "local"]

    def sound(self, world, before, now):
        as_often(now, "units", "rules <> '{}'", "unit.set")

    def done(self, world, before, now):
        require(now.is_declared("u1", "sm"), "u1/sm is not declared")
        require(now.store.count("unit_labels", "value = 'x'") == 1, "the label is not set")
        rules = [json.loads(row[0]) for row in now.store.rows("SELECT rules FROM units WHERE name = 'u1'")]
        require(rules == [{"issuer": ["local"], "key": ["ec-p384"]}], f"rules of u1: {rules}")


class UnitsSetSlot(Command):
    """Rules of a slot alone, and the issuer that it is pinned to."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online", "iam")

    def arguments(self, world):
        return ["units", "set", "u1/online", "--san", "dns:u1.example", "--subject", "CN=u1.example", "--key", "ec-p384",
                "--issuer", "local"]

    def sound(self, world, before, now):
        as_often(now, "slots", "rules <> '{}'", "slot.set")
        as_often(now, "slots", "issuer_id IS NOT NULL", "slot.set")

    def done(self, world, before, now):
        rules = [(kind, json.loads(text)) for kind, text in now.store.rows("SELECT type, rules FROM slots WHERE rules <> '{}'")]
        require(rules == [("online", {"key": ["ec-p384"], "san": ["dns:u1.example"], "subject": ["CN=u1.example"]})], f"rules: {rules}")
        require(now.store.count("slots", "issuer_id IS NOT NULL") == 1, "not one slot is pinned")


class UnitsRemove(Command):
    """What is on it stays."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online", "iam")

    def arguments(self, world):
        return ["units", "remove", "u1", "--yes"]

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM units WHERE name = 'u1' AND removed_at IS NULL") == 0

    def sound(self, world, before, now):
        for kind in ("online", "iam"):
            require(now.number_in_use("u1", kind) == before.number_in_use("u1", kind), f"u1/{kind} was touched")

    def done(self, world, before, now):
        require(now.store.count("units", "name = 'u1' AND removed_at IS NULL") == 0, "u1 is there")
        require(now.sizes["certificates"] == before.sizes["certificates"], "its certificates are gone")


class UnitsCheck(Command):
    """Somebody put a pair into a place of u1 that nobody declared."""

    tells_unread = True

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        put_pair(world, world.case / "units/u1/offline")

    def arguments(self, world):
        return ["units", "check"]

    def done(self, world, before, now):
        states = now.recorded("u1", "offline", now.number_in_use("u1", "offline"))
        require(states == {"foreign"}, f"what was found is recorded as {states}")
        require(not now.is_declared("u1", "offline"), "what was found is declared")
        require(now.store.count("audit", "action = 'unit.find'") == 1, "it is not told once")


def put_pair(world, slot):
    generation = slot / "gen/000001"
    generation.mkdir(parents=True)
    for name, inside in (("adopted.pem", "key.pem"), ("leaf.crt", "cert.pem"), ("ca.crt", "chain.pem"), ("adopted.crt", "fullchain.pem")):
        shutil.copyfile(world.shared / name, generation / inside)
        (generation / inside).chmod(0o600)
    os.symlink("gen/000001", slot / "current")


# --- issuers --------------------------------------------------------------------------------------------------------


class IssuersCreate(Command):
    def arguments(self, world):
        return ["issuers", "create", "second"]

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM issuers WHERE name = 'second'") == 1

    def done(self, world, before, now):
        require(now.store.count("issuers", "name = 'second'") == 1, "not one issuer")
        require(now.store.setting("default_issuer") == "local", "another is the default")


class IssuersAddPkcs12(fleet.IssuersAdd):
    """Key and certificate in one file."""

    def prepare(self, world):
        Command.prepare(self, world)
        self.put_file(world)

    @staticmethod
    def put_file(world):
        fleet.brought_ca(world)
        (world.case / "pass").write_text("long enough\n")
        subprocess.run(["openssl", "pkcs12", "-export", "-inkey", "brought.key", "-in", "brought.pem", "-out", "brought.p12",
                        "-passout", "file:pass"], check=True, capture_output=True, cwd=world.case)
        for name in ("brought.p12", "pass"):
            os.chmod(world.case / name, 0o600)

    def arguments(self, world):
        return ["issuers", "add", "brought", "--pkcs12", f"{world.case}/brought.p12", "--passphrase-file", f"{world.case}/pass"]

    def done(self, world, before, now):
        kept = now.store.rows("SELECT d.der FROM issuer_chains h JOIN chain_certificates d ON d.id = h.chain_certificate_id "
                              "JOIN issuers i ON i.id = h.issuer_id WHERE i.name = 'brought'")
        require([fleet.pem(der) for (der,) in kept] == [(world.case / "brought.pem").read_bytes()], "another certificate")


class IssuersSet(Command):
    """Another name, which the slots and units that are pinned to it, and the default, go along with."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        world.rekey("units", "set", "u1", "--issuer", "local")
        world.rekey("units", "set", "u2/online", "--issuer", "local")

    def arguments(self, world):
        return ["issuers", "set", "local", "--name", "plant"]

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM issuers WHERE name = 'plant'") == 1

    def sound(self, world, before, now):
        as_often(now, "issuers", "name = 'plant'", "issuer.rename")
        (name,) = now.store.rows("SELECT name FROM issuers")
        require(now.store.setting("default_issuer") == name[0], "the default has another name")
        require(now.store.rows("SELECT rules FROM units WHERE name = 'u1'") == [(f'{{"issuer":["{name[0]}"]}}',)], "a unit names another")

    def done(self, world, before, now):
        require(now.store.rows("SELECT name FROM issuers") == [("plant",)], "not renamed")
        require(now.store.count("slots", "issuer_id IS NOT NULL") == 1, "a slot is not pinned any more")
        one_active_each(now, 2)


class IssuersDefault(Command):
    def prepare(self, world):
        super().prepare(world)
        world.rekey("issuers", "create", "second")

    def arguments(self, world):
        return ["issuers", "default", "second"]

    def sound(self, world, before, now):
        changed = int(now.store.setting("default_issuer") == "second")
        require(now.store.count("audit", "action = 'issuer.default'") == changed, "the default and the trail differ")

    def done(self, world, before, now):
        require(now.store.setting("default_issuer") == "second", "another is the default")


# --- what people are told -------------------------------------------------------------------------------------------


def tell_into_file(world):
    """The command of [notify]: what it is given comes to `told`, a line each time."""
    config = world.root / "config/rekey/config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    with open(config, "a", encoding="utf-8") as file:
        file.write(f"[notify]\ncommand = 'cat >>\"{world.case}/told\"'\n")


def told(folder):
    path = folder / "told"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class NotifyTest(Command):
    """Records nothing."""

    def prepare(self, world):
        super().prepare(world)
        tell_into_file(world)

    def arguments(self, world):
        return ["notify", "test"]

    def sound(self, world, before, now):
        require(list(now.store.connection.iterdump()) == list(before.store.connection.iterdump()), "the home was touched")

    def done(self, world, before, now):
        require(told(now.folder) and all(notice["example"] for notice in told(now.folder)), "nobody was told, or not of an example")


class CertsRenewAndTell(Command):
    """The line for cron. A slot was never filled, of which people are told; a revoked certificate is replaced, of which
    they are not."""

    def prepare(self, world):
        super().prepare(world)
        tell_into_file(world)
        units(world, "online")
        world.rekey("units", "set", "u2", "--type", "sm")
        world.rekey("certs", "revoke", "u1/online", "--reason", "superseded", "--force")

    def arguments(self, world):
        return ["certs", "renew", "--due", "--jobs", "1"]

    def sound(self, world, before, now):
        """What is recorded as told was told."""
        recorded = now.store.rows("SELECT identity FROM notices")
        require(not recorded or now.store.count("audit", "action = 'notice.tell'") > 0, "the trail does not tell that people were told")
        given = {example["identity"] for notice in told(now.folder) for kind in notice["findings"] for example in kind["examples"]}
        for (identity,) in recorded:
            require(identity in given, f"nobody was told of {identity!r}, which is recorded as told")

    def done(self, world, before, now):
        one_active_each(now, 2)
        require(now.number_in_use("u1", "online") != before.number_in_use("u1", "online"), "the revoked one is in use")
        require(now.number_in_use("u2", "online") == before.number_in_use("u2", "online"), "what was not due is renewed")

    def works(self, world):
        # Where the fault was in the telling, the run ends with 0 all the same: the next one tells.
        require(now_in(world, "SELECT group_concat(identity) FROM notices") == "empty\nu2/sm", "it is not recorded what people were told")
        require(told(world.case), "nobody was told")
