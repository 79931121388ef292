#!/usr/bin/env python3
"""Looks for secrets in files and folders.

    find_secrets.py CANARIES PLACE...

CANARIES holds private keys (*.pem) and passphrases (*.pass). A key is looked for as the number in either byte
order, as DER's and PEM's text, and in hex; a passphrase as it is, in hex and in base64. strace shows bytes
as octal escapes, which are read first. Exit 1 names what was found where.
"""
import base64
import pathlib
import re
import sys

from cryptography.hazmat.primitives.serialization import load_pem_private_key


def forms(path):
    data = path.read_bytes()
    if path.suffix == ".pass":
        raw = data.strip()
        yield "the passphrase", raw
        yield "the passphrase in hex", raw.hex().encode()
        yield "the passphrase in base64", base64.b64encode(raw)[: len(raw) // 3 * 4]
        return
    number = load_pem_private_key(data, None).private_numbers().private_value
    big = number.to_bytes(32, "big")
    yield "the number", big
    yield "the number, little-endian", big[::-1]
    yield "the number in hex", big.hex().encode()
    yield "the number in upper-case hex", big.hex().upper().encode()
    for line in data.splitlines()[1:-1]:
        # The last line holds the public part only.
        if base64.b64decode(line + b"==", validate=False).find(big[:8]) >= 0 or line == data.splitlines()[1]:
            yield "a line of the PEM", line[24:64]


def unescaped(data):
    """What strace printed, as bytes."""
    def one(match):
        text = match.group(1)
        named = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"f": b"\f", b"v": b"\v", b"\\": b"\\", b'"': b'"'}
        return named[text] if text in named else bytes([int(text, 8)])

    return re.sub(rb'\\([0-7]{1,3}|[ntrfv\\"])', one, data)


def files(place):
    place = pathlib.Path(place)
    return [each for each in place.rglob("*") if each.is_file()] if place.is_dir() else [place]


found = False
canaries = [(path.name, what, form) for path in sorted(pathlib.Path(sys.argv[1]).iterdir()) for what, form in forms(path)]
for place in sys.argv[2:]:
    for path in files(place):
        data = path.read_bytes()
        if path.name.startswith("trace"):
            data += unescaped(data)
        for name, what, form in canaries:
            if form in data:
                print(f"{path}: {what} of {name}", file=sys.stderr)
                found = True
sys.exit(found)
