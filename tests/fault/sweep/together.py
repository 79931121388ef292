"""The commands of commands.py, and some more, as they work beside another one: all in one home, on unit u1 and on
tenant acme. `lay` makes what all of them find; `ready` what one needs beside that. Another command's `ready` may come
before or after it, and what that makes of `done` is found out by running the two one after the other."""
import shutil
import subprocess
import time

import command
import credentials
import fleet
import moving
import registry
from judge import require

PLACES = (("u1", "online"), ("u1", "iam"), ("u2", "online"))


def lay(world, api):
    """`api`: the provider that acme is at; None: there is no acme."""
    world.api = api
    world.rekey("init", "--organization", "Fleet")
    fleet.keep_lists(world)
    command.units(world, "online", "iam")
    if api is None:
        return
    first, second, third = devices(world)
    (world.case / "devices.csv").write_text(f"serialNumber\n{first}\n{second}\n{third}\n")
    (world.case / "coverage.csv").write_text(f"device_id,id,status\n{first},C1,ACTIVE\n")
    world.rekey(*credentials.Credential.change(world, "add", 0), *world.endpoints(api))
    credentials.Credential.import_records(world)


def devices(world):
    """Three that the provider has."""
    return ("D1", "D2", "D3") if world.api == "oauth" else [f"C{n * 7919:011d}" for n in range(3)]


def of_tenant(name, arguments):
    return [name if each == "acme" else each for each in arguments]


class Both:
    """What a class of commands.py is like here. Its own `prepare` is not used."""

    api = "oauth"
    place = "home"  # commands meet in one place
    only_with = None  # names of commands: with others there is no common world
    on_unit = False  # looks at the folder of u1, or changes it
    tells_on_stdout = False  # what it found

    def ready(self, world):
        pass

    def sound(self, world, before, now):
        pass

    def done(self, world, before, now):
        pass


def every(now, kinds, what):
    for unit, kind in kinds:
        require(now.recorded(unit, kind, now.number_in_use(unit, kind)) == {"active"}, f"{unit}/{kind}: {what}")


def is_new(before, now, places=PLACES):
    for unit, kind in places:
        require(now.number_in_use(unit, kind) != before.number_in_use(unit, kind), f"{unit}/{kind}: not renewed")
    every(now, places, "the new one is not active")


# --- units and certificates ----------------------------------------------------------------------------------------


class UnitsAdd(Both, fleet.UnitsAdd):
    on_unit = True

    def ready(self, world):
        world.rekey("units", "remove", "u1", "--yes")

    def done(self, world, before, now):
        require(now.store.count("units", "name = 'u1' AND removed_at IS NULL") == 1, "not one unit u1")
        require(now.is_declared("u1", "online"), "u1/online is not declared")


class UnitsAddCsv(Both, fleet.UnitsAddCsv):
    on_unit = True

    def ready(self, world):
        for name in ("u1", "u2"):
            world.rekey("units", "remove", name, "--yes")
        self.put_list(world)

    def done(self, world, before, now):
        require(now.store.count("units", "name = 'u3' AND removed_at IS NULL") == 1, "not all units of the list are there")
        require(now.is_declared("u2", "sm"), "u2/sm is not declared")


class UnitsRename(Both, fleet.UnitsRename):
    def done(self, world, before, now):
        require(now.store.count("units", "name = 'pump' AND removed_at IS NULL") == 1, "not renamed")


class PolicyLoad(Both, fleet.PolicyLoad):
    def ready(self, world):
        self.put_document(world)


class UnitsRemove(Both, command.Command):
    on_unit = True

    def arguments(self, world):
        return ["units", "remove", "u1", "--yes"]

    def done(self, world, before, now):
        require(now.store.count("units", "name = 'u1' AND removed_at IS NULL") == 0, "u1 is not removed")


class UnitsSet(Both, command.Command):
    on_unit = True

    def arguments(self, world):
        return ["units", "set", "u1", "--type", "cm", "--label", "site=x", "--reload", "true"]

    def done(self, world, before, now):
        require(now.is_declared("u1", "cm"), "u1/cm is not declared")


class UnitsSetSlot(Both, registry.UnitsSetSlot):
    def done(self, world, before, now):
        require(now.store.count("slots", "rules <> '{}' AND issuer_id IS NOT NULL") == 1, "not one slot with rules")


class UnitsCheck(Both, command.Command):
    on_unit = True

    def arguments(self, world):
        return ["units", "check", "u1", "--adopt"]


class UnitsAdopt(Both, fleet.UnitsAdopt):
    on_unit = True

    def ready(self, world):
        for name in ("adopted.crt", "adopted.pem"):
            shutil.copyfile(world.shared / name, world.case / name)
        (world.case / "adopted.pem").chmod(0o600)

    def done(self, world, before, now):
        number = now.number_in_use("u1", "offline")
        require(number, "nothing is in use")
        require(now.recorded("u1", "offline", number) == {"active"}, "not recorded")


class CertsGenerate(Both, fleet.CertsGenerate):
    on_unit = True

    def ready(self, world):
        world.rekey("units", "set", "u1", "--type", "sm")

    def done(self, world, before, now):
        every(now, [("u1", "sm")], "not active")


class CertsRenew(Both, fleet.CertsRenew):
    on_unit = True

    def done(self, world, before, now):
        is_new(before, now)


class CertsRotate(Both, fleet.CertsRotate):
    on_unit = True

    def done(self, world, before, now):
        is_new(before, now)
        listed = {number for number, _ in fleet.revoked(now, "keyCompromise")}
        for unit, kind in PLACES:
            require(before.number_in_use(unit, kind) in listed, f"{unit}/{kind}: the old certificate is not revoked")
        fleet.is_listed(world, now)


class CertsRenewUnit(Both, fleet.CertsRenew):
    """One unit, its slots at the same time."""

    on_unit = True

    def arguments(self, world):
        return ["certs", "renew", "u1", "--jobs", "2"]

    def done(self, world, before, now):
        is_new(before, now, PLACES[:2])


def tell_once(world):
    """Another command may want the same."""
    config = world.root / "config/rekey/config.toml"
    if not config.exists() or "[notify]" not in config.read_text():
        registry.tell_into_file(world)


class CertsRenewAndTell(Both, registry.CertsRenewAndTell):
    on_unit = True

    def ready(self, world):
        tell_once(world)
        world.rekey("certs", "revoke", "u2/online", "--reason", "superseded", "--force")

    def sound(self, world, before, now):
        registry.CertsRenewAndTell.sound(self, world, before, now)

    def done(self, world, before, now):
        is_new(before, now, PLACES[2:])


class CertsChain(Both, fleet.CertsChain):
    on_unit = True

    def ready(self, world):
        time.sleep(1)  # so that the new one ends later
        world.rekey("issuers", "renew", "local")

    def done(self, world, before, now):
        for unit, kind in PLACES:
            chain = (now.units / unit / kind / "current/chain.pem").read_bytes()
            require(fleet.pem(self.root(now)) in chain, f"{unit}/{kind}: not the new root")


class IssuersRenew(Both, fleet.IssuersRenew):
    """Other issuers may be there too."""

    @staticmethod
    def root(now):
        der = now.store.one("SELECT d.der FROM issuer_chains h JOIN chain_certificates d ON d.id = h.chain_certificate_id "
                            "JOIN issuers i ON i.id = h.issuer_id WHERE i.name = 'local'")
        require(der, "there is no issuer 'local'")
        return der

    def sound(self, world, before, now):
        fleet.IssuersRenew.sound(self, world, before, now)

    def done(self, world, before, now):
        fleet.IssuersRenew.done(self, world, before, now)


CertsChain.root = staticmethod(IssuersRenew.root)


class CertsRevoke(Both, fleet.CertsRevoke):
    on_unit = True

    def done(self, world, before, now):
        require(fleet.revoked(now, "cessationOfOperation"), "nothing is revoked")
        fleet.is_listed(world, now)


class IssuersAdd(Both, fleet.IssuersAdd):
    def ready(self, world):
        if not (world.case / "brought.pem").exists():
            fleet.brought_ca(world)

    def done(self, world, before, now):
        require(now.store.count("issuers", "name = 'brought'") == 1, "not one issuer")


class IssuersAddPkcs12(Both, registry.IssuersAddPkcs12):
    def ready(self, world):
        self.put_file(world)

    def done(self, world, before, now):
        require(now.store.count("issuers", "name = 'brought'") == 1, "not one issuer")


class IssuersCreate(Both, registry.IssuersCreate):
    def done(self, world, before, now):
        require(now.store.count("issuers", "name = 'second'") == 1, "not one issuer")


class IssuersDefault(Both, registry.IssuersDefault):
    def ready(self, world):
        world.rekey("issuers", "create", "third")

    def arguments(self, world):
        return ["issuers", "default", "third"]

    def done(self, world, before, now):
        require(now.store.setting("default_issuer") == "third", "another is the default")


class IssuersSet(Both, registry.IssuersSet):
    """Others name the issuer as well."""

    def sound(self, world, before, now):
        registry.as_often(now, "issuers", "name = 'plant'", "issuer.rename")

    def done(self, world, before, now):
        require(now.store.count("issuers", "name = 'plant'") == 1, "not renamed")
        require(now.store.count("issuers", "name = 'local'") == 0, "the old name is there")


class IssuersCrl(Both, fleet.IssuersCrl):
    """To where the lists are kept."""

    def arguments(self, world):
        return ["issuers", "crl", "local", "--out", f"{world.case}/lists/local.crl"]

    def done(self, world, before, now):
        fleet.is_listed(world, now)


class RunsAbandon(Both, fleet.RunsAbandon):
    on_unit = True

    def ready(self, world):
        world.rekey("units", "set", "u1", "--reload", "kill -9 $PPID")
        world.run([world.binary, "-q", "--no-input", "certs", "renew", "u1/online"])  # killed in the middle
        world.rekey("units", "set", "u1", "--reload", "true")

    def done(self, world, before, now):
        require(now.store.count("items", "outcome IN ('open', 'deferred')") == 0, "the slot is not free")
        every(now, [("u1", "online")], "not active")


class NotifyTest(Both, registry.NotifyTest):
    """Others change the home, and tell of what they find."""

    def ready(self, world):
        tell_once(world)

    def sound(self, world, before, now):
        require(now.store.count("audit", "action = 'notice.tell'") > 0 or now.store.count("notices") == 0, "an example is recorded as told")

    def done(self, world, before, now):
        require(any(notice["example"] for notice in registry.told(now.folder)), "nobody was told of an example")


class DoctorRepair(Both, command.Command):
    on_unit = True
    tells_on_stdout = True

    def arguments(self, world):
        return ["doctor", "--repair"]


class SchemaUpgrade(Both, fleet.SchemaUpgrade):
    """Of both commands, the one that comes first upgrades. The first schema knows no tenants."""

    api = None
    only_with = {"schema upgrade", "certs generate", "certs renew", "certs revoke", "units set", "units remove", "doctor --repair"}

    def last(self, world):
        fleet.SchemaUpgrade.downgrade(world)

    def done(self, world, before, now):
        require(now.store.version == world.newest, f"schema {now.store.version} instead of {world.newest}")
        require(now.store.count("unit_labels", "value = 'x'") == 1, "the label is not set")


# --- tenants --------------------------------------------------------------------------------------------------------


def is_active(now, client, name="acme"):
    active = now.store.rows("SELECT c.client_id FROM credentials c JOIN tenants t ON t.id = c.tenant_id "
                            "WHERE c.state = 'active' AND t.name = ?", name)
    require(active == [(f"BUSINESSAPI.{client}",)], f"active: {active}")


class CredentialAdd(Both, credentials.CredentialAdd):
    """Of a tenant of its own, with the client that acme may be rotated to."""

    def arguments(self, world):
        return of_tenant("other", self.change(world, "add", 1)) + world.endpoints(world.api)

    def done(self, world, before, now):
        is_active(now, 1, "other")


class CredentialVerify(Both, credentials.CredentialVerify):
    def done(self, world, before, now):
        require(now.store.count("credentials", "last_success IS NOT NULL") > 0, "it is not kept that it works")


class CredentialRotate(Both, credentials.CredentialRotate):
    def done(self, world, before, now):
        is_active(now, 1)


class CredentialImport(Both, credentials.CredentialImport):
    def ready(self, world):
        self.pack(world, 2)

    def done(self, world, before, now):
        is_active(now, 2)
        require(now.store.count("payload_entries", "version = 1") == 1, "the entry is not taken")


class CredentialRollback(Both, credentials.CredentialRollback):
    def ready(self, world):
        world.rekey(*self.change(world, "rotate", 1))

    def done(self, world, before, now):
        is_active(now, 0)


class CredentialConfirm(Both, credentials.CredentialConfirm):
    def ready(self, world):
        world.rekey(*self.change(world, "rotate", 1), "--offline", "--keep-prior", "0s")

    def done(self, world, before, now):
        require(now.store.count("rotations", "state = 'cut_over'") == 0, "not confirmed")


class CredentialAbort(Both, credentials.CredentialAbort):
    """The provider was silent. What another command has cut over already is not staged again."""

    def ready(self, world):
        silent = "http://127.0.0.1:1"
        rotated = world.run([world.binary, "-q", "--no-input", *self.change(world, "rotate", 1), "--token-url", silent, "--api-url", silent])
        require(rotated.returncode in (4, 6), f"a rotation without an answer ends with {rotated.returncode}: {rotated.stderr}")

    def done(self, world, before, now):
        require(now.store.count("rotations", "state IN ('staged', 'verified')") == 0, "the rotation is not given up")


class CredentialRemove(Both, credentials.CredentialRemove):
    """The prior one, which was kept for going back."""

    def ready(self, world):
        world.rekey(*self.change(world, "rotate", 1), "--name", "fresh")

    def done(self, world, before, now):
        kept = now.store.one("SELECT count(*) FROM credential_keys k JOIN credentials c ON c.id = k.credential_id "
                             "JOIN tenants t ON t.id = c.tenant_id WHERE t.name = 'acme' AND c.name = 'acme' AND c.state = 'superseded'")
        require(kept == 0, "its key is not destroyed")


class SealChange(Both, credentials.SealChange):
    def done(self, world, before, now):
        require(now.store.setting("seal_key_id") != before.store.setting("seal_key_id"), "the same seal")
        require(not (now.home / "seal.key.next").exists(), "a staged key is left")


class TenantsSet(Both, credentials.TenantsSet):
    def done(self, world, before, now):
        set_to = now.store.rows("SELECT api_url FROM credentials c JOIN tenants t ON t.id = c.tenant_id "
                                "WHERE c.state = 'active' AND t.name = 'acme'")
        require(set_to == [("http://127.0.0.1:1/mended",)], f"not set: {set_to}")


class TenantsImport(Both, credentials.TenantsImport):
    def ready(self, world):
        first = devices(world)[0]
        (world.case / "new.csv").write_text(f"serialNumber,status\n{first},ASSIGNED\n" + "".join(f"N{i},ASSIGNED\n" for i in range(2, 300)))
        (world.case / "new-coverage.csv").write_text("device_id,id,status\n" + "".join(f"N{i},C{i},ACTIVE\n" for i in range(2, 300)))

    def arguments(self, world):
        return ["tenants", "import", "acme", "--devices", f"{world.case}/new.csv", "--coverage", f"{world.case}/new-coverage.csv"]

    def done(self, world, before, now):
        require(now.store.count("devices", "id LIKE 'N%'") == 298, "devices are missing")
        require(now.store.count("coverage", "device_id LIKE 'N%'") == 298, "coverage is missing")


class TenantsSync(Both, credentials.TenantsSync):
    api = "records"

    def done(self, world, before, now):
        require(now.store.count("devices", "status = 'ASSIGNED' AND inactive_since IS NULL AND id LIKE 'C%'") == 12, "devices are missing")
        require(now.store.count("syncs", "phase = 'done'") >= 1, "no sync is done")


class TenantsMerge(Both, moving.TenantsMerge):
    """Another tenant into acme."""

    def ready(self, world):
        world.rekey(*of_tenant("acme-2", self.change(world, "add", 3)), *world.endpoints(world.api))
        (world.case / "merged.csv").write_text(f"serialNumber,deviceModel\n{devices(world)[0]},newer\nM1,x\n")
        world.rekey("tenants", "import", "acme-2", "--devices", f"{world.case}/merged.csv")

    def sound(self, world, before, now):
        require(now.store.count("devices", "id = 'M1'") >= 1, "a device is gone")

    def done(self, world, before, now):
        require(now.store.count("tenants", "name = 'acme-2'") == 0, "the tenant that was merged is left")
        require(now.store.count("merges", "state = 'merged' AND from_tenant_id IS NULL") == 1, "the merge is open")


class TenantsExport(Both, moving.TenantsExport):
    def ready(self, world):
        moving.write_passphrase(world)
        (world.case / "moved").mkdir(exist_ok=True)

    def done(self, world, before, now):
        moving.is_private(world.case / "moved/acme")


class TenantsImportArchive(Both, moving.TenantsImportArchive):
    """Of another home."""

    def ready(self, world):
        TenantsExport.ready(self, world)
        other = ("--home", f"{world.root}/elsewhere")
        world.remove("elsewhere")
        world.rekey(*other, "init")
        world.rekey(*other, *of_tenant("acme-3", self.change(world, "add", 3)), "--offline", *world.endpoints(world.api))
        world.rekey(*other, "tenants", "import", "acme-3", "--devices", f"{world.case}/devices.csv")
        world.rekey(*other, "tenants", "export", "acme-3", "--out", *moving.sealed_file(world, "acme-3"))

    def arguments(self, world):
        return ["tenants", "import-archive", *moving.sealed_file(world, "acme-3")]

    def is_finished(self, world):
        return command.now_in(world, "SELECT count(*) FROM tenants WHERE state = 'present' AND name = 'acme-3'") == 1

    def done(self, world, before, now):
        require(now.store.count("tenants", "state = 'present' AND name = 'acme-3'") == 1, "the tenant has not arrived")


class TenantsRemove(Both, command.Command):
    def arguments(self, world):
        return ["tenants", "remove", "acme", "--yes"]

    def done(self, world, before, now):
        require(now.store.count("tenants", "name = 'acme'") == 0, "it is there")


# --- homes ----------------------------------------------------------------------------------------------------------


class Backup(Both, moving.Backup):
    """What it holds is asked of it where nothing else works."""

    ready = TenantsExport.ready

    def done(self, world, before, now):
        moving.is_private(world.case / "moved/file")


class Restore(Both, moving.Restore):
    place = "back"

    def ready(self, world):
        moving.write_passphrase(world)
        (world.case / "moved").mkdir(exist_ok=True)
        (world.case / "back").mkdir(exist_ok=True)
        world.rekey("backup", "--out", *moving.sealed_file(world, "file"))

    def sound(self, world, before, now):
        moving.Restore.sound(self, world, before, now)

    def done(self, world, before, now):
        moving.Restore.done(self, world, before, now)


class Init(Both, fleet.Init):
    """Where a home is restored to."""

    place = "back"

    def ready(self, world):
        (world.case / "back").mkdir(exist_ok=True)

    def arguments(self, world):
        return ["--home", f"{world.case}/back/home", *super().arguments(world)]

    def done(self, world, before, now):
        told = subprocess.run([world.binary, "--no-input", "--home", f"{world.case}/back/home", "doctor"], env=world.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        require(told.returncode in (0, 6), f"there is no whole home: {told.stderr}")


TOGETHER = {
    "units add": UnitsAdd,
    "units add --csv": UnitsAddCsv,
    "units rename": UnitsRename,
    "policy load": PolicyLoad,
    "units set": UnitsSet,
    "units set slot": UnitsSetSlot,
    "units remove": UnitsRemove,
    "units check --adopt": UnitsCheck,
    "units adopt": UnitsAdopt,
    "certs generate": CertsGenerate,
    "certs renew": CertsRenew,
    "certs renew u1": CertsRenewUnit,
    "certs renew --due, notice": CertsRenewAndTell,
    "certs rotate": CertsRotate,
    "certs renew --chain-only": CertsChain,
    "certs revoke": CertsRevoke,
    "issuers renew": IssuersRenew,
    "issuers add": IssuersAdd,
    "issuers add --pkcs12": IssuersAddPkcs12,
    "issuers create": IssuersCreate,
    "issuers default": IssuersDefault,
    "issuers set": IssuersSet,
    "issuers crl": IssuersCrl,
    "runs abandon": RunsAbandon,
    "notify test": NotifyTest,
    "doctor --repair": DoctorRepair,
    "credential add": CredentialAdd,
    "credential verify": CredentialVerify,
    "credential rotate": CredentialRotate,
    "credential import": CredentialImport,
    "credential rollback": CredentialRollback,
    "credential confirm": CredentialConfirm,
    "credential abort": CredentialAbort,
    "credential remove": CredentialRemove,
    "seal change": SealChange,
    "tenants set": TenantsSet,
    "tenants import": TenantsImport,
    "tenants sync": TenantsSync,
    "tenants merge": TenantsMerge,
    "tenants remove": TenantsRemove,
    "tenants export": TenantsExport,
    "tenants import-archive": TenantsImportArchive,
    "backup": Backup,
    "init": Init,
    "restore": Restore,
    "schema upgrade": SchemaUpgrade,
}


def can_meet(*names):
    made = [TOGETHER[name] for name in names]
    return len({each.place for each in made}) == 1 and all(
        each.only_with is None or all(name in each.only_with for name in names) for each in made)


def prepare(world, names, first=None):
    """One world for all of them; `first` is done before any of them is made ready."""
    made = [TOGETHER[name]() for name in names]
    for name, each in zip(names, made):
        each.name = name
    apis = {each.api for each in made}
    lay(world, None if None in apis else "records" if "records" in apis else "oauth")
    if first:
        first(world)
    for each in dict(zip(names, made)).values():  # the same command twice is made ready once
        each.ready(world)
    for each in made:
        if hasattr(each, "last"):
            each.last(world)
            break
    return made
