#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/base/time.hpp"

namespace rekey {

/// What a certificate may be used for beyond its extended usages, and where more is to be learnt about it
/// (RFC 5280, 4.2.1.3, 4.2.1.4, 4.2.1.13 and 4.2.2.1).
struct CertificateDetails {
    std::vector<std::string> key_usage = {};  ///< `digitalSignature`, …, in the standard's order; empty: no limit
    std::vector<std::string> policies = {};   ///< dotted OIDs, each with the address of its statement after a space
    std::vector<std::string> crl_urls = {};   ///< where lists of revoked certificates are
    std::vector<std::string> ocsp_urls = {};  ///< where OCSP is answered
    std::vector<std::string> ca_issuer_urls = {};  ///< where the issuer's certificate is
    bool operator==(const CertificateDetails&) const = default;
};

/// What an X.509 certificate says, as plain values: made by crypto, kept by store, judged by policy.
struct CertificateFacts {
    std::string number;   ///< serial number, upper-case hex, no leading zeros beyond whole bytes
    std::string subject;  ///< RFC 4514 text, control characters escaped; may be empty
    std::string issuer;   ///< RFC 4514 text
    Time not_before{};
    Time not_after{};
    std::string key;                  ///< `ec-p256`, `ec-p384`, `ed25519`, `rsa-3072`, …; else OpenSSL's name
    std::string signature;            ///< as OpenSSL names it: `ecdsa-with-SHA256`, `ED25519`, …
    std::vector<std::string> sans;    ///< `dns:…`, `ip:…`, `uri:…`, `email:…`; sorted, each once
    std::vector<std::string> usages;  ///< extended usages: `serverAuth`, …, or dotted OIDs; sorted
    std::string fingerprint_sha256;   ///< of the DER, upper-case hex
    bool is_ca = false;
    std::optional<CertificateDetails> details = {};  ///< none: on the record before they were
};

}  // namespace rekey
