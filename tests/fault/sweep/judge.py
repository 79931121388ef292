"""Is what a fault left behind sound, and is the work done? Trusts nothing of rekey: reads the store with SQLite, keys
and certificates with openssl, and computes the audit chain by its description (rekey-audit(1))."""
import functools
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess

APPLICATION = 0x524B4559
# Without this, openssl loads the roots of the system each time.
OPENSSL = dict(os.environ, SSL_CERT_FILE="/dev/null", LC_ALL="C")


class Violation(Exception):
    pass


def require(condition, what):
    if not condition:
        raise Violation(what)


@functools.lru_cache(maxsize=4096)
def said_by_openssl(arguments, _contents):
    done = subprocess.run(["openssl", *arguments], env=OPENSSL, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def openssl(*arguments):
    """Not asked again about files that hold what they held: a sweep looks at the same ones thousands of times."""
    contents = tuple(pathlib.Path(each).read_bytes() if os.path.isfile(each) else None for each in arguments if each.startswith("/"))
    return said_by_openssl(arguments, contents)


class Store:
    """A copy of the store, so that looking at it recovers and tidies up nothing."""

    def __init__(self, home, scratch):
        shutil.rmtree(scratch, ignore_errors=True)
        os.makedirs(scratch)
        self.there = False
        self.tables = set()
        for name in ("rekey.db", "rekey.db-wal"):
            if (home / name).exists():
                shutil.copyfile(home / name, f"{scratch}/{name}")
        if not os.path.exists(f"{scratch}/rekey.db"):
            return
        self.connection = sqlite3.connect(f"{scratch}/rekey.db")
        self.tables = {row[0] for row in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        self.version = self.one("PRAGMA user_version")
        self.there = self.version > 0

    def rows(self, sql, *values):
        return self.connection.execute(sql, values).fetchall()

    def one(self, sql, *values):
        row = self.connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def count(self, table, condition="1"):
        return self.one(f"SELECT count(*) FROM {table} WHERE {condition}") if table in self.tables else 0

    def setting(self, name):
        return self.one("SELECT value FROM settings WHERE name = ?", name)

    def close(self):
        if hasattr(self, "connection"):
            self.connection.close()


# What no fault may make fewer.
OF_TENANTS = ("tenants", "credentials", "rotations", "devices", "device_history", "coverage", "coverage_history", "payload_entries")
GROWING = ("units", "slots", "certificates", "issuers", "runs", "audit", *OF_TENANTS)


def sizes(store):
    return {table: store.count(table) if store.there else 0 for table in GROWING}


class Case:
    """A home and its units, below one folder; `before`: what they were like before the fault."""

    def __init__(self, folder, before=None):
        self.folder = pathlib.Path(folder)
        self.home = self.folder / "home"
        self.units = self.folder / "units"
        self.store = Store(self.home, f"{folder}.judged")
        self.sizes = sizes(self.store)
        self.head = self.audit_hash(self.sizes["audit"])
        self.before = before
        self.unread = False  # it was told that something on a unit could not be read, and is not recorded

    def close(self):
        self.store.close()

    def audit_hash(self, seq):
        return self.store.one("SELECT hash FROM audit WHERE seq = ?", seq) if self.sizes["audit"] else None

    def slots(self):
        """(unit, type, folder of the current generation)"""
        for link in sorted(self.units.glob("*/*/current")):
            yield link.parts[-3], link.parts[-2], link

    @property
    def adopted_files(self):
        """Certificate and key as a service has them, alone and in one file."""
        named = ((self.folder / "adopted.crt", self.folder / "adopted.pem"), (self.folder / "both.pem", self.folder / "both.pem"))
        return [pair for pair in named if pair[0].is_symlink() or pair[0].exists()]

    # --- whatever happened -------------------------------------------------------------------------------------

    def sound(self):
        if self.sound_home():
            for unit, kind, folder in self.slots():
                self.check_slot(unit, kind, folder)
            self.check_active_in_use()
            self.check_adoptions()

    def sound_home(self):
        """Whatever the units hold. Whether there is a home at all."""
        self.check_modes()
        if not self.store.there:
            require(self.before is None or not self.before.store.there, "the store is gone")
            return False
        self.check_database()
        self.check_sizes()
        self.check_seal()
        self.check_credentials()
        self.check_numbers()
        self.check_accounts(self.check_chain())
        return True

    def check_modes(self):
        for base, _, files in os.walk(self.folder):
            for name in files:
                path = pathlib.Path(base, name)
                mode = os.lstat(path).st_mode
                if not stat.S_ISREG(mode) or not mode & 0o077:
                    continue
                require(not path.is_relative_to(self.home), f"{path} has mode {mode & 0o7777:o}")
                require(b"PRIVATE KEY" not in path.read_bytes(), f"{path} holds a key, and has mode {mode & 0o7777:o}")

    def check_database(self):
        store = self.store
        require(store.one("PRAGMA integrity_check") == "ok", "the store is damaged")
        require(not store.rows("PRAGMA foreign_key_check"), "a foreign key points nowhere")
        require(store.one("PRAGMA application_id") == APPLICATION, "the store is somebody else's")
        require(store.one("SELECT max(version) FROM schema_steps") == store.version, "schema and version differ")
        if self.before and self.before.store.there and self.before.store.version < store.version:
            self.check_backup(self.before.store)

    def check_backup(self, old):
        path = self.home / f"rekey.db.bak-{old.version}"
        require(path.exists(), "the schema was changed without a backup")
        backup = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        same = list(backup.iterdump()) == list(old.connection.iterdump())
        version = backup.execute("PRAGMA user_version").fetchone()[0]
        backup.close()
        require(same and version == old.version, "the backup is not what was there before")

    def check_sizes(self):
        if self.before is None:
            return
        # A merge makes one tenant of two, and one record of what both knew.
        merged = self.store.count("merges")
        removed = self.store.count("audit", "action = 'tenant.remove'")
        for table, size in self.before.sizes.items():
            if (not merged or table not in ("tenants", "devices", "coverage")) and (not removed or table not in OF_TENANTS):
                require(self.sizes[table] >= size, f"{table}: {self.sizes[table]} instead of {size}")

    def check_seal(self):
        key = self.store.setting("seal_key_id")
        if key is None:  # the home is not finished
            require(self.before is None or not self.before.store.there, "the seal key is unknown")
            return
        sealed = [row[0] for row in self.store.rows("SELECT sealed_key FROM issuers WHERE length(sealed_key) > 0")]
        if "credential_keys" in self.store.tables:
            sealed += [row[0] for row in self.store.rows("SELECT sealed FROM credential_keys")]
        for value in sealed:
            require(value[1:9].hex().upper() == key, "a secret is sealed with another key")
        found = [(self.home / name).read_text().split()[1:2] for name in ("seal.key", "seal.key.next")
                 if (self.home / name).exists() and (self.home / name).read_bytes().startswith(b"rekey-seal-key-1 ")]
        require([key] in found, "the key that seals is gone")

    def check_credentials(self):
        if "credentials" not in self.store.tables:
            return
        wrong = self.store.rows("SELECT name FROM tenants t WHERE (SELECT count(*) FROM credentials c JOIN credential_keys k "
                                "ON k.credential_id = c.id WHERE c.tenant_id = t.id AND c.state = 'active') <> 1" + self.state_of_tenants("t.state = 'present'"))
        require(not wrong, f"tenants without one active credential with its key: {wrong}")
        wrong = self.store.count("credentials", "state = 'retired' AND id IN (SELECT credential_id FROM credential_keys)")
        require(wrong == 0, "the key of a credential that has ended is kept")
        for column, table in (("devices", "devices"), ("coverage", "coverage")):
            wrong = self.store.rows(f"SELECT name FROM tenants t WHERE {column} <> (SELECT count(*) FROM {table} d WHERE d.tenant_id = t.id)")
            require(not wrong, f"{column} of {wrong} are counted wrong")

    def state_of_tenants(self, condition):
        """`arriving`: just being imported, and seen by nobody; `merging`: being merged into another."""
        columns = {row[1] for row in self.store.rows("PRAGMA table_info(tenants)")}
        return f" AND {condition}" if "state" in columns else ""

    def check_numbers(self):
        require(self.store.one("SELECT count(*) - count(DISTINCT number) FROM certificates WHERE issuer_id IS NOT NULL") == 0, "a number occurs twice")
        wrong = self.store.rows("SELECT number FROM certificates WHERE reason IS NOT NULL AND issuer_id IS NOT NULL "
                                "AND number NOT IN (SELECT number FROM reserved_numbers)")
        require(not wrong, f"signed with numbers that were not reserved: {wrong}")

    def check_slot(self, unit, kind, folder):
        texts = {name: folder / name for name in ("key.pem", "cert.pem", "chain.pem", "fullchain.pem")}
        where = f"{unit}/{kind}"
        for name, path in texts.items():
            require(path.exists() and path.stat().st_size > 0, f"{where}: no {name}")
        about = openssl("x509", "-in", str(texts["cert.pem"]), "-noout", "-serial", "-pubkey")
        require(about, f"{where}: no certificate")
        number, _, public = about.partition("\n")
        if number.startswith("-----"):  # in whichever order they are printed
            public, _, number = about.strip().rpartition("\n")
        require(openssl("pkey", "-in", str(texts["key.pem"]), "-pubout").strip() == public.strip(),
                f"{where}: key and certificate do not match")
        verified = openssl("verify", "-CAfile", str(texts["chain.pem"]), str(texts["cert.pem"]))
        require(verified, f"{where}: does not verify")
        # Behind the chain there may be roots that the rest of the fleet still needs.
        whole = texts["cert.pem"].read_bytes() + texts["chain.pem"].read_bytes()
        full = texts["fullchain.pem"].read_bytes()
        require(whole.startswith(full), f"{where}: the full chain is another one")
        require(openssl("verify", "-CAfile", str(texts["fullchain.pem"]), str(texts["cert.pem"])), f"{where}: the full chain is not whole")
        roots = (folder / "trust.pem").read_bytes() if whole != full else b""
        require(whole[len(full):] in roots, f"{where}: the chain ends with what is not trusted")
        number = number.split("=")[1].strip()
        states = self.recorded(unit, kind, number)
        # What a slot holds is known once it is recorded and its unit was asked.
        require(states or self.unread or not self.is_declared(unit, kind) or not self.was_asked(unit) or
                self.adoption(unit, kind), f"{where}: {number} is not recorded")
        require(not states or states & {"active", "pending", "foreign"}, f"{where}: {number}, in use, is {states}")

    # A unit is known by its folder here: what it is called may change.
    IS_UNIT = "(u.name = ?1 OR u.address LIKE '%/units/' || ?1) AND u.removed_at IS NULL"

    @staticmethod
    def folder_name(name, address):
        return address.rpartition("/units/")[2] if "/units/" in address else name

    def is_declared(self, unit, kind):
        return bool(self.store.rows("SELECT 1 FROM slots s JOIN units u ON u.id = s.unit_id "
                                    f"WHERE {self.IS_UNIT} AND s.declared = 1 AND s.type = ?2", unit, kind))

    def is_here(self, unit):
        return bool(self.store.rows(f"SELECT 1 FROM units u WHERE {self.IS_UNIT}", unit))

    def was_asked(self, unit):
        return bool(self.store.rows(f"SELECT 1 FROM units u WHERE {self.IS_UNIT} AND u.seen_at IS NOT NULL", unit))

    def recorded(self, unit, kind, number):
        if not self.store.there:
            return set()
        return {row[0] for row in self.store.rows(
            "SELECT state FROM certificates c JOIN slots s ON s.id = c.slot_id JOIN units u ON u.id = s.unit_id "
            f"WHERE {self.IS_UNIT} AND s.type = ?2 AND c.number = ?3", unit, kind, number)}

    def number_in_use(self, unit, kind):
        about = openssl("x509", "-in", str(self.units / unit / kind / "current/cert.pem"), "-noout", "-serial")
        return about.strip().split("=")[1] if about else None

    def check_active_in_use(self):
        """Where nothing is under way, what is recorded as active is what is used."""
        for name, address, kind, number in self.store.rows(
                "SELECT u.name, u.address, s.type, c.number FROM certificates c JOIN slots s ON s.id = c.slot_id JOIN units u ON u.id = s.unit_id "
                "WHERE c.state = 'active' AND u.removed_at IS NULL"):
            unit = self.folder_name(name, address)
            used = self.number_in_use(unit, kind)
            require(used, f"{unit}/{kind}: nothing is in use, and {number} is active")
            if used != number:
                require("pending" in self.recorded(unit, kind, used), f"{unit}/{kind}: {used} is in use, and {number} is active")

    def adoption(self, unit, kind):
        """The files of an adoption that has not ended, and is not on the record as active."""
        if "adoptions" not in self.store.tables:
            return None
        rows = self.store.rows(
            "SELECT a.certificate_file, a.key_file FROM adoptions a JOIN slots s ON s.id = a.slot_id JOIN units u ON u.id = s.unit_id "
            f"WHERE a.state = 'open' AND {self.IS_UNIT} AND s.type = ?2", unit, kind)
        return rows[0] if rows else None

    def check_adoptions(self):
        """Before it is recorded, while the links are made, and afterwards, the service's files fit together."""
        for certificate, key in self.adopted_files:
            public = openssl("x509", "-in", str(certificate), "-noout", "-pubkey")
            require(public, f"{certificate}: the service finds no certificate")
            require(public == openssl("pkey", "-in", str(key), "-pubout"), f"{key} is not the key of {certificate}")

    # --- the audit trail ---------------------------------------------------------------------------------------

    def check_chain(self):
        previous = bytes(32)
        entries = []
        for place, (seq, at, actor, action, subject, detail, kept) in enumerate(
                self.store.rows("SELECT seq, at, actor, action, subject, detail, hash FROM audit ORDER BY seq"), 1):
            require(seq == place, f"audit entry {place} is missing")
            text = previous
            for field in (str(seq), str(at), actor, action, subject, detail):
                text += len(field.encode()).to_bytes(8, "big") + field.encode()
            previous = hashlib.sha256(text).digest()
            require(previous == kept, f"audit entry {seq} does not fit its hash")
            entries.append((action, subject, json.loads(detail)))
        head = self.store.setting("audit_head")
        require((head or "0 ") == (f"{len(entries)} {previous.hex().upper()}" if entries else "0 "), "the head of the audit trail is another")
        if self.before and self.before.sizes["audit"]:
            require(self.audit_hash(self.before.sizes["audit"]) == self.before.head, "the audit trail was rewritten")
        return entries

    def check_accounts(self, entries):
        """What the store holds is what the trail tells of, entry by entry."""

        def told(*actions):
            return [entry for entry in entries if entry[0] in actions]

        def equal(what, there, *actions):
            require(there == len(told(*actions)), f"{there} {what}, and {len(told(*actions))} entries {actions}")

        def equal_of_tenants(what, there, *actions):
            """A tenant that is removed takes with it all but what the trail tells."""
            if not told("tenant.remove"):
                equal(what, there, *actions)
            require(there <= len(told(*actions)), f"{there} {what}, and only {len(told(*actions))} entries {actions}")

        store = self.store
        equal("home", 1 if store.setting("created_at") else 0, "home.create")
        equal("issuers", store.count("issuers"), "issuer.create", "issuer.add")
        equal("units", store.count("units"), "unit.add")
        equal("removed units", store.count("units", "removed_at IS NOT NULL"), "unit.remove")
        for _, subject, detail in told("unit.rename"):
            require(store.count("units", f"name = '{detail['to']}'") >= 1, f"{subject} was renamed, and is not there")
        gone = store.count("merges", "state = 'merged' AND from_tenant_id IS NULL")
        equal_of_tenants("merged tenants", gone, "tenant.merge")
        equal_of_tenants("merges", store.count("merges"), "tenant.merge.begin")
        gone = len(told("tenant.merge", "tenant.remove"))
        seen = store.count("tenants", "1" + self.state_of_tenants("state <> 'arriving'"))
        require(seen + gone == len(told("tenant.add", "tenant.import_archive")), "tenants of which nobody tells, or the other way round")
        equal_of_tenants("rotations", store.count("rotations"), "rotation.stage")
        equal_of_tenants("rotations cut over", store.count("rotations", "cut_over_at IS NOT NULL"), "rotation.cut_over")
        equal_of_tenants("confirmed rotations", store.count("rotations", "confirmed_at IS NOT NULL"), "rotation.confirm")
        equal_of_tenants("rotations rolled back", store.count("rotations", "state = 'rolled_back'"), "rotation.roll_back")
        equal_of_tenants("keys destroyed", store.count("rotations", "prior_destroyed_at IS NOT NULL AND state = 'confirmed'"),
                         "credential.destroy", "credential.remove")
        arrived = sum(detail["credentials"] for _, _, detail in told("tenant.import_archive"))
        equal_of_tenants("credentials", store.count("credentials") - arrived, "credential.add", "rotation.stage")
        elsewhere = store.count("credentials", "state = 'active' AND api_url LIKE '%/mended'")
        if not store.count("rotations", "state = 'rolled_back'"):  # the prior credential has its own addresses
            equal_of_tenants("addresses that were set", elsewhere, "tenant.set")
        equal_of_tenants("payloads taken", store.count("payload_entries"), "payload.accept")
        equal_of_tenants("syncs", store.count("syncs"), "tenant.sync.begin")
        equal_of_tenants("finished syncs", store.count("syncs", "phase = 'done'"), "tenant.sync")
        seals = told("seal.change")
        require(not seals or seals[-1][2]["new"] == store.setting("seal_key_id"), "the seal was changed, and nobody tells")
        issued = {detail["number"] for _, _, detail in told("certificate.issue")}
        found = {detail["number"] for _, _, detail in told("certificate.find", "certificate.take")}
        found |= {detail.get("number") or detail.get("new") for _, _, detail in told("certificate.adopt")}
        found |= {held["number"] for _, _, detail in told("unit.find") for held in detail.get("found", {}).values()}
        used = {detail["new"] for _, _, detail in told("certificate.generate", "certificate.renew")}
        for number, state in store.rows("SELECT number, state FROM certificates"):
            require(number in issued | found, f"nobody tells of certificate {number}")
            if state in ("active", "superseded", "revoked"):
                require(number in used | found, f"nobody tells that certificate {number} became active")
        for number in issued | used:
            require(store.count("certificates", f"number = '{number}'") >= 1, f"certificate {number} is told of, and not there")
        if self.before and self.changed("devices", "coverage"):
            require(self.sizes["audit"] > self.before.sizes["audit"], "records were changed, and nobody tells")

    def changed(self, *tables):
        def content(case, table):
            if table not in case.store.tables:
                return []
            columns = [row[1] for row in case.store.rows(f"PRAGMA table_info({table})") if row[1] not in ("seen_in_sync", "covered_by", "unproven_by")]
            seen = "SELECT id FROM tenants WHERE 1" + case.state_of_tenants("state <> 'arriving'")
            return case.store.rows(f"SELECT {', '.join(columns)} FROM {table} WHERE tenant_id IN ({seen}) ORDER BY 1, 2, 3")

        return any(content(self, table) != content(self.before, table) for table in tables)

    # --- after a run without fault -----------------------------------------------------------------------------

    def tidy(self, only_read=False):
        """Nothing is left over, and nothing is still open."""
        require(self.store.there, "there is no home")
        store = self.store
        allowed = {"rekey.db", "seal.key", "runs"} | ({"rekey.db-wal", "rekey.db-shm"} if only_read else set())
        for path in self.home.iterdir():
            require(path.name in allowed or path.name.startswith("rekey.db.bak-") and not path.name.endswith(".new"),
                    f"{path.name} is left over in the home")
        # What syncs of a tenant, and notices, are locked by stays.
        left = [path.name for path in (self.home / "runs").iterdir() if not path.name.startswith("sync-") and path.name != "notify"]
        require(not left, f"locks of runs are left over: {left}")
        for slot in self.units.glob("*/*"):
            for path in slot.iterdir():
                require(path.name in ("gen", "current", "spare"), f"{path} is left over")
            # An outdated pair whose files the next renewal uses again.
            for path in (slot / "spare").glob("*"):
                require(b"PRIVATE KEY" not in path.read_bytes(), f"{path} still holds a key")
            generations = list((slot / "gen").iterdir())
            # Tidying up comes after the record, and is not done again when it was struck: the next renewal does it.
            require(len(generations) <= 3, f"{slot}: {len(generations)} generations")
            require(all(each.name.isdigit() for each in generations), f"{slot}: a generation is left over")
        require(store.count("certificates", "state = 'pending'") == 0, "a certificate is pending")
        require(store.count("adoptions") == 0, "an adoption has not ended")
        parked = [path.name for certificate, key in self.adopted_files for path in (certificate.parent, key.parent)
                  for path in path.glob(".*.rekey*")]
        require(not parked, f"what files were is left over: {parked}")
        require(store.count("runs", "finished_at IS NULL") == 0, "a run is open")
        require(store.count("items", "outcome = 'open'") == 0, "an item is open")
        require(store.count("rotations", "state IN ('staged', 'verified')") == 0, "a rotation is open")
        require(store.count("syncs", "finished_at IS NULL") == 0, "a sync is open")
        for name in ("old_seal_in_log", "destroyed_keys_in_log"):
            require(store.setting(name) in (None, ""), f"{name} is still set")
        for unit, kind, _ in self.slots():
            if not self.is_here(unit):
                continue
            states = self.recorded(unit, kind, self.number_in_use(unit, kind))
            require(states & {"active", "foreign"}, f"{unit}/{kind}: what is in use is {states}")
