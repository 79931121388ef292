#include "crypto/certificates/chain.hpp"

#include <fmt/format.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <set>

#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/issuers.hpp"
#include "crypto/certificates/validity.hpp"
#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/keys/algorithm.hpp"
#include "crypto/keys/public_key.hpp"

namespace rekey::crypto {

namespace {

using AuthorityKey = Handle<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using BasicConstraints = Handle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using KeyUsage = Handle<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using Names = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using Octets = Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using Usages = Handle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;

struct Validity {
    Time not_before;
    Time not_after;
};

ByteView key_of(const X509Certificate& certificate) { return bytes_of(certificate.fields().info->key->encoding); }

void require_key(std::span<const X509Certificate> chain, ByteView public_key) {
    if (is_same_key(key_of(chain.front()), public_key)) return;
    bool is_further_on = std::ranges::any_of(chain.subspan(1), [&](const X509Certificate& certificate) {
        return is_same_key(key_of(certificate), public_key);
    });
    if (is_further_on)
        throw Error(Code::refused, "the chain does not begin with the leaf",
                    "put the leaf first, then each certificate's issuer, and the root last");
    throw Error(Code::refused, describe(chain, 0) + ": is for another key than the one that was asked for",
                "have the request signed that was made with this key");
}

Validity validity_of(std::span<const X509Certificate> chain, std::size_t index) {
    const X509_VAL& validity = *chain[index].fields().info->validity;
    auto not_before = read_strict_time(*validity.notBefore);
    auto not_after = read_strict_time(*validity.notAfter);
    if (!not_before || !not_after || *not_after <= *not_before)
        throw Error(Code::refused, describe(chain, index) + ": its dates make no sense");
    return {*not_before, *not_after};
}

void require_dates(std::span<const X509Certificate> chain, Time now) {
    for (std::size_t i = 0; i < chain.size(); ++i) {
        auto [not_before, not_after] = validity_of(chain, i);
        if (now < not_before)
            throw Error(Code::refused,
                        fmt::format("{}: is valid only from {} on", describe(chain, i), to_rfc3339(not_before)),
                        "check the clock of this machine");
        // OpenSSL, too, counts the last second as over.
        if (now >= not_after)
            throw Error(Code::refused, fmt::format("{}: expired at {}", describe(chain, i), to_rfc3339(not_after)),
                        i == 0 ? "have it issued again" : "renew the issuer first");
    }
}

void require_inside_issuer(std::span<const X509Certificate> chain) {
    auto leaf = validity_of(chain, 0);
    auto issuer = validity_of(chain, 1);
    if (leaf.not_before < issuer.not_before || leaf.not_after > issuer.not_after)
        throw Error(Code::refused,
                    fmt::format("{}: is valid from {} to {}, its issuer only from {} to {}", describe(chain, 0),
                                to_rfc3339(leaf.not_before), to_rfc3339(leaf.not_after), to_rfc3339(issuer.not_before),
                                to_rfc3339(issuer.not_after)),
                    "ask for a shorter validity");
}

template <class T>
T decode(X509_EXTENSION* extension) {
    return T(static_cast<typename T::pointer>(X509V3_EXT_d2i(extension)));
}

/// Whether the identifier names the issuer, and nothing but it by its key.
bool names(const AuthorityKey& key, const Issuers& issuers) {
    if (!key || key->issuer != nullptr || key->serial != nullptr) return false;
    return key->keyid == nullptr || !issuers.key_identifier ||
           std::ranges::equal(bytes_of(*key->keyid), *issuers.key_identifier);
}

/// Whether `extension` is one of those that leaves made here have, undamaged.
bool is_usual(X509_EXTENSION* extension, const Issuers& issuers) {
    switch (OBJ_obj2nid(X509_EXTENSION_get_object(extension))) {
        case NID_basic_constraints: {
            auto constraints = decode<BasicConstraints>(extension);
            return constraints && constraints->ca == 0 && constraints->pathlen == nullptr;
        }
        case NID_key_usage: {
            auto usage = decode<KeyUsage>(extension);
            return usage && std::ranges::any_of(bytes_of(*usage), [](auto byte) { return byte != 0; });
        }
        case NID_ext_key_usage:
            return decode<Usages>(extension) != nullptr;
        case NID_subject_key_identifier:
            return decode<Octets>(extension) != nullptr;
        case NID_authority_key_identifier:
            return names(decode<AuthorityKey>(extension), issuers);
        case NID_subject_alt_name:
            return decode<Names>(extension) != nullptr;
        default:
            return false;
    }
}

bool has_usual_extensions(const CertificateInfo& info, const Issuers& issuers) {
    std::set<int> seen;
    for (int i = 0; i < sk_X509_EXTENSION_num(info.extensions); ++i) {
        X509_EXTENSION* extension = sk_X509_EXTENSION_value(info.extensions, i);
        bool is_new = seen.insert(OBJ_obj2nid(X509_EXTENSION_get_object(extension))).second;
        if (!is_new || !is_usual(extension, issuers)) return false;
    }
    return true;
}

bool is_signed(const CertificateFields& leaf, const Issuers& issuers) {
    return is_whole(*leaf.signature) && verify(issuers.key, *leaf.algorithm, bytes_of(*leaf.signature),
                                               bytes_of(leaf.info->encoding)) == SignatureVerdict::good;
}

/// The leaf's part of what X509_verify_cert does, for leaves and issuers without anything unusual:
/// OpenSSL would decode the leaf's key first, which costs more than verifying its signature. Only
/// says yes; after a no, OpenSSL decides.
bool is_surely_good(const X509Certificate& leaf, const Issuers& issuers, LeafSignature signature) {
    const CertificateFields& fields = leaf.fields();
    const CertificateInfo& info = *fields.info;
    constexpr long version_3 = 2;
    return issuers.is_plain && ASN1_INTEGER_get(info.version) == version_3 &&
           X509_NAME_cmp(info.subject, info.issuer) != 0 &&
           X509_NAME_cmp(info.issuer, issuers.chain.front().fields().info->subject) == 0 &&
           X509_ALGOR_cmp(info.signature, fields.algorithm) == 0 && has_usual_extensions(info, issuers) &&
           is_usable(*info.key) && (signature == LeafSignature::verified || is_signed(fields, issuers));
}

struct CheckTerms {
    bool inside_issuer = true;
    LeafSignature signature = LeafSignature::unknown;
};

void check(std::span<const X509Certificate> chain, ByteView public_key, Time now, const CheckTerms& terms) {
    CleanErrors clean;
    if (chain.empty()) throw Error(Code::refused, "the chain is empty");
    require_key(chain, public_key);
    require_order(chain);
    if (chain.size() == 1)
        throw Error(Code::refused, describe(chain, 0) + ": is signed by itself and not by an issuer",
                    "have it issued by a CA");
    if (is_ca(*chain.front().fields().info))
        throw Error(Code::refused, describe(chain, 0) + ": is a CA and not a leaf",
                    "have it issued with basicConstraints CA:FALSE");
    require_dates(chain, now);
    if (terms.inside_issuer) require_inside_issuer(chain);
    auto issuers = verify_issuers(chain.subspan(1));
    if (!is_surely_good(chain.front(), *issuers, terms.signature)) verify_with_openssl(chain, now);
}

}  // namespace

void check_chain(std::span<const X509Certificate> chain, ByteView public_key, Time now) {
    check(chain, public_key, now, {});
}

void check_other_chain(std::span<const X509Certificate> chain, ByteView public_key, Time now, LeafSignature signature) {
    check(chain, public_key, now, {.inside_issuer = false, .signature = signature});
}

void require_valid_at(std::span<const X509Certificate> chain, Time now) {
    CleanErrors clean;
    require_dates(chain, now);
}

}  // namespace rekey::crypto
