"""Credentials, what they are sealed with, and the records of a tenant."""
import json
import os
import sqlite3

from command import Command, now_in
from judge import require


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
        self.pack(world, self.client)

    @staticmethod
    def pack(world, client):
        (world.case / "list.csv").write_text("id,name,scope,client_id,key_id,version,key_file\n"
                                             f"e1,acme,business,BUSINESSAPI.{client},key-{client},1,{world.shared}/{client}.pem\n")
        (world.case / "pass").write_text("long enough\n")
        os.chmod(world.case / "pass", 0o600)
        world.rekey("credential", "pack", "--csv", f"{world.case}/list.csv", "--out", f"{world.case}/payload.json",
                    "--output", "json", "--passphrase-file", f"{world.case}/pass")

    def arguments(self, world):
        return ["credential", "import", f"{world.case}/payload.json", "--update", "acme", "--keep-prior", "0s",
                "--passphrase-file", f"{world.case}/pass", "--patience", "3s"]

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("payload_entries", "version = 1") == 1, "the entry is not taken")
        destroyed(world, before, now, "active")


class CredentialImportAll(Credential):
    """Two entries, for two tenants of their own."""

    stretches = True

    def prepare(self, world):
        Command.prepare(self, world)
        (world.case / "list.csv").write_text("id,name,scope,client_id,key_id,version,key_file\n" + "".join(
            f"e{each},tenant-{each},business,BUSINESSAPI.{each},key-{each},1,{world.shared}/{each}.pem\n" for each in (0, 1)))
        (world.case / "pass").write_text("long enough\n")
        os.chmod(world.case / "pass", 0o600)
        world.rekey("credential", "pack", "--csv", f"{world.case}/list.csv", "--out", f"{world.case}/payload.json",
                    "--output", "json", "--passphrase-file", f"{world.case}/pass")

    def arguments(self, world):
        return ["credential", "import", f"{world.case}/payload.json", "--as-new", "--all-entries", "--offline",
                "--passphrase-file", f"{world.case}/pass"]

    def done(self, world, before, now):
        active = now.store.rows("SELECT client_id FROM credentials WHERE state = 'active' ORDER BY 1")
        require(active == [("BUSINESSAPI.0",), ("BUSINESSAPI.1",)], f"active: {active}")
        require(now.store.count("payload_entries", "version = 1") == 2, "an entry is not taken")

    def works(self, world):
        pass


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


class TenantsSet(Credential):
    """An address that leads nowhere, as it is not asked."""

    def arguments(self, world):
        return ["tenants", "set", "acme", "--api-url", "http://127.0.0.1:1/mended", "--offline"]

    def done(self, world, before, now):
        super().done(world, before, now)
        was = before.store.one("SELECT token_url FROM credentials")
        require(now.store.rows("SELECT api_url, token_url, confirmed FROM credentials") ==
                [("http://127.0.0.1:1/mended", was, 0)], "it is not set, or more than it")
        require(now.store.count("devices") == before.store.count("devices"), "devices are gone")

    def works(self, world):
        world.rekey("credential", "show", "acme")


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


class DoctorRepair(Credential):
    """A list of an older release brought a device under its own id."""

    only_reads = True  # at last

    tells_findings = True

    def prepare(self, world):
        super().prepare(world)
        store = sqlite3.connect(world.case / "home" / "rekey.db")
        with store:
            store.execute("UPDATE devices SET id = '17' WHERE id = 'D2'")
            store.execute("UPDATE coverage SET device_id = '17' WHERE device_id = 'D1'")
        store.close()

    def arguments(self, world):
        return ["doctor", "--repair"]

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("devices", "id = 'D2' AND serial = 'D2'") == 1, "the device has another name still")
        require(now.store.count("devices", "id = '17'") == 0, "the device has its old name still")
        require(now.store.count("coverage", "device_id = 'D2' AND id = 'C1'") == 1, "its coverage stayed behind")


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


class TenantsSyncAll(TenantsSync):
    """The line for cron."""

    def arguments(self, world):
        return ["tenants", "sync", "--all", "--coverage", "all", "--patience", "3s"]


class CredentialVerify(Credential):
    """What the provider says of it is kept."""

    def prepare(self, world):
        Command.prepare(self, world)
        world.rekey(*self.change(world, "add", 0), "--offline", *world.endpoints("oauth"))

    def arguments(self, world):
        return ["credential", "verify", "acme", "--patience", "3s"]

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("credentials", "last_success IS NOT NULL") == 1, "it is not kept that it works")


class CredentialAbort(Credential):
    """The provider was silent, and the new credential is staged."""

    server = None

    def prepare(self, world):
        Command.prepare(self, world)
        world.rekey(*self.change(world, "add", 0), "--offline")
        silent = "http://127.0.0.1:1"
        rotated = world.run([world.binary, "-q", "--no-input", *self.change(world, "rotate", 1), "--token-url", silent, "--api-url", silent])
        require(rotated.returncode == 4, f"a rotation without an answer ends with {rotated.returncode}: {rotated.stderr}")

    def arguments(self, world):
        return ["credential", "abort", "acme"]

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM rotations WHERE state = 'aborted'") == 1

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("rotations", "state = 'aborted'") == 1, "the rotation is not given up")
        destroyed(world, before, now, "staged")

    def works(self, world):
        pass


class CredentialRemove(Credential):
    """The prior one, which was kept for going back."""

    client = 1

    def prepare(self, world):
        super().prepare(world)
        world.rekey(*self.change(world, "rotate", 1), "--name", "fresh")

    def arguments(self, world):
        return ["credential", "remove", "acme", "--yes"]

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM credentials WHERE state = 'retired'") == 1

    def done(self, world, before, now):
        super().done(world, before, now)
        require(now.store.count("rotations", "prior_destroyed_at IS NOT NULL") == 1, "there is a way back without its key")
        destroyed(world, before, now, "superseded")

    def works(self, world):
        world.rekey("credential", "verify", "fresh")


class TenantsRemove(Credential):
    """With its key and its records."""

    server = None

    def add(self, world):
        world.rekey(*self.change(world, "add", 0), "--offline")

    def arguments(self, world):
        return ["tenants", "remove", "acme", "--yes"]

    def is_finished(self, world):
        return now_in(world, "SELECT count(*) FROM tenants") == 0

    def sound(self, world, before, now):
        gone = now.store.count("tenants") == 0
        require(now.store.count("devices") == (0 if gone else before.store.count("devices")), "its devices did not go along")

    def done(self, world, before, now):
        for table in ("tenants", "credentials", "credential_keys", "devices", "coverage"):
            require(now.store.count(table) == 0, f"{table} are left")
        nowhere(world, sealed(before, "active"))

    def works(self, world):
        pass
