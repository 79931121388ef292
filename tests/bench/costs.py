#!/usr/bin/python3
"""What one renewal of a dir: unit asks of the system, and what a device of an import and a look at a fleet ask of SQLite:
counted and not timed.

    costs.py REKEY COUNT_STATEMENTS

Renews 10 units and 30 units, one after the other (--jobs 1), with `strace -f -c`, again with count_statements.cpp
before SQLite, and again with callgrind; the difference, divided by 20, is what one renewal costs. With more jobs,
several renewals share a transaction. Prints each count beside the most that is allowed, and ends with 1 where one is
higher: whoever makes a renewal dearer says so by changing the number here.

Then imports lists of devices, new ones and the same again, and looks at a home with 30 sound slots and at one with 300,
each with five more of which something is to be found: both must begin the same number of statements, and read the same
number of slots.
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
    "opens": (("open", "openat", "openat2"), 66),
    "looks": (("newfstatat", "fstat", "statx"), 86),
    "reads": (("read", "pread64", "getdents64"), 42),
    "syncs": (("fsync", "fdatasync", "syncfs"), 13),
    "renames": (("rename", "renameat", "renameat2"), 7),
    "threads": (("clone", "clone3"), 1),
    "locked memory": (("mlock",), 1),
    # Round trips, if a server kept the store: the planning, which all share, and four for each slot.
    "transactions": (("transactions",), 6),
    "statements": (("statements",), 66),
    # Millions, by callgrind, which counts the same where a clock does not; with room for the libraries of Debian 13.
    "instructions": (("instructions",), 7.2),
}
FEW, MANY = 10, 30
# Statements for one device of a long list; what a batch takes is divided among thousands.
MOST_FOR_DEVICE = 1.1
FEW_DEVICES, MANY_DEVICES = 100, 1100
LOOKS = (("certs", "check"), ("status",), ("metrics",))
SOUND = (30, 300)
HERE = pathlib.Path(__file__).resolve().parent
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}


def count_of(command, count_statements, folder, check=True):
    """Statements, transactions, and rows of slots."""
    counted = folder / "statements"
    subprocess.run(command, env={**os.environ, "LD_PRELOAD": count_statements, "REKEY_STATEMENTS": str(counted)}, check=check,
                   **QUIET)
    return tuple(map(int, counted.read_text().split()))


def calls(rekey, count_statements, pattern, folder):
    counts = folder / "counts"
    renew = [rekey, "-q", "certs", "renew", pattern, "--reason", "audit", "--jobs", "1"]
    subprocess.run(["strace", "-f", "-c", "-o", counts, *renew], check=True, **QUIET)
    found = {name: int(number) for number, name in
             re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", counts.read_text(), re.M)}
    found["statements"], found["transactions"], _ = count_of(renew, count_statements, folder)
    # What it prints for a system call that it does not know (openat2, in whose place others are used) is no matter.
    collected = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *renew], check=True,
                               stdin=subprocess.DEVNULL, capture_output=True, text=True).stderr
    found["instructions"] = int(re.search(r"Collected : (\d+)", collected)[1]) / 1e6
    return found


def runner(rekey, home):
    os.environ["REKEY_HOME"] = str(home)

    def run(*arguments):
        subprocess.run([rekey, "-q", *arguments], check=True, **QUIET)

    run("init")
    return run


def renewal(rekey, count_statements, folder):
    """Whether it costs too much."""
    run = runner(rekey, folder / "home")
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
    few, many = (calls(rekey, count_statements, f"{group}-*", folder) for group in ("few", "many"))
    too_many = False
    for what, (names, most) in MOST.items():
        each = sum(many.get(name, 0) - few.get(name, 0) for name in names) / (MANY - FEW)
        too_many |= each > most
        print(f"{what:14} {each:6.1f} a renewal, at most {most}{'' if each <= most else '  TOO MANY'}")
    return too_many


def devices(rekey, count_statements, folder):
    """Whether one device more of a list costs too much, when it is new, and when the list is imported again."""
    run = runner(rekey, folder / "tenants")
    key = str(folder / "key.pem")
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key],
                   stderr=subprocess.DEVNULL, check=True, **QUIET)
    run("credential", "add", "acme", "--client-id", "BUSINESSAPI.0", "--key-id", "k", "--key", key, "--offline")

    def take(name):
        command = [rekey, "-q", "tenants", "import", "acme", "--devices", str(folder / f"{name}.csv")]
        return count_of(command, count_statements, folder)[0]

    for name, size in (("few", FEW_DEVICES), ("many", MANY_DEVICES)):
        rows = ["serialNumber,deviceModel,color"] + [f"{name}{number:06},iPhone 15,BLACK" for number in range(size)]
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
    too_many = False
    for what in ("new", "again"):
        each = (take("many") - take("few")) / (MANY_DEVICES - FEW_DEVICES)
        too_many |= each > MOST_FOR_DEVICE
        print(f"{'statements':14} {each:6.1f} a device, {what}, at most {MOST_FOR_DEVICE}{'' if each <= MOST_FOR_DEVICE else '  TOO MANY'}")
        # Another second, so that there is something to write.
        time.sleep(1.1)
    return too_many


def looks(rekey, count_statements, folder, sound):
    """What each of LOOKS costs in a home with so many sound slots, and five empty ones."""
    place = folder / str(sound)
    full, empty = place / "full", place / "empty"
    for unit in (full, empty):
        unit.mkdir(parents=True)
    home = place / "home"
    run = runner(rekey, home)
    run("units", "add", "full", f"dir:{full}", "--type", "online", "--type", "iam")
    run("certs", "generate", "full")
    subprocess.run([sys.executable, str(HERE / "large_home.py"), "--sound", str(home), str(sound)], check=True, **QUIET)
    types = [word for number in range(5) for word in ("--type", f"type-{number}")]
    run("units", "add", "empty", f"dir:{empty}", *types)
    # Judges all, and keeps until when nothing is to be found in each.
    run("certs", "renew", "--due")
    # They end with another code than 0, as something is found.
    counts = {look: count_of([rekey, *look], count_statements, folder, check=False) for look in LOOKS}
    return {look: (statements, slots) for look, (statements, _, slots) in counts.items()}


def looking(rekey, count_statements, folder):
    """Whether it costs more in a home where nothing more is to be shown."""
    few, many = (looks(rekey, count_statements, folder, sound) for sound in SOUND)
    too_many = False
    for look in LOOKS:
        too_many |= few[look] != many[look]
        print(f"{' '.join(look):14} statements and slots read: {few[look]} of {SOUND[0]} sound slots, {many[look]} of {SOUND[1]}"
              f"{'' if few[look] == many[look] else '  TOO MANY'}")
    return too_many


def main():
    rekey, count_statements = map(os.path.abspath, sys.argv[1:])
    with tempfile.TemporaryDirectory(dir=os.environ.get("REKEY_TEST_FOLDER"), prefix="rekey-costs-") as name:
        folder = pathlib.Path(name)
        os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
        too_many = [part(rekey, count_statements, folder) for part in (renewal, devices, looking)]
    return 1 if any(too_many) else 0


if __name__ == "__main__":
    sys.exit(main())
