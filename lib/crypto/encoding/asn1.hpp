#pragma once

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include "crypto/encoding/handle.hpp"
#include "rekey/base/base.hpp"

/// Parsed with OpenSSL's ASN.1 templates, but without its decoding of public keys, which is 90 % of
/// what `d2i_X509` and `d2i_X509_REQ` cost in OpenSSL 3.0.
namespace rekey::crypto {

/// SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
struct KeyInfo {
    ASN1_ENCODING encoding;  ///< as it was read
    X509_ALGOR* algorithm;
    ASN1_BIT_STRING* bits;
};

/// TBSCertificate (RFC 5280, 4.1.2).
struct CertificateInfo {
    ASN1_ENCODING encoding;
    ASN1_INTEGER* version;
    ASN1_INTEGER* serial;
    X509_ALGOR* signature;
    X509_NAME* issuer;
    X509_VAL* validity;
    X509_NAME* subject;
    KeyInfo* key;
    ASN1_BIT_STRING* issuer_id;
    ASN1_BIT_STRING* subject_id;
    STACK_OF(X509_EXTENSION) * extensions;
};

/// Certificate (RFC 5280, 4.1.1).
struct CertificateFields {
    CertificateInfo* info;
    X509_ALGOR* algorithm;
    ASN1_BIT_STRING* signature;
};

/// CertificationRequestInfo (RFC 2986, 4.1).
struct RequestInfo {
    ASN1_ENCODING encoding;
    ASN1_INTEGER* version;
    X509_NAME* subject;
    KeyInfo* key;
    STACK_OF(X509_ATTRIBUTE) * attributes;
};

/// CertificationRequest (RFC 2986, 4.2).
struct RequestFields {
    RequestInfo* info;
    X509_ALGOR* algorithm;
    ASN1_BIT_STRING* signature;
};

/// RSAPublicKey (RFC 8017, A.1.1).
struct RsaNumbers {
    ASN1_INTEGER* modulus;
    ASN1_INTEGER* exponent;
};

/// ECPrivateKey (RFC 5915, 3).
struct EcPrivateKeyFields {
    ASN1_INTEGER* version;
    ASN1_OCTET_STRING* scalar;
    ASN1_TYPE* parameters;   ///< may be null
    ASN1_BIT_STRING* point;  ///< may be null
};

void free_fields(KeyInfo* fields);
void free_fields(CertificateFields* fields);
void free_fields(RequestFields* fields);
void free_fields(RsaNumbers* fields);
void free_fields(EcPrivateKeyFields* fields);

template <class T>
using Fields = Handle<T, static_cast<void (*)(T*)>(free_fields)>;

/// Null unless `der` is exactly one of these; OpenSSL's error queue then has the reason.
Fields<KeyInfo> parse_key_info(ByteView der);
Fields<CertificateFields> parse_certificate(ByteView der);
Fields<RequestFields> parse_request(ByteView der);
Fields<RsaNumbers> parse_rsa_numbers(ByteView der);
Fields<EcPrivateKeyFields> parse_ec_private_key(ByteView der);

inline ByteView bytes_of(const ASN1_STRING& string) {
    return {ASN1_STRING_get0_data(&string), static_cast<std::size_t>(ASN1_STRING_length(&string))};
}
/// The bytes that were read for a part that keeps its encoding.
inline ByteView bytes_of(const ASN1_ENCODING& encoding) {
    return {encoding.enc, static_cast<std::size_t>(encoding.len)};
}
/// Whether a BIT STRING has a whole number of bytes, as every key and signature has.
inline bool is_whole(const ASN1_BIT_STRING& bits) { return (bits.flags & 0x07) == 0; }

}  // namespace rekey::crypto
