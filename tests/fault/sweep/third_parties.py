"""What somebody else does to the folder of unit u1 while a command is stopped, in the shell; and who looks at what
comes of it: openssl, and the store beside it."""
import hashlib
import os
import pathlib
import shutil

from judge import openssl, require

# $U is the folder of u1, $C the folder of the case. In `elsewhere` there is what is nobody's business here, `image` is
# u1 as it was one renewal ago, and `aside` is where things are put.
DOES = {
    "away and back": 'mv "$U" "$C/aside/u1" && mv "$C/aside/u1" "$U"',
    "away": 'mv "$U" "$C/aside/u1"',
    "unit is a link": 'mv "$U" "$C/aside/u1" && ln -s "$C/aside/u1" "$U"',
    "another unit folder": 'mv "$U" "$C/aside/u1" && cp -a "$C/image" "$U"',
    "image put back": 'find "$U" -mindepth 1 -delete; cp -a "$C/image/." "$U"',
    "slot is a link": 'mv "$U/online" "$C/aside/online" && ln -s "$C/elsewhere/slot" "$U/online"',
    "slot emptied": 'find "$U/online" -mindepth 1 -delete',
    "current is a link elsewhere": 'ln -sfn "$C/elsewhere/pair" "$U/online/current"',
    "current is a folder": 'cp -a "$(readlink -f "$U/online/current")" "$C/aside/pair" && rm "$U/online/current" && '
                           'mv "$C/aside/pair" "$U/online/current"',
    "current goes back": 'g=$(ls "$U/online/gen" | head -1) && ln -sfn "gen/$g" "$U/online/current"',
    "gen is a link": 'mv "$U/online/gen" "$C/aside/gen" && ln -s "$C/elsewhere/slot/gen" "$U/online/gen"',
    "pending removed": 'rm -rf "$U"/*/pending',
    "pending is a link": 'rm -rf "$U/online/pending" && ln -s "$C/elsewhere/pair" "$U/online/pending"',
}

# After which a slot is allowed to be empty, as it was they who emptied it.
EMPTIES = {"away", "slot emptied", "gen is a link"}


def make_ready(world):
    """Before the command's own `ready`: the unit as it is now is the older image."""
    for name in ("elsewhere", "aside"):
        (world.case / name).mkdir()
    shutil.copytree(world.case / "units/u1", world.case / "image", symlinks=True)
    world.rekey("certs", "renew", "u1")
    shutil.copytree(world.case / "units/u2/online", world.case / "elsewhere/slot", symlinks=True)
    pair = world.case / "elsewhere/pair"
    pair.mkdir()
    shutil.copyfile(world.shared / "adopted.pem", pair / "key.pem")
    shutil.copyfile(world.shared / "leaf.crt", pair / "cert.pem")
    shutil.copyfile(world.shared / "ca.crt", pair / "chain.pem")
    shutil.copyfile(world.shared / "adopted.crt", pair / "fullchain.pem")
    for path in pair.iterdir():
        path.chmod(0o600)


def outside(world):
    """Everything about what lies elsewhere."""
    seen = []
    for base, folders, files in os.walk(world.case / "elsewhere"):
        folders.sort()
        for name in sorted(folders + files):
            path = pathlib.Path(base, name)
            about = path.lstat()
            content = os.readlink(path) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            seen.append((str(path.relative_to(world.case)), about.st_mode, about.st_uid, about.st_gid, about.st_mtime_ns, content))
    return seen


def pair_of(world, kind):
    """What is the matter with the pair in a slot of u1, and its number."""
    place = world.case / "units/u1" / kind / "current"
    if not (place / "key.pem").is_file() or not (place / "cert.pem").is_file():
        return "is empty", None
    about = openssl("x509", "-in", str(place / "cert.pem"), "-noout", "-pubkey")
    key = openssl("pkey", "-in", str(place / "key.pem"), "-pubout")
    if not about or not key or about.strip() != key.strip():
        return "holds a key and a certificate that do not belong together", None
    if not (place / "chain.pem").is_file() or not openssl("verify", "-CAfile", str(place / "chain.pem"), str(place / "cert.pem")):
        return "holds a certificate that does not verify", None
    return None, openssl("x509", "-in", str(place / "cert.pem"), "-noout", "-serial").strip().split("=")[1]


def difference(world, now, kind):
    """Between what is in use in a slot and what is recorded; None: none."""
    wrong, number = pair_of(world, kind)
    active = now.store.rows("SELECT c.number FROM certificates c JOIN slots s ON s.id = c.slot_id JOIN units u ON u.id = s.unit_id "
                            "WHERE u.name = 'u1' AND u.removed_at IS NULL AND s.type = ? AND c.state = 'active'", kind)
    if wrong:
        return wrong if active or wrong != "is empty" else None
    states = now.recorded("u1", kind, number)
    if not states & {"active", "foreign"}:
        return f"uses {number}, recorded as {sorted(states) or 'nothing'}"
    return None


def none_emptied(world, before, third):
    for unit, kind, _ in before.slots():
        if unit == "u1" and third not in EMPTIES:
            wrong, _ = pair_of(world, kind)
            require(wrong is None or wrong != "is empty", f"u1/{kind} {wrong}")


def put_right(world):
    """What was put aside comes back, where nothing took its place."""
    unit = world.case / "units/u1"
    aside = world.case / "aside/u1"
    if not os.path.lexists(unit) and aside.exists():
        aside.rename(unit)
