#include "crypto/sealing/password.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <bit>

#include "crypto/encoding/errors.hpp"
#include "crypto/encoding/handle.hpp"

namespace rekey::crypto {

namespace {

using Kdf = Handle<EVP_KDF, EVP_KDF_free>;
using KdfContext = Handle<EVP_KDF_CTX, EVP_KDF_CTX_free>;

constexpr ScryptCost least{1U << 15, 8, 1};
constexpr ScryptCost most{1U << 20, 16, 4};
constexpr std::uint64_t most_memory = 1U << 30;

OSSL_PARAM octets(const char* name, ByteView bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

void require_sane(const ScryptCost& cost) {
    auto refuse = [&](std::string_view why, std::string_view remedy) {
        throw Error(Code::refused, fmt::format("scrypt with N={}, r={}, p={} {}", cost.n, cost.r, cost.p, why),
                    std::string(remedy));
    };
    if (!std::has_single_bit(cost.n)) refuse("is not possible: N is not a power of two", "make the file again");
    if (cost.n < least.n || cost.r < least.r || cost.p < least.p)
        refuse("is too weak for a passphrase", fmt::format("use N={}, r=8, p=1 or more", usual_cost.n));
    // Each factor is small enough before they are multiplied.
    if (cost.n > most.n || cost.r > most.r || cost.p > most.p || 128 * cost.n * cost.r > most_memory)
        refuse("asks for more memory or time than is allowed", fmt::format("use N={}, r=8, p=1", usual_cost.n));
}

Secret scrypt(const Secret& passphrase, ByteView salt, const ScryptCost& cost, std::size_t size) {
    CleanErrors clean;
    // What OpenSSL counts, and a page to spare; its own limit of 32 MiB is less than any sane cost.
    std::uint64_t memory = 128 * std::uint64_t{cost.r} * (cost.n + cost.p + 2) + 4096;
    Secret key(size);
    if (EVP_PBE_scrypt(reinterpret_cast<const char*>(passphrase.view().data()), passphrase.size(), salt.data(),
                       salt.size(), cost.n, cost.r, cost.p, memory, key.data(), key.size()) != 1)
        fail(fmt::format("scrypt with N={}, r={}, p={}, which needs {} MiB of memory, failed", cost.n, cost.r, cost.p,
                         (memory >> 20) + 1));
    return key;
}

Secret hkdf_sha256(const Secret& key, ByteView salt, ByteView info, std::size_t size) {
    CleanErrors clean;
    Kdf hkdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
    KdfContext context(hkdf ? EVP_KDF_CTX_new(hkdf.get()) : nullptr);
    std::array<char, 7> digest{"SHA256"};
    std::array<OSSL_PARAM, 5> parameters = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        octets(OSSL_KDF_PARAM_KEY, key.view()), octets(OSSL_KDF_PARAM_SALT, salt),
        // Absent and empty are the same.
        info.empty() ? OSSL_PARAM_construct_end() : octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
    Secret derived(size);
    if (!context || EVP_KDF_derive(context.get(), derived.data(), derived.size(), parameters.data()) != 1)
        fail("HKDF failed");
    return derived;
}

}  // namespace rekey::crypto
