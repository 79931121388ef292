#include "crypto/sealing/sealed_stream.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

constexpr ScryptCost cheapest{1U << 15, 8, 1};
constexpr std::size_t chunk = 16;
constexpr std::size_t head_size = 12 + 1 + 1 + 6 + 16 + 8 + 4 + 4 + 4 + 16 + 8;
constexpr std::size_t digest_at = head_size - 8;

Secret secret(std::string_view text) { return Secret::copy_of(view_of(text)); }

/// scrypt is slow on purpose: the same is not worked out twice in these tests.
Secret remembered(const Secret& passphrase, ByteView salt, const ScryptCost& cost) {
    static std::map<std::pair<std::string, Bytes>, Bytes> known;
    Bytes& root = known[{std::string(text_of(passphrase.view())), to_bytes(salt)}];
    if (root.empty()) root = to_bytes(scrypt_root(passphrase, salt, cost).view());
    return Secret::copy_of(root);
}

Bytes sealed(std::string_view plain, std::size_t piece = 7, std::string_view purpose = "tenant") {
    Bytes out;
    SealedWriter writer(
        purpose, secret("open sesame"), [&](ByteView part) { out.insert(out.end(), part.begin(), part.end()); }, chunk,
        cheapest, remembered);
    for (std::size_t at = 0; at < plain.size(); at += piece) writer.write(view_of(plain.substr(at, piece)));
    writer.finish();
    return out;
}

/// What a reader gives; `seen`, if any, has what came before it threw.
std::string opened(ByteView sealed, std::string_view passphrase = "open sesame", std::string_view purpose = "tenant",
                   std::string* seen = nullptr, std::size_t piece = 1000) {
    std::string plain;
    std::string& to = seen != nullptr ? *seen : plain;
    SealedReader reader(
        purpose, [&] { return secret(passphrase); },
        [&](std::uint8_t* out, std::size_t size) {
            std::size_t count = std::min({size, sealed.size(), piece});
            std::copy_n(sealed.begin(), count, out);
            sealed = sealed.subspan(count);
            return count;
        },
        remembered);
    for (ByteView text = reader.next(); !text.empty(); text = reader.next()) to += text_of(text);
    CHECK(reader.next().empty());
    return to;
}

std::string letters(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 26);
    return text;
}

}  // namespace

TEST_CASE("what is sealed is opened, whatever its length and the pieces it comes in") {
    for (std::size_t size : {0, 1, 15, 16, 17, 31, 32, 33, 100}) {
        std::string text = letters(size);
        std::size_t chunks = std::max<std::size_t>(1, (size + chunk - 1) / chunk);
        for (std::size_t piece : {1, 16, 1000}) {
            Bytes file = sealed(text, piece);
            CHECK(file.size() == head_size + size + 16 * chunks);
            CHECK(opened(file) == text);
            CHECK(opened(file, "open sesame", "tenant", nullptr, 1) == text);
        }
    }
    CHECK(sealed("a") != sealed("a"));
}

TEST_CASE("another program opens it by the documented layout") {
    Workshop workshop;
    for (std::size_t size : {0, 16, 50}) {
        workshop.write("file", ByteView(sealed(letters(size))));
        workshop.write("open.py", std::string_view(R"(
import hashlib, sys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
data = open('file', 'rb').read()
assert data[:13] == b'rekey-sealed\x01'
at = 14 + data[13]
assert data[14:at] == b'tenant'
salt = data[at:at + 16]
n, r, p, chunk = (int.from_bytes(data[at + a:at + b], 'big') for a, b in ((16, 24), (24, 28), (28, 32), (32, 36)))
check, digest, head = data[at + 36:at + 52], data[at + 52:at + 60], data[:at + 60]
assert hashlib.sha256(head[:-8]).digest()[:8] == digest
root = hashlib.scrypt(b'open sesame', salt=salt, n=n, r=r, p=p, maxmem=1 << 28, dklen=32)
derive = lambda info, size: HKDF(hashes.SHA256(), size, salt, info).derive(root)
assert derive(b'rekey sealed stream check', 16) == check
cipher, rest, number = AESGCM(derive(b'rekey sealed stream key', 32)), data[len(head):], 0
while True:
    part, rest = rest[:chunk + 16], rest[chunk + 16:]
    nonce = number.to_bytes(11, 'big') + (b'\0' if rest else b'\1')
    sys.stdout.write(cipher.decrypt(nonce, part, head).decode())
    number += 1
    if not rest: break
)"));
        CHECK(workshop.must("python3 open.py") == letters(size));
    }
}

TEST_CASE("a stream that was cut off anywhere is damaged, and what came before is true") {
    std::string text = letters(3 * chunk);
    Bytes file = sealed(text);
    for (std::size_t size = 0; size < file.size(); ++size) {
        std::string seen;
        auto error =
            refusal(Code::corrupt, [&] { opened(ByteView(file).first(size), "open sesame", "tenant", &seen); });
        CHECK(text.starts_with(seen));
        bool between = size > head_size && (size - head_size) % (chunk + 16) == 0;
        CHECK(contains(error.message(), "end is missing") == between);
        CHECK(contains(error.message(), "not a file that rekey sealed") == (size < 12));
    }
}

TEST_CASE("a stream that was changed in any bit is damaged") {
    std::string text = letters(2 * chunk + 3);
    Bytes file = sealed(text);
    for (std::size_t i = 0; i < file.size() * 8; ++i) {
        Bytes changed = file;
        changed[i / 8] ^= static_cast<std::uint8_t>(1 << i % 8);
        std::string seen;
        bool is_version = i / 8 == 12;
        refusal(is_version ? Code::refused : Code::corrupt, [&] { opened(changed, "open sesame", "tenant", &seen); });
        CHECK(text.starts_with(seen));
    }
}

TEST_CASE("chunks that were swapped, repeated, dropped or added are found") {
    Bytes file = sealed(letters(4 * chunk));
    auto part = [&](std::size_t i) {
        return to_bytes(ByteView(file).subspan(head_size + i * (chunk + 16), chunk + 16));
    };
    auto with = [&](std::initializer_list<std::size_t> order) {
        Bytes made(file.begin(), file.begin() + head_size);
        for (auto i : order) {
            Bytes next = part(i);
            made.insert(made.end(), next.begin(), next.end());
        }
        return made;
    };
    CHECK(opened(with({0, 1, 2, 3})) == letters(4 * chunk));
    for (auto order : {std::initializer_list<std::size_t>{1, 0, 2, 3},
                       {0, 2, 1, 3},
                       {0, 0, 1, 2, 3},
                       {0, 2, 3},
                       {1, 2, 3},
                       {0, 1, 2},
                       {3},
                       {0, 1, 2, 3, 3},
                       {0, 1, 2, 3, 0},
                       {0, 1, 3, 2},
                       {}})
        refusal(Code::corrupt, [&] { opened(with(order)); });

    Bytes longer = file;
    longer.push_back(0);
    refusal(Code::corrupt, [&] { opened(longer); }, {"follows its end"});

    // Of another stream under the same passphrase.
    Bytes other = sealed(letters(4 * chunk));
    std::copy(other.begin() + head_size, other.begin() + head_size + chunk + 16, file.begin() + head_size);
    refusal(Code::corrupt, [&] { opened(file); }, {"part 1"});
}

TEST_CASE("another passphrase, another purpose and no passphrase are told apart from damage") {
    Bytes file = sealed("text");
    refusal(Code::refused, [&] { opened(file, "open sesam"); }, {"not the passphrase"});
    refusal(Code::usage, [&] { opened(file, ""); }, {"there is none"});
    refusal(Code::usage, [&] { opened(file, "open sesame", "backup"); }, {"'tenant'", "'backup'"});
    refusal(Code::failed, [&] { sealed("text", 1, ""); }, {"purpose"});
}

TEST_CASE("a head that asks for too much is refused before anything is worked out") {
    auto with = [](std::size_t at, std::uint8_t value) {
        Bytes file = sealed("text");
        file[at] = value;
        Sha256 digest = sha256(ByteView(file).first(digest_at));
        std::copy_n(digest.begin(), 8, file.begin() + digest_at);
        return file;
    };
    constexpr std::size_t n_at = 12 + 1 + 1 + 6 + 16;
    refusal(Code::refused, [&] { opened(with(n_at, 0x80)); }, {"scrypt"});
    refusal(Code::refused, [&] { opened(with(n_at + 7, 0x01)); }, {"scrypt"});
    refusal(Code::corrupt, [&] { opened(with(n_at + 16, 0xff)); }, {"makes no sense"});
    refusal(Code::corrupt, [&] { opened(with(14, 0x07)); }, {"makes no sense"});
    // Sound for anyone, but not what the writer's passphrase leads to.
    refusal(Code::refused, [&] { opened(with(n_at - 1, 0x55)); }, {"not the passphrase"});
}
