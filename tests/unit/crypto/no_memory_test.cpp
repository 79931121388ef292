#include <openssl/crypto.h>

#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/chain.hpp"
#include "crypto/certificates/revocation_list.hpp"
#include "crypto/keys/algorithm.hpp"
#include "crypto/keys/assertion.hpp"
#include "crypto/sealing/seal.hpp"
#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

/// Counts what this thread asks OpenSSL's memory for, and refuses one of it.
thread_local long asked = 0;
thread_local long refused = 0;

bool none_left() { return ++asked == refused; }

void* give(std::size_t size, const char*, int) { return none_left() ? nullptr : std::malloc(size); }
void* give_more(void* memory, std::size_t size, const char*, int) {
    return none_left() ? nullptr : std::realloc(memory, size);
}
void take(void* memory, const char*, int) { std::free(memory); }

/// Before main(): OpenSSL takes no other memory once it has used its own.
const bool is_ours = CRYPTO_set_mem_functions(give, give_more, take) == 1;

/// `work` with each allocation of OpenSSL refused in turn: an Error or std::bad_alloc, or what `is_right` approves.
template <class Made>
void without_memory(const std::function<Made()>& work, const std::function<bool(const Made&)>& is_right) {
    REQUIRE(is_ours);
    REQUIRE(is_right(work()));
    long failed = 0;
    for (long at = 1;; ++at) {
        CAPTURE(at);
        asked = 0;
        refused = at;
        std::optional<Made> made;
        try {
            made = work();
        } catch (const Error&) {
            ++failed;
        } catch (const std::bad_alloc&) {
            ++failed;
        }
        bool through = asked < at;
        refused = 0;
        if (made) REQUIRE(is_right(*made));
        if (through) break;
    }
    CHECK(failed > 0);  // else nothing was refused
}

}  // namespace

TEST_CASE("without memory nothing is signed, or right") {
    auto data = view_of("what is signed");
    for (const std::string kind : {"ec-p256", "ec-p384", "ed25519"}) {
        CAPTURE(kind);
        auto key = PrivateKey::generate(kind);
        auto scheme = require_scheme(*key.get());
        without_memory<Bytes>([&] { return sign(key.get(), scheme, data); },
                              [&](const Bytes& made) { return !made.empty() && made.size() < 150; });
    }
}

TEST_CASE("without memory a request is not made, or right") {
    for (const std::string kind : {"ec-p256", "ec-p384", "ed25519"}) {
        CAPTURE(kind);
        auto key = PrivateKey::generate(kind);
        auto public_key = key.public_key();
        without_memory<Bytes>([&] { return make_request(key); },
                              [&](const Bytes& made) { return verify_request(made).public_key == public_key; });
    }
}

TEST_CASE("without memory nothing is said of a request, or what is right") {
    auto request = make_request(PrivateKey::generate("ec-p256"));
    auto damaged = request;
    damaged.back() ^= 1;
    without_memory<std::string>([&] { return verify_request(request).name; },
                                [](const std::string& name) { return name == "ec-p256"; });
    without_memory<bool>(
        [&] {
            try {
                verify_request(damaged);
                return true;
            } catch (const Error& error) {
                if (error.code() != Code::refused) throw;
                return false;
            }
        },
        [](bool accepted) { return !accepted; });
}

TEST_CASE("without memory a certificate is not made, or right") {
    auto authority = Authority::create("ec-p256", {{"CN", "CA"}}, make_number(), noon, noon + 20 * year);
    auto public_key = PrivateKey::generate("ec-p256").public_key();
    LeafTemplate leaf{make_number(), {{"CN", "unit-1"}}, {"dns:unit-1.example"}, {"serverAuth"},
                      noon,          noon + 10 * year};
    without_memory<X509Certificate>([&] { return authority.sign(leaf, public_key); },
                                    [&](const X509Certificate& made) {
                                        std::vector<X509Certificate> chain;
                                        for (const auto* each : {&made, &authority.certificate()})
                                            chain.push_back(X509Certificate::from_der(each->der()));
                                        check_chain(chain, public_key, noon);
                                        return made.facts().number == leaf.number;
                                    });
}

TEST_CASE("without memory a private key is not read, or right") {
    Workshop workshop;
    workshop.must(
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out plain.pem"
        " && openssl pkcs8 -topk8 -in plain.pem -iter 1 -passout pass:word -out key.pem");
    auto pem = workshop.read("key.pem");
    auto right = PrivateKey::from_pem(view_of(workshop.read("plain.pem"))).to_pem();
    without_memory<PrivateKey>(
        [&] { return PrivateKey::from_pem(view_of(pem), [] { return Secret::copy_of(view_of("word")); }); },
        [&](const PrivateKey& made) { return text_of(made.to_pem().view()) == text_of(right.view()); });
}

TEST_CASE("without memory a certificate is not read, or right") {
    auto der = Authority::create("ec-p256", {{"CN", "CA"}}, make_number(), noon, noon + 20 * year).certificate().der();
    // With another signature each time: what was read a moment ago is not parsed again.
    auto read_another = [&] {
        if (++der.back() == 0) ++der[der.size() - 2];
        return X509Certificate::from_pem(view_of(to_pem(std::vector<Bytes>{der}))).front();
    };
    without_memory<X509Certificate>(read_another, [&](const X509Certificate& made) { return made.der() == der; });
}

TEST_CASE("without memory a list of revoked certificates is not made, or right") {
    auto authority = Authority::create("ec-p256", {{"CN", "CA"}}, make_number(), noon, noon + 20 * year);
    RevocationListTemplate list{ListNumber(1), noon, noon + year, {{make_number(), noon, 1}, {make_number(), noon, 4}}};
    without_memory<Bytes>(
        [&] { return sign_revocation_list(authority, list); },
        [&](const Bytes& made) {
            const auto* at = made.data();
            Handle<X509_CRL, X509_CRL_free> crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(made.size())));
            return crl && X509_CRL_verify(crl.get(), authority.key().get()) == 1 &&
                   sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl.get())) == 2;
        });
}

TEST_CASE("without memory an assertion is not made, or whole") {
    auto key = PrivateKey::generate("ec-p256");
    without_memory<std::string>(
        [&] {
            return make_assertion(key, {"client", "key", "audience", noon});
        },
        [](const std::string& made) {
            auto point = made.rfind('.');
            return point != std::string::npos && made.size() - point - 1 == 86;
        });
}

TEST_CASE("without memory a value is not sealed, or opens; and it is not called damaged") {
    auto key = SealKey::generate();
    auto plain = view_of("a secret");
    auto opens = [&](const Bytes& sealed) { return text_of(key.open(sealed, "here").view()) == text_of(plain); };
    without_memory<Bytes>([&] { return key.seal(plain, "here"); }, opens);
    auto sealed = key.seal(plain, "here");
    without_memory<std::string>(
        [&]() -> std::string {
            try {
                return std::string(text_of(key.open(sealed, "here").view()));
            } catch (const Error& error) {
                if (error.code() != Code::failed) return error.message();
                throw;
            }
        },
        [&](const std::string& opened) { return opened == text_of(plain); });
}
