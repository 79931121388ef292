#include "crypto/sealing/seal.hpp"

#include <openssl/evp.h>

#include <set>

#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

const std::string place = "issuer/7/key";

std::string text_of_key(const SealKey& key) { return std::string(text_of(key.to_text().view())); }

SealKey read(const std::string& text) { return SealKey::from_text(view_of(text)); }

/// Opens by the documented layout, with nothing of ours.
std::string open_by_hand(const SealKey& key, ByteView sealed, const std::string& associated) {
    auto secret = from_hex(text_of_key(key).substr(34, 64)).value();
    Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
    std::string plain(sealed.size() - 37, '\0');
    Bytes tag = to_bytes(sealed.last(16));
    int length = 0;
    REQUIRE(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, secret.data(), sealed.data() + 9) == 1);
    REQUIRE(EVP_DecryptUpdate(context.get(), nullptr, &length, sealed.data(), 9) == 1);
    auto bound = view_of(associated);
    REQUIRE(EVP_DecryptUpdate(context.get(), nullptr, &length, bound.data(), static_cast<int>(bound.size())) == 1);
    REQUIRE(EVP_DecryptUpdate(context.get(), reinterpret_cast<unsigned char*>(plain.data()), &length,
                              sealed.data() + 21, static_cast<int>(plain.size())) == 1);
    REQUIRE(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, 16, tag.data()) == 1);
    unsigned char rest[16];
    REQUIRE(EVP_DecryptFinal_ex(context.get(), rest, &length) == 1);
    return plain;
}

}  // namespace

TEST_CASE("a sealed value that was changed in any bit does not open") {
    auto key = SealKey::generate();
    auto sealed = key.seal(view_of("secret"), place);
    for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
        Bytes changed = sealed;
        changed[i / 8] ^= static_cast<std::uint8_t>(1 << i % 8);
        bool is_key_id = i / 8 >= 1 && i / 8 < 9;
        refusal(is_key_id ? Code::refused : Code::corrupt, [&] { key.open(changed, place); });
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        refusal(Code::corrupt, [&] { key.open(ByteView(sealed).first(size), place); });
    Bytes longer = sealed;
    longer.push_back(0);
    refusal(Code::corrupt, [&] { key.open(longer, place); });
}

TEST_CASE("a sealed value opens nowhere else") {
    auto key = SealKey::generate();
    auto sealed = key.seal(view_of("secret"), place);
    for (std::string other : {"", "issuer/8/key", "issuer/7/ke", "issuer/7/key "})
        refusal(Code::corrupt, [&] { key.open(sealed, other); }, {"moved"});
    auto other = SealKey::generate();
    auto error = refusal(Code::refused, [&] { other.open(sealed, place); }, {"another key", to_hex(key.id())});
    CHECK_FALSE(contains(error.message(), text_of_key(key).substr(34, 64)));
}

TEST_CASE("the text of a key is read strictly") {
    auto key = SealKey::generate();
    std::string text = text_of_key(key);
    auto refuse = [&](const std::string& damaged) {
        auto error = refusal(Code::corrupt, [&] { read(damaged); }, {"seal"});
        CHECK_FALSE(contains(error.message() + error.hint(), text.substr(40, 16)));
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (char c : {'0', 'F', 'a', 'g', ' ', '\n', '\0'}) {
            std::string damaged = text;
            damaged[i] = c;
            if (damaged != text) refuse(damaged);
        }
        refuse(text.substr(0, i));
    }
    refuse(text + "\n");
    refuse("\n" + text);
    refuse(text.substr(0, text.size() - 1) + "\r\n");
}

TEST_CASE("what was sealed opens, also with the key read again") {
    auto key = SealKey::generate();
    std::string text = text_of_key(key);
    CHECK(text.size() == 99);
    CHECK(text.starts_with("rekey-seal-key-1 " + to_hex(key.id()) + " "));
    CHECK(text.back() == '\n');
    auto again = read(text);
    CHECK(again.id() == key.id());
    CHECK(text_of_key(again) == text);
    for (std::size_t size : {0, 1, 15, 16, 17, 241, 100'000}) {
        std::string plain(size, 'x');
        auto sealed = key.seal(view_of(plain), place);
        CHECK(sealed.size() == size + 37);
        CHECK(sealed.front() == 1);
        CHECK(SealKey::key_id_of(sealed) == key.id());
        CHECK(text_of(again.open(sealed, place).view()) == plain);
        CHECK(open_by_hand(key, sealed, place) == plain);
        if (size > 16) CHECK_FALSE(contains(text_of(sealed), plain.substr(0, 16)));
        CHECK(is_clean());
    }
    CHECK(text_of(again.open(key.seal(view_of("x"), ""), "").view()) == "x");
}

TEST_CASE("nothing is sealed the same way twice") {
    auto key = SealKey::generate();
    std::set<Bytes> seen;
    std::set<Bytes> nonces;
    for (int i = 0; i < 1000; ++i) {
        auto sealed = key.seal(view_of("secret"), place);
        seen.insert(sealed);
        nonces.insert(Bytes(sealed.begin() + 9, sealed.begin() + 21));
    }
    CHECK(seen.size() == 1000);
    CHECK(nonces.size() == 1000);
    CHECK(text_of_key(SealKey::generate()) != text_of_key(SealKey::generate()));
    CHECK(SealKey::generate().id() != SealKey::generate().id());
}

TEST_CASE("what is no sealed value has no key id") {
    CHECK(SealKey::key_id_of({}).empty());
    CHECK(SealKey::key_id_of(Bytes(36, 1)).empty());
    CHECK(SealKey::key_id_of(Bytes(100, 2)).empty());
    CHECK(SealKey::key_id_of(Bytes(37, 1)) == Bytes(8, 1));
}
