#pragma once

#include <openssl/asn1.h>
#include <openssl/evp.h>

#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

/// The kinds of keys by the names that rekey gives them.
namespace rekey::crypto {

/// A kind of ML-DSA key (FIPS 204; in certificates RFC 9881), which OpenSSL has from 3.5 on.
struct MlDsa {
    std::string_view name;     ///< `ml-dsa-44`
    const char* openssl_name;  ///< `ML-DSA-44`
    const char* oid;           ///< of the key and of its signatures alike
};
/// Null when it is none.
const MlDsa* ml_dsa(std::string_view name);
const MlDsa* ml_dsa(const ASN1_OBJECT& oid);
const MlDsa* ml_dsa(const EVP_PKEY& key);
/// The DER of its AlgorithmIdentifier, which has no parameters (RFC 9881, 2).
Bytes algorithm_identifier(const MlDsa& kind);

/// Whether a key of that kind can be made with the OpenSSL that runs.
bool can_make(std::string_view key_name);
/// Throws Code::usage with the reason when `can_make` says no.
void require_makeable(std::string_view key_name);
/// The kind that can be made here and is most like this one: itself, else of the same family and at least as strong
/// where there is one. Empty: there is none of its family.
std::string nearest_makeable(std::string_view key_name);
/// For hints: the kinds that there are, and which of them need a later OpenSSL.
std::string makeable_kinds();

}  // namespace rekey::crypto
