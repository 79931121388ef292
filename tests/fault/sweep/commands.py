"""The commands that are broken: how each is prepared, called, and known to be done. One class each, one object a run."""
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess

from judge import require

HERE = pathlib.Path(__file__).parent


class Command:
    """`before` is the judged case as prepared; `now` as it is."""

    server = None  # the provider that it needs: oauth (a real OAuth server) or records (very many devices)

    tells_unread = False  # with exit 3: what is on the unit and could not be read is not recorded

    def prepare(self, world):
        world.rekey("init", "--organization", "Fleet")

    def arguments(self, world):
        raise NotImplementedError

    def done(self, world, before, now):
        raise NotImplementedError

    def works(self, world):
        """Asked only where a run without fault has ended."""


def units(world, *kinds, generate=True, reload="true"):
    """u1 with the kinds, u2 with the first of them."""
    for name, held in (("u1", kinds), ("u2", kinds[:1])):
        folder = world.case / "units" / name
        folder.mkdir(parents=True)
        types = [word for kind in held for word in ("--type", kind)]
        world.rekey("units", "add", name, f"dir:{folder}", "--reload", reload if name == "u1" else "", *types)
        if generate:
            world.rekey("certs", "generate", name)


def one_active_each(now, slots):
    require(now.store.count("certificates", "state = 'active'") == slots, "not every slot has one active certificate")
    require(len(list(now.slots())) == slots, "not every slot is filled")
    for unit, kind, _ in now.slots():
        require(now.recorded(unit, kind, now.number_in_use(unit, kind)) == {"active"}, f"{unit}/{kind}: not active")


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
    """A unit that holds certificates: made here before it was removed."""

    tells_unread = True

    def prepare(self, world):
        super().prepare(world)
        units(world, "online", "iam")
        world.rekey("units", "remove", "u1")

    def arguments(self, world):
        return ["units", "add", "u1", f"dir:{world.case}/units/u1", "--type", "online", "--type", "sm", "--label", "site=x"]

    def done(self, world, before, now):
        require(now.store.count("units", "name = 'u1' AND removed_at IS NULL") == 1, "not one unit u1")
        for kind, number in (("online", 1), ("iam", 1), ("sm", 0)):
            require(now.is_declared("u1", kind), f"u1/{kind} is not declared")
            require(not number or now.recorded("u1", kind, now.number_in_use("u1", kind)), f"u1/{kind}: not recorded")
        require(now.store.count("unit_labels") == 1, "not one label")


class UnitsAdopt(Command):
    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        for name in ("adopted.crt", "adopted.pem"):
            shutil.copyfile(world.shared / name, world.case / name)
        os.chmod(world.case / "adopted.pem", 0o600)

    def arguments(self, world):
        return ["units", "adopt", "u1", "offline", "--cert", f"{world.case}/adopted.crt", "--key", f"{world.case}/adopted.pem"]

    def done(self, world, before, now):
        slot = now.units / "u1/offline/current"
        for name, inside in (("adopted.crt", "fullchain.pem"), ("adopted.pem", "key.pem")):
            require((now.folder / name).resolve() == (slot / inside).resolve(), f"{name} is no link into the slot")
            require((slot / inside).read_bytes() == (world.shared / name).read_bytes(), f"{name} is another")
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


class Credential(Command):
    server = "oauth"
    client = 0  # that is active in the end

    def prepare(self, world):
        super().prepare(world)
        self.add(world)
        (world.case / "devices.csv").write_text("serialNumber\nD1\nD2\nD3\n")
        (world.case / "coverage.csv").write_text("device_id,id,status\nD1,C1,ACTIVE\n")
        self.import_records(world)

    @staticmethod
    def import_records(world):
        world.rekey("tenants", "import", "acme", "--devices", f"{world.case}/devices.csv", "--coverage", f"{world.case}/coverage.csv")

    def add(self, world):
        world.rekey(*self.change(world, "add", 0), *world.endpoints("oauth"))

    @staticmethod
    def change(world, verb, client):
        return ["credential", verb, "acme", "--client-id", f"BUSINESSAPI.{client}", "--key-id", f"key-{client}",
                "--key", f"{world.shared}/{client}.pem", "--patience", "3s"]

    def done(self, world, before, now):
        active = now.store.rows("SELECT client_id FROM credentials WHERE state = 'active'")
        require(active == [(f"BUSINESSAPI.{self.client}",)], f"active: {active}")

    def works(self, world):
        world.rekey("credential", "verify", "acme")


class CredentialAdd(Credential):
    def prepare(self, world):
        Command.prepare(self, world)

    def arguments(self, world):
        return self.change(world, "add", 0) + world.endpoints("oauth")


class CredentialRotate(Credential):
    client = 1

    def arguments(self, world):
        return self.change(world, "rotate", 1)

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("credential_keys") == 2, "the prior key is gone")
        require(now.store.count("rotations", "state = 'confirmed'") == 1, "the rotation is not confirmed")


def sealed(case, state):
    return case.store.one("SELECT sealed FROM credential_keys k JOIN credentials c ON c.id = k.credential_id WHERE c.state = ?", state)


def nowhere(world, value):
    """Any part of a sealed value: pages may hold it in parts."""
    parts = [value[i : i + 40] for i in range(0, len(value) - 40, 40)]
    for path in (world.case / "home").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            require(not any(part in content for part in parts), f"what was destroyed is still in {path.name}")


def destroyed(world, before, now, state):
    require(now.store.count("credential_keys") == 1, "the other key is not destroyed")
    nowhere(world, sealed(before, state))


class CredentialImport(Credential):
    client = 1

    def prepare(self, world):
        super().prepare(world)
        (world.case / "list.csv").write_text("id,name,scope,client_id,key_id,version,key_file\n"
                                             f"e1,acme,business,BUSINESSAPI.1,key-1,1,{world.shared}/1.pem\n")
        (world.case / "pass").write_text("long enough\n")
        os.chmod(world.case / "pass", 0o600)
        world.rekey("credential", "pack", "--csv", f"{world.case}/list.csv", "--out", f"{world.case}/payload.json",
                    "--format", "json", "--passphrase-file", f"{world.case}/pass")

    def arguments(self, world):
        return ["credential", "import", f"{world.case}/payload.json", "--update", "acme", "--keep-prior", "0s",
                "--passphrase-file", f"{world.case}/pass", "--patience", "3s"]

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("payload_entries", "version = 1") == 1, "the entry is not taken")
        destroyed(world, before, now, "active")


class CredentialRollback(Credential):
    def prepare(self, world):
        super().prepare(world)
        world.rekey(*self.change(world, "rotate", 1))

    def arguments(self, world):
        return ["credential", "rollback", "acme", "--patience", "3s"]

    def done(self, world, before, now):
        super().done(world, before, now)
        destroyed(world, before, now, "active")


class CredentialConfirm(Credential):
    client = 1

    def prepare(self, world):
        super().prepare(world)
        world.rekey(*self.change(world, "rotate", 1), "--offline", "--keep-prior", "0s")

    def arguments(self, world):
        return ["credential", "confirm", "acme", "--patience", "3s"]

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("rotations", "state = 'confirmed' AND prior_destroyed_at IS NOT NULL") == 1, "not confirmed")
        destroyed(world, before, now, "superseded")


class SealChange(Credential):
    """Each run makes a key of its own."""

    def arguments(self, world):
        return ["seal", "change"]

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.setting("seal_key_id") != before.store.setting("seal_key_id"), "the same seal")
        require(not (now.home / "seal.key.next").exists(), "a staged key is left")
        nowhere(world, sealed(before, "active"))


class TenantsImport(Credential):
    def prepare(self, world):
        super().prepare(world)
        (world.case / "devices.csv").write_text("serialNumber,status\n" + "".join(f"D{i},ASSIGNED\n" for i in range(2, 300)))
        (world.case / "coverage.csv").write_text("device_id,id,status\n" + "".join(f"D{i},C{i},ACTIVE\n" for i in range(2, 300)))

    def arguments(self, world):
        return ["tenants", "import", "acme", "--devices", f"{world.case}/devices.csv", "--coverage", f"{world.case}/coverage.csv"]

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("devices", "id = 'D1' OR status = 'ASSIGNED'") == 299, "devices are missing")
        require(now.store.count("coverage", "status = 'ACTIVE'") == 299, "coverage is missing")
        require(now.sizes["device_history"] == 2, f"{now.sizes['device_history']} earlier devices are kept")


class TenantsSync(Credential):
    """Of what the provider told before, a device is gone and the others have changed."""

    server = "records"

    def prepare(self, world):
        Command.prepare(self, world)
        world.rekey(*self.change(world, "add", 0), "--offline", *world.endpoints("records"))
        (world.case / "devices.jsonl").write_text("".join(
            json.dumps({"serialNumber": f"{'C%011d' % (i * 7919 % 100000000003) if i else 'GONE'}", "status": "OLD"}) + "\n" for i in range(8)))
        world.rekey("tenants", "import", "acme", "--devices", f"{world.case}/devices.jsonl")

    def arguments(self, world):
        return ["tenants", "sync", "acme", "--coverage", "all", "--patience", "3s"]

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("devices", "status = 'ASSIGNED' AND inactive_since IS NULL") == 12, "devices are missing")
        require(now.store.count("devices", "id = 'GONE' AND inactive_since IS NOT NULL") == 1, "one is not inactive")
        require(now.store.count("coverage", "status IN ('ACTIVE', 'INACTIVE')") == 10, "coverage is missing")
        require(now.store.count("syncs", "phase = 'done'") >= 1, "no sync is done")
        require(now.sizes["device_history"] == 7, f"{now.sizes['device_history']} earlier devices are kept")


class SchemaUpgrade(Command):
    """A home of the first schema, brought up to date by the first command that writes."""

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        path = world.case / "home/rekey.db"
        fresh = sqlite3.connect(path)
        world.newest = fresh.execute("PRAGMA user_version").fetchone()[0]
        old = sqlite3.connect(f"{path}.old", isolation_level=None)
        old.execute("PRAGMA journal_mode = WAL")
        old.executescript((HERE / "schema_1.sql").read_text())
        for (table,) in old.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            columns = ", ".join(row[1] for row in old.execute(f"PRAGMA table_info({table})"))
            rows = fresh.execute(f"SELECT {columns} FROM {table}").fetchall()
            old.executemany(f"INSERT INTO {table}({columns}) VALUES({', '.join('?' * len(columns.split(',')))})", rows)
        old.execute("DELETE FROM schema_steps WHERE version > 1")
        old.execute(f"PRAGMA application_id = {fresh.execute('PRAGMA application_id').fetchone()[0]}")
        old.execute("PRAGMA user_version = 1")
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


COMMANDS = {
    "init": Init,
    "units add": UnitsAdd,
    "units adopt": UnitsAdopt,
    "certs generate": CertsGenerate,
    "certs renew": CertsRenew,
    "credential add": CredentialAdd,
    "credential rotate": CredentialRotate,
    "credential import": CredentialImport,
    "credential rollback": CredentialRollback,
    "credential confirm": CredentialConfirm,
    "seal change": SealChange,
    "tenants import": TenantsImport,
    "tenants sync": TenantsSync,
    "schema upgrade": SchemaUpgrade,
}
