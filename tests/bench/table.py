#!/usr/bin/python3
"""What rekey's work costs beside its peers: called by table.sh, which says how.

Each row is commands that do the same work, run in turn as whole processes; the first is rekey's. Printed are medians
with the least and the most, of wall time and of CPU, for each item where there are many, and the median of the ratios
of rekey's to each other's, round by round. Nothing here says what they should be.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
KEY = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out"]
DEVICE = ("serialNumber", "deviceModel", "productFamily", "productType", "deviceCapacity", "partNumber", "orderNumber", "color",
          "status", "orderDateTime", "addedToOrgDateTime", "updatedDateTime", "purchaseSourceId", "purchaseSourceType",
          "wifiMacAddress")


class Bench:
    def __init__(self, work, rekey, rows, rounds):
        self.work = work
        self.rekey = rekey
        self.rows = rows
        self.rounds = rounds

    def run(self, command, **environment):
        """Wall and CPU seconds, and the most resident MiB of one process: never less than this program's own."""
        shell = ["sh", "-c", command] if isinstance(command, str) else command
        begin = time.perf_counter()
        child = subprocess.Popen(shell, cwd=self.work, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, env={**os.environ, **environment})
        said = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{command}: exit {child.returncode}\n{said.decode(errors='replace')}")
        return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024

    def row(self, what, *commands, items=1, before=None):
        """Each of `commands`: its name, the command, and of how many items it is where that differs."""
        measured = {name: [] for name, *_ in commands}
        for round_ in range(-1, self.rounds):
            for name, command, *own in commands:
                if before:
                    before(name)
                wall, cpu, memory = self.run(command)
                count = own[0] if own else items
                if round_ >= 0:
                    measured[name].append((wall / count, cpu / count, memory))
        print(f"\n{what}")
        first = measured[commands[0][0]]
        for name, *_ in commands:
            runs = measured[name]
            line = f"  {name:24} wall {spread([run[0] for run in runs]):30} cpu {spread([run[1] for run in runs]):30}"
            line += f" {max(run[2] for run in runs):4.0f} MiB"
            if runs is not first:
                line += f"  rekey is {ratio(first, runs, 0)} x wall, {ratio(first, runs, 1)} x cpu"
            print(line, flush=True)

    def home(self, name):
        folder = self.work / name
        os.environ["REKEY_HOME"] = str(folder)
        if folder.exists():
            return folder
        self.run([self.rekey, "-q", "init"])
        return folder

    def fleet(self, name, units):
        """A home with so many units, each with one certificate in use, on this disk."""
        home = self.work / name
        if home.exists():
            return self.home(name)
        self.home(name)
        rows = ["name,address,types"]
        for number in range(units):
            unit = self.work / f"{name}-units" / f"u{number:06}"
            unit.mkdir(parents=True)
            rows.append(f"{unit.name},dir:{unit},online")
        table = self.work / f"{name}.csv"
        table.write_text("\n".join(rows) + "\n")
        self.run([self.rekey, "-q", "units", "add", "--csv", str(table)])
        self.run([self.rekey, "-q", "certs", "generate", "*"])
        # From the third on, a renewal takes up the files of an older pair.
        for _ in range(2):
            self.run([self.rekey, "-q", "certs", "renew", "--all", "--reason", "audit"])
        return home

    def large(self, kind=""):
        """A home with `rows` certificates, all but two on no disk; `kind`: an option of large_home.py."""
        name = kind.lstrip("-") or "large"
        if (self.work / name).exists():
            return self.home(name)
        home = self.home(name)
        unit = self.work / f"{name}-unit"
        unit.mkdir()
        self.run([self.rekey, "-q", "units", "add", "u", f"dir:{unit}", "--type", "online", "--type", "iam"])
        self.run([self.rekey, "-q", "certs", "generate", "u"])
        self.run([sys.executable, str(HERE / "large_home.py"), *([kind] if kind else []), str(home), str(self.rows)])
        if kind:
            # The first run judges all, and keeps when each is due, and until when nothing is to be found in it.
            self.run([self.rekey, "-q", "certs", "renew", "--due"])
        return home

    def devices(self):
        """Files of `rows` devices, as CSV and as JSON Lines."""
        csv, lines = self.work / "devices.csv", self.work / "devices.jsonl"
        if csv.exists():
            return csv, lines
        with open(csv, "w") as table, open(lines, "w") as objects:
            table.write(",".join(DEVICE) + "\n")
            for i in range(self.rows):
                day = f"{i % 28 + 1:02}T10:00:00Z"
                values = (f"C{i * 7919 % 100000000003:011}", "iPhone 15", "iPhone", "iPhone15;4", "128GB", f"MTP{i % 99991:05}/A",
                          f"{i // 10:010}", "BLACK", "ASSIGNED", f"2026-01-{day}", f"2026-02-{day}", f"2026-03-{day}",
                          f"{i % 5000:08}", "APPLE", f"{i * 31:012}")
                table.write(",".join(values) + "\n")
                objects.write("{" + ",".join(f'"{key}":"{value}"' for key, value in zip(DEVICE, values)) + "}\n")
        return csv, lines


def spread(seconds):
    unit, factor = ("us", 1e6) if statistics.median(seconds) < 1e-3 else ("ms", 1e3) if statistics.median(seconds) < 1 else ("s", 1)
    return f"{statistics.median(seconds) * factor:.2f} {unit} ({min(seconds) * factor:.2f}..{max(seconds) * factor:.2f})"


def ratio(ours, theirs, what):
    return f"{statistics.median(own[what] / max(other[what], 1e-9) for own, other in zip(ours, theirs)):.2f}"


def start(bench):
    bench.row("start", ("rekey --version", [bench.rekey, "--version"]), ("openssl version", ["openssl", "version"]))


def renewal(bench):
    units, loop = 1000, 20
    bench.fleet("fleet", units)
    loops = [(tool, f"{HERE}/loop_of_commands.sh {tool} loop-{tool} {loop}", loop) for tool in ("openssl", "cfssl", "certtool")]
    bench.row(f"one durable renewal, of {units} (loops of commands: of {loop})",
              ("rekey certs renew", [bench.rekey, "-q", "certs", "renew", "--all", "--reason", "audit"]),
              ("bare program", f"./bare_renew bare {units}"), *loops, items=units)


def due(bench):
    home = bench.large("--none-due")
    indexed = ("SELECT count(*) FROM certificates INDEXED BY certificates_ending "
               "WHERE ended_at IS NULL AND coalesce(chain_end, not_after) < 1")
    bench.row(f"certs renew --due, {bench.rows} certificates, none due",
              ("rekey", [bench.rekey, "-q", "certs", "renew", "--due"]),
              ("sqlite3, by an index", f"sqlite3 -readonly {home}/rekey.db '{indexed}'"),
              ("rekey --version", [bench.rekey, "--version"]))


def shell_of(rekey, words):
    # 6: something needs attention.
    return " ".join(f"'{word}'" for word in [rekey, *words]) + " || [ $? -le 6 ]"


def look(bench):
    # What is to be found is kept by runs with --due, as cron has them.
    bench.large("--none-due")
    number = subprocess.run([bench.rekey, "certs", "list", "unit-000100", "--output", "csv"], check=True, text=True,
                            stdout=subprocess.PIPE).stdout.splitlines()[1].split(",")[3]
    commands = {"certs list UNIT": ["certs", "list", "unit-000100"], "certs show": ["certs", "show", number],
                "certs history": ["certs", "history", "unit-000100"]}
    for name, words in commands.items():
        bench.row(f"{name}, {bench.rows} certificates", (name, shell_of(bench.rekey, words)),
                  ("rekey --version", [bench.rekey, "--version"]))


def check(bench):
    """What looks at a whole fleet, where one slot in sixteen violates policy, and where nothing is to be found."""
    commands = {"certs check": ["certs", "check", "--quiet"], "status": ["status"], "metrics": ["metrics"],
                "units list": ["units", "list"]}
    select = "SELECT u.*, s.*, c.not_after FROM units u JOIN slots s ON s.unit_id = u.id JOIN certificates c ON c.slot_id = s.id"
    peers = {"certs check": "SELECT count(*) FROM certificates", "units list": f"{select} ORDER BY u.name"}
    for kind, what in (("--none-due", "one in 16 violates policy"), ("--sound", "all sound")):
        home = bench.large(kind)
        for name, words in commands.items():
            peer = peers.get(name, peers["certs check"])
            bench.row(f"{name}, {bench.rows} certificates, {what}", (name, shell_of(bench.rekey, words)),
                      ("sqlite3", f"sqlite3 -readonly {home}/rekey.db '{peer}'"),
                      ("rekey --version", [bench.rekey, "--version"]))


def lists(bench):
    home = bench.large()
    select = "SELECT * FROM certificates c JOIN slots s ON s.id = c.slot_id JOIN units u ON u.id = s.unit_id ORDER BY u.name"
    for form, peer in (("jsonl", "-json"), ("csv", "-csv"), ("table", "-table")):
        bench.row(f"certs list --output {form}, {bench.rows} certificates",
                  ("rekey", [bench.rekey, "certs", "list", "--all", "--output", form]),
                  (f"sqlite3 {peer}", f"sqlite3 -readonly {peer} {home}/rekey.db '{select}'"))


def records(bench):
    csv, lines = bench.devices()
    key = bench.work / "key.pem"
    bench.run([*KEY, str(key)])
    add = [bench.rekey, "-q", "credential", "add", "acme", "--client-id", "BUSINESSAPI.0", "--key-id", "k", "--key", str(key),
           "--offline"]
    columns = " TEXT, ".join(DEVICE) + " TEXT"
    peer = (f"rm -f peer.db*; sqlite3 -init /dev/null -batch peer.db 'PRAGMA journal_mode = WAL' 'PRAGMA synchronous = FULL' "
            f"'CREATE TABLE devices({columns}, PRIMARY KEY(serialNumber))' '.import --csv --skip 1 {csv} devices'")

    def anew(name):
        if name == "rekey":
            shutil.rmtree(bench.work / "records", ignore_errors=True)
            bench.home("records")
            bench.run(add)

    for what, file, before in (("CSV", csv, anew), ("JSON Lines", lines, anew), ("CSV again", csv, None)):
        bench.row(f"tenants import, {what}, a device of {bench.rows}",
                  ("rekey", [bench.rekey, "-q", "tenants", "import", "acme", "--devices", str(file)]),
                  ("sqlite3 .import of CSV", peer), items=bench.rows, before=before)
    bench.row(f"tenants devices --output jsonl, {bench.rows} devices",
              ("rekey", [bench.rekey, "tenants", "devices", "acme", "--output", "jsonl"]),
              ("sqlite3 -json", "sqlite3 -readonly -json peer.db 'SELECT * FROM devices ORDER BY serialNumber'"))


def verify(bench):
    units = 10000
    bench.fleet("verified", units)
    issuer = bench.work / "issuer.pem"
    bench.run(f"{bench.rekey} issuers export local >{issuer}")
    places = "verified-units/*/online/current"
    bench.row(f"certs verify, a slot of {units}",
              ("rekey certs verify", [bench.rekey, "-q", "certs", "verify", "--all"]),
              ("rekey certs verify --full", [bench.rekey, "-q", "certs", "verify", "--all", "--full"]),
              ("bare program", f"./bare_verify verified-units {issuer}"),
              ("openssl verify, at once", f"openssl verify -CAfile {issuer} {places}/cert.pem"), items=units)


ROWS = {"start": start, "renewal": renewal, "due": due, "look": look, "check": check, "lists": lists, "records": records,
        "verify": verify}


def main():
    parser = argparse.ArgumentParser(prog="table.sh")
    parser.add_argument("work", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("rekey")
    parser.add_argument("--rows", type=int, default=1_000_000, help="certificates, and devices, of a large home")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("row", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all unless told")
    options = parser.parse_intermixed_args()
    unknown = [name for name in options.row if name not in ROWS]
    if unknown:
        parser.error(f"no row is called {unknown[0]}: {', '.join(ROWS)}")
    # Else `openssl x509` reads all roots of the system, which takes longer than to sign.
    os.environ.update(LC_ALL="C", XDG_CONFIG_HOME=str(options.work / "config"), SSL_CERT_FILE="/dev/null", NO_COLOR="1")
    bench = Bench(options.work, os.path.abspath(options.rekey), options.rows, options.rounds)
    print(f"{os.cpu_count()} processors, {options.rounds} rounds, wall and CPU: median (least..most)")
    for name in options.row or ROWS:
        ROWS[name](bench)


if __name__ == "__main__":
    main()
