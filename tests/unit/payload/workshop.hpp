#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "rekey/base/base.hpp"
#include "rekey/payload/payload.hpp"
#include "shell.hpp"

namespace rekey::payload::test {

inline Secret secret(std::string_view text) { return Secret::copy_of(view_of(text)); }

/// A folder in which python, with its own property lists and cryptography, makes and reads payloads.
class Workshop {
public:
    Workshop() {
        write("maker.py", R"(
import base64, hashlib, json, os, plistlib, struct, sys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

def framed(*parts):
    return b''.join(struct.pack('>I', len(p)) + p for p in (p.encode() for p in parts))

def bound(entry):
    return framed('rekey-payload-1', entry['id'], entry['clientId'], entry['keyId'], str(entry.get('version', 0)))

def entry(number=1, secret=b'hush', passphrase=b'pass phrase', n=2**15, salt=None, **other):
    e = {'id': f'entry-{number}', 'name': f'Credential {number}', 'scope': 'business.api',
         'clientId': f'BUSINESSAPI.{number}', 'keyId': f'key-{number}', 'version': 3}
    e.update(other)
    salt, nonce = salt or os.urandom(16), os.urandom(12)
    key = hashlib.scrypt(passphrase, salt=salt, n=n, r=8, p=1, maxmem=2**31 - 1, dklen=32)
    e.update(encryptedPEM=AESGCM(key).encrypt(nonce, secret, bound(e)), pemSalt=salt, pemNonce=nonce,
             pemKDF='scrypt', pemScryptN=n, pemScryptR=8, pemScryptP=1)
    return e

def published(number=1, secret=b'hush', passphrase=b'pass phrase'):
    salt, nonce = os.urandom(16), os.urandom(12)
    key = HKDF(hashes.SHA256(), 32, salt, b'').derive(passphrase)
    return {'id': f'entry-{number}', 'name': 'x', 'scope': 'school.api', 'clientId': f'SCHOOLAPI.{number}',
            'keyId': 'k', 'encryptedPEM': AESGCM(key).encrypt(nonce, secret, None), 'pemSalt': salt, 'pemNonce': nonce}

def unopened(number=1, **other):
    'Well formed; what it holds is noise.'
    e = {'id': f'entry-{number}', 'name': 'n', 'scope': 's', 'clientId': f'C.{number}', 'keyId': 'k', 'version': 1,
         'encryptedPEM': bytes(40), 'pemSalt': bytes(16), 'pemNonce': bytes(12)}
    e.update(other)
    return {k: v for k, v in e.items() if v is not None}

def as_text(e):
    return {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in e.items()}

def root(*entries):
    return {'ManagedABMCredentials': list(entries)}

def save(name, value, fmt=plistlib.FMT_XML):
    open(name, 'wb').write(plistlib.dumps(value, fmt=fmt))

def save_json(name, value):
    json.dump({'ManagedABMCredentials': [as_text(e) for e in value['ManagedABMCredentials']]}, open(name, 'w'))

def decrypt(e, passphrase):
    key = hashlib.scrypt(passphrase, salt=e['pemSalt'], n=e['pemScryptN'], r=e['pemScryptR'], p=e['pemScryptP'],
                         maxmem=2**31 - 1, dklen=32)
    return AESGCM(key).decrypt(e['pemNonce'], e['encryptedPEM'], bound(e))
)");
    }

    void write(const std::string& name, std::string_view content) const {
        std::ofstream(scratch_ / name, std::ios::binary) << content;
    }
    std::string read(const std::string& name) const { return rekey::test::content_of(scratch_ / name); }

    /// Runs a command in the folder, which must succeed; gives what it said.
    std::string must(const std::string& command) const {
        auto result = rekey::test::shell("cd " + scratch_.path() + " && " + command);
        REQUIRE_MESSAGE(result.code == 0, result.output);
        return result.output;
    }

    void python(std::string_view program) const {
        write("program.py", "from maker import *\n" + std::string(program));
        must("python3 program.py");
    }

    /// What `program` leaves in the file `payload`.
    std::string made_by(std::string_view program) const {
        python(program);
        return read("payload");
    }

private:
    rekey::test::TemporaryFolder scratch_;
};

struct Refusal {
    Code code = Code::interrupted;
    std::string message;
    std::string hint;
};

template <class Call>
Refusal refusal(const Call& call) {
    try {
        call();
    } catch (const Error& e) {
        return {e.code(), e.message(), e.hint()};
    }
    return {Code::interrupted, "nothing was refused", ""};
}

inline std::vector<Entry> parse(std::string_view content) { return payload::parse(view_of(content)); }

/// The message of a refusal that is Code::usage.
inline std::string why_not(std::string_view content) {
    auto refused = refusal([&] { parse(content); });
    CHECK_MESSAGE((refused.code == Code::usage || refused.code == Code::interrupted), refused.message);
    CHECK_MESSAGE((refused.code == Code::interrupted || !refused.hint.empty()), refused.message);
    return refused.message;
}

}  // namespace rekey::payload::test
