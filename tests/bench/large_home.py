#!/usr/bin/env python3
"""Makes a home large: clones what its first unit is until there are as many certificates as told.

    large_home.py [--none-due | --sound] HOME CERTIFICATES

The home is as `rekey init`, `units add u dir:… --type online --type iam` and `certs generate u` left it. Its clones
end over ten years from now and in the past month, a few have keys that no policy allows, one unit in fifty is away,
and each certificate has a run's item and an audit entry, whose chain is right. Nothing of it is on any disk.
--none-due: all end late, have keys that are allowed, and no unit is away; one in sixteen lives longer than policy says.
--sound: none does, and no renewal has failed: nothing is to be found in slots, units and runs.
"""

import argparse
import hashlib
import json
import random
import sqlite3
import time

DAY = 86400


def digest(previous, seq, at, actor, action, subject, detail):
    """As rekey/store/store.hpp says."""
    text = previous
    for part in (str(seq), str(at), actor, action, subject, detail):
        text += len(part.encode()).to_bytes(8, "big") + part.encode()
    return hashlib.sha256(text).digest()


def clone(database, wanted, none_due, sound):
    chance = random.Random(7)
    now = int(time.time())
    types = [row[0] for row in database.execute("SELECT type FROM slots ORDER BY id")]
    model = dict(database.execute("SELECT * FROM certificates ORDER BY id LIMIT 1").fetchone())
    seq, head = database.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    run = database.execute("SELECT max(id) FROM runs").fetchone()[0]
    reasons = ["expiry"] * 12 + ["policy", "policy", "manual", "audit", "rotation", "migration"]
    keys = ["ec-p256"] * 95 + ["ec-p384", "rsa-2048", "ed25519", "rsa-3072", "rsa-1024"]
    names = list(model)
    insert = f"INSERT INTO certificates({', '.join(names)}) VALUES({', '.join('?' * len(names))})"
    made = len(types)
    unit = 1
    while made < wanted:
        unit += 1
        name = f"unit-{unit:06}"
        away = now - 3 * DAY if unit % 50 == 0 and not none_due else None
        database.execute(
            "INSERT INTO units(id, name, address, reload, probe, added_at, seen_at, offline_since, offline_cause, attempts, "
            "next_attempt) VALUES(?, ?, ?, '', '', ?, ?, ?, ?, ?, ?)",
            (unit, name, f"ssh://root@{name}.example/srv", now - 400 * DAY, now - DAY, away,
             "no route to host" if away else "", 4 if away else 0, now + DAY if away else None))
        database.execute("INSERT INTO unit_labels VALUES(?, 'site', ?)", (unit, f"site-{unit % 40}"))
        if unit % 2000 == 0:
            run += 1
            begun = now - chance.randrange(360) * DAY
            database.execute("INSERT INTO runs(id, command, selection, issuer, comment, actor, started_at, finished_at, ending, "
                             "reason) VALUES(?, 'renew', '--due', '', '', 'cron@bench', ?, ?, 'done', NULL)",
                             (run, begun, begun + 600))
        for kind in types:
            made += 1
            slot = made + 10
            database.execute("INSERT INTO slots(id, unit_id, node, type) VALUES(?, ?, '', ?)", (slot, unit, kind))
            soon = made % 200 == 0 and not none_due
            left = chance.randrange(-30, 60) if soon else chance.randrange(1500 if none_due else 100, 3200 if sound else 3600)
            number = hashlib.sha1(str(made).encode()).hexdigest().upper()
            at = now - chance.randrange(365) * DAY
            certificate = dict(
                model, id=slot, slot_id=slot, number=number, subject=f"CN={name}", sans=json.dumps([f"dns:{name}"]),
                not_before=at, not_after=now + left * DAY, recorded_at=at,
                key="ec-p256" if none_due else chance.choice(keys),
                fingerprint=hashlib.sha256(number.encode()).hexdigest().upper())
            database.execute(insert, [certificate[column] for column in names])
            reason = chance.choice(reasons)
            outcome = "renewed" if made % 70 or sound else "failed"
            database.execute(
                "INSERT INTO items(run_id, slot_id, token, step, outcome, why, issuer_id, moves_slot, new_certificate_id, "
                "old_number, new_number, error, updated_at, reason) "
                "VALUES(?, ?, ?, ?, ?, 'expires soon', ?, 0, ?, '', ?, ?, ?, ?)",
                (run, slot, number, "confirmed" if outcome == "renewed" else "keyed", outcome,
                 model["issuer_id"], slot, number, "" if outcome == "renewed" else "no answer", at, reason))
            seq += 1
            entry = (seq, at, "cron@bench", "certificate.renew", f"{name}/{kind}", f'{{"number":"{number}"}}')
            head = digest(head, *entry)
            database.execute("INSERT INTO audit VALUES(?, ?, ?, ?, ?, ?, ?)", (*entry, head))
    return seq, head


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--none-due", action="store_true")
    kind.add_argument("--sound", action="store_true")
    parser.add_argument("home")
    parser.add_argument("certificates", type=int)
    options = parser.parse_args()
    database = sqlite3.connect(f"{options.home}/rekey.db")
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA foreign_keys = ON")
    seq, head = clone(database, options.certificates, options.none_due or options.sound, options.sound)
    database.execute("UPDATE settings SET value = ? WHERE name = 'audit_head'", (f"{seq} {head.hex()}",))
    database.commit()


main()
