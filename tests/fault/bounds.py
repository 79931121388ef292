#!/usr/bin/python3
"""Whoever answers, delivers or owns a folder sends ten times of what rekey takes: memory and disk stay rekey's own.

    bounds.py REKEY [--only FAMILY]... [--table]

Families: helper, provider, payload, archive, list, folder, crowd. Each case runs one command beside a hostile sender and
measures: peak memory (VmHWM, every few milliseconds; below 64 MiB), bytes written, descriptors, growth of the
store, exit code and message, and what became of an honest unit, tenant or file in the same home. `--table` prints the
rows of README.md. 77: a family that was asked for alone cannot be run here.
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import plistlib
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

MOST_MEMORY = 64 << 10  # KiB
MOST_WRITTEN = 32 << 20  # bytes of one command; a store of some hundred KiB is copied and logged
MOST_GROWTH = 4 << 20  # bytes of a store that learned nothing
MOST_FILES = 128
TENFOLD = 10
PASSPHRASE = "correct horse battery staple"


class Broken(Exception):
    pass


# What rekey starts or asks: this file under another name, or with --serve.


def junk(size):
    """Base64 of that many bytes, which are different each time."""
    return base64.b64encode(os.urandom(size)).decode()


class Helper:
    """rekey-unit-evil: does what EVIL says for as long as it is asked."""

    def __init__(self):
        self.way, self.leaf, self.shown = os.environ["EVIL"], os.environ["EVIL_LEAF"], 0

    def run(self):
        """An honest agent answers what no way answers otherwise, where the address names its folder."""
        agent = None
        for line in sys.stdin:
            request = json.loads(line)
            operation = request["op"]
            if operation == "hello" and "/" in request["address"]:
                request["address"] = request["address"].replace("evil:", "dir:")
                agent = subprocess.Popen([os.environ["EVIL_REKEY"], "agent", "--stdio", "--root", "/"], text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            if agent:
                agent.stdin.write(json.dumps(request) + "\n")
                agent.stdin.flush()
                answer = json.loads(agent.stdout.readline())
                if operation == self.way.split()[0]:
                    answer = {"id": request["id"]} | self.instead()
                self.say(answer)
                continue
            if operation == "hello":
                result = {"version": 1, "name": "evil"}
            elif operation == "describe":
                result = {"driver": "evil", "detail": "d"}
            elif operation == "list":
                result = getattr(self, self.way, self.one)()
            elif operation == "read":
                result = {"slot": None}
            else:
                result = {}
            self.say({"id": request["id"], "result": result})

    def instead(self):
        """Instead of what the agent says."""
        if self.way == "create_key":
            return {"result": {"request": junk(TENFOLD << 16)}}
        if self.way == "read":
            return {"result": {"slot": self.slot(type="online", chain=[self.leaf] + [junk(4096)] * (16 * TENFOLD))}}
        if self.way == "apply":
            return {"result": {"x": "x" * (TENFOLD << 20)}}
        return {"error": {"class": "failed", "message": "m" * (TENFOLD << 12)}}

    @staticmethod
    def say(message):
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    def slot(self, **more):
        self.shown += 1
        return {"node": "", "type": f"s{self.shown:05}", "chain": [self.leaf], "key_matches": True, "trouble": ""} | more

    def one(self):
        return {"slots": [self.slot()], "more": False}

    def chains(self):
        """64 KiB each, eleven to a slot and line, without end."""
        return {"slots": [self.slot(chain=[self.leaf] + [junk(65535) for _ in range(11)])], "more": self.shown < 4096}

    def roots(self):
        return {"slots": [self.slot(trust=[junk(12000) for _ in range(60)])], "more": self.shown < 4096}

    def troubles(self):
        slots = [self.slot(chain=[], trouble="t" * 4096, remedy="r" * 4096) for _ in range(100)]
        return {"slots": slots, "more": self.shown < 4000}

    def concerns(self):
        concern = {"kind": "rights", "what": "w" * 4096, "remedy": "r" * 4096}
        return {"slots": [self.slot(concerns=[concern] * 16) for _ in range(7)], "more": self.shown < 4000}

    def slots(self):
        """Ten times as many as a unit may have."""
        return {"slots": [self.slot(chain=[], trouble="t") for _ in range(2000)], "more": self.shown < 40960}

    def line(self):
        return {"slots": [self.slot(chain=[junk(TENFOLD << 20)])], "more": False}

    def values(self):
        """As many values as fit on a line, in a member that nobody reads."""
        return {"slots": [], "more": False, "other": [0] * 340000}

    def members(self):
        return {"slots": [], "more": False, "other": {f"{n:x}": 0 for n in range(90000)}}

    def unit_concerns(self):
        return self.one() | {"concerns": [{"kind": "medium", "what": "w", "remedy": ""}] * (16 * TENFOLD)}

    def stderr(self):
        for _ in range(TENFOLD * 16):
            sys.stderr.write("e" * (1 << 20))
        return self.one()


def serve(folder):
    """A provider on loopback; the file `mode` says how it answers, `port` where it is."""
    import socket

    folder = pathlib.Path(folder)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    (folder / "port.new").write_text(str(listener.getsockname()[1]))
    (folder / "port.new").rename(folder / "port")

    def answer(connection, body, headers=b"", status=b"200 OK"):
        kind = b"Content-Type: application/json\r\n"
        connection.sendall(b"HTTP/1.1 " + status + b"\r\n" + kind + headers + b"Content-Length: %d\r\n" % len(body)
                           + b"Connection: close\r\n\r\n" + body)

    def endless(connection, start, piece):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + start)
        while True:
            connection.sendall(piece)

    def records(first, count, size):
        filler = "f" * size
        return ",".join(f'{{"id":"D{n:09}","attributes":{{"serialNumber":"S{n:09}","x":"{filler}"}}}}'
                        for n in range(first, first + count)).encode()

    def devices(connection, mode, path):
        where = int(re.search(r"cursor=(\d+)", path).group(1)) if "cursor=" in path else 0
        limit = int(re.search(r"limit=(\d+)", path).group(1)) if "limit=" in path else 1000
        if mode == "trailers":
            line = b"".join(b"X-%d: " % n + b"t" * 900 + b"\r\n" for n in range(64))
            endless(connection, b"Transfer-Encoding: chunked\r\n\r\n0\r\n", line)
        if mode == "headers":
            endless(connection, b"", b"X-Header: " + b"h" * 900 + b"\r\n")
        if mode == "informational":
            while True:
                connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: " + b"i" * 900 + b"\r\n\r\n")
        if mode == "chunks":
            endless(connection, b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"c" * 900 + b"\r\n \r\n")
        if mode == "body":
            endless(connection, b"\r\n", b" " * 65536)
        if mode == "gzip":
            import gzip
            return answer(connection, gzip.compress(b" " * (TENFOLD << 24)), b"Content-Encoding: gzip\r\n")
        if mode == "many":
            return answer(connection, b'{"data":[' + b",".join(b'{"id":"%x"}' % n for n in range(TENFOLD * 10000)) + b"]}")
        if mode == "values":
            return answer(connection, b'{"data":[{"id":"1","attributes":{"x":[' + b"0," * 1900000 + b"0]}}]}")
        if mode == "keys":
            members = b",".join(b'"%x":0' % n for n in range(350000))
            return answer(connection, b'{"data":[{"id":"1","attributes":{' + members + b"}}]}")
        if mode == "record":
            return answer(connection, b'{"data":[' + records(0, 1, TENFOLD << 22) + b"]}")
        if mode == "pages":
            # As full as a page may be, one after the other.
            many = min(limit, 1000)
            more = b'"meta":{"paging":{"nextCursor":"%d"}}' % (where + many) if where < 14000 else b'"meta":{}'
            return answer(connection, b'{"data":[' + records(where, many, 3900) + b"]," + more + b"}")
        one = re.search(r"orgDevices/S(\d+)", path)
        if one:
            return answer(connection, b'{"data":' + records(int(one.group(1)), 1, 10) + b"}")
        answer(connection, b'{"data":[' + records(0, 40, 10) + b"]}")

    def coverage(connection, mode):
        if mode == "coverage":
            return answer(connection, b'{"data":[' + records(0, 10000, 300) + b"]}")
        if mode == "full_coverage":
            return answer(connection, b'{"data":[' + records(0, 60, 4000) + b"]}")
        return answer(connection, b'{"data":[]}')

    def speak(connection):
        try:
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            mode = (folder / "mode").read_text()
            verb, path = request.split(b" ", 2)[:2]
            if verb == b"POST":
                if mode == "token":
                    return answer(connection, b'{"access_token":"' + b"t" * (TENFOLD << 16) + b'"}')
                if mode == "refusal":
                    return answer(connection, b'{"error":' + b"[0," * 21000, status=b"400 Bad Request")
                return answer(connection, b'{"access_token":"t","token_type":"Bearer"}')
            if b"appleCareCoverage" in path:
                return coverage(connection, mode)
            devices(connection, mode, path.decode())
        except OSError:
            return
        finally:
            connection.close()

    while True:
        threading.Thread(target=speak, args=(listener.accept()[0],), daemon=True).start()


def write_list(kind, out):
    """To standard output: lists are as long as they like."""
    def lines(text, count=1):
        for _ in range(count):
            out.write(text.encode())
    if kind == "rows":
        lines("serialNumber,x\n")
        for number in range(80):
            lines(f"A{number},{'x' * 1000000}\n")
    elif kind == "objects":
        for number in range(80):
            lines(json.dumps({"serialNumber": f"B{number}", "x": "x" * 1000000}) + "\n")
    elif kind == "wide":
        lines("serialNumber," + ",".join(f"{n:x}" for n in range(180000)) + "\nS1\n")
    elif kind == "cells":
        lines("serialNumber,x\nS1" + "," * 1000000 + "\n")
    elif kind == "values":
        lines('{"serialNumber":"S1","x":[' + "0," * 500000 + "0]}\n")
    elif kind == "members":
        lines('{"serialNumber":"S1",' + ",".join(f'"{n:x}":0' for n in range(100000)) + "}\n")
    elif kind == "line":
        lines("serialNumber\n")
        lines("x" * (1 << 20), TENFOLD)
    elif kind == "quote":
        lines('serialNumber\n"')
        lines("x" * 1000 + "\n", TENFOLD << 10)
    elif kind == "utf16":
        out.write("\ufeffserialNumber\n".encode("utf-16-le"))
        for _ in range(TENFOLD):
            out.write(("x" * (1 << 20)).encode("utf-16-le"))
    elif kind == "names":
        # Another name in each record.
        for number in range(20000):
            lines(f'{{"serialNumber":"S{number}","n{number}{"n" * 200}":1}}\n')
    elif kind == "map":
        for number in range(400000):
            lines(f"n{number}{'n' * 200} = serialNumber\n")
    out.flush()


# What is measured.


class Taken:
    def __init__(self, code, said, memory, written, files, seconds):
        self.code, self.said, self.memory, self.written, self.files, self.seconds = code, said, memory, written, files, seconds


class Place:
    """A home with an honest unit, and a hostile one where a family has that."""

    def __init__(self, rekey, below):
        self.rekey = os.path.abspath(rekey)
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="place-", dir=below))
        self.bin = self.root / "bin"
        self.bin.mkdir()
        os.symlink(os.path.realpath(__file__), self.bin / "rekey-unit-evil")
        self.environment = {"PATH": f"{self.bin}:{os.environ['PATH']}", "REKEY_HOME": str(self.root / "home"),
                            "XDG_CONFIG_HOME": str(self.root / "config"), "HOME": str(self.root), "LC_ALL": "C.UTF-8",
                            "TMPDIR": str(self.root)}
        self.must("-q", "init")
        self.good = self.root / "units" / "good"
        self.good.mkdir(parents=True)
        self.must("-q", "units", "add", "good", f"dir:{self.good}", "--type", "online")
        self.must("-q", "certs", "generate", "good")

    def must(self, *arguments, **more):
        done = subprocess.run([self.rekey, *arguments], env=self.environment | more, stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise Broken(f"rekey {' '.join(arguments)}: exit {done.returncode}: {done.stderr.strip()[:500]}")
        return done.stdout

    def store(self):
        return sum(each.stat().st_size for each in (self.root / "home").glob("rekey.db*"))

    def number(self):
        return subprocess.run(["openssl", "x509", "-noout", "-serial", "-in", str(self.good / "online/current/cert.pem")],
                              text=True, capture_output=True, check=True).stdout

    def take(self, *arguments, stdin=subprocess.DEVNULL, limits=None, timeout=120, **more):
        """Runs rekey to its end."""
        with tempfile.TemporaryFile(dir=self.root) as said:
            begun = time.monotonic()
            child = subprocess.Popen([self.rekey, *arguments], env=self.environment | more, stdin=stdin, stdout=said,
                                     stderr=said, preexec_fn=limits)
            status, files, memory = pathlib.Path(f"/proc/{child.pid}/status"), 0, 0
            while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
                try:
                    # Not what wait4 tells: that counts helpers, and whoever started it.
                    memory = max(memory, int(re.search(r"VmHWM:\s*(\d+)", status.read_text()).group(1)))
                    files = max(files, len(os.listdir(f"/proc/{child.pid}/fd")))
                except (OSError, AttributeError):
                    pass  # it has ended
                if time.monotonic() - begun > timeout:
                    child.kill()
                time.sleep(0.003)
            counted = pathlib.Path(f"/proc/{child.pid}/io").read_text()
            child.wait()
            written = int(re.search(r"^write_bytes: (\d+)", counted, re.M).group(1))
            said.seek(0)
            text = said.read().decode(errors="replace")
        return Taken(child.returncode, text, memory, written, files, time.monotonic() - begun)


class Bounds:
    def __init__(self, rekey, below):
        self.rekey, self.below = rekey, below
        self.rows, self.violations, self.skipped = [], [], []

    def place(self):
        return Place(self.rekey, self.below)

    def judge(self, family, name, taken, codes, words="", place=None, before=0, growth=MOST_GROWTH, wrong=(),
              memory=MOST_MEMORY, files=MOST_FILES):
        """`wrong`: what else did not hold."""
        wrong = list(wrong)
        if taken.memory >= memory:
            wrong.append(f"{taken.memory >> 10} MiB of memory")
        if taken.written > MOST_WRITTEN + 3 * growth:
            wrong.append(f"{taken.written >> 20} MiB written")
        if taken.files > files:
            wrong.append(f"{taken.files} descriptors")
        grown = place.store() - before if place else 0
        if grown > growth:
            wrong.append(f"the store grew by {grown >> 20} MiB")
        if taken.code not in codes:
            wrong.append(f"exit {taken.code}, not {codes}")
        if not re.search(words, taken.said):
            wrong.append(f"nothing is said of '{words}'")
        if len(taken.said) > 16 << 10:
            wrong.append(f"{len(taken.said)} bytes are said")
        shown = f"{family:8} {name:16} exit {taken.code:3} {taken.memory >> 10:5} MiB {taken.written >> 10:7} KiB written"
        print(f"{shown} {taken.files:4} files {grown >> 10:6} KiB grown {taken.seconds:5.1f} s", flush=True)
        for each in wrong:
            self.violations.append(f"{family} {name}: {each}")
            print(f"VIOLATED: {family} {name}: {each}\n    {taken.said.strip()[:600]}", flush=True)
        self.rows.append((family, name, taken, grown))

    def skip(self, family, why):
        self.skipped.append(family)
        print(f"{family}: left out: {why}", flush=True)

    # The families.

    def helper(self):
        place = self.place()
        leaf = subprocess.run(["openssl", "x509", "-in", str(place.good / "online/current/cert.pem"), "-outform", "DER"],
                              capture_output=True, check=True).stdout
        evil = {"EVIL_LEAF": base64.b64encode(leaf).decode()}
        place.must("-q", "units", "add", "evil", "evil:x", "--type", "online", EVIL="one", **evil)
        told = {"chains": "listing", "roots": "listing", "troubles": "listing", "concerns": "listing",
                "slots": "more than 4096 slots", "line": "longer than 1048576", "values": "values", "members": "values",
                "unit_concerns": "more than 16", "stderr": ""}
        for way, words in told.items():
            before = place.store()
            taken = place.take("units", "check", "evil", "good", EVIL=way, **evil)
            honest = re.search(r"^good: online, holds 1 cert", taken.said, re.M)
            fine = way == "stderr"
            self.judge("helper", way, taken, [0, 3] if fine else [3], words, place, before,
                       wrong=[] if honest else ["the honest unit was not looked at"])
        below = place.root / "units" / "behind"
        below.mkdir()
        evil["EVIL_REKEY"] = place.rekey
        place.must("-q", "units", "add", "behind", f"evil:{below}", "--type", "online", EVIL="none", **evil)
        place.must("-q", "certs", "generate", "behind", EVIL="none", **evil)
        for way, words in {"create_key": "larger than 65536 bytes", "create_key error": "longer than 4096 bytes",
                           "read": "more than 16 certificates", "apply": "longer than 1048576"}.items():
            before, number = place.store(), place.number()
            taken = place.take("certs", "renew", "behind", "good", EVIL=way, **evil)
            self.judge("helper", way, taken, [3, 4], words, place, before,
                       wrong=[] if place.number() != number else ["the honest unit was not renewed"])

    def provider(self):
        place = self.place()
        folder = place.root / "provider"
        folder.mkdir()
        (folder / "mode").write_text("well")
        server = subprocess.Popen([sys.executable, os.path.realpath(__file__), "--serve", str(folder)], stdin=subprocess.DEVNULL)
        try:
            while not (folder / "port").exists():
                time.sleep(0.02)
            self.ask_provider(place, folder, f"http://127.0.0.1:{(folder / 'port').read_text()}")
        finally:
            server.kill()
            server.wait()

    def ask_provider(self, place, folder, url):
        key = place.root / "key.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(key)],
                       check=True, capture_output=True)
        place.must("-q", "credential", "add", "acme", "--client-id", "BUSINESSAPI.1", "--key-id", "k", "--key", str(key),
                   "--offline", "--token-url", f"{url}/token", "--api-url", f"{url}/v1", "--audience", f"{url}/")
        told = {"trailers": "headers of more than", "headers": "headers of more than", "informational": "headers of more than",
                "chunks": "", "body": "more than", "gzip": "", "many": "more than 10000 records", "values": "",
                "keys": "", "record": "more than", "token": "more than 65536 bytes", "refusal": "400"}
        # The first page is looked at when a credential is proven, the others in a sync.
        verify, sync = ["credential", "verify", "acme"], ["tenants", "sync", "acme", "--coverage", "none"]
        place.must("-q", *sync)
        for command, modes in {tuple(verify): ("trailers", "many", "values", "keys", "token", "refusal"),
                               tuple(sync): ("trailers", "headers", "informational", "chunks", "body", "gzip", "record",
                                             "values", "keys")}.items():
            for mode in modes:
                (folder / "mode").write_text(mode)
                before = place.store()
                # It is asked for in smaller and smaller pages, which takes a while on a busy machine.
                taken = place.take(*command, "--patience", "20s" if mode == "record" else "2s")
                fine = mode in ("values", "keys")
                self.judge("provider", f"{command[1]} {mode}", taken, [0, 1, 3, 4, 6] if fine else [4], told[mode], place, before)
        (folder / "mode").write_text("pages")
        before = place.store()
        taken = place.take(*sync)
        self.judge("provider", "sync full pages", taken, [0], "", place, before, growth=120 << 20)
        (folder / "mode").write_text("well")
        before = place.store()
        taken = place.take(*sync)
        self.judge("provider", "sync well", taken, [0], "", place, before, growth=120 << 20)
        for mode, words in {"coverage": "more than", "full_coverage": ""}.items():
            (folder / "mode").write_text(mode)
            before = place.store()
            taken = place.take("tenants", "sync", "acme", "--coverage", "missing", "--max-requests", "80", "--patience", "5s")
            self.judge("provider", f"sync {mode}", taken, [0, 3, 4], words, place, before, growth=32 << 20)
        (folder / "mode").write_text("well")
        place.must("-q", "credential", "verify", "acme")

    def payload(self):
        place = self.place()
        secret = place.root / "secret"
        secret.write_text(PASSPHRASE)
        folder = place.root / "payloads"
        folder.mkdir()

        def entry(number, **more):
            return {"id": f"e{number}", "name": f"n{number}", "scope": "business", "clientId": f"BUSINESSAPI.{number}",
                    "keyId": f"k{number}", "version": 1, "pemKDF": "scrypt", "pemScryptN": 32768, "pemScryptR": 8,
                    "pemScryptP": 1, "pemSalt": b"s" * 16, "pemNonce": b"n" * 12, "encryptedPEM": b"p" * 300} | more

        def text(number, **more):
            return {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in entry(number, **more).items()}

        def sparse(path):
            with open(path, "wb") as file:
                file.truncate(TENFOLD << 24)

        def expanding():
            """A list that names one list of itself ten times, and that ten, ..."""
            inner = "x" * 60000
            for _ in range(3):
                inner = [inner] * 30
            return plistlib.dumps({"ManagedABMCredentials": [], "x": inner}, fmt=plistlib.FMT_BINARY)

        def wrapped(content, times):
            for _ in range(times):
                content = base64.b64encode(content)
            return content

        def nested(content, times):
            for _ in range(times):
                content = plistlib.dumps({"x": content, "ManagedABMCredentials2": 1})
            return content

        many = {"ManagedABMCredentials": [entry(n) for n in range(40000)]}
        made = {
            "file": sparse,
            "entries xml": lambda: plistlib.dumps(many),
            "entries binary": lambda: plistlib.dumps(many, fmt=plistlib.FMT_BINARY),
            "entries json": lambda: json.dumps({"ManagedABMCredentials": [text(n) for n in range(40000)]}).encode(),
            "values json": lambda: b'{"ManagedABMCredentials":[],"x":[' + b"0," * 3000000 + b"0]}",
            "values xml": lambda: b"<plist><dict><key>x</key><array>" + b"<true/>" * 500000 + b"</array></dict></plist>",
            "values binary": lambda: plistlib.dumps({"x": list(range(400000))}, fmt=plistlib.FMT_BINARY),
            "values old": lambda: b"{ManagedABMCredentials=(" + b"1," * 2000000 + b"1);}",
            "members json": lambda: json.dumps({"x": [{f"{n:x}": 0 for n in range(900)} for _ in range(500)]}).encode(),
            "text json": lambda: json.dumps({"ManagedABMCredentials": [text(1, name="n" * (16000000))]}).encode(),
            "text xml": lambda: plistlib.dumps({"ManagedABMCredentials": [entry(1, name="n" * 16000000)]}),
            "expanding": expanding,
            "wrapped": lambda: wrapped(plistlib.dumps({"ManagedABMCredentials": [entry(1, name="n" * 5000000)]}), 3),
            "nested": lambda: nested(plistlib.dumps({"ManagedABMCredentials": [entry(1, name="n" * 4000000)]}), 3),
            "utf16": lambda: plistlib.dumps({"x": "u" * 8000000}).decode().encode("utf-16"),
            "full json": lambda: json.dumps({"x": [0] * 149000, "y": "y" * 3700000}).encode(),
            "full members": lambda: json.dumps({"x": [{f"{n:050x}": 0 for n in range(900)} for _ in range(72)]}).encode(),
            "full xml": lambda: plistlib.dumps({"x": [True] * 149000, "y": "y" * 2600000}),
            "full binary": lambda: plistlib.dumps({"x": list(range(149000)), "y": "y" * 2400000}, fmt=plistlib.FMT_BINARY),
            "full texts": lambda: plistlib.dumps({"x": [json.dumps({"ManagedABMCredentialsX": [0] * 70000})] * 15}),
            "cost": lambda: plistlib.dumps({"ManagedABMCredentials": [entry(1, pemScryptN=1 << 24)]}),
        }
        for name, make in made.items():
            path = folder / "evil"
            if make is sparse:
                make(path)
            else:
                path.write_bytes(make())
            before = place.store()
            taken = place.take("credential", "import", str(path), "--as-new", "--entry", "e1", "--passphrase-file", str(secret),
                               "--offline")
            self.judge("payload", name, taken, [1, 2, 6], "", place, before)
        self.read_honest_payload(place, folder, secret)

    def read_honest_payload(self, place, folder, secret):
        key = place.root / "key.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(key)],
                       check=True, capture_output=True)
        (place.root / "list.csv").write_text("id,name,client_id,key_id,key_file\ne1,n1,BUSINESSAPI.1,k1,key.pem\n")
        place.must("-q", "credential", "pack", "--csv", str(place.root / "list.csv"), "--out", str(folder / "good"),
                   "--passphrase-file", str(secret))
        if os.geteuid() != 0:
            return
        before = place.store()
        taken = place.take("credential", "pending", str(folder))
        self.judge("payload", "pending", taken, [0, 3], "e1", place, before)

    def archive(self):
        try:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        except ImportError:
            return self.skip("archive", "python has no 'cryptography'")
        place = self.place()
        secret = place.root / "secret"
        secret.write_text(PASSPHRASE)

        def sealed(purpose, pieces, cost=(32768, 8, 1), chunk=65536, path=place.root / "evil.rekey"):
            """As sealed_stream.cpp does; `pieces` come one after the other."""
            salt = b"s" * 16
            n, r, p = cost
            root = hashlib.scrypt(PASSPHRASE.encode(), salt=salt, n=32768, r=8, p=1, dklen=32, maxmem=1 << 27)

            def hkdf(info, size):
                extracted = hmac.new(salt, root, "sha256").digest()
                return hmac.new(extracted, info + b"\1", "sha256").digest()[:size]
            head = (b"rekey-sealed\1" + bytes([len(purpose)]) + purpose + salt + struct.pack(">QIII", n, r, p, chunk)
                    + hkdf(b"rekey sealed stream check", 16))
            head += hashlib.sha256(head).digest()[:8]
            cipher, number, waiting = AESGCM(hkdf(b"rekey sealed stream key", 32)), 0, b""
            with open(path, "wb") as file:
                file.write(head)

                def put(part, last):
                    nonlocal number
                    file.write(cipher.encrypt(b"\0" * 3 + struct.pack(">Q", number) + bytes([last]), part, head))
                    number += 1
                for piece in pieces:
                    waiting += piece
                    whole = (len(waiting) - 1) // chunk * chunk
                    for at in range(0, whole, chunk):
                        put(waiting[at:at + chunk], 0)
                    waiting = waiting[whole:]
                put(waiting, 1)
            return path

        def packed(*values):
            out = b""
            for value in values:
                if isinstance(value, str):
                    out += struct.pack(">I", len(value.encode())) + value.encode()
                elif isinstance(value, bool):
                    out += bytes([value])
                elif isinstance(value, int):
                    out += struct.pack(">q", value)
                else:
                    out += value
            return out

        def record(kind, fields, size=None):
            return kind + struct.pack(">I", len(fields) if size is None else size) + fields
        tenant = record(b"T", packed(1, "u" * 32, "acme", 1700000000))

        def device(number, attributes):
            name = f"D{number:08}"
            return record(b"d", packed(name, number, name, "m", "f", "ACTIVE", attributes, False, 1700000000, 1700000000, 1, 0))

        def entry(number):
            return record(b"e", packed(f"e{number:08}" + "e" * 900, 1, "d" * 64, "u" * 32, 1700000000))

        made = {
            "record": lambda: [tenant, record(b"d", b"", size=1 << 30), b"\0" * (1 << 20)],
            "large record": lambda: [tenant] + [record(b"d", b"\0" * (TENFOLD << 23))],
            "key": lambda: [tenant, record(b"k", b"\0" * (TENFOLD << 20))],
            "entries": lambda: [tenant, b"".join(entry(n) for n in range(80000))],
            "text": lambda: [record(b"T", packed(1, "u" * 32, "a" * (TENFOLD << 20), 1700000000))],
            "devices": lambda: [tenant] + [device(n, '{"x":"' + "x" * 1000000 + '"}') for n in range(30)],
        }
        for name, make in made.items():
            path = sealed(b"tenant", make())
            before = place.store()
            taken = place.take("tenants", "import-archive", str(path), "--passphrase-file", str(secret))
            # What had been read is removed again; the file keeps its size for what comes next.
            self.judge("archive", name, taken, [1, 2, 6], "archive|damaged|corrupt|refused", place, before,
                       growth=160 << 20 if name == "devices" else MOST_GROWTH)
        for name, more in {"chunk": {"chunk": 1 << 24}, "cost": {"cost": (1 << 24, 16, 4)}}.items():
            path = sealed(b"tenant", [tenant, b"\0" * (1 << 25)], **more)
            before = place.store()
            taken = place.take("tenants", "import-archive", str(path), "--passphrase-file", str(secret))
            self.judge("archive", name, taken, [1, 2, 6], "", place, before)
        head = json.dumps({"format": "rekey-backup-1", "id": "i", "made_at": "2026-01-01T00:00:00Z", "organization": "o" * 50000,
                           "seal_key_id": "s", "audit_entries": 1, "audit_head": "h", "store_size": 1 << 60, "seal_size": 4096})
        for name, pieces in {"backup head": [b'{"x":"' + b"h" * (TENFOLD << 16)],
                             "backup store": [head.encode() + b"\n" + b"\0" * 4096 + b"S" * (1 << 20)]}.items():
            path = sealed(b"backup", pieces)
            taken = place.take("--home", str(place.root / "new"), "restore", "--yes", str(path), "--passphrase-file", str(secret))
            left = [str(each) for each in place.root.glob("*new*")]
            self.judge("archive", name, taken, [1, 2, 6], "", wrong=[f"{left} is left"] if left else [])

    def list(self):
        place = self.place()
        place.must("-q", "credential", "add", "acme", "--client-id", "BUSINESSAPI.1", "--key-id", "k", "--offline", "--key",
                   self.new_key(place))
        legal = {"rows", "objects", "names", "values", "members"}
        for kind in ("rows", "objects", "wide", "cells", "values", "members", "line", "quote", "utf16", "names", "map"):
            path = place.root / "list"
            with open(path, "wb") as out:
                write_list(kind, out)
            size = path.stat().st_size
            before = place.store()
            options = ["--map", str(path), "--devices", "/dev/null"] if kind == "map" else ["--devices", str(path)]
            taken = place.take("tenants", "import", "acme", *options)
            self.judge("list", kind, taken, [0, 1, 2, 3], "", place, before, growth=40 * size if kind in legal else MOST_GROWTH)
        (place.root / "good.csv").write_text("serialNumber\nGOOD1\n")
        place.must("-q", "tenants", "import", "acme", "--devices", str(place.root / "good.csv"))

    @staticmethod
    def new_key(place):
        key = place.root / "key.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(key)],
                       check=True, capture_output=True)
        return str(key)

    def folder(self):
        place = self.place()
        evil = place.root / "units" / "evil"
        slot = evil / "online"
        evil.mkdir()
        place.must("-q", "units", "add", "evil", f"dir:{evil}", "--type", "online")
        place.must("-q", "certs", "generate", "evil")
        whole = place.root / "whole"
        shutil.copytree(evil, whole, symlinks=True)
        pem = (slot / "current/cert.pem").read_text()

        def sparse(name):
            path = slot / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "wb") as file:
                file.truncate(2 << 30)

        def pending():
            folder = slot / "pending"
            folder.mkdir()
            (folder / "token").write_text("x")
            sparse("pending/key.pem")
            sparse("pending/combined.pem")

        def names(where, count, shape):
            folder = slot / where
            folder.mkdir(exist_ok=True)
            at = os.open(folder, os.O_RDONLY)
            for number in range(count):
                os.mknod(shape(number), dir_fd=at)
            os.close(at)

        def long_name(number):
            return f"{number:08}" + "n" * 247

        def numbered():
            for number in range(10, 5010):
                (slot / "gen" / f"{number:06}").touch()

        def deep():
            at = os.open(slot, os.O_RDONLY)
            for _ in range(1000):
                os.mkdir("pending", dir_fd=at)
                below = os.open("pending", os.O_RDONLY, dir_fd=at)
                os.close(at)
                at = below
            os.close(at)

        def chains():
            text = pem * (250000 // len(pem))
            for number in range(110):
                there = evil / f"t{number}"
                shutil.copytree(slot, there, symlinks=True)
                (there / "gen/000001/fullchain.pem").write_text(text)
                for name in ("chain.pem", "cert.pem"):
                    (there / "gen/000001" / name).unlink()

        def others():
            """In each of 256 slots another chain of eight certificates that nobody has seen yet, of 20 KiB each."""
            names = ",".join(f"DNS:{number:040}.example" for number in range(360))
            command = ["openssl", "req", "-x509", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                       "-keyout", "/dev/null", "-subj", "/CN=evil", "-set_serial", "0x5A5A5A5A5A5A5A5A", "-addext",
                       f"subjectAltName={names}", "-outform", "DER"]
            big = subprocess.run(command, capture_output=True, check=True).stdout
            for number in range(256):
                there = evil / f"o{number}"
                shutil.copytree(slot, there, symlinks=True)
                chain = ""
                for place_in_chain in range(8):
                    other = big.replace(b"\x5A" * 8, struct.pack(">Q", 0x5A00000000000000 + number * 8 + place_in_chain))
                    text = base64.encodebytes(other).decode()
                    chain += f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n"
                # Beside another certificate: the slot is in trouble, and adds next to nothing to the listing.
                (there / "gen/000001/fullchain.pem").write_text(chain)

        def slots():
            for number in range(4200):
                (evil / f"n{number}").mkdir()
                (evil / f"n{number}" / "current").symlink_to("gen/000009")

        cases = {
            "key": lambda: sparse("gen/000001/key.pem"),
            "certificate": lambda: sparse("gen/000001/fullchain.pem"),
            "pending": pending,
            "names pending": lambda: names("pending", 500, long_name),
            "names spare": lambda: names("spare", 500, long_name),
            "names gen": lambda: names("gen", 30000, long_name),
            "generations": numbered,
            "names root": lambda: names("..", 1000, long_name),
            "deep": deep,
            "chains": chains,
            "others": others,
            "slots": slots,
        }
        for name, spoil in cases.items():
            subprocess.run(["rm", "-rf", str(evil)], check=True)
            shutil.copytree(whole, evil, symlinks=True)
            spoil()
            for what, command in {"check": ("units", "check"), "renew": ("certs", "renew", "--force")}.items():
                before, number = place.store(), place.number()
                taken = place.take(*command, "evil", "good")
                wrong = []
                if what == "renew" and place.number() == number:
                    wrong.append("the honest unit was not renewed")
                if what == "check" and not re.search(r"^good: online, holds 1 cert", taken.said, re.M):
                    wrong.append("the honest unit was not looked at")
                self.judge("folder", f"{what} {name}", taken, [0, 3, 4, 6], "", place, before, wrong=wrong)
        subprocess.run(["rm", "-rf", str(evil)], check=True)

    def crowd(self):
        """Many units, many threads, few processes, little memory."""
        place = self.place()
        fleet = 20
        for number in range(fleet):
            (place.root / "units" / f"u{number}").mkdir()
            place.must("-q", "units", "add", f"u{number}", f"dir:{place.root}/units/u{number}", "--type", "online")
            place.must("-q", "certs", "generate", f"u{number}")
        taken = place.take("certs", "renew", "--all", "--jobs", "5000")
        self.judge("crowd", "jobs 5000", taken, [2], "1024", place, place.store())
        before = place.store()
        taken = place.take("certs", "renew", "--all", "--jobs", "1024")
        self.judge("crowd", "jobs 1024", taken, [0], f"{fleet + 1} renewed", place, before, files=16 * fleet)
        self.few_processes(place, fleet, before)
        self.little_memory(place, fleet, before)
        # All of them hostile at once, as many as are asked at a time: each has 5 MiB at most, beyond the 64 of one.
        leaf = subprocess.run(["openssl", "x509", "-in", str(place.good / "online/current/cert.pem"), "-outform", "DER"],
                              capture_output=True, check=True).stdout
        evil = {"EVIL_LEAF": base64.b64encode(leaf).decode()}
        for number in range(32):
            place.must("-q", "units", "add", f"evil{number}", f"evil:{number}", "--type", "online", EVIL="one", **evil)
        for way in ("chains", "concerns"):
            before = place.store()
            taken = place.take("units", "check", *(f"evil{n}" for n in range(32)), "good", EVIL=way, **evil)
            honest = re.search(r"^good: online, holds 1 cert", taken.said, re.M)
            self.judge("crowd", f"32 of {way}", taken, [3], "listing", place, before, memory=32 * 5120, files=32 * 8,
                       wrong=[] if honest else ["the honest unit was not looked at"])

    def few_processes(self, place, fleet, before):
        if os.geteuid() == 0:
            # Root has no such limit.
            for each in place.root.rglob("*"):
                os.chown(each, 65534, 65534, follow_symlinks=False)
            os.chown(place.root, 65534, 65534)
            if subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", self.rekey, "--version"],
                              check=False, capture_output=True).returncode != 0:
                return self.skip("few processes", "user 65534 cannot run it")

        def limit():
            resource.setrlimit(resource.RLIMIT_NPROC, (5, 5))
            if os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(65534, 65534, 65534)
                os.setresuid(65534, 65534, 65534)
        taken = place.take("certs", "renew", "--all", "--jobs", "512", limits=limit)
        self.judge("crowd", "5 processes", taken, [0], f"{fleet + 1} renewed", place, before, files=16 * fleet)
        for each in [place.root, *place.root.rglob("*")]:
            os.chown(each, os.geteuid(), os.getegid(), follow_symlinks=False)

    def little_memory(self, place, fleet, before):
        """A memory cgroup of 64 MiB, pages of files included."""
        version_1, version_2 = pathlib.Path("/sys/fs/cgroup/memory"), pathlib.Path("/sys/fs/cgroup")
        above, limit = (version_1, "memory.limit_in_bytes") if version_1.is_dir() else (version_2, "memory.max")
        group = above / f"rekey-bounds-{os.getpid()}"
        try:
            if above == version_2 and "memory" not in (above / "cgroup.subtree_control").read_text().split():
                return self.skip("memory cgroup", "its controller is not at hand")
            group.mkdir()
            (group / limit).write_text(str(64 << 20))
        except OSError as error:
            if group.exists():
                group.rmdir()
            return self.skip("memory cgroup", f"{error.strerror}: {error.filename}")
        try:
            def enter():
                (group / "cgroup.procs").write_text(str(os.getpid()))
            taken = place.take("certs", "renew", "--all", "--jobs", "512", limits=enter)
            self.judge("crowd", "cgroup 64 MiB", taken, [0], f"{fleet + 1} renewed", place, before, files=16 * fleet)
        finally:
            group.rmdir()


FAMILIES = ("helper", "provider", "payload", "archive", "list", "folder", "crowd")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rekey")
    parser.add_argument("--only", action="append", choices=FAMILIES)
    parser.add_argument("--table", action="store_true")
    asked = parser.parse_args()
    below = tempfile.mkdtemp(prefix="rekey-bounds-")
    os.chmod(below, 0o755)
    try:
        bounds = Bounds(asked.rekey, below)
        for family in asked.only or FAMILIES:
            getattr(bounds, family)()
    finally:
        subprocess.run(["rm", "-rf", below], check=False)
    if asked.table:
        for family in FAMILIES:
            rows = [(name, taken, grown) for of, name, taken, grown in bounds.rows if of == family]
            if rows:
                print(f"| {family} | {len(rows)} | {max(t.memory for _, t, _ in rows) >> 10} MiB | "
                      f"{max(t.files for _, t, _ in rows)} | {max(g for _, _, g in rows) >> 10} KiB |")
    print(f"{len(bounds.rows)} cases, {len(bounds.violations)} violations")
    if bounds.violations:
        sys.exit(1)
    if asked.only and not bounds.rows:
        sys.exit(77)


if __name__ == "__main__":
    if os.path.basename(sys.argv[0]) == "rekey-unit-evil":
        # It ends when nobody reads it. The provider goes on when a client hangs up.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        Helper().run()
    elif len(sys.argv) == 3 and sys.argv[1] == "--serve":
        serve(sys.argv[2])
    else:
        main()
