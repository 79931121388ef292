"""Certificate requests that ask for what nobody approved, or that are wrong: made with `openssl req`, and where it
refuses to make them, from DER put together here. Each is a folder with key.pem and request.der.
"""
import hashlib
import pathlib
import re
import subprocess

ISSUED = "issued"  # what it says beside its key is passed over
REFUSED = "refused"
# A helper may not even answer so (rekey-unit-protocol(7)): its connection is given up, which is no refusal.
BREAKING = {"empty", "huge"}
RSA = "rsa-"  # types that begin so have the profile of an RSA key


def openssl(*arguments, stdin=None):
    done = subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments}: {done.stderr.decode()}")
    return done.stdout


def value(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts):
    return value(0x30, *parts)


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    content = bytes([first * 40 + second])
    for arc in rest:
        piece = [arc & 0x7F]
        while arc := arc >> 7:
            piece.insert(0, arc & 0x7F | 0x80)
        content += bytes(piece)
    return value(0x06, content)


def integer(number):
    return value(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"))
RSA_SHA256 = sequence(oid("1.2.840.113549.1.1.11"), value(0x05))


def public_of(key):
    return openssl("pkey", "-in", key, "-pubout", "-outform", "DER")


def extension(dotted, content, critical=True):
    return sequence(oid(dotted), value(0x01, b"\xff") if critical else b"", value(0x04, content))


CA_TRUE = extension("2.5.29.19", sequence(value(0x01, b"\xff")))
CA_FALSE = extension("2.5.29.19", sequence())
SIGNS_CERTIFICATES = extension("2.5.29.15", bytes.fromhex("03020106"))


def extension_request(*extensions):
    return sequence(oid("1.2.840.113549.1.9.14"), value(0x31, sequence(*extensions)))


def information(public_key, *attributes, version=0, subject=sequence(), numbered=0xA0):
    return sequence(integer(version), subject, public_key, value(numbered, *attributes))


def signature_of(information, key):
    return openssl("dgst", "-sha256", "-sign", key, stdin=information)


def signed(information, key, algorithm=ECDSA_SHA256):
    return sequence(information, algorithm, value(0x03, b"\0", signature_of(information, key)))


class Maker:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.expected = {}
        self.keys = {}

    def key(self, *options):
        """One of a kind is enough for all requests."""
        options = options or ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        if options not in self.keys:
            path = self.root / f"key-{len(self.keys)}.pem"
            openssl("genpkey", *options, "-out", path)
            self.keys[options] = path
        return self.keys[options]

    def curve(self, name, *more):
        return self.key("-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{name}", *more)

    def rsa(self, bits, *more):
        return self.key("-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}", *more)

    def put(self, name, expected, key, request):
        folder = self.root / name
        folder.mkdir()
        (folder / "key.pem").write_bytes(key.read_bytes())
        (folder / "request.der").write_bytes(request)
        self.expected[name] = expected

    def req(self, name, expected, *options, key=None, subject="/CN=stranger"):
        key = key or self.key()
        request = openssl("req", "-new", "-key", key, "-subj", subject, "-outform", "DER", *options)
        self.put(name, expected, key, request)

    def asking(self, name, *extensions, **more):
        self.req(name, ISSUED, *(option for each in extensions for option in ("-addext", each)), **more)

    def der(self, name, expected, request, key=None):
        self.put(name, expected, key or self.key(), request)


def make(root):
    """Returns what is expected of each."""
    maker = Maker(root)
    _ask_for_more(maker)
    _ask_twice(maker)
    _weak_keys(maker)
    _bad_signatures(maker)
    _no_requests(maker)
    return maker.expected


def _ask_for_more(maker):
    maker.asking("plain")
    maker.asking("ca-true", "basicConstraints=critical,CA:TRUE,pathlen:5")
    maker.asking("ca-signs", "keyUsage=critical,keyCertSign,cRLSign", "basicConstraints=critical,CA:TRUE")
    maker.asking("every-use", "keyUsage=digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment,keyAgreement,"
                 "keyCertSign,cRLSign,encipherOnly,decipherOnly")
    maker.asking("any-usage", "extendedKeyUsage=anyExtendedKeyUsage,codeSigning,OCSPSigning,timeStamping")
    maker.asking("wildcard", "subjectAltName=DNS:*.fleet.example,DNS:*,DNS:*.com")
    maker.asking("foreign-names", "subjectAltName=DNS:other.fleet.example,IP:10.0.0.1,IP:::1,email:root@fleet.example,"
                 "URI:https://other.fleet.example/,RID:1.2.3.4,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:admin@fleet.example")
    maker.asking("foreign-subject", subject="/O=Other/OU=CA/CN=rekey local/CN=other")
    maker.asking("issuer-name", subject="/CN=rekey local")
    maker.asking("constraints", "nameConstraints=permitted;DNS:.", "policyConstraints=requireExplicitPolicy:0",
                 "certificatePolicies=2.5.29.32.0", "inhibitAnyPolicy=0")
    maker.asking("unknown-critical", "1.2.3.4=critical,ASN1:UTF8String:trust me")
    maker.asking("no-check", "noCheck=ignored", "tlsfeature=status_request", "nsCertType=sslCA,emailCA,objCA")
    maker.asking("own-identifiers", "subjectKeyIdentifier=00112233445566778899AABBCCDDEEFF00112233",
                 "crlDistributionPoints=URI:http://other.example/crl", "authorityInfoAccess=OCSP;URI:http://other.example/")
    maker.asking("many-names", "subjectAltName=" + ",".join(f"DNS:n{i}.fleet.example" for i in range(1500)))
    maker.asking(RSA + "ca", "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign", key=maker.rsa(3072))
    maker.req("sha512", ISSUED, "-sha512")


def _ask_twice(maker):
    """What openssl req does not make."""
    key = maker.key()
    public = public_of(key)

    def request(name, *attributes, expected=ISSUED, **more):
        maker.der(name, expected, signed(information(public, *attributes, **more), key))

    request("twice-extension", extension_request(CA_FALSE, CA_TRUE))
    request("twice-same", extension_request(CA_TRUE, CA_TRUE, SIGNS_CERTIFICATES, SIGNS_CERTIFICATES))
    request("twice-attribute", extension_request(CA_FALSE), extension_request(CA_TRUE))
    request("garbage-extension", extension_request(extension("2.5.29.17", b"\xff" * 40), extension("2.5.29.19", b"")))
    request("version-2", version=1, expected=REFUSED)
    request("version-endless", version=2**640, expected=REFUSED)
    # A name with a NUL and one that acts on terminals; no certificate and no message takes it over.
    evil = b"unit-1\0.example\x1b[2J"
    request("evil-name", subject=sequence(value(0x31, sequence(oid("2.5.4.3"), value(0x0C, evil)))))
    request("attributes-as-extensions", extension_request(CA_TRUE), numbered=0xA3, expected=REFUSED)


def _weak_keys(maker):
    refused = {
        "rsa-1024": maker.rsa(1024),
        "rsa-2048": maker.rsa(2048),
        "rsa-odd": maker.rsa(1536),
        "weak-rsa": maker.rsa(1024),
        "weak-p192": maker.curve("prime192v1"),
        "other-k1": maker.curve("secp256k1"),
        "other-p384": maker.curve("P-384"),
        "other-brainpool": maker.curve("brainpoolP256r1"),
        "explicit": maker.curve("P-256", "-pkeyopt", "ec_param_enc:explicit"),
        "other-ed25519": maker.key("-algorithm", "ED25519"),
        "other-ed448": maker.key("-algorithm", "ED448"),
        "rsa-pss": maker.key("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"),
    }
    for name, key in refused.items():
        maker.req(name, REFUSED, key=key)
    _forged_rsa(maker)
    _wrong_points(maker)


def _forged_rsa(maker):
    """With the exponent 1, what is signed is its own signature: nobody needs a key to prove that he has it."""
    text = openssl("pkey", "-in", maker.rsa(3072), "-text", "-noout").decode()
    modulus = int(re.search(r"modulus:([0-9a-f:\s]+)", text).group(1).replace(":", "").replace("\n", "").replace(" ", ""), 16)
    for name, number in (("rsa-exponent-1", modulus), ("rsa-tiny-modulus", 15)):
        numbers = sequence(integer(number), integer(1))
        public = sequence(sequence(oid("1.2.840.113549.1.1.1"), value(0x05)), value(0x03, b"\0", numbers))
        told = information(public, extension_request(CA_TRUE))
        digest = sequence(sequence(oid("2.16.840.1.101.3.4.2.1"), value(0x05)), value(0x04, hashlib.sha256(told).digest()))
        padded = b"\0\1" + b"\xff" * (384 - 3 - len(digest)) + b"\0" + digest
        maker.der(name, REFUSED, sequence(told, RSA_SHA256, value(0x03, b"\0", padded)), maker.rsa(3072))


def _wrong_points(maker):
    key = maker.key()
    kind = sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"))
    for name, point in (
        ("point-infinite", b"\0"),
        ("point-off-curve", b"\4" + b"\1" * 64),
        ("point-empty", b""),
        ("point-long", b"\4" + b"\1" * 65),
    ):
        public = sequence(kind, value(0x03, b"\0", point))
        maker.der(name, REFUSED, signed(information(public), key))


def _bad_signatures(maker):
    key, other = maker.key(), maker.curve("P-256", "-pkeyopt", "ec_param_enc:named_curve")
    told = information(public_of(key), extension_request(CA_TRUE))
    good = signed(told, key)
    flipped = bytearray(good)
    flipped[-1] ^= 1
    maker.der("signature-flipped", REFUSED, bytes(flipped))
    maker.der("signature-other-key", REFUSED, signed(told, other))
    maker.der("signature-none", REFUSED, sequence(told, ECDSA_SHA256, value(0x03, b"\0")))
    maker.der("signature-zero", REFUSED, sequence(told, ECDSA_SHA256, value(0x03, b"\0", sequence(integer(0), integer(0)))))
    # Whose last bits do not count.
    maker.der("signature-bits", REFUSED, sequence(told, ECDSA_SHA256, value(0x03, b"\1", signature_of(told, key)[:-1] + b"\0")))
    # What was signed is another request of the same key.
    other_told = information(public_of(key), extension_request(CA_FALSE))
    maker.der("signature-moved", REFUSED, sequence(told, ECDSA_SHA256, value(0x03, b"\0", signature_of(other_told, key))))
    maker.der("algorithm-rsa", REFUSED, signed(told, key, RSA_SHA256))
    maker.der("algorithm-none", REFUSED, signed(told, key, sequence(oid("1.2.3.4"))))
    maker.req("sha1", REFUSED, "-sha1")
    maker.req("md5", REFUSED, "-md5", key=maker.rsa(2048))
    maker.req("sha224", REFUSED, "-sha224")


def _no_requests(maker):
    key = maker.key()
    good = signed(information(public_of(key)), key)
    maker.der("trailing", REFUSED, good + b"\0")
    maker.der("cut-off", REFUSED, good[:-1])
    maker.der("empty", REFUSED, b"")
    maker.der("as-pem", REFUSED, openssl("req", "-inform", "DER", stdin=good))
    maker.der("certificate", REFUSED, openssl("req", "-new", "-x509", "-key", key, "-subj", "/CN=x", "-outform", "DER"))
    maker.der("deep", REFUSED, b"\x30\x80" * 20000)
    maker.der("huge", REFUSED, signed(information(public_of(key), extension_request(
        extension("2.5.29.17", sequence(value(0x82, b"a" * 100000))))), key))
    maker.der("long-length", REFUSED, bytes.fromhex("3084ffffffff") + good)
