#!/usr/bin/python3
"""Compares what is accepted here with what others say should be, file by file.

    conformance.py pkits|pkcs8 PROGRAM VECTORS

PROGRAM is built of conformance.cpp; VECTORS is the folder of Debian's python3-cryptography-vectors. deviations.txt
lists every difference with its reason; one that is not listed fails, and so does one that is not there any more.

pkits: the paths of NIST's PKITS, each in a signed message; the name of a path says whether it is valid. A path is
accepted when the certificates of its message, in whatever order, make a chain from the signer to the trust anchor
that is. pkcs8: openssl, with its legacy provider, says what a private key is, and which.
"""
import base64
import calendar
import itertools
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
WHEN = calendar.timegm((2020, 1, 1, 0, 0, 0))

# PKITS paths whose names do not say it; by the document's text, with its default settings.
VALID = """AllCertificatesAnyPolicyTest11 AllCertificatesNoPoliciesTest2 AllCertificatesSamePoliciesTest10
    AllCertificatesSamePoliciesTest13 AllCertificatesSamePolicyTest1 AnyPolicyTest14 CPSPointerQualifierTest20
    DifferentPoliciesTest3 OverlappingPoliciesTest6 UserNoticeQualifierTest15 UserNoticeQualifierTest16
    UserNoticeQualifierTest17 UserNoticeQualifierTest18 UserNoticeQualifierTest19 inhibitAnyPolicyTest3""".split()
INVALID = """DifferentPoliciesTest4 DifferentPoliciesTest5 DifferentPoliciesTest7 DifferentPoliciesTest8
    DifferentPoliciesTest9 DifferentPoliciesTest12 MissingCRLTest1""".split()

# As the tests of python3-cryptography use them.
PASSPHRASES = {"enc-rsa-pkcs8": "foobar", "enc2-rsa-pkcs8": "baz", "ec_private_key_encrypted": "123456",
               "testrsa-encrypted": "password", "key1": "123456", "key2": "a123456", "bad-encryption-oid": "password"}


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)


def judge(program, what, lines):
    done = subprocess.run([program, *what], input="".join(f"{line}\n" for line in lines), capture_output=True, text=True,
                          check=False)
    answers = done.stdout.splitlines()
    if done.returncode != 0 or len(answers) != len(lines):
        sys.exit(f"{program} ended with {done.returncode} after {len(answers)} of {len(lines)} answers: {done.stderr}")
    return answers


def certificates_of(message, folder):
    """The signer first."""
    signer = folder / "signer.pem"
    done = openssl("cms", "-verify", "-noverify", "-nosigs", "-in", message, "-signer", signer, "-out", "/dev/null",
                   "-certsout", folder / "all.pem")
    if not signer.exists():
        sys.exit(f"{message}: {done.stderr.decode()}")
    blocks = [block for file in (signer, folder / "all.pem")
              for block in re.findall("-----BEGIN.*?END CERTIFICATE-----\n", file.read_text(), re.S)]
    signer.unlink()
    paths = []
    for block in dict.fromkeys(blocks):
        paths.append(folder / f"{message.stem}-{len(paths)}.der")
        paths[-1].write_bytes(base64.b64decode("".join(block.splitlines()[1:-1])))
    return paths


def pkits(program, vectors, folder):
    data = vectors / "x509" / "PKITS_data"
    root = data / "certs" / "TrustAnchorRootCertificate.crt"
    lines, names = [], []
    for message in sorted((data / "smime").glob("Signed*.eml")):
        leaf, *others = certificates_of(message, folder)
        for some in range(len(others) + 1):
            for order in itertools.permutations(others, some):
                lines.append(" ".join(map(str, (leaf, *order, root))))
                names.append(message.stem.removeprefix("Signed"))
    results = {}
    for name, answer in zip(names, judge(program, ("chains", str(WHEN)), lines)):
        accepted, why = results.get(name, (False, []))
        results[name] = (accepted or answer == "accepted", why + [answer])
    for name, (accepted, why) in results.items():
        told = next((each for each in why if "not come next" not in each and "is missing" not in each), why[-1])
        if name.startswith("Valid") or name in VALID:
            yield name, True, accepted, why[-1]
        elif name.startswith("Invalid") or name in INVALID:
            yield name, False, accepted, told
        else:
            sys.exit(f"{name}: is it valid?")


def pkcs8(program, vectors, _):
    files = sorted(path for kind in ("PKCS8", "PEM_Serialization", "Traditional_OpenSSL_Serialization")
                   for path in (vectors / "asymmetric" / kind).glob("*.pem"))
    passphrases = [PASSPHRASES.get(path.stem, "123456") for path in files]
    answers = judge(program, ("keys",), [f"{path} {word}" for path, word in zip(files, passphrases)])
    for path, word, answer in zip(files, passphrases, answers):
        public = public_of(path, word)
        # Parameters that are spelt out become their curve's name here.
        names = [public, public_of(path, word, "-ec_param_enc", "named_curve")]
        name = f"{path.parent.name}/{path.name}"
        if answer.startswith("accepted ") and public and answer.split()[1] not in names:
            sys.exit(f"{name}: its public key is {answer}, says openssl {public}")
        yield name, bool(public), answer.startswith("accepted "), answer[:200]


def public_of(path, passphrase, *options):
    return openssl("pkey", "-provider", "default", "-provider", "legacy", "-in", path, "-passin", f"pass:{passphrase}",
                   *options, "-pubout", "-outform", "DER").stdout.hex().upper()


def listed(suite):
    """Of each file that deviates, whether it is accepted."""
    found = {}
    accepted = None
    for line in (HERE / "deviations.txt").read_text().splitlines():
        if heading := re.fullmatch(r"\[(\w+) (accepted|refused)\]", line):
            accepted = heading[2] == "accepted" if heading[1] == suite else None
        elif accepted is not None and line and not line.startswith("#"):
            found[line] = accepted
    return found


def main():
    suite, program, vectors = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    known = listed(suite)
    wrong, seen, agree = [], set(), 0
    with tempfile.TemporaryDirectory() as folder:
        for name, expected, accepted, why in {"pkits": pkits, "pkcs8": pkcs8}[suite](program, vectors, pathlib.Path(folder)):
            seen.add(name)
            if expected == accepted:
                agree += 1
                if name in known:
                    wrong.append(f"{name}: is listed in deviations.txt, but does not deviate")
            elif known.get(name) is not accepted:
                wrong.append(f"{name}: {'accepted' if accepted else 'refused'}, and should not be: {why}")
    wrong += [f"{name}: is listed in deviations.txt, but is not there" for name in known if name not in seen]
    if wrong or not seen:
        sys.exit("\n".join(wrong) or f"nothing of {suite} in {vectors}")
    print(f"{suite}: {len(seen)} cases, {agree} agree, {len(known)} deviate as listed")


main()
