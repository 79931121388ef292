#pragma once

#include <openssl/x509.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "crypto/encoding/handle.hpp"
#include "crypto/keys/key.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

using X509Handle = Handle<X509, X509_free>;

/// A distinguished name as its attributes in order: {"CN", "unit-1"}, {"O", "Example"}.
/// Keys are the short names of RFC 4514 section 3 and `serialNumber`.
using Attributes = std::vector<std::pair<std::string, std::string>>;

/// An attribute as it is written in names made here, whatever its case. Throws Code::usage for one that is not known.
std::string attribute_key(std::string_view key);

/// The text that `CertificateFacts::subject` has for a name made of `subject`. The last
/// attribute given is written first, as RFC 4514 has it.
std::string to_text(const Attributes& subject);

/// Throws Code::usage unless every entry is a valid `dns:`, `ip:`, `uri:` or `email:` name.
/// Returns them in the form, case and order that `CertificateFacts::sans` has.
std::vector<std::string> normalised_sans(const std::vector<std::string>& sans);
/// The same for extended usages: names of OpenSSL (`serverAuth`) or dotted OIDs.
std::vector<std::string> normalised_usages(const std::vector<std::string>& usages);

/// Words of RFC 5280, 4.2.1.3 in its order, each once. Throws Code::usage for others, and for those that only a CA has.
std::vector<std::string> normalised_key_usage(const std::vector<std::string>& usages);
/// Dotted OIDs, each alone or with the address of its statement after a space. Throws Code::usage for anything else.
std::vector<std::string> normalised_policies(const std::vector<std::string>& policies);
/// Absolute URLs, each once, in the order given. Throws Code::usage for anything else.
std::vector<std::string> normalised_urls(const std::vector<std::string>& urls);
/// What a leaf with a key of this kind may do where nobody says otherwise: digitalSignature; keyEncipherment too for
/// RSA.
std::vector<std::string> default_key_usage(std::string_view key_name);
/// `usages` without what a key of this kind cannot do: EC keys encrypt nothing, Ed25519 only signs.
std::vector<std::string> key_usage_for(std::string_view key_name, const std::vector<std::string>& usages);

struct CertificateFields;

/// An X.509 certificate; not changed after birth, cheap to copy, safe to share between threads.
class X509Certificate {
public:
    /// Takes over `x509` and remembers its DER.
    explicit X509Certificate(X509Handle x509);
    /// Throws Code::usage when it is no certificate or bytes follow it.
    static X509Certificate from_der(ByteView der);
    /// Every certificate in `pem`, in order. Throws Code::usage when there is none or one is damaged.
    static std::vector<X509Certificate> from_pem(ByteView pem);

    const Bytes& der() const;
    std::string to_pem() const;
    CertificateFacts facts() const;
    /// SubjectPublicKeyInfo, DER.
    Bytes public_key() const;
    /// SHA-256 of the DER.
    const Sha256& fingerprint() const;
    std::string fingerprint_sha256() const;
    /// For OpenSSL's own functions; lives as long as this or a copy of it. Made at the first call,
    /// which costs ten times what reading the certificate does. Throws Code::usage when OpenSSL
    /// cannot read the public key's encoding.
    X509* get() const;
    /// For this room: the parts as they were parsed.
    const CertificateFields& fields() const;

private:
    struct Body;
    explicit X509Certificate(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
    std::shared_ptr<const Body> body_;
};

/// What `certificate` has that no certificate signed here gets, beside its names: other extensions, what a CA's
/// certificate has, extended usages that are critical, qualifiers and addresses of other kinds. One phrase each.
std::vector<std::string> not_made_here(const X509Certificate& certificate);

/// PEM of several, in order.
std::string to_pem(std::span<const Bytes> chain_der);

/// What a leaf shall say. The rest follows RFC 5280 and section 7 of lib/README.md: critical CA:FALSE,
/// the default key usage unless told, SKI, AKI from the issuer's SKI.
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
    /// Whether `other` stands for the same authority: what this one has signed names it, by name and key identifier,
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

/// Whether `chain` can go to a unit at `now`: leaf first, complete to a self-signed root, every
/// signature and every constraint verified, dates sane, leaf inside its issuer's validity, and the
/// leaf's key is `public_key`. Throws Code::refused naming the first thing that is wrong.
void check_chain(std::span<const X509Certificate> chain, ByteView public_key, Time now);

/// What the caller knows of the signature of a chain's first certificate.
enum class LeafSignature {
    unknown,
    verified  ///< it was verified before, over these bytes and with the key of the second certificate
};

/// The same for a chain that a certificate gets after it was made: it may have begun before its issuer's certificate
/// did, as that may have been renewed since, and end after it. A signature that is `verified` is verified again only
/// for a chain with something unusual in it.
void check_other_chain(std::span<const X509Certificate> chain, ByteView public_key, Time now,
                       LeafSignature signature = LeafSignature::unknown);

/// Throws Code::refused, naming it, when one of `chain` has ended by `now` or has not begun.
void require_valid_at(std::span<const X509Certificate> chain, Time now);

/// The same as `Authority::why_not`, for a chain alone.
std::optional<std::string> why_not_below(std::span<const X509Certificate> chain, const LeafTemplate& leaf);
/// What certificates of `chain` restrict in all that is below them, in words: extended usages, name constraints.
std::vector<std::string> limits_of(std::span<const X509Certificate> chain);

/// Whether `key` is the private key of `certificate`.
bool match(const PrivateKey& key, const X509Certificate& certificate);

}  // namespace rekey::crypto
