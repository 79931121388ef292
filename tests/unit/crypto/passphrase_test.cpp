#include <doctest/doctest.h>
#include <fmt/format.h>

#include <ctime>
#include <fstream>

#include "crypto/sealing/seal.hpp"
#include "rekey/base/base.hpp"
#include "shell.hpp"

using namespace rekey;
using namespace rekey::crypto;

namespace {

const ScryptCost quick{1U << 15, 8, 1};
const Bytes salt(16, 5);

Secret secret(std::string_view text) { return Secret::copy_of(view_of(text)); }
std::string text(const SealKey& key) { return std::string(text_of(key.to_text().view())); }
AskPassphrase says(std::string passphrase) {
    return [passphrase] { return secret(passphrase); };
}

template <class Call>
std::pair<Code, std::string> refusal(const Call& call) {
    try {
        call();
    } catch (const Error& e) {
        return {e.code(), e.message()};
    }
    return {Code::interrupted, "nothing was refused"};
}

}  // namespace

TEST_CASE("a key under a passphrase is found again from its text and the passphrase") {
    auto key = SealKey::from_passphrase(secret("correct horse"), salt, quick);
    Bytes sealed = key.seal(view_of("hush"), "place");
    std::string line = text(key);
    CHECK(SealKey::needs_passphrase(view_of(line)));
    auto again = SealKey::from_text(view_of(line), says("correct horse"));
    CHECK(again.id() == key.id());
    CHECK(again.is_under_passphrase());
    CHECK(text(again) == line);
    CHECK(text_of(again.open(sealed, "place").view()) == "hush");
}

TEST_CASE("the text of a key under a passphrase has its id, salt and cost, and not the key") {
    auto key = SealKey::from_passphrase(secret("correct horse"), salt, quick);
    std::string line = text(key);
    CHECK(line.starts_with(
        fmt::format("rekey-seal-passphrase-1 {} 05050505050505050505050505050505 32768 8 1 ", to_hex(key.id()))));
    CHECK(line.size() == 24 + 17 + 33 + 6 + 2 + 2 + 32 + 1);
    // What makes an ordinary key does not come out of it.
    CHECK(refusal([&] { SealKey::from_text(view_of(line)); }).first == Code::usage);
}

TEST_CASE("another passphrase is told before anything is opened, and no passphrase before anything is derived") {
    std::string line = text(SealKey::from_passphrase(secret("correct horse"), salt, quick));
    CHECK(refusal([&] { SealKey::from_text(view_of(line), says("Correct horse")); }) ==
          std::pair{Code::refused, std::string("this is not the passphrase of the home")});
    CHECK(refusal([&] { SealKey::from_text(view_of(line), says("")); }) ==
          std::pair{Code::usage, std::string("the home is under a passphrase, and there is none")});
    CHECK(refusal([&] { SealKey::from_passphrase(Secret(), salt, quick); }).first == Code::usage);
}

TEST_CASE("the same passphrase and salt make another key each time") {
    auto one = SealKey::from_passphrase(secret("correct horse"), salt, quick);
    auto other = SealKey::from_passphrase(secret("correct horse"), salt, quick);
    CHECK(one.id() != other.id());
    CHECK(refusal([&] { other.open(one.seal(view_of("hush"), "place"), "place"); }).first == Code::refused);
}

TEST_CASE("a damaged text of a key under a passphrase is not taken for another key") {
    std::string line = text(SealKey::from_passphrase(secret("pass"), salt, quick));
    auto refused = [&](std::string changed) {
        return refusal([&] { SealKey::from_text(view_of(changed), says("pass")); }).first;
    };
    CHECK(refused(line.substr(0, line.size() - 1)) == Code::corrupt);
    CHECK(refused(line + "\n") == Code::corrupt);
    CHECK(refused(line + line) == Code::corrupt);
    for (std::size_t size = 24; size < line.size(); ++size) CHECK(refused(line.substr(0, size)) == Code::corrupt);
    for (auto [from, to] : {std::pair{"32768 8", "032768 8"},
                            {"32768 8", "+32768 8"},
                            {"32768 8", "32768  8"},
                            {"32768 8 1", "32768 8 4294967297"},
                            {"32768 8", "x 8"},
                            {"0505", "050g"}}) {
        std::string changed = line;
        changed.replace(changed.find(from), std::string_view(from).size(), to);
        CHECK_MESSAGE(refused(changed) == Code::corrupt, to);
    }
    // Changed and still well formed: another key follows from it, and the check value says so.
    std::string other_salt = line;
    other_salt.replace(other_salt.find("0505"), 4, "0506");
    CHECK(refused(other_salt) == Code::refused);
    std::string other_id = line;
    other_id[24] = other_id[24] == '0' ? '1' : '0';
    CHECK(refused(other_id) == Code::refused);
}

TEST_CASE("a text that asks for too much or too little is refused at once, without asking") {
    std::string line = text(SealKey::from_passphrase(secret("pass"), salt, quick));
    for (auto cost : {"1073741824 8 1", "1048576 16 4", "2 8 1", "4611686018427387904 4294967295 4294967295"}) {
        std::string changed = line;
        changed.replace(changed.find("32768 8 1"), 9, cost);
        std::clock_t begin = std::clock();
        bool asked = false;
        CHECK(refusal([&] {
                  SealKey::from_text(view_of(changed), [&] {
                      asked = true;
                      return secret("pass");
                  });
              }).first == Code::refused);
        CHECK_FALSE(asked);
        CHECK(std::clock() - begin < CLOCKS_PER_SEC / 50);
    }
    CHECK(refusal([&] { SealKey::from_passphrase(secret("pass"), salt, {2, 8, 1}); }).first == Code::refused);
    CHECK(refusal([&] { SealKey::from_passphrase(secret("pass"), Bytes(8), quick); }).first == Code::usage);
}

TEST_CASE("a random key still has its text, asks for nothing, and seals as before") {
    auto key = SealKey::generate();
    std::string line = text(key);
    CHECK(line.starts_with("rekey-seal-key-1 "));
    CHECK_FALSE(SealKey::needs_passphrase(view_of(line)));
    CHECK_FALSE(key.is_under_passphrase());
    auto again = SealKey::from_text(view_of(line));
    Bytes sealed = key.seal(view_of("hush"), "place");
    CHECK(sealed.size() == 1 + 8 + 12 + 4 + 16);
    CHECK(SealKey::key_id_of(sealed) == key.id());
    CHECK(text_of(again.open(sealed, "place").view()) == "hush");
    CHECK(refusal([&] { again.open(sealed, "elsewhere"); }).first == Code::corrupt);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes changed = sealed;
        changed[i] ^= 1;
        auto code = refusal([&] { again.open(changed, "place"); }).first;
        CHECK(code == (i >= 1 && i <= 8 ? Code::refused : Code::corrupt));
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        CHECK(refusal([&] { again.open(ByteView(sealed).first(size), "place"); }).first == Code::corrupt);
}

TEST_CASE("python opens what is sealed, and makes what opens, from the documented parts alone") {
    test::TemporaryFolder scratch;
    auto random = SealKey::generate();
    auto locked = SealKey::from_passphrase(secret("correct horse"), salt, quick);
    std::ofstream(scratch / "random") << text(random) << to_hex(random.seal(view_of("hush"), "place"));
    std::ofstream(scratch / "locked") << text(locked) << to_hex(locked.seal(view_of("hush"), "place"));
    std::ofstream(scratch / "judge.py") << R"(
import hashlib, os, sys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
os.chdir(sys.argv[1])
def swap(name, id, key, sealed):
    head, nonce, rest = sealed[:9], sealed[9:21], sealed[21:]
    assert head == b'\x01' + id
    assert AESGCM(key).decrypt(nonce, rest, head + b'place') == b'hush'
    open(name + '.sealed', 'wb').write(head + bytes(12) + AESGCM(key).encrypt(bytes(12), b'from python', head + b'place'))
line, sealed = open('random').read().split('\n')
_, id, key = line.split(' ')
id, key = bytes.fromhex(id), bytes.fromhex(key)
assert id == hashlib.sha256(b'rekey seal key id' + key).digest()[:8]
swap('random', id, key, bytes.fromhex(sealed))
line, sealed = open('locked').read().split('\n')
_, id, salt, n, r, p, check = line.split(' ')
id = bytes.fromhex(id)
root = hashlib.scrypt(b'correct horse', salt=bytes.fromhex(salt), n=int(n), r=int(r), p=int(p), maxmem=2**28, dklen=32)
derive = lambda info, size: HKDF(hashes.SHA256(), size, id, info).derive(root)
assert bytes.fromhex(check) == derive(b'rekey seal check', 16)
swap('locked', id, derive(b'rekey seal key', 32), bytes.fromhex(sealed))
)";
    auto judged = test::shell("python3 " + scratch / "judge.py" + " " + scratch.path());
    REQUIRE_MESSAGE(judged.code == 0, judged.output);
    CHECK(text_of(random.open(view_of(test::content_of(scratch / "random.sealed")), "place").view()) == "from python");
    CHECK(text_of(locked.open(view_of(test::content_of(scratch / "locked.sealed")), "place").view()) == "from python");
}
