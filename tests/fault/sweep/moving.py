"""What moves a tenant, or a whole home: nothing, or all of it, and never over what is there."""
import os
import shutil
import sqlite3

from command import Command, now_in, units
from credentials import Credential, destroyed, nowhere, sealed
from judge import Case, Store, require


class TenantsMerge(Credential):
    """D1 is known to both, to each in its own words; every other record to one."""

    client = 1

    def prepare(self, world):
        super().prepare(world)
        arguments = self.change(world, "add", 1)
        arguments[2] = "acme-2"
        world.rekey(*arguments, *world.endpoints("oauth"))
        (world.case / "devices.csv").write_text("serialNumber,deviceModel\nD1,newer\nM1,x\n")
        (world.case / "coverage.csv").write_text("device_id,id,status\nM1,C2,ACTIVE\n")
        world.rekey("tenants", "import", "acme-2", "--devices", f"{world.case}/devices.csv", "--coverage", f"{world.case}/coverage.csv")

    def arguments(self, world):
        return ["tenants", "merge", "acme-2", "acme", "--keep-prior", "0s", "--patience", "3s"]

    def sound(self, world, before, now):
        devices = [row[0] for row in now.store.rows("SELECT DISTINCT id FROM devices ORDER BY 1")]
        require(devices == ["D1", "D2", "D3", "M1"], f"devices: {devices}")
        require(now.store.count("coverage") == 2, "coverage is missing")
        models = now.store.rows("SELECT model FROM devices WHERE id = 'D1' UNION SELECT model FROM device_history WHERE id = 'D1'")
        require(len(models) == 2, f"states of D1: {models}")

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("tenants") == 1, "the tenant that was merged is left")
        require(now.store.one("SELECT model FROM devices WHERE id = 'D1'") == "newer", "the older state won")
        require(now.store.count("merges", "state = 'merged' AND from_tenant_id IS NULL") == 1, "the merge is open")
        require(now.store.count("credential_keys") == 1, "the prior key is not destroyed")
        for (old,) in before.store.rows("SELECT sealed FROM credential_keys"):
            nowhere(world, old)


def write_passphrase(world):
    (world.case / "pass").write_text("long enough\n")
    os.chmod(world.case / "pass", 0o600)


def sealed_file(world, name):
    return [f"{world.case}/moved/{name}", "--passphrase-file", f"{world.case}/pass"]


def beside(world, *names):
    left = sorted(path.name for path in (world.case / "moved").iterdir() if path.name not in names)
    require(not left, f"left beside its place: {left}")


def is_private(path):
    require(path.stat().st_mode & 0o077 == 0, f"others may read {path.name}")


MOVED = ("SELECT name, devices, coverage, state FROM tenants", "SELECT uid, name, client_id, key_id, state FROM credentials ORDER BY uid",
         "SELECT count(*) FROM credential_keys", "SELECT id, serial, model, attributes, first_seen FROM devices ORDER BY id",
         "SELECT id, position, model FROM device_history ORDER BY id, position", "SELECT device_id, id, status FROM coverage ORDER BY 1, 2")


def content(store):
    return [store.execute(query).fetchall() for query in MOVED]


class TenantsExport(Credential):
    stretches = True
    only_reads = True

    def prepare(self, world):
        super().prepare(world)
        (world.case / "devices.csv").write_text("serialNumber,deviceModel\nD1,newer\n")
        world.rekey("tenants", "import", "acme", "--devices", f"{world.case}/devices.csv")
        write_passphrase(world)
        (world.case / "moved").mkdir()

    def arguments(self, world):
        file, *others = sealed_file(world, "acme")
        return ["tenants", "export", "acme", "--out", file, *others]

    def sound(self, world, before, now):
        require(list(now.store.connection.iterdump()) == list(before.store.connection.iterdump()), "the source was touched")
        beside(world, "acme")
        if self.is_finished(world):
            self.is_whole(world, now)

    def is_finished(self, world):
        return (world.case / "moved/acme").exists()

    def is_whole(self, world, now):
        is_private(world.case / "moved/acme")
        other = ("--home", f"{world.root}/elsewhere")
        world.remove("elsewhere")
        world.rekey(*other, "init")
        world.rekey(*other, "tenants", "import-archive", *sealed_file(world, "acme"))
        arrived = sqlite3.connect(world.root / "elsewhere/rekey.db")
        same = content(arrived) == content(now.store.connection)
        arrived.close()
        require(same, "other content arrives than is here")

    def done(self, world, before, now):
        super().done(world, before, now)
        require(self.is_finished(world), "no file is there")


class TenantsImportArchive(TenantsExport):
    """Of another home, into one that has none."""

    only_reads = False

    def prepare(self, world):
        super().prepare(world)
        world.rekey(*super().arguments(world))
        there = Store(world.case / "home", world.root / "looked")
        world.expected = content(there.connection)
        there.close()
        shutil.rmtree(world.case / "home")
        Command.prepare(self, world)

    def arguments(self, world):
        return ["tenants", "import-archive", *sealed_file(world, "acme")]

    def sound(self, world, before, now):
        beside(world, "acme")
        if now.store.count("tenants", "state = 'present'"):
            require(content(now.store.connection) == world.expected, "other content than was exported")
        else:
            require(now.store.count("credentials") == 0, "credentials without a tenant")

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM tenants WHERE state = 'present'") == 1

    def done(self, world, before, now):
        Credential.done(self, world, before, now)
        require(content(now.store.connection) == world.expected, "something is left of what was begun, or missing")


class Backup(Command):
    stretches = True

    def prepare(self, world):
        super().prepare(world)
        units(world, "online")
        write_passphrase(world)
        (world.case / "moved").mkdir()

    def arguments(self, world):
        file, *others = sealed_file(world, "file")
        return ["backup", "--out", file, *others]

    def is_finished(self, world):
        return (world.case / "moved/file").exists()

    def sound(self, world, before, now):
        beside(world, "file")
        if (world.case / "moved/file").exists():
            is_private(world.case / "moved/file")
            world.remove("elsewhere")
            world.rekey("--home", f"{world.root}/elsewhere/home", "restore", "--yes", *sealed_file(world, "file"))
            is_restored(world, world.root / "elsewhere", before)

    def done(self, world, before, now):
        require((world.case / "moved/file").exists(), "no file is there")


RETIRED = "SELECT count(*) FROM settings WHERE name = 'retired'"


class BackupRetire(Backup):
    """Either the home is not retired, or it is and its backup whole, under its name or on the way to it."""

    def arguments(self, world):
        return [*super().arguments(world), "--retire", "--yes", "--comment", "moves"]

    def waiting(self, world):
        return [path for path in (world.case / "moved").iterdir() if path.name.startswith(".file.retiring-")]

    def sound(self, world, before, now):
        retired = now.store.one(RETIRED) == 1
        beside(world, "file", *(path.name for path in self.waiting(world)))
        file = world.case / "moved/file"
        require(retired or not file.exists(), "the backup has its name, and the home is not retired")
        if not retired:
            return
        whole = [path for path in (file, *self.waiting(world)) if path.exists()]
        require(len(whole) == 1, f"files of a retired home: {[path.name for path in whole]}")
        is_private(whole[0])
        world.remove("elsewhere")
        _, *passphrase = sealed_file(world, "file")
        world.rekey("--home", f"{world.root}/elsewhere/home", "restore", str(whole[0]), *passphrase)
        is_restored(world, world.root / "elsewhere", before)
        restored = sqlite3.connect(world.root / "elsewhere/home/rekey.db")
        copied = restored.execute(RETIRED).fetchone()[0]
        restored.close()
        require(copied == 0, "what was restored is retired as well")

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.one(RETIRED) == 1, "the home is not retired")
        require(not self.waiting(world), "a file is left on its way")


class DoctorUnretire(Backup):
    """A home that was retired is taken back into use; what it went into stays."""

    stretches = False  # only before
    only_reads = True  # at last
    tells_findings = True

    def prepare(self, world):
        super().prepare(world)
        world.rekey(*super().arguments(world), "--retire", "--yes")

    def arguments(self, world):
        return ["doctor", "--unretire", "--yes"]

    def is_finished(self, world):
        return now_in(world, RETIRED) == 0

    def sound(self, world, before, now):
        told = now.store.count("audit", "action = 'home.unretire'")
        require(now.store.one(RETIRED) + told == 1, f"the home is retired {now.store.one(RETIRED)} times, and {told} entries tell of the end")
        beside(world, "file")
        is_private(world.case / "moved/file")

    def done(self, world, before, now):
        require(now.store.one(RETIRED) == 0, "the home is retired still")

    def works(self, world):
        world.rekey("units", "set", "u1", "--label", "site=x")


def is_restored(world, where, before):
    """All that was there, sound by itself and with the same units."""
    if not (where / "units").is_symlink():
        (where / "units").symlink_to(world.case / "units")
    there = Case(where, before)
    try:
        there.sound()
        require((where / "home/seal.key").read_bytes() == (before.home / "seal.key").read_bytes(), "another seal key")
        for name in ("home", "home/rekey.db", "home/seal.key"):
            is_private(where / name)
        for table in ("units", "slots", "certificates", "certificate_leaves", "issuers", "runs", "items"):
            query = f"SELECT * FROM {table} ORDER BY 1"
            require(there.store.rows(query) == before.store.rows(query), f"{table}: other rows than were kept")
    finally:
        there.close()


class Restore(Backup):
    """Into a home that is not there yet."""

    def prepare(self, world):
        super().prepare(world)
        world.rekey(*super().arguments(world))
        (world.case / "back").mkdir()

    def arguments(self, world):
        return ["--home", f"{world.case}/back/home", "restore", "--yes", *sealed_file(world, "file")]

    def is_finished(self, world):
        return (world.case / "back/home").exists() and not (world.case / "back/.home.restoring").exists()

    def sound(self, world, before, now):
        require(list(now.store.connection.iterdump()) == list(before.store.connection.iterdump()), "the other home was touched")
        if (world.case / "back/home").exists():
            is_restored(world, world.case / "back", before)

    def done(self, world, before, now):
        require((world.case / "back/home").exists(), "no home is there")
        left = sorted(path.name for path in (world.case / "back").iterdir() if path.name not in ("home", "units"))
        require(not left, f"left beside it: {left}")
