#include <fmt/format.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "crypto/algorithm.hpp"
#include "crypto/asn1.hpp"
#include "crypto/certificate.hpp"
#include "crypto/der.hpp"
#include "crypto/details.hpp"
#include "crypto/errors.hpp"
#include "crypto/extension.hpp"
#include "crypto/issuers.hpp"
#include "crypto/name.hpp"
#include "crypto/public_key.hpp"
#include "crypto/sans.hpp"
#include "crypto/validity.hpp"

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

Bytes encode_authority_key_of(const Certificate& authority) {
    const CertificateInfo& info = *authority.fields().info;
    // Authorities made elsewhere may lack the identifier; what it would be is known then.
    auto identifier = subject_key_of(info).value_or(key_identifier(*info.key));
    return encode_extension(NID_authority_key_identifier, false, encode_authority_key(identifier));
}

Bytes encode_subject_key(const KeyInfo& info) {
    return encode_extension(NID_subject_key_identifier, false, der::octet_string(key_identifier(info)));
}

/// `sans` and `usages` are normalised.
Bytes leaf_extensions(const LeafTemplate& leaf, const KeyInfo& key, ByteView authority_key) {
    auto sans = normalised_sans(leaf.sans);
    auto usages = normalised_usages(leaf.usages);
    if (leaf.subject.empty() && sans.empty())
        throw Error(Code::usage, "a certificate needs a subject or an alternative name", "give one in the profile");
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
Certificate assemble(const Parts& parts, const PrivateKey& key) {
    auto scheme = require_scheme(*key.get());
    constexpr std::uint8_t version_3 = 2;
    Bytes version = der::value(der::context(0, true), {der::small_integer(version_3)});
    Bytes extensions = der::value(der::context(3, true), {parts.extensions});
    Bytes info = der::sequence({version, parts.number, scheme.algorithm_identifier, parts.issuer, parts.validity,
                                parts.subject, parts.public_key, extensions});
    Bytes signature = der::bit_string(sign(key.get(), scheme, info));
    return Certificate::from_der(der::sequence({info, scheme.algorithm_identifier, signature}));
}

void require_ability(const Certificate& authority) {
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

Time require_time(const ASN1_TIME& time) {
    auto value = read_strict_time(time);
    if (!value) throw Error(Code::refused, "the CA's certificate has a date that cannot be read");
    return *value;
}

}  // namespace

Authority::Authority(std::vector<Certificate> chain, PrivateKey key) : chain_(std::move(chain)), key_(std::move(key)) {
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
    unsigned char* name = nullptr;
    int length = i2d_X509_NAME(info.subject, &name);
    Handle<unsigned char, [](unsigned char* bytes) { OPENSSL_free(bytes); }> owner(name);
    if (length <= 0) fail("OpenSSL cannot encode the CA's name");
    issuer_name_.assign(name, name + length);
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
    Certificate certificate = assemble({serial, name, validity, name, public_key, extensions}, key);
    return Authority({std::move(certificate)}, std::move(key));
}

Certificate Authority::sign(const LeafTemplate& leaf, ByteView public_key) const {
    CleanErrors clean;
    Bytes validity = encode_validity(leaf.not_before, leaf.not_after);
    if (leaf.not_before < not_before_ || leaf.not_after > not_after_)
        throw Error(Code::refused,
                    fmt::format("the CA is valid from {} to {}, a certificate from {} to {} would outlive it",
                                to_rfc3339(not_before_), to_rfc3339(not_after_), to_rfc3339(leaf.not_before),
                                to_rfc3339(leaf.not_after)),
                    "shorten the profile's validity, or renew the CA");
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
