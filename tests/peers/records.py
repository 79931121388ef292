#!/usr/bin/python3
"""A provider with very many devices, answered from memory; only a bearer token is needed.

    records.py FOLDER

FOLDER/config.json, read again whenever it changes, has what the provider is like (all of it optional):

    devices       how many there are [3]
    gone          numbers of devices that are not told
    edition       goes into the status of every device: another one changes all of them
    page          devices on a page, whatever limit says
    uncovered     devices without coverage: each so-manieth [7]
    token_uses    requests that a token is good for
    lasting       every token stays good; otherwise each one ends those before
    refuse        no token at all
    seed, fail    of so many requests in a thousand, drawn with the seed: 500, a 429, half an answer, a closed
                  connection
    limited       so many requests after each other are answered 429 with Retry-After: 1
    hostile       what is wrong with pages: see hostile() below
    missing       numbers of devices whose coverage is answered 500

Writes its URL to FOLDER/url and the number of requests, when it is asked for /count, into the answer; ends
with the process that started it.
"""
import asyncio
import json
import os
import random
import sys
from urllib.parse import parse_qs, urlsplit

folder = sys.argv[1]


def serial(number):
    return f"C{number * 7919 % 100000000003:011d}"


class Provider:
    def __init__(self):
        self.stamp = None
        self.requests = 0
        self.token = 0
        self.uses = 0
        self.limited = 0
        self.load()

    def load(self):
        stamp = os.stat(f"{folder}/config.json").st_mtime_ns
        if stamp == self.stamp:
            return
        self.stamp = stamp
        with open(f"{folder}/config.json", encoding="utf-8") as file:
            self.config = json.load(file)
        self.random = random.Random(self.config.get("seed", 1))
        self.limited = self.config.get("limited", 0)
        gone = set(self.config.get("gone", []))
        self.numbers = [n for n in range(self.config.get("devices", 3)) if n not in gone]
        self.by_serial = {serial(n): n for n in self.numbers}
        self.pages = {}

    def device(self, number):
        mac = f"{number * 31 % 2**48:012x}"
        return {
            "type": "orgDevices",
            "id": serial(number),
            "attributes": {
                "serialNumber": serial(number),
                "addedToOrgDateTime": f"2026-02-{number % 28 + 1:02d}T10:00:00.123Z",
                "releasedFromOrgDateTime": None,
                "updatedDateTime": f"2026-03-{number % 28 + 1:02d}T10:00:00.456Z",
                "deviceModel": ("iPhone 15", "iPad (10th generation)", "MacBook Air 13\u2033")[number % 3],
                "productFamily": ("iPhone", "iPad", "Mac")[number % 3],
                "productType": f"iPhone15,{number % 5}",
                "deviceCapacity": "128GB",
                "partNumber": f"MTP{number % 99991:05d}/A",
                "orderNumber": f"{number // 10:010d}",
                "color": "BLACK",
                "status": self.config.get("edition", "ASSIGNED"),
                "orderDateTime": f"2026-01-{number % 28 + 1:02d}T10:00:00Z",
                "imei": [f"{number:015d}", f"{number + 1:015d}"],
                "meid": [],
                "eid": f"89{number:030d}",
                "purchaseSourceId": f"{number % 5000:08d}",
                "purchaseSourceType": "APPLE",
                "wifiMacAddress": mac,
                "bluetoothMacAddress": mac,
                "ethernetMacAddress": None,
                "x-unknown": {"nested": [1, 2.50, True, "quote \" and \\ and \u00fc"]},
            },
            "relationships": {"assignedServer": {"links": {"self": "/v1/orgDevices/x/assignedServer"}}},
        }

    def page(self, start, limit):
        found = self.pages.get((start, limit))
        if found is None:
            data = [self.device(n) for n in self.numbers[start : start + limit]]
            paging = {"limit": limit}
            links = {"self": "/v1/orgDevices"}
            if start + limit < len(self.numbers):
                paging["nextCursor"] = f"{start + limit}"
                links["next"] = f"{url}/v1/orgDevices?limit={limit}&cursor={start + limit}"
            document = {"data": data, "links": links, "meta": {"paging": paging}}
            found = hostile(self.config.get("hostile"), document, start)
            self.pages[(start, limit)] = found
        return found

    def coverage(self, name):
        number = self.by_serial.get(name)
        if number is None:
            return 404, b'{"errors":[{"status":"404","code":"NOT_FOUND"}]}'
        if number in self.config.get("missing", []):
            return 500, b""
        if number % self.config.get("uncovered", 7) == 0:
            return 200, b'{"data":[],"links":{},"meta":{"paging":{"limit":100}}}'
        record = {
            "type": "appleCareCoverage",
            "id": f"H{number:011d}",
            "attributes": {
                "status": "ACTIVE" if number % 5 else "INACTIVE",
                "paymentType": "NONE",
                "description": "Limited Warranty",
                "startDateTime": f"2025-{number % 12 + 1:02d}-01T00:00:00Z",
                "endDateTime": None if number % 11 == 0 else f"20{27 + number % 5}-{number % 12 + 1:02d}-01T00:00:00Z",
                "isRenewable": False,
                "isCanceled": False,
                "contractCancelDateTime": None,
                "agreementNumber": None,
            },
        }
        return 200, json.dumps({"data": [record], "links": {}}).encode()

    def answer(self, method, target, headers):
        """Status, body, and more headers; no body: half of an answer, no status: none at all."""
        if target == "/count":
            return 200, str(self.requests).encode(), ""
        self.load()
        if method == "POST":
            if self.config.get("refuse"):
                return 400, b'{"error":"invalid_client"}', ""
            self.token += 1
            self.uses = 0
            return 200, b'{"access_token":"token-%d","token_type":"Bearer","expires_in":900}' % self.token, ""
        self.requests += 1
        self.uses += 1
        shown = headers.get("authorization", "")
        good = shown == f"Bearer token-{self.token}" or (self.config.get("lasting") and shown.startswith("Bearer token-"))
        if not good or self.uses > self.config.get("token_uses", 10**12):
            return 401, b'{"errors":[{"status":"401","code":"NOT_AUTHORIZED"}]}', ""
        if self.limited > 0:
            self.limited -= 1
            return 429, b"slow down", "Retry-After: 1\r\n"
        half = False
        if self.random.randrange(1000) < self.config.get("fail", 0):
            kind = self.random.randrange(4)
            if kind == 0:
                return 500, b"<html>no</html>", ""
            if kind == 1:
                return 429, b"", "Retry-After: 1\r\n" if self.random.randrange(20) == 0 else ""
            if kind == 2:
                return None, b"", ""
            half = True
        parts = urlsplit(target)
        rest = parts.path.removeprefix("/v1/orgDevices").strip("/").split("/")
        if rest == [""]:
            query = parse_qs(parts.query)
            limit = self.config.get("page") or int(query.get("limit", ["100"])[0])
            status, body = 200, self.page(int(query.get("cursor", ["0"])[0]), limit)
        elif len(rest) == 2:
            status, body = self.coverage(rest[0])
        elif rest[0] in self.by_serial:
            status, body = 200, json.dumps({"data": self.device(self.by_serial[rest[0]])}).encode()
        else:
            status, body = 404, b'{"errors":[{"status":"404"}]}'
        return (None, body[: len(body) // 2], "") if half else (status, body, "")


def hostile(kind, document, start):
    paging = document["meta"]["paging"]
    links = document["links"]
    if kind == "same_cursor":
        paging["nextCursor"] = str(start)
    elif kind == "circle":
        paging.setdefault("nextCursor", "0")
    elif kind == "elsewhere":
        paging.pop("nextCursor", None)
        links["next"] = "http://127.0.0.1:9/v1/orgDevices?cursor=1"
    elif kind == "link_only":
        paging.pop("nextCursor", None)
    elif kind == "twice":
        document["data"].append(document["data"][0])
    elif kind == "no_id":
        del document["data"][-1]["id"], document["data"][-1]["attributes"]["serialNumber"]
    elif kind == "no_data":
        del document["data"]
    elif kind == "huge":
        document["data"][0]["attributes"]["x-huge"] = "h" * 10_000_000
    body = json.dumps(document, ensure_ascii=False).encode()
    if kind == "not_utf8":
        body = body.replace(b"BLACK", b"BL\xffCK", 1)
    elif kind == "half":
        body = body[: len(body) // 2]
    elif kind == "deep":
        body = body.replace(b'"BLACK"', b"[" * 100_000 + b"]" * 100_000, 1)
    elif kind == "surrogate":
        body = body.replace(b'"BLACK"', b'"\\ud800"', 1)
    elif kind == "html":
        body = b"<html>maintenance</html>"
    elif kind == "endless":
        body = body[:-1] + b" " * (80 << 20) + b"}"
    return body


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.waiting = b""

    def data_received(self, data):
        self.waiting += data
        while True:
            head, separator, rest = self.waiting.partition(b"\r\n\r\n")
            if not separator:
                return
            lines = head.decode("latin-1").split("\r\n")
            headers = dict((line.split(": ", 1)[0].lower(), line.split(": ", 1)[1]) for line in lines[1:])
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            self.waiting = rest[length:]
            method, target, _ = lines[0].split(" ")
            status, body, more = provider.answer(method, target, headers)
            if status is not None:
                head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{more}\r\n"
                self.transport.writelines([head.encode(), body])
                continue
            if body:
                self.transport.write(f"HTTP/1.1 200 x\r\nContent-Length: {2 * len(body)}\r\n\r\n".encode() + body)
            self.transport.close()
            return


async def serve():
    global url
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with open(f"{folder}/url.new", "w", encoding="utf-8") as file:
        file.write(url)
    os.rename(f"{folder}/url.new", f"{folder}/url")
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(0.2)


url = ""
provider = Provider()
asyncio.run(serve())
