#!/usr/bin/python3
"""A home whose audit trail is long: memory stays bounded, and what a command says and writes stays the same.

    long_trail.py REKEY [--rows N]     as many entries before the commands run [20000]

The entries are written with SQLite, and chained as rekey-audit(1) says. Each command is measured as in bounds.py: peak
memory below 64 MiB, and scrypt's own for a backup; no exit but 0, and a time that is printed. A changed entry in the middle is found.
"""
import argparse
import hashlib
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

from bounds import MOST_MEMORY, Place


WITH_SCRYPT = MOST_MEMORY + (128 << 10)  # which takes 128 MiB by its parameters


def lengthen(database, rows):
    """Appends `rows` entries to the trail; the number of all."""
    store = sqlite3.connect(database)
    seq, head = (store.execute("SELECT value FROM settings WHERE name = 'audit_head'").fetchone() or ("0 ",))[0].split(" ")
    seq, previous = int(seq), bytes.fromhex(head)
    detail = json.dumps({"why": "policy", "number": "0x" + "AB" * 20})

    def entries():
        nonlocal previous
        for number in range(seq + 1, seq + rows + 1):
            fields = (str(number), "1700000000", "cron@example", "certificate.renewed", f"unit-{number % 5000}/online", detail)
            text = previous
            for field in fields:
                text += len(field.encode()).to_bytes(8, "big") + field.encode()
            previous = hashlib.sha256(text).digest()
            yield (number, 1700000000, *fields[2:], previous)

    with store:
        store.executemany("INSERT INTO audit(seq, at, actor, action, subject, detail, hash) VALUES(?,?,?,?,?,?,?)", entries())
        store.execute("UPDATE settings SET value = ? WHERE name = 'audit_head'", (f"{seq + rows} {previous.hex().upper()}",))
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return seq + rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rekey")
    parser.add_argument("--rows", type=int, default=20000)
    asked = parser.parse_args()
    wrong = []
    with tempfile.TemporaryDirectory(prefix="rekey-trail-") as below:
        place = Place(asked.rekey, pathlib.Path(below))
        database = place.root / "home" / "rekey.db"
        passphrase = place.root / "passphrase"
        passphrase.write_text("correct horse battery staple\n")
        total = lengthen(database, asked.rows)
        backup = place.root / "backup"

        def look(codes, *arguments, memory=MOST_MEMORY):
            taken = place.take(*arguments, timeout=1800)
            print(f"{' '.join(arguments[:3]):40} exit {taken.code:3} {taken.memory >> 10:5} MiB {taken.seconds:6.1f} s", flush=True)
            if taken.code not in codes:
                wrong.append(f"{arguments}: exit {taken.code}, not {codes}: {taken.said[:500]}")
            if taken.memory >= memory:
                wrong.append(f"{arguments}: {taken.memory >> 10} MiB of memory")
            return taken

        def count(*arguments):
            """Lines on standard output, which are not kept."""
            lines = 0
            with subprocess.Popen([asked.rekey, *arguments], env=place.environment, stdout=subprocess.PIPE) as child:
                for _ in child.stdout:
                    lines += 1
                _, status, used = os.wait4(child.pid, 0)
                child.returncode = os.waitstatus_to_exitcode(status)
            print(f"{' '.join(arguments):40} exit {child.returncode:3} {used.ru_maxrss >> 10:5} MiB {lines:8} lines", flush=True)
            if child.returncode != 0 or used.ru_maxrss >= MOST_MEMORY:
                wrong.append(f"{arguments}: exit {child.returncode}, {used.ru_maxrss >> 10} MiB of memory")
            return lines

        if f"{total}" not in look([0], "audit", "verify").said:
            wrong.append("verify does not say how many entries there are")
        if count("audit", "export") != total or count("audit", "list", "--output", "jsonl") != total:
            wrong.append("entries are missing in what is listed")
        look([0], "-q", "certs", "renew", "good")
        look([0], "doctor")
        look([0], "certs", "history", "good/online")
        look([0], "report", "--out", str(place.root / "report.html"))
        if (place.root / "report.html").stat().st_size > 1 << 20:
            wrong.append("the report grows with the trail")
        look([0], "-q", "backup", "--out", str(backup), "--passphrase-file", str(passphrase), memory=WITH_SCRYPT)
        look([0], "-q", "--home", str(place.root / "again"), "restore", "--yes", str(backup), "--passphrase-file", str(passphrase),
             memory=WITH_SCRYPT)
        look([0], "--home", str(place.root / "again"), "audit", "verify")
        store = sqlite3.connect(database)
        with store:
            store.execute("UPDATE audit SET actor = 'nobody' WHERE seq = ?", (total // 2,))
        store.close()
        if f"{total // 2}" not in look([1, 6], "audit", "verify").said:
            wrong.append("verify does not name the entry that was changed")
    for each in wrong:
        print(f"VIOLATED: {each}")
    print(f"{total} entries, {len(wrong)} violations")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
