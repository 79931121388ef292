#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/keys/key.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// What a leaf shall say. The rest follows RFC 5280 and section 7 of lib/README.md: critical CA:FALSE,
/// the default key usage unless `details` has another, SKI, AKI from the issuer's SKI.
struct LeafTemplate {
    std::string number;  ///< hex, as reserved
    Attributes subject;  ///< may be empty; then the SANs are critical
    std::vector<std::string> sans;
    std::vector<std::string> usages;
    Time not_before{};
    Time not_after{};
    /// Normalised. None: the default key usage, and nothing else.
    std::optional<CertificateDetails> details = {};
};

/// A certificate authority that is ready to sign: parsed once, used from any thread.
class Authority {
public:
    /// `chain`: the authority's own certificate first, then up to its self-signed root.
    /// Throws Code::refused when the certificate is no CA that may sign certificates (basic
    /// constraints, key usage), the key is not its key, or the chain is not complete to a root.
    Authority(std::vector<X509Certificate> chain, PrivateKey key);

    /// A new self-signed CA: critical CA:TRUE, pathlen 0, keyCertSign and cRLSign.
    static Authority create(std::string_view key_name, const Attributes& subject, std::string_view number,
                            Time not_before, Time not_after);

    /// Its self-signed certificate anew: the same key, name and extensions, another number, other dates. What it has
    /// signed is then valid below either. Throws Code::refused where it did not sign itself.
    X509Certificate renew_root(std::string_view number, Time not_before, Time not_after) const;
    /// Whether `other` is the same authority: what this one has signed names it, by name and key identifier,
    /// and verifies with it. Why not, in words; nothing when it does.
    std::optional<std::string> difference_from(const X509Certificate& other) const;
    /// Why `leaf` would not be valid below this authority, though it can be signed: extended usages, name constraints,
    /// policies or path length of a certificate of its chain. Nothing when it would be. Signs nothing.
    std::optional<std::string> why_not(const LeafTemplate& leaf) const;

    const std::vector<X509Certificate>& chain() const { return chain_; }
    const X509Certificate& certificate() const { return chain_.front(); }
    const PrivateKey& key() const { return key_; }
    Time not_before() const { return not_before_; }
    /// When the first certificate of the chain ends.
    Time not_after() const { return not_after_; }
    /// DER of what everything signed here has of this authority: its name, and the extension that names its key.
    const Bytes& issuer_name() const { return issuer_name_; }
    const Bytes& authority_key() const { return authority_key_; }

    /// Signs; the leaf's validity must lie inside the authority's, and end before its chain does (else Code::refused).
    /// `public_key` is a SubjectPublicKeyInfo. Does not re-encode or decode that key.
    X509Certificate sign(const LeafTemplate& leaf, ByteView public_key) const;

private:
    std::vector<X509Certificate> chain_;
    PrivateKey key_;
    Time not_before_{};
    Time not_after_{};  ///< of the first of the chain to end
    // What every certificate signed here has of this one, in DER.
    Bytes issuer_name_;
    Bytes authority_key_;
};

/// 159 random bits with the top one set: 40 upper-case hex digits, positive, 20 octets in DER
/// (RFC 5280, 4.1.2.2).
std::string make_number();

/// The same as `Authority::why_not`, for a chain alone.
std::optional<std::string> why_not_below(std::span<const X509Certificate> chain, const LeafTemplate& leaf);
/// What certificates of `chain` restrict in all that is below them, in words: extended usages, name constraints.
std::vector<std::string> limits_of(std::span<const X509Certificate> chain);

}  // namespace rekey::crypto
