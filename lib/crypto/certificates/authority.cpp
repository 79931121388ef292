#include "crypto/certificates/authority.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "crypto/certificates/details.hpp"
#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/issuers.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/certificates/sans.hpp"
#include "crypto/certificates/validity.hpp"
#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/der.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/keys/algorithm.hpp"
#include "crypto/keys/public_key.hpp"

namespace rekey::crypto {

namespace {

constexpr std::size_t largest_number = 20;  // RFC 5280, 4.1.2.2

// KeyUsage (RFC 5280, 4.2.1.3): the number of unused bits, then the bits from the left.
constexpr std::uint8_t signs_certificates_and_lists[] = {der::bit_string_tag, 2, 1, 0x06};

Bytes encode_number(std::string_view number) {
    auto bytes = from_hex(number);
    bool is_positive = bytes && std::ranges::any_of(*bytes, [](auto byte) { return byte != 0; });
    Bytes encoded = is_positive ? der::unsigned_integer(*bytes) : Bytes();
    if (!is_positive || encoded.size() > der::header(der::integer_tag, largest_number).size() + largest_number)
        throw Error(Code::usage, fmt::format("'{}' cannot be a certificate number", escape_controls(number)),
                    "it is 1 to 40 hex digits in pairs, the highest bit clear, and not zero");
    return encoded;
}

Bytes encode_validity(Time not_before, Time not_after) {
    if (not_after <= not_before)
        throw Error(Code::usage, fmt::format("a certificate cannot end at {} and begin at {}", to_rfc3339(not_after),
                                             to_rfc3339(not_before)));
    return der::sequence({der::time(not_before), der::time(not_after)});
}

Fields<KeyInfo> require_key_info(ByteView public_key) {
    auto info = parse_key_info(public_key);
    if (!info) fail("the public key to be certified is damaged", Code::usage);
    return info;
}

/// What certificates signed by it name it by.
Bytes identifier_of(const X509Certificate& authority) {
    const CertificateInfo& info = *authority.fields().info;
    // Authorities made elsewhere may lack the identifier; what it would be is known then.
    return subject_key_of(info).value_or(key_identifier(*info.key));
}

Bytes encode_authority_key_of(const X509Certificate& authority) {
    return encode_extension(NID_authority_key_identifier, false, encode_authority_key(identifier_of(authority)));
}

/// What `encode`, one of OpenSSL's i2d functions, writes of `part`.
template <class Encode, class Part>
Bytes encoded(Encode encode, const Part* part, const char* what) {
    unsigned char* bytes = nullptr;
    int length = encode(part, &bytes);
    Handle<unsigned char, [](unsigned char* all) { OPENSSL_free(all); }> owner(bytes);
    if (length <= 0) fail(std::string("OpenSSL cannot encode ") + what);
    return Bytes(bytes, bytes + length);
}

Bytes encode_existing_name(const X509_NAME& name) { return encoded(i2d_X509_NAME, &name, "the CA's name"); }
Bytes encode_algorithm(const X509_ALGOR& algorithm) { return encoded(i2d_X509_ALGOR, &algorithm, "an algorithm"); }

Bytes encode_subject_key(const KeyInfo& info) {
    return encode_extension(NID_subject_key_identifier, false, der::octet_string(key_identifier(info)));
}

/// `sans` and `usages` are normalised.
Bytes leaf_extensions(const LeafTemplate& leaf, const KeyInfo& key, ByteView authority_key) {
    auto sans = normalised_sans(leaf.sans);
    auto usages = normalised_usages(leaf.usages);
    if (leaf.subject.empty() && sans.empty())
        throw Error(Code::usage, "a certificate needs a subject or an alternative name", "give one in the rules");
    auto details = leaf.details ? *leaf.details : CertificateDetails{.key_usage = default_key_usage(name_of(key))};
    Bytes constraints = encode_extension(NID_basic_constraints, true, der::sequence({}));
    Bytes usage = encode_key_usage(details);
    Bytes extended = usages.empty() ? Bytes() : encode_extension(NID_ext_key_usage, false, encode_usages(usages));
    Bytes names =
        sans.empty() ? Bytes() : encode_extension(NID_subject_alt_name, leaf.subject.empty(), encode_sans(sans));
    Bytes more = encode_policies_and_addresses(details);
    return der::sequence({constraints, usage, extended, encode_subject_key(key), authority_key, names, more});
}

Bytes authority_extensions(const KeyInfo& key) {
    constexpr std::uint8_t is_true[] = {der::boolean_tag, 1, 0xFF};
    Bytes constraints = der::sequence({is_true, der::small_integer(0)});
    return der::sequence({encode_extension(NID_basic_constraints, true, constraints),
                          encode_extension(NID_key_usage, true, signs_certificates_and_lists),
                          encode_subject_key(key)});
}

struct Parts {
    ByteView number;
    ByteView issuer;
    ByteView validity;
    ByteView subject;
    ByteView public_key;
    ByteView extensions;
};

/// Certificate of version 3 (RFC 5280, 4.1).
X509Certificate assemble(const Parts& parts, const PrivateKey& key) {
    auto scheme = require_scheme(*key.get());
    constexpr std::uint8_t version_3 = 2;
    Bytes version = der::value(der::context(0, true), {der::small_integer(version_3)});
    Bytes extensions = der::value(der::context(3, true), {parts.extensions});
    Bytes info = der::sequence({version, parts.number, scheme.algorithm_identifier, parts.issuer, parts.validity,
                                parts.subject, parts.public_key, extensions});
    Bytes signature = der::bit_string(sign(key.get(), scheme, info));
    return X509Certificate::from_der(der::sequence({info, scheme.algorithm_identifier, signature}));
}

void require_ability(const X509Certificate& authority) {
    X509* x509 = authority.get();
    std::string subject = to_text(*authority.fields().info->subject);
    constexpr std::string_view remedy = "take the certificate of a CA: basicConstraints CA:TRUE, keyUsage keyCertSign";
    if (!is_ca(*authority.fields().info))
        throw Error(Code::refused, fmt::format("the certificate '{}' is not that of a CA", subject),
                    std::string(remedy));
    if ((X509_get_key_usage(x509) & KU_KEY_CERT_SIGN) == 0)
        throw Error(Code::refused, fmt::format("the CA '{}' may not sign certificates (keyUsage)", subject),
                    std::string(remedy));
}

/// Signed by nobody: to be looked at before it is.
X509Certificate draft_of(const LeafTemplate& leaf, const X509Certificate& authority) {
    constexpr std::uint8_t version_3 = 2;
    constexpr std::uint8_t no_signature[] = {0x30, 0x00};
    const CertificateInfo& above = *authority.fields().info;
    Bytes version = der::value(der::context(0, true), {der::small_integer(version_3)});
    // Any key does, as nothing of the chain asks for it.
    Bytes public_key = authority.public_key();
    Bytes extensions = leaf_extensions(leaf, *require_key_info(public_key), encode_authority_key_of(authority));
    Bytes algorithm = encode_algorithm(*authority.fields().algorithm);
    Bytes info = der::sequence({version, encode_number(leaf.number), algorithm, encode_existing_name(*above.subject),
                                encode_validity(leaf.not_before, leaf.not_after), encode_name(leaf.subject), public_key,
                                der::value(der::context(3, true), {extensions})});
    return X509Certificate::from_der(der::sequence({info, algorithm, der::bit_string(no_signature)}));
}

bool is_any_usage(const std::string& usage) { return usage == "anyExtendedKeyUsage" || usage == "2.5.29.37.0"; }

/// Extended usages in a CA's certificate hold for all that is below it, as OpenSSL and browsers have it.
std::vector<std::string> allowed_usages(const X509Certificate& authority) {
    auto usages = usages_of(*authority.fields().info);
    return std::ranges::any_of(usages, is_any_usage) ? std::vector<std::string>() : usages;
}

std::string listed(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

std::string subject_text(const X509Certificate& certificate) { return to_text(*certificate.fields().info->subject); }

std::optional<std::string> forbidden_usage(std::span<const X509Certificate> chain, const LeafTemplate& leaf) {
    auto wanted = normalised_usages(leaf.usages);
    for (const auto& authority : chain) {
        auto allowed = allowed_usages(authority);
        if (allowed.empty()) continue;
        for (const auto& usage : wanted)
            if (std::ranges::find(allowed, usage) == allowed.end())
                return fmt::format("the certificate of '{}' allows only {} below it (extended key usage), not {}",
                                   subject_text(authority), listed(allowed), usage);
    }
    return std::nullopt;
}

bool has_name_constraints(const X509Certificate& authority) {
    return find_extension(*authority.fields().info, NID_name_constraints) != nullptr;
}

std::string names_of(const LeafTemplate& leaf) {
    auto names = leaf.sans;
    if (!leaf.subject.empty()) names.insert(names.begin(), to_text(leaf.subject));
    return listed(names);
}

Time require_time(const ASN1_TIME& time) {
    auto value = read_strict_time(time);
    if (!value) throw Error(Code::refused, "the CA's certificate has a date that cannot be read");
    return *value;
}

}  // namespace

Authority::Authority(std::vector<X509Certificate> chain, PrivateKey key)
    : chain_(std::move(chain)), key_(std::move(key)) {
    CleanErrors clean;
    if (chain_.empty()) throw Error(Code::refused, "a CA needs its certificate", "give its chain, its own first");
    require_ability(certificate());
    if (!match(key_, certificate()))
        throw Error(Code::refused, "the key is not that of the CA's certificate",
                    "give the CA's own certificate first, then those above it");
    if (!scheme_of(*key_.get()))
        throw Error(Code::refused, fmt::format("a CA cannot sign with a key of the kind {} here", key_.name()));
    verify_issuers(chain_);
    const CertificateInfo& info = *certificate().fields().info;
    not_before_ = require_time(*info.validity->notBefore);
    not_after_ = require_time(*info.validity->notAfter);
    for (const auto& above : chain_)
        not_after_ = std::min(not_after_, require_time(*above.fields().info->validity->notAfter));
    issuer_name_ = encode_existing_name(*info.subject);
    authority_key_ = encode_authority_key_of(certificate());
}

Authority Authority::create(std::string_view key_name, const Attributes& subject, std::string_view number,
                            Time not_before, Time not_after) {
    CleanErrors clean;
    if (subject.empty()) throw Error(Code::usage, "a CA needs a name", "give a subject, as CN=Example CA");
    Bytes name = encode_name(subject);
    Bytes serial = encode_number(number);
    Bytes validity = encode_validity(not_before, not_after);
    PrivateKey key = PrivateKey::generate(key_name);
    Bytes public_key = key.public_key();
    // No AKI: in a self-signed certificate it would only repeat the SKI (RFC 5280, 4.2.1.1).
    Bytes extensions = authority_extensions(*require_key_info(public_key));
    X509Certificate certificate = assemble({serial, name, validity, name, public_key, extensions}, key);
    return Authority({std::move(certificate)}, std::move(key));
}

X509Certificate Authority::renew_root(std::string_view number, Time not_before, Time not_after) const {
    CleanErrors clean;
    const CertificateInfo& info = *certificate().fields().info;
    if (chain_.size() != 1)
        throw Error(Code::refused, fmt::format("the CA '{}' is signed by another one", subject_text(certificate())),
                    "have it renewed there");
    if (const X509_EXTENSION* above = find_extension(info, NID_authority_key_identifier)) {
        Handle<AUTHORITY_KEYID, AUTHORITY_KEYID_free> key(
            static_cast<AUTHORITY_KEYID*>(X509V3_EXT_d2i(const_cast<X509_EXTENSION*>(above))));
        if (!key || key->serial != nullptr)
            throw Error(Code::refused,
                        fmt::format("the certificate of the CA '{}' names itself by its old number",
                                    subject_text(certificate())),
                        "have it made anew where it was made, without the number in its authority key identifier");
    }
    Bytes extensions = encoded(i2d_X509_EXTENSIONS, info.extensions, "extensions");
    return assemble({encode_number(number), issuer_name_, encode_validity(not_before, not_after), issuer_name_,
                     certificate().public_key(), extensions},
                    key_);
}

std::optional<std::string> Authority::difference_from(const X509Certificate& other) const {
    CleanErrors clean;
    const CertificateInfo& info = *other.fields().info;
    if (X509_NAME_cmp(info.subject, certificate().fields().info->subject) != 0)
        return fmt::format("its name is '{}', the issuer's '{}'", subject_text(other), subject_text(certificate()));
    if (!match(key_, other)) return "it is for another key than the issuer's";
    if (auto identifier = subject_key_of(info); identifier && *identifier != identifier_of(certificate()))
        return "its subject key identifier is another one, by which what the issuer signed does not find it";
    return std::nullopt;
}

std::optional<std::string> Authority::why_not(const LeafTemplate& leaf) const { return why_not_below(chain_, leaf); }

std::optional<std::string> why_not_below(std::span<const X509Certificate> chain, const LeafTemplate& leaf) {
    CleanErrors clean;
    if (auto usage = forbidden_usage(chain, leaf)) return usage;
    if (verify_issuers(chain)->is_plain) return std::nullopt;
    std::vector<X509Certificate> whole{draft_of(leaf, chain.front())};
    whole.insert(whole.end(), chain.begin(), chain.end());
    auto objection = objection_to_draft(whole);
    if (!objection) return std::nullopt;
    bool is_name =
        objection->code == X509_V_ERR_PERMITTED_VIOLATION || objection->code == X509_V_ERR_EXCLUDED_VIOLATION;
    auto constrained = std::ranges::find_if(chain, has_name_constraints);
    if (is_name && constrained != chain.end())
        return fmt::format("the name constraints of '{}' do not allow {} ({})", subject_text(*constrained),
                           names_of(leaf), objection->text);
    return fmt::format("its chain does not allow it: {}", objection->text);
}

std::vector<std::string> limits_of(std::span<const X509Certificate> chain) {
    CleanErrors clean;
    std::vector<std::string> limits;
    for (const auto& authority : chain) {
        auto usages = allowed_usages(authority);
        if (!usages.empty())
            limits.push_back(fmt::format("'{}' allows only {} below it (extended key usage)", subject_text(authority),
                                         listed(usages)));
        if (has_name_constraints(authority))
            limits.push_back(
                fmt::format("'{}' allows only some names below it (name constraints)", subject_text(authority)));
    }
    return limits;
}

X509Certificate Authority::sign(const LeafTemplate& leaf, ByteView public_key) const {
    CleanErrors clean;
    Bytes validity = encode_validity(leaf.not_before, leaf.not_after);
    if (leaf.not_before < not_before_ || leaf.not_after > not_after_)
        throw Error(Code::refused,
                    fmt::format("the CA is valid from {} to {}, a certificate from {} to {} would outlive it",
                                to_rfc3339(not_before_), to_rfc3339(not_after_), to_rfc3339(leaf.not_before),
                                to_rfc3339(leaf.not_after)),
                    "shorten the validity in the rules, or renew the CA");
    auto info = require_key_info(public_key);
    Bytes extensions = leaf_extensions(leaf, *info, authority_key_);
    return assemble(
        {encode_number(leaf.number), issuer_name_, validity, encode_name(leaf.subject), public_key, extensions}, key_);
}

std::string make_number() {
    Bytes number = random_bytes(largest_number);
    // 159 bits, the top one set: always the same length, and never negative in DER.
    number.front() = static_cast<std::uint8_t>((number.front() & 0x7F) | 0x40);
    return to_hex(number);
}

}  // namespace rekey::crypto
