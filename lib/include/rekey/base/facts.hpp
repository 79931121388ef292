#pragma once

#include <string>
#include <vector>

#include "rekey/base/time.hpp"

namespace rekey {

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
};

}  // namespace rekey
