"""A home with a small fleet and a tenant, the commands that change them, and whether their work is done.

What judges is witness.py.
"""
import os
import shutil
import subprocess

from witness import Witness, copy_over, openssl

COMMANDS = {
    "init": ["init"],
    "generate": ["certs", "generate", "u1", "sm"],
    "renew": ["certs", "renew", "--all", "--jobs", "1"],
    "rotate": ["credential", "rotate", "acme", "--client-id", "BUSINESSAPI.1", "--key-id", "key-1", "--key", "{}/1.pem",
               "--offline"],
    "import": ["tenants", "import", "acme", "--devices", "{}/many.csv", "--coverage", "{}/coverage.csv"],
}
FEW, MANY = 3, 500


class Violation(Exception):
    pass


def offer(folder):
    """What the commands are given: keys, devices and coverage."""
    folder.mkdir()
    for each in range(2):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(folder / f"{each}.pem"))
    serials = [f"M{each}" for each in range(MANY)]
    (folder / "few.csv").write_text("serialNumber\n" + "".join(f"D{each}\n" for each in range(FEW)))
    (folder / "many.csv").write_text("serialNumber\n" + "".join(f"{each}\n" for each in serials))
    (folder / "coverage.csv").write_text("device_id,id,status\n" + "".join(f"{each},C{each},ACTIVE\n" for each in serials))
    return folder


class Scene:
    """`place` holds the home, in a folder that `init` has to make, and the units; `base` keeps how a case begins."""

    def __init__(self, rekey, place, offered, base, units=(("u1", ("online", "iam")), ("u2", ("online",)))):
        self.rekey, self.place, self.offered, self.base, self.fleet = os.path.abspath(rekey), place, offered, base, units
        self.home, self.units = place / "a" / "home", place / "units"
        self.witness = Witness(self.home, self.units)
        self.environment = {"PATH": os.environ["PATH"], "REKEY_HOME": str(self.home), "LC_ALL": "C.UTF-8",
                            "XDG_CONFIG_HOME": str(offered / "config"),
                            "ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0"}
        self.before = {}

    def call(self, *arguments, more=None, **options):
        return subprocess.run([self.rekey, "-q", *arguments], env=self.environment | (more or {}), text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, **options)

    def must(self, *arguments):
        done = self.call(*arguments)
        if done.returncode != 0:
            raise Violation(f"rekey {' '.join(arguments)}: exit {done.returncode}: {done.stderr.strip()}")

    def command(self, what):
        return [word.format(self.offered) for word in COMMANDS[what]]

    def build(self):
        self.must("init")
        for unit, types in self.fleet:
            (self.units / unit).mkdir(parents=True)
            self.must("units", "add", unit, f"dir:{self.units}/{unit}", *(word for each in types for word in ("--type", each)))
            self.must("certs", "generate", unit)
        self.must("credential", "add", "acme", "--client-id", "BUSINESSAPI.0", "--key-id", "key-0",
                  "--key", str(self.offered / "0.pem"), "--offline")
        self.must("tenants", "import", "acme", "--devices", str(self.offered / "few.csv"))
        for name in ("a", "units"):
            shutil.copytree(self.place / name, self.base / name, symlinks=True)

    def reset(self, what):
        """As it was built; for `init`, nothing is there."""
        for name in ("a", "units"):
            if what == "init":
                shutil.rmtree(self.place / name, ignore_errors=True)
            else:
                copy_over(self.base / name, self.place / name)
        self.before = {} if what == "init" else {slot: self.witness.number(slot) for slot in self.witness.slots()}

    def problems(self, what):
        """Promises that are broken right now."""
        yield from self.witness.problems()
        if what == "init":
            return
        there = self.witness.ask("SELECT count(*) FROM devices")[0][0]
        if there < FEW:
            yield f"of {FEW} devices {there} are left"
        for slot in self.before:
            if not (slot / "current").is_symlink():
                yield f"{slot} is empty"

    def done(self, what):
        """What is missing after the command has said 0."""
        if what == "init":
            yield from self.witness.made()
        elif what == "renew":
            yield from self.witness.renewed(self.before)
        elif what == "rotate":
            yield from self.witness.rotated("acme", "BUSINESSAPI.1")
        elif what == "import":
            yield from self.witness.holds("acme", FEW + MANY, MANY)
        elif not (self.units / "u1" / "sm" / "current").is_symlink():
            yield "u1/sm is empty"
