#include "crypto/keys/key_kinds.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/objects.h>

#include <algorithm>
#include <array>

#include "crypto/encoding/der.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/encoding/handle.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

namespace {

using Object = Handle<ASN1_OBJECT, ASN1_OBJECT_free>;
using KeyContext = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

constexpr std::string_view always_makeable[] = {"ec-p256",  "ec-p384",  "ec-p521", "ed25519",
                                                "rsa-2048", "rsa-3072", "rsa-4096"};

constexpr std::array<MlDsa, 3> ml_dsa_kinds{{{"ml-dsa-44", "ML-DSA-44", "2.16.840.1.101.3.4.3.17"},
                                             {"ml-dsa-65", "ML-DSA-65", "2.16.840.1.101.3.4.3.18"},
                                             {"ml-dsa-87", "ML-DSA-87", "2.16.840.1.101.3.4.3.19"}}};

const MlDsa* find(std::string_view text, std::string_view (*part)(const MlDsa&)) {
    const auto* found = std::ranges::find(ml_dsa_kinds, text, part);
    return found == ml_dsa_kinds.end() ? nullptr : found;
}

/// Asked of the OpenSSL that runs, which may be another one than that of the build.
bool openssl_has(const MlDsa& kind) {
    CleanErrors clean;
    return KeyContext(EVP_PKEY_CTX_new_from_name(nullptr, kind.openssl_name, nullptr)) != nullptr;
}

}  // namespace

const MlDsa* ml_dsa(std::string_view name) {
    return find(name, [](const MlDsa& kind) { return kind.name; });
}

const MlDsa* ml_dsa(const ASN1_OBJECT& oid) {
    // Numbers and not OpenSSL's own names, which versions before 3.5 do not have.
    std::array<char, 80> text{};
    if (OBJ_obj2txt(text.data(), static_cast<int>(text.size()), &oid, 1) <= 0) return nullptr;
    return find(text.data(), [](const MlDsa& kind) { return std::string_view(kind.oid); });
}

const MlDsa* ml_dsa(const EVP_PKEY& key) {
    for (const auto& kind : ml_dsa_kinds)
        if (EVP_PKEY_is_a(&key, kind.openssl_name)) return &kind;
    return nullptr;
}

Bytes algorithm_identifier(const MlDsa& kind) {
    Object object(OBJ_txt2obj(kind.oid, 1));
    if (!object) fail("OpenSSL cannot read an object identifier");
    return der::sequence({der::oid(*object)});
}

bool can_make(std::string_view key_name) {
    if (std::ranges::find(always_makeable, key_name) != std::end(always_makeable)) return true;
    const auto* kind = ml_dsa(key_name);
    return kind != nullptr && openssl_has(*kind);
}

void require_makeable(std::string_view key_name) {
    if (can_make(key_name)) return;
    if (ml_dsa(key_name) != nullptr)
        throw Error(Code::usage,
                    fmt::format("keys of the kind '{}' need OpenSSL 3.5 or later; this is OpenSSL {}", key_name,
                                OpenSSL_version(OPENSSL_VERSION_STRING)),
                    "use one of " + makeable_kinds());
    throw Error(Code::usage, fmt::format("keys of the kind '{}' are not made here", printable(key_name)),
                "use one of " + makeable_kinds());
}

std::string nearest_makeable(std::string_view key_name) {
    if (can_make(key_name)) return std::string(key_name);
    if (key_name.starts_with("rsa-")) {
        constexpr std::string_view middle = "rsa-3072";
        bool larger = key_name.size() > middle.size() || (key_name.size() == middle.size() && key_name > middle);
        return larger ? "rsa-4096" : "rsa-3072";
    }
    if (key_name == "ec-secp521r1" || key_name.ends_with("512r1")) return "ec-p521";
    if (key_name.ends_with("384r1")) return "ec-p384";
    if (key_name.starts_with("ec-")) return "ec-p256";
    bool edwards = key_name == "ed448" || key_name == "ED448";
    return edwards ? "ed25519" : "";
}

std::string makeable_kinds() {
    return fmt::format("{}; with OpenSSL 3.5 or later also {}, {}, {}", fmt::join(always_makeable, ", "),
                       ml_dsa_kinds[0].name, ml_dsa_kinds[1].name, ml_dsa_kinds[2].name);
}

}  // namespace rekey::crypto
