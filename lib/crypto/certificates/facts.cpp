#include <openssl/objects.h>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/details.hpp"
#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/certificates/validity.hpp"
#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/keys/public_key.hpp"

namespace rekey::crypto {

namespace {

/// Octets of a number (RFC 5280, 4.1.2.2).
constexpr int longest_number = 20;

std::string number_of(const ASN1_INTEGER& serial) {
    if (ASN1_STRING_length(&serial) > longest_number)
        fail("its number has more than 20 octets, which RFC 5280 does not allow", Code::usage);
    std::string number = to_hex(bytes_of(serial));
    if (number.empty()) number = "00";
    return ASN1_STRING_type(&serial) == V_ASN1_NEG_INTEGER ? "-" + number : number;
}

std::string signature_of(const X509_ALGOR& algorithm) {
    if (const auto* kind = ml_dsa(*algorithm.algorithm)) return kind->openssl_name;
    int nid = OBJ_obj2nid(algorithm.algorithm);
    return nid != NID_undef ? OBJ_nid2ln(nid) : dotted(*algorithm.algorithm);
}

}  // namespace

CertificateFacts X509Certificate::facts() const {
    CleanErrors clean;
    const CertificateInfo& info = *fields().info;
    CertificateFacts facts;
    facts.number = number_of(*info.serial);
    facts.subject = crypto::to_text(*info.subject);
    facts.issuer = crypto::to_text(*info.issuer);
    // A date that cannot be read is long past: such a certificate is due, whatever it says.
    facts.not_before = read_time(*info.validity->notBefore).value_or(Time{});
    facts.not_after = read_time(*info.validity->notAfter).value_or(Time{});
    facts.key = name_of(*info.key);
    facts.signature = signature_of(*fields().algorithm);
    facts.sans = sans_of(info);
    facts.usages = usages_of(info);
    facts.fingerprint_sha256 = fingerprint_sha256();
    facts.is_ca = is_ca(info);
    facts.details = details_of(info);
    return facts;
}

}  // namespace rekey::crypto
