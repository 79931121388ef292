#!/usr/bin/env python3
"""No secret file is ever wider than 0600, even for an instant, under `umask 000`.

    modes.py REKEY

Every command that writes secrets runs under strace; judged is each call that gives something a mode, not what is
found afterwards. Only certificates, and the folders of a unit through which services reach them, may be open.
"""
import os
import pathlib
import re
import stat
import subprocess
import sys
import tempfile

CALLS = "open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,chmod,fchmod,fchmodat,chown,fchown,fchownat,umask,rename,renameat,renameat2"
# By their names: what everybody may read, and the folders on the way there.
OPEN_FILES = re.compile(r"/(cert|chain|fullchain|trust)\.pem$")
OPEN_FOLDERS = re.compile(r"/units/[^/]+(/[^/]+)*/(gen|pending|\.pending\.new|spare|\d{6}|\.\d{6}\.new)$|/units/u\d/\w+$")
MADE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)(?:<(.*)>)?")


def mode_at(text):
    """The last octal number of a call's arguments."""
    numbers = re.findall(r"\b0\d*\b", text)
    return int(numbers[-1], 8) if numbers else None


def path_in(text):
    """Where a call is at work: the name it has, below the folder that strace shows for a descriptor."""
    folder = re.search(r"(?:AT_FDCWD|\d+)<([^>]*)>", text)
    name = re.search(r'"([^"]*)"', text)
    if name and name.group(1).startswith("/"):
        return name.group(1)
    base = folder.group(1) if folder else ""
    return f"{base}/{name.group(1)}" if name else base


def judge(line, below, seen):
    """What a line of the trace did wrong, or nothing."""
    found = MADE.match(line)
    if not found or int(found.group(3)) < 0:
        return None
    call, arguments = found.group(1), found.group(2)
    if call == "umask":
        # A process that relies on its umask is another thing than one that asks for little.
        return "the umask is changed, and others of the process are at work meanwhile" if mode_at(arguments) != 0 else None
    path = path_in(arguments)
    if not path.startswith(below):
        return None
    if call in ("open", "openat", "creat", "openat2"):
        if "O_CREAT" not in arguments and call != "creat":
            return None
        seen["files made"] += 1
    elif call in ("mkdir", "mkdirat"):
        seen["folders made"] += 1
    elif call in ("chmod", "fchmod", "fchmodat"):
        seen["modes set"] += 1
    else:
        return None
    mode = mode_at(arguments)
    if mode is None or mode & 0o077 == 0:
        return None if mode is not None else "a mode that is not understood"
    if call in ("chmod", "fchmod", "fchmodat") and mode & 0o022 == 0 and (OPEN_FILES.search(path) or OPEN_FOLDERS.search(path)):
        return None
    return f"{path} has mode {mode:o}"


def self_test():
    seen = {"files made": 0, "folders made": 0, "modes set": 0}
    bad = ['1 openat(3</t/home>, "seal.key", O_WRONLY|O_CREAT, 0644) = 4</t/home/seal.key>',
           '1 fchmod(4</t/units/u1/online/pending/key.pem>, 0640) = 0', '1 mkdir("/t/home", 0777) = 0',
           '1 fchmod(4</t/units/u1/online/pending/cert.pem>, 0666) = 0',
           '1 openat2(3</t/home>, "seal.key", {flags=O_WRONLY|O_CREAT, mode=0644, resolve=RESOLVE_BENEATH}, 24) = 4</t/home/seal.key>']
    good = ['1 openat(3</t/home>, "seal.key", O_WRONLY|O_CREAT, 0600) = 4</t/home/seal.key>', '1 mkdir("/t/home", 0700) = 0',
            '1 fchmod(4</t/units/u1/online/pending/cert.pem>, 0644) = 0', '1 mkdir("/t/home", 0777) = -1 EEXIST (x)']
    assert all(judge(line, "/t", seen) for line in bad) and not any(judge(line, "/t", seen) for line in good)


def main():
    self_test()
    rekey = os.path.abspath(sys.argv[1])
    os.umask(0)
    problems, seen = [], {"files made": 0, "folders made": 0, "modes set": 0}
    with tempfile.TemporaryDirectory() as scratch:
        place = pathlib.Path(scratch, "place")
        place.mkdir(mode=0o700)
        given = pathlib.Path(scratch, "given")
        given.mkdir(mode=0o700)
        environment = {"PATH": os.environ["PATH"], "REKEY_HOME": str(place / "home"), "LC_ALL": "C.UTF-8",
                       "XDG_CONFIG_HOME": f"{scratch}/config", "ASAN_OPTIONS": "detect_leaks=0"}

        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], check=True, capture_output=True)

        def put(name, text):
            (given / name).write_text(text)
            (given / name).chmod(0o600)
            return str(given / name)

        def watched(*arguments):
            trace = f"{scratch}/trace"
            done = subprocess.run(["strace", "-f", "-qq", "-y", "-o", trace, "-e", f"trace={CALLS}", rekey, "-q", *arguments],
                                  env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
            if done.returncode != 0:
                sys.exit(f"rekey {' '.join(arguments)}: exit {done.returncode}: {done.stderr}")
            with open(trace, encoding="utf-8") as lines:
                problems.extend(f"rekey {' '.join(arguments)}: {wrong}" for wrong in
                                (judge(line, str(place), seen) for line in lines) if wrong)

        for each in range(4):
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(given / f"{each}.pem"))
        watched("init")
        (place / "units").mkdir(mode=0o700)
        for unit in ("u1", "u2"):
            (place / "units" / unit).mkdir(mode=0o700)
            watched("units", "add", unit, f"dir:{place}/units/{unit}", "--type", "online")
        watched("certs", "generate", "u1")
        for _ in range(4):
            watched("certs", "renew", "u1")
        openssl("req", "-x509", "-new", "-key", str(given / "3.pem"), "-subj", "/CN=u2", "-days", "90", "-out", str(given / "3.crt"))
        (given / "3.pem").chmod(0o600)
        watched("units", "adopt", "u2", "online", "--cert", str(given / "3.crt"), "--key", str(given / "3.pem"), "--accept-names")
        watched("certs", "renew", "--all", "--reason", "compromise", "--yes")
        watched("issuers", "create", "second")
        watched("credential", "add", "acme", "--client-id", "BUSINESSAPI.0", "--key-id", "k0", "--key", str(given / "0.pem"), "--offline")
        watched("credential", "rotate", "acme", "--client-id", "BUSINESSAPI.1", "--key-id", "k1", "--key", str(given / "1.pem"), "--offline")
        watched("credential", "rollback", "acme", "--offline")
        passphrase = put("pass", "long enough\n")
        for form in ("plist", "json", "mobileconfig"):
            listed = put("list.csv", f"id,name,scope,client_id,key_id,version,key_file\ne-{form},n-{form},business,"
                                     f"BUSINESSAPI.{form},k2,1,{given}/2.pem\n")
            watched("credential", "pack", "--csv", listed, "--out", f"{place}/{form}", "--output", form, "--passphrase-file", passphrase)
            watched("credential", "import", f"{place}/{form}", "--as-new", "--offline", "--passphrase-file", passphrase)
        watched("seal", "change")
        watched("seal", "change", "--passphrase", "--new-passphrase-file", passphrase)
        watched("--home-passphrase-file", passphrase, "seal", "change")
        for path in place.rglob("*"):
            mode = stat.S_IMODE(path.lstat().st_mode)
            if not path.is_symlink() and mode & 0o077 and not OPEN_FILES.search(str(path)) and not OPEN_FOLDERS.search(str(path)):
                problems.append(f"{path} is left with mode {mode:o}")
    for problem in problems:
        print(problem, file=sys.stderr)
    # Else nothing was judged.
    if min(seen.values()) < 10:
        sys.exit(f"too little was seen: {seen}")
    print(", ".join(f"{count} {what}" for what, count in seen.items()) + f": {len(problems)} violations")
    sys.exit(bool(problems))


main()
