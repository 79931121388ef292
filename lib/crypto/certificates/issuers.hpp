#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/certificates/certificate.hpp"

/// The part of a chain above the leaf, which is the same for every certificate of a CA.
namespace rekey::crypto {

/// An unbroken chain from an issuer to its self-signed root.
struct Issuers {
    std::vector<X509Certificate> chain;
    EVP_PKEY* key;  ///< of the first; lives as long as it
    std::optional<Bytes> key_identifier;
    /// Nothing in it restricts single leaves (as name constraints do), and each may sign
    /// certificates as deep below as this chain goes.
    bool is_plain;
};

/// Verifies order, completeness, signatures and constraints, but not the dates, which are for the
/// caller to judge. Done once for the same bytes, from then on remembered. Throws Code::refused
/// with the first thing that is wrong.
std::shared_ptr<const Issuers> verify_issuers(std::span<const X509Certificate> chain);

/// Verifies by X509_verify_cert with the last certificate as the only one that is trusted; with
/// `now` the dates too. Throws Code::refused.
void verify_with_openssl(std::span<const X509Certificate> chain, std::optional<Time> now);

/// The same without dates for a first certificate whose signature is not there yet: what OpenSSL objects to; nothing
/// when that is only the signature.
struct Objection {
    int code = 0;  ///< X509_V_ERR_…
    std::string text;
};
std::optional<Objection> objection_to_draft(std::span<const X509Certificate> chain);

/// Each certificate named as the issuer of the one before it, the last of itself.
void require_order(std::span<const X509Certificate> chain);

/// For messages: `certificate 2 of 3 (CN=…)`.
std::string describe(std::span<const X509Certificate> chain, std::size_t index);

}  // namespace rekey::crypto
