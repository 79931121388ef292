#!/usr/bin/python3
"""What one renewal of a dir: unit asks of the system, and one device of an import of SQLite; counted and not timed.

    costs.py REKEY COUNT_STATEMENTS

Renews 10 units and 30 units, one after the other (--jobs 1), with `strace -f -c`, and again with count_statements.cpp
before SQLite; the difference, divided by 20, is what one renewal costs. With more jobs, several renewals share a
transaction. Then imports lists of devices, new ones and the same again. Prints each count beside the most that is allowed, and ends with 1 where one is higher: whoever
makes a renewal dearer says so by changing the number here.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

# A renewal on 2026-11-28, and a tenth more.
MOST = {
    "opens": (("open", "openat", "openat2"), 90),
    "looks": (("newfstatat", "fstat", "statx"), 133),
    "reads": (("read", "pread64", "getdents64"), 50),
    "syncs": (("fsync", "fdatasync", "syncfs"), 13),
    "renames": (("rename", "renameat", "renameat2"), 7),
    "threads": (("clone", "clone3"), 1),
    "locked memory": (("mlock",), 1),
    # Round trips, if a server kept the store: the planning, which all share, and four for each slot.
    "transactions": (("transactions",), 6),
    "statements": (("statements",), 66),
}
FEW, MANY = 10, 30
# Statements for one device of a long list; what a batch takes is divided among thousands.
MOST_FOR_DEVICE = 1.1
FEW_DEVICES, MANY_DEVICES = 100, 1100


QUIET = {"check": True, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}


def statements_of(command, count_statements, folder):
    """How many statements a command begins, and how many of them begin a transaction."""
    told = folder / "statements"
    subprocess.run(command, env={**os.environ, "LD_PRELOAD": count_statements, "REKEY_STATEMENTS": str(told)}, **QUIET)
    return map(int, told.read_text().split())


def calls(rekey, count_statements, pattern, folder):
    counts = folder / "counts"
    renew = [rekey, "-q", "certs", "renew", pattern, "--reason", "audit", "--jobs", "1"]
    subprocess.run(["strace", "-f", "-c", "-o", counts, *renew], **QUIET)
    found = {name: int(number) for number, name in
             re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", counts.read_text(), re.M)}
    found["statements"], found["transactions"] = statements_of(renew, count_statements, folder)
    return found


def statements_for_device(rekey, count_statements, folder):
    """What one device more of a list costs: when it is new, and when the list is imported again."""
    def take(name):
        command = [rekey, "-q", "tenants", "import", "acme", "--devices", str(folder / f"{name}.csv")]
        return next(statements_of(command, count_statements, folder))

    taken = {}
    for name, size in (("few", FEW_DEVICES), ("many", MANY_DEVICES)):
        rows = ["serialNumber,deviceModel,color"] + [f"{name}{number:06},iPhone 15,BLACK" for number in range(size)]
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
    for what in ("new", "again"):
        taken[what] = (take("many") - take("few")) / (MANY_DEVICES - FEW_DEVICES)
        # Another second, so that there is something to write.
        time.sleep(1.1)
    return taken


def new_key(folder):
    key = str(folder / "key.pem")
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key],
                   stderr=subprocess.DEVNULL, **QUIET)
    return key


def main():
    rekey, count_statements = map(os.path.abspath, sys.argv[1:])
    with tempfile.TemporaryDirectory(dir=os.environ.get("REKEY_TEST_FOLDER"), prefix="rekey-costs-") as name:
        folder = pathlib.Path(name)
        os.environ.update(REKEY_HOME=str(folder / "home"), XDG_CONFIG_HOME=str(folder / "config"))

        def run(*arguments):
            subprocess.run([rekey, "-q", *arguments], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

        run("init")
        rows = ["name,address,types"]
        for group, size in (("few", FEW), ("many", MANY)):
            for number in range(size):
                unit = folder / "units" / f"{group}-{number}"
                unit.mkdir(parents=True)
                rows.append(f"{unit.name},dir:{unit},online")
        (folder / "units.csv").write_text("\n".join(rows) + "\n")
        run("units", "add", "--csv", str(folder / "units.csv"))
        run("certs", "generate", "*")
        # Until pairs are taken up again, which the third renewal begins with.
        for _ in range(3):
            run("certs", "renew", "--all", "--reason", "audit")
        run("credential", "add", "acme", "--client-id", "BUSINESSAPI.0", "--key-id", "k", "--key", new_key(folder), "--offline")
        devices = statements_for_device(rekey, count_statements, folder)
        few, many = (calls(rekey, count_statements, f"{group}-*", folder) for group in ("few", "many"))
    too_many = False
    for what, (names, most) in MOST.items():
        each = sum(many.get(name, 0) - few.get(name, 0) for name in names) / (MANY - FEW)
        verdict = "" if each <= most else "  TOO MANY"
        too_many |= each > most
        print(f"{what:14} {each:6.1f} a renewal, at most {most}{verdict}")
    for what, each in devices.items():
        verdict = "" if each <= MOST_FOR_DEVICE else "  TOO MANY"
        too_many |= each > MOST_FOR_DEVICE
        print(f"{'statements':14} {each:6.1f} a device, {what}, at most {MOST_FOR_DEVICE}{verdict}")
    return 1 if too_many else 0


if __name__ == "__main__":
    sys.exit(main())
