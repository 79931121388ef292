#!/usr/bin/python3
"""Makes the first inputs of every fuzz target with the tools of the system: openssl, and Python's plistlib, json and csv.

    seeds.py FOLDER     FOLDER/TARGET/… ; left as it is when this very script made it
"""
import base64
import csv
import hashlib
import io
import itertools
import json
import pathlib
import plistlib
import shutil
import subprocess
import sys
import tempfile

PASSPHRASE = "Kaulquappe-4711-Zimtstern"
VECTORS = pathlib.Path("/usr/lib/python3/dist-packages/cryptography_vectors")
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Corpus:
    def __init__(self, root):
        self.root = root
        self.count = itertools.count()

    def put(self, target, content):
        folder = self.root / target
        folder.mkdir(parents=True, exist_ok=True)
        content = content.encode() if isinstance(content, str) else content
        (folder / f"{next(self.count):04}").write_bytes(content)


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True).stdout


def make_keys(corpus, work):
    kinds = [("EC", "ec_paramgen_curve:P-256"), ("EC", "ec_paramgen_curve:P-384"), ("ED25519", None), ("RSA", "rsa_keygen_bits:2048")]
    encrypted = ("-passout", f"pass:{PASSPHRASE}")
    for number, (kind, option) in enumerate(kinds):
        path = work / f"{number}.pem"
        openssl("genpkey", "-algorithm", kind, *(("-pkeyopt", option) if option else ()), "-out", path)
        corpus.put("key", path.read_bytes())
        corpus.put("key", openssl("pkcs8", "-topk8", "-in", path, *encrypted, "-iter", 4))
        corpus.put("key", openssl("pkcs8", "-topk8", "-in", path, *encrypted, "-scrypt", "-scrypt_N", 16))
        corpus.put("key", openssl("pkcs8", "-topk8", "-in", path, *encrypted, "-v1", "PBE-SHA1-3DES", "-iter", 4))
        corpus.put("key", openssl("pkey", "-in", path, "-pubout"))
        if kind != "ED25519":
            corpus.put("key", openssl("pkey", "-in", path, "-traditional"))
            corpus.put("key", openssl("pkey", "-in", path, "-traditional", "-aes128", *encrypted))
    corpus.put("key", openssl("ecparam", "-name", "prime256v1", "-genkey", "-param_enc", "explicit"))
    corpus.put("key", openssl("dsaparam", "-genkey", "1024"))


def make_certificates(corpus, work):
    key, leaf = work / "0.pem", work / "1.pem"
    days = ("-days", "1825")
    root = work / "root.pem"
    openssl("req", "-x509", "-new", "-key", key, "-subj", "/O=Example/CN=root", "-days", "3650", "-out", root)
    middle, middle_request = work / "middle.pem", work / "middle.csr"
    extensions = work / "extensions"
    extensions.write_text("[ca]\nbasicConstraints=critical,CA:TRUE,pathlen:1\nkeyUsage=keyCertSign\ncertificatePolicies=1.2.3\n"
                          "nameConstraints=permitted;DNS:example\npolicyConstraints=requireExplicitPolicy:3\n"
                          "[leaf]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth,1.2.3.4\n"
                          "certificatePolicies=1.2.3\nsubjectAltName=DNS:a.example,IP:10.0.0.1,IP:::1,email:a@example,URI:https://a.example/,"
                          "RID:1.2.3,otherName:1.2.3;UTF8:x,dirName:dn\n[dn]\nCN=somebody\n"
                          "[usual]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                          "extendedKeyUsage=serverAuth,clientAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
                          "subjectAltName=DNS:unit-1\n")
    openssl("req", "-new", "-key", work / "3.pem", "-subj", "/CN=middle", "-out", middle_request)
    openssl("x509", "-req", "-in", middle_request, "-CA", root, "-CAkey", key, *days, "-extfile", extensions, "-extensions",
            "ca", "-out", middle)
    ways = [("/CN=unit-1", ()), ("/C=DE/O=Example/OU=A/CN=unit/serialNumber=1", ("-addext", "subjectAltName=DNS:*.a.example")),
            ("/", ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign"))]
    for (subject, options), owner in itertools.product(ways, ("0.pem", "1.pem", "2.pem", "3.pem")):
        made = work / "leaf.csr"
        openssl("req", "-new", "-key", work / owner, "-subj", subject, *options, "-out", made)
        corpus.put("request", openssl("req", "-in", made, "-outform", "DER"))
        for issuer, issuer_key, more in ((root, key, ()), (root, key, ("usual",)), (middle, work / "3.pem", ("leaf",))):
            form = ("-extfile", extensions, "-extensions", *more) if more else ()
            pem = openssl("x509", "-req", "-in", made, "-CA", issuer, "-CAkey", issuer_key, "-days", 365, *form)
            certificate = work / "leaf.pem"
            certificate.write_bytes(pem)
            corpus.put("certificate", openssl("x509", "-in", certificate, "-outform", "DER"))
            chain = pem + (middle.read_bytes() if issuer == middle else b"") + root.read_bytes()
            corpus.put("chain", chain)
    corpus.put("certificate", root.read_bytes() + middle.read_bytes())
    corpus.put("request", openssl("x509", "-in", root, "-outform", "DER"))


def make_from_vectors(corpus):
    for path in sorted((VECTORS / "asymmetric" / "PKCS8").glob("*.pem")):
        corpus.put("key", path.read_bytes())
    for path in sorted((VECTORS / "x509" / "custom").glob("*")):
        if path.is_file() and "crl" not in path.name:
            corpus.put("certificate", path.read_bytes())
    for path in sorted((VECTORS / "x509" / "requests").glob("*.der")):
        corpus.put("request", path.read_bytes())


def make_payloads(corpus, work):
    entry = {"id": "e1", "name": "Example", "scope": "business", "clientId": "BUSINESSAPI.1", "keyId": "k1", "version": 3,
             "encryptedPEM": b"\1" * 64, "pemSalt": b"\2" * 16, "pemNonce": b"\3" * 12}
    strong = {**entry, "id": "e2", "clientId": "BUSINESSAPI.2", "pemKDF": "scrypt", "pemScryptN": 32768,
              "pemScryptR": 8, "pemScryptP": 1}

    def text(entries):
        return [{key: base64.b64encode(value).decode() if isinstance(value, bytes) else value
                 for key, value in each.items()} for each in entries]

    for entries in ([], [entry], [entry, strong], [strong]):
        whole = {"ManagedABMCredentials": entries}
        profile = {"PayloadType": "Configuration", "PayloadVersion": 1, "PayloadContent": [{**whole, "PayloadType": "x"}]}
        for value in (whole, profile, entries):
            for form in (plistlib.FMT_XML, plistlib.FMT_BINARY):
                corpus.put("payload", plistlib.dumps(value, fmt=form))
        corpus.put("payload", json.dumps({"ManagedABMCredentials": text(entries)}))
        corpus.put("payload", json.dumps(text(entries), indent=1))
        corpus.put("payload", plistlib.dumps({"ManagedABMCredentials": json.dumps(text(entries))}))
        corpus.put("payload", plistlib.dumps({"_computerlevel": [{"ProfileItems": [{"PayloadContent": whole}]}]}))
        corpus.put("payload", plistlib.dumps({"PayloadContent": [{"PayloadContent": {"a.b": {"Set-Once": [
            {"mcx_preference_settings": whole}]}}}]}))
        corpus.put("payload", plistlib.dumps(whole).decode().encode("utf-16"))
        corpus.put("payload", base64.encodebytes(plistlib.dumps(whole)))
        corpus.put("payload", "{ ManagedABMCredentials = ( " + ", ".join(
            "{ " + " ".join(f"{key} = {'<' + value.hex() + '>' if isinstance(value, bytes) else value};" for key, value in each.items())
            + " }" for each in entries) + " ); }")
    corpus.put("payload", "{ a = {length = 2, bytes = 0x0102}; \"b c\" = ( x, \"y\\U00e4\\n\", <01 02>, ); /* c */ }")
    plain, key, certificate = work / "plain", work / "0.pem", work / "root.pem"
    plain.write_bytes(plistlib.dumps({"ManagedABMCredentials": [entry]}))
    for more in (("-outform", "DER"), ("-outform", "PEM"), ("-outform", "DER", "-stream"), ("-outform", "DER", "-nocerts")):
        corpus.put("payload", openssl("cms", "-sign", "-nodetach", "-binary", "-signer", certificate, "-inkey", key, "-in", plain, *more))
    corpus.put("payload", plistlib.dumps({"a": [True, 1.5, -3, 2**63, "ä\n", b"", {}], "b": plistlib.UID(3)}, fmt=plistlib.FMT_BINARY))
    corpus.put("payload", '<?xml version="1.0"?><!DOCTYPE plist><plist version="1.0"><array><integer>-1</integer></array></plist>')


def make_config(corpus):
    rules = ('validity = "10y"\nrenew_before = "90d"\nmax_age = "6mo"\nkey = "ec-p256"\nsubject = "CN={unit},O={organization}"\n'
             'san = ["dns:{unit}.fleet.example", "ip:10.0.0.1"]\nusages = ["serverAuth"]\nissuer = "local"\n'
             'allowed_keys = ["ec-p256"]\nallowed_signatures = ["ecdsa-with-SHA256"]\noutlive_issuer = "refuse"\nrevoke_superseded = true\n')
    corpus.put("config", "")
    corpus.put("config", f"[defaults]\n{rules}[type.online]\n{rules}[label.\"site=north\"]\n{rules}")
    corpus.put("config", 'node_order = ["*", "main"]\ntype_order = ["iam"]\ncrl_validity = "2d"\n[credentials]\nmax_age = "1y"\n')
    corpus.put("config", 'jobs = 4\n# here\n[defaults]\nkey = "ec-p256"\n')
    corpus.put("config", 'jobs = 4\nanswer_deadline = "30s"\nunit_deadline = "5m"\n'
                         'agent_roots = ["/srv"]\nagent_reloads = ["true"]\n')
    for page in ("rekey.toml.5", "rekey-policy.5"):
        corpus.put("config", (ROOT / "man" / page).read_bytes())


def make_protocol(corpus):
    der = base64.b64encode(b"\x30\x03\x02\x01\x00").decode()
    slot = {"node": "main", "type": "online", "chain": [der, der], "key_matches": True, "trouble": ""}
    for message in (
        {"id": 1, "op": "hello", "versions": [1], "address": "x:/y"}, {"id": 1, "result": {"version": 1, "name": "helper"}},
        {"id": 2, "result": {"request": der}}, {"id": 3, "result": {"slot": slot}}, {"id": 3, "result": {"slots": [slot]}}, slot,
        {"id": 4, "error": {"class": "refused", "message": "no \x1b[2J\u202e", "hint": "why"}},
        {"id": 5, "op": "apply", "node": "", "type": "iam", "chain": [der]}, {"id": 6, "result": {"changed": False}},
        {"id": 7, "op": "create_key", "node": "n", "type": "t", "key": "ec-p256", "token": "T1"},
        {"id": 8, "op": "confirm", "node": "", "type": "t", "leaf": "ab" * 32}, {**slot, "chain": [], "trouble": "damaged"},
        {"class": "busy", "message": "later"}, {"class": "invalid", "message": ""}, {"id": 2**63, "x": [[[[1e400]]]]},
    ):
        corpus.put("protocol", json.dumps(message))
        corpus.put("protocol", json.dumps(message, ensure_ascii=False))


def make_records(corpus):
    device = {"id": "D1", "serialNumber": "D1", "deviceModel": "Mac \"15\"", "productFamily": "Mac", "status": "ASSIGNED",
              "imei": ["1", "2"], "color": None, "orderDateTime": "2026-01-02T03:04:05Z", "partNumber": "ä,ö"}
    coverage = {"id": "C1", "deviceId": "D1", "status": "ACTIVE", "description": "Plus", "startDateTime": "2026-01-02T03:04:05Z",
                "endDateTime": None, "agreementNumber": "A1", "isRenewable": True}
    for record in (device, coverage):
        corpus.put("records", json.dumps(record) + "\n" + json.dumps(record, ensure_ascii=False) + "\n")
        corpus.put("records", json.dumps({"id": record["id"], "attributes": record, "type": "orgDevices"}))
        for style in ({}, {"quoting": csv.QUOTE_ALL}, {"lineterminator": "\n"}):
            table = io.StringIO(newline="")
            writer = csv.DictWriter(table, list(record), **style)
            writer.writeheader()
            writer.writerows([record, {**record, "description" if "description" in record else "color": 'a "b"\nc'}])
            corpus.put("records", table.getvalue())
        tables = ["serialNumber;deviceModel\r\nC02AAA;Mac\r\n", "sep=;\r\nserial;model;;\r\nA;B;;\r\n;;;\r\n", "Serial Number\tModel\rA\tB\r",
                  "SERIAL_NO, DEVICE_ID ,\"MODEL_NAME\"\nA , 7 , \"x\ny\" \n,,\n", "serialNumber,endDateTime,status\nA,31.12.2030,Active\nB,47848.5,\n"]
        for table in tables:
            corpus.put("records", table)
            corpus.put("records", table.encode("utf-16"))
            corpus.put("records", b"\xfe\xff" + table.encode("utf-16-be"))
        for indent in (None, 1):
            corpus.put("records", json.dumps({"links": {}, "data": [{"id": "A", "attributes": record, "relationships": {"a": {}}}]}, indent=indent))
            corpus.put("records", json.dumps([record, record], indent=indent))
            corpus.put("records", json.dumps(record, indent=indent) + json.dumps({"results": [record]}, indent=indent))
        data = [{"type": "orgDevices", "id": record["id"], "attributes": record}]
        data[0]["relationships"] = {"assignedServer": {"links": {"self": "x"}, "data": {"id": "7"}}}
        link = "https://api.example/v1/orgDevices?limit=1000&cursor=abc%3D"
        for document in ({"data": data, "links": {"self": link, "next": link}, "meta": {"paging": {"limit": 1000, "nextCursor": "abc="}}},
                         {"data": data[0]}, {"data": []}, {"errors": [{"status": "429", "code": "X", "detail": "later"}]}):
            corpus.put("answer", json.dumps(document))
    for link in ("/v1/orgDevices?cursor=1", "?cursor=%zz", "http://127.0.0.1:80/a", "https://u:p@[::1]:443/a#b", "//other/?cursor=2"):
        corpus.put("answer", link)


def make_texts(corpus):
    for text in ("unit-1", "unit/node/type", "u/t", "-x", "0AFF", "ff0", "QUJD", "QUI=", "2036-11-22T08:00:00Z", "1996-12-19T16:39:57-08:00",
                 "0001-01-01T00:00:00Z", "9999-12-31T23:59:59+23:59", "2026-02-29T00:00:00Z", "10y", "6mo", "90d", "24h", "30m", "45s",
                 "2w", "99999999999999999999y", "CN=unit-1,O=Example", "CN=a\\,b\\+c,OU=\\C3\\A4", "C=DE,serialNumber=7", "dns:*.a.example",
                 "dns:xn--bcher-kva.example", "ip:10.0.0.1", "ip:2001:db8::1", "uri:https://a/b?c", "email:a@b.example", "serverAuth",
                 "1.3.6.1.5.5.7.3.1", "2.999.1", "\x1b[31mred\x9b", "\u202eabc", "ä\ufffd", "\x80\xff", ""):
        corpus.put("text", text.encode("utf-8", "surrogateescape"))


def main():
    root = pathlib.Path(sys.argv[1]).absolute()
    version = hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()
    mark = root / "made-by"
    if mark.exists() and mark.read_text() == version:
        return
    with tempfile.TemporaryDirectory(dir=root.parent) as name:
        work = pathlib.Path(name)
        made = work / "made"
        made.mkdir()
        corpus = Corpus(made)
        make_keys(corpus, work)
        make_certificates(corpus, work)
        make_from_vectors(corpus)
        make_payloads(corpus, work)
        make_config(corpus)
        make_protocol(corpus)
        make_records(corpus)
        make_texts(corpus)
        (made / mark.name).write_text(version)
        shutil.rmtree(root, ignore_errors=True)
        made.rename(root)


main()
