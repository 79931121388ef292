#include "crypto/sealing/password.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "crypto/encoding/base64.hpp"
#include "crypto/sealing/aes_gcm.hpp"
#include "rekey/base/base.hpp"
#include "shell.hpp"

using namespace rekey;
using namespace rekey::crypto;

namespace {

Secret secret(std::string_view text) { return Secret::copy_of(view_of(text)); }
Bytes hex(std::string_view text) { return from_hex(text).value(); }

std::string python(const std::string& program) {
    auto result = test::shell("python3 -c \"" + program + "\"");
    REQUIRE_MESSAGE(result.code == 0, result.output);
    return result.output.substr(0, result.output.find('\n'));
}

}  // namespace

TEST_CASE("scrypt gives the vectors of RFC 7914") {
    CHECK(to_hex(scrypt(secret(""), {}, {16, 1, 1}, 64).view()) ==
          "77D6576238657B203B19CA42C18A0497F16B4844E3074AE8DFDFFA3FEDE21442"
          "FCD0069DED0948F8326A753A0FC81F17E8D3E0FB2E0D3628CF35E20C38D18906");
    CHECK(to_hex(scrypt(secret("password"), view_of("NaCl"), {1024, 8, 16}, 64).view()) ==
          "FDBABE1C9D3472007856E7190D01E9FE7C6AD7CBC8237830E77376634B373162"
          "2EAF30D92E22A3886FF109279D9830DAC727AFB94A83EE6D8360CBDFA2CC0640");
    // Beyond OpenSSL's own limit of 32 MiB.
    CHECK(to_hex(scrypt(secret("pleaseletmein"), view_of("SodiumChloride"), {1U << 20, 8, 1}, 64).view()) ==
          "2101CB9B6A511AAEADDBBE09CF70F881EC568D574A2FFD4DABE5EE9820ADAA47"
          "8E56FD8F4BA5D09FFA1C6D927C40F4C337304049E8A952FBCBF45C6FA77A41A4");
}

TEST_CASE("python's scrypt agrees at the usual cost, with any passphrase") {
    CHECK(
        to_hex(scrypt(secret("gr\xC3\xBC\xC3\x9F dich"), hex("000102030405060708090A0B0C0D0E0F"), usual_cost, 32)
                   .view()) ==
        python("import hashlib; print(hashlib.scrypt('gr\\u00fc\\u00df dich'.encode(), salt=bytes(range(16)), n=2**17, "
               "r=8, p=1, maxmem=2**28, dklen=32).hex().upper())"));
}

TEST_CASE("a cost that is too low, too high or no cost at all is refused before anything is derived") {
    auto refusal = [](const ScryptCost& cost) -> std::string {
        try {
            require_sane(cost);
        } catch (const Error& e) {
            CHECK(e.code() == Code::refused);
            return e.message();
        }
        return "";
    };
    for (auto cost : {usual_cost, ScryptCost{1U << 15, 8, 1}, ScryptCost{1U << 20, 8, 4}, ScryptCost{1U << 19, 16, 1}})
        CHECK(refusal(cost) == "");
    for (auto cost :
         {ScryptCost{1U << 14, 8, 1}, ScryptCost{1U << 15, 7, 1}, ScryptCost{1U << 15, 8, 0}, ScryptCost{1, 8, 1}})
        CHECK(refusal(cost).ends_with("is too weak for a passphrase"));
    for (auto cost : {ScryptCost{1U << 21, 8, 1}, ScryptCost{1U << 20, 16, 1}, ScryptCost{1U << 15, 17, 1},
                      ScryptCost{1U << 15, 8, 5}, ScryptCost{1ULL << 63, 0xFFFFFFFF, 0xFFFFFFFF}})
        CHECK(refusal(cost).ends_with("asks for more memory or time than is allowed"));
    for (auto cost : {ScryptCost{0, 8, 1}, ScryptCost{100'000, 8, 1}, ScryptCost{~0ULL, 8, 1}})
        CHECK(refusal(cost).ends_with("is not possible: N is not a power of two"));
}

TEST_CASE("HKDF gives the vectors of RFC 5869, and without info what python gives") {
    CHECK(to_hex(hkdf_sha256(Secret::copy_of(Bytes(22, 0x0B)), hex("000102030405060708090A0B0C"),
                             hex("F0F1F2F3F4F5F6F7F8F9"), 42)
                     .view()) ==
          "3CB25F25FAACD57A90434F64D0362F2A2D2D0A90CF1A5A4C5DB02D56ECC4C5BF34007208D5B887185865");
    CHECK(to_hex(hkdf_sha256(secret("passphrase"), Bytes(16, 7), {}, 32).view()) ==
          python("from cryptography.hazmat.primitives.kdf.hkdf import HKDF; from cryptography.hazmat.primitives import "
                 "hashes; print(HKDF(hashes.SHA256(), 32, bytes([7]*16), b'').derive(b'passphrase').hex().upper())"));
}

TEST_CASE("AES-256-GCM is python's, and any other key, nonce, data or bit opens nothing") {
    Bytes key(32, 1);
    Bytes nonce(12, 2);
    Bytes encrypted = aes_gcm::encrypt(key, nonce, {view_of("bound"), {}, view_of(" here")}, view_of("hush"));
    CHECK(to_hex(encrypted) ==
          python("from cryptography.hazmat.primitives.ciphers.aead import AESGCM; "
                 "print(AESGCM(bytes([1]*32)).encrypt(bytes([2]*12), b'hush', b'bound here').hex().upper())"));
    auto open = [&](ByteView k, ByteView n, std::string_view bound, ByteView text) {
        auto plain = aes_gcm::decrypt(k, n, {view_of(bound)}, text);
        return plain ? std::string(text_of(plain->view())) : "nothing";
    };
    CHECK(open(key, nonce, "bound here", encrypted) == "hush");
    CHECK(open(Bytes(32, 9), nonce, "bound here", encrypted) == "nothing");
    CHECK(open(key, Bytes(12, 9), "bound here", encrypted) == "nothing");
    CHECK(open(key, nonce, "bound there", encrypted) == "nothing");
    for (std::size_t i = 0; i < encrypted.size() * 8; ++i) {
        Bytes changed = encrypted;
        changed[i / 8] ^= static_cast<std::uint8_t>(1U << (i % 8));
        CHECK(open(key, nonce, "bound here", changed) == "nothing");
    }
    for (std::size_t size = 0; size < encrypted.size(); ++size)
        CHECK(open(key, nonce, "bound here", ByteView(encrypted).first(size)) == "nothing");
    CHECK(aes_gcm::decrypt(key, nonce, {}, aes_gcm::encrypt(key, nonce, {}, {}))->empty());
    CHECK_THROWS_AS(aes_gcm::encrypt(Bytes(16), nonce, {}, {}), Error);
    CHECK_THROWS_AS(aes_gcm::encrypt(key, Bytes(16), {}, {}), Error);
}

TEST_CASE("base64 gives the vectors of RFC 4648 and reads nothing else") {
    const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
    for (auto [plain, text] : vectors) {
        CHECK(encode_base64(view_of(plain)) == text);
        CHECK(encode_base64url(view_of(plain)) == text.substr(0, text.find('=')));
        CHECK(decode_base64(text) == to_bytes(view_of(plain)));
    }
    CHECK(encode_base64(hex("FBFFFE")) == "+//+");
    CHECK(encode_base64url(hex("FBFFFE")) == "-__-");
    for (std::string_view bad : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==\n", " Zg==", "Zm 9", "Z===", "====", "-__-",
                                 "Zg==Zg==", "=Zg=", "Zm9v\xC3\xA4==", "Zm9vA==="})
        CHECK_MESSAGE(!decode_base64(bad), bad);
    CHECK_FALSE(decode_base64(std::string_view("Zm\0v", 4)));
    Bytes all(1000);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i * 7);
    CHECK(decode_base64(encode_base64(all)) == all);
}
