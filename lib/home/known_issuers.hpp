#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/certificates/certificate.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey {

/// The issuers of a home, known by what they signed: an issuer is its name and its key, whoever typed the command
/// that made a certificate. Loaded at the first question, and then as they were.
class KnownIssuers {
public:
    /// Issuers whose certificate cannot be read sign nothing.
    explicit KnownIssuers(store::Reader& store) : store_(store) {}

    /// The issuer whose name the certificate bears and whose key signed it; none: no issuer of this home did. Several
    /// issuers may share name and key, as after a CA's certificate was renewed: the one whose certificate is in
    /// `chain` (DER, leaf first), else the home's default issuer, else the one that ends last. A certificate of an
    /// issuer itself is signed by none.
    std::optional<store::Id> signer_of(const crypto::X509Certificate& certificate,
                                       const std::vector<Bytes>& chain = {}) const;

    /// The issuers with the name and the key of this one, itself among them: to who verifies, they are one.
    std::vector<store::Id> sharing_key_with(store::Id issuer) const;

private:
    struct Known {
        store::Id id;
        std::string name;
        Time not_after;
        crypto::X509Certificate certificate;
    };
    const Known* prefer(const std::vector<const Known*>& signers, const std::vector<Bytes>& chain) const;

    const std::vector<Known>& issuers() const;

    store::Reader& store_;
    mutable std::optional<std::vector<Known>> issuers_;
};

}  // namespace rekey
