#include "crypto/encoding/asn1.hpp"

#include <openssl/asn1t.h>
#include <openssl/err.h>

#include <climits>

namespace rekey::crypto {

DECLARE_ASN1_ITEM(KeyInfo)
DECLARE_ASN1_ITEM(CertificateInfo)
DECLARE_ASN1_ITEM(CertificateFields)
DECLARE_ASN1_ITEM(RequestInfo)
DECLARE_ASN1_ITEM(RequestFields)
DECLARE_ASN1_ITEM(RsaNumbers)
DECLARE_ASN1_ITEM(EcPrivateKeyFields)

// clang-format off
ASN1_SEQUENCE_enc(KeyInfo, encoding, nullptr) = {
    ASN1_SIMPLE(KeyInfo, algorithm, X509_ALGOR),
    ASN1_SIMPLE(KeyInfo, bits, ASN1_BIT_STRING),
} ASN1_SEQUENCE_END_enc(KeyInfo, KeyInfo)

ASN1_SEQUENCE_enc(CertificateInfo, encoding, nullptr) = {
    ASN1_EXP_OPT(CertificateInfo, version, ASN1_INTEGER, 0),
    ASN1_SIMPLE(CertificateInfo, serial, ASN1_INTEGER),
    ASN1_SIMPLE(CertificateInfo, signature, X509_ALGOR),
    ASN1_SIMPLE(CertificateInfo, issuer, X509_NAME),
    ASN1_SIMPLE(CertificateInfo, validity, X509_VAL),
    ASN1_SIMPLE(CertificateInfo, subject, X509_NAME),
    ASN1_SIMPLE(CertificateInfo, key, KeyInfo),
    ASN1_IMP_OPT(CertificateInfo, issuer_id, ASN1_BIT_STRING, 1),
    ASN1_IMP_OPT(CertificateInfo, subject_id, ASN1_BIT_STRING, 2),
    ASN1_EXP_SEQUENCE_OF_OPT(CertificateInfo, extensions, X509_EXTENSION, 3),
} ASN1_SEQUENCE_END_enc(CertificateInfo, CertificateInfo)

ASN1_SEQUENCE(CertificateFields) = {
    ASN1_SIMPLE(CertificateFields, info, CertificateInfo),
    ASN1_SIMPLE(CertificateFields, algorithm, X509_ALGOR),
    ASN1_SIMPLE(CertificateFields, signature, ASN1_BIT_STRING),
} ASN1_SEQUENCE_END(CertificateFields)

// Attributes are OPTIONAL here because some makers of requests leave out the empty set.
ASN1_SEQUENCE_enc(RequestInfo, encoding, nullptr) = {
    ASN1_SIMPLE(RequestInfo, version, ASN1_INTEGER),
    ASN1_SIMPLE(RequestInfo, subject, X509_NAME),
    ASN1_SIMPLE(RequestInfo, key, KeyInfo),
    ASN1_IMP_SET_OF_OPT(RequestInfo, attributes, X509_ATTRIBUTE, 0),
} ASN1_SEQUENCE_END_enc(RequestInfo, RequestInfo)

ASN1_SEQUENCE(RequestFields) = {
    ASN1_SIMPLE(RequestFields, info, RequestInfo),
    ASN1_SIMPLE(RequestFields, algorithm, X509_ALGOR),
    ASN1_SIMPLE(RequestFields, signature, ASN1_BIT_STRING),
} ASN1_SEQUENCE_END(RequestFields)

ASN1_SEQUENCE(RsaNumbers) = {
    ASN1_SIMPLE(RsaNumbers, modulus, ASN1_INTEGER),
    ASN1_SIMPLE(RsaNumbers, exponent, ASN1_INTEGER),
} ASN1_SEQUENCE_END(RsaNumbers)

ASN1_SEQUENCE(EcPrivateKeyFields) = {
    ASN1_SIMPLE(EcPrivateKeyFields, version, ASN1_INTEGER),
    ASN1_SIMPLE(EcPrivateKeyFields, scalar, ASN1_OCTET_STRING),
    ASN1_EXP_OPT(EcPrivateKeyFields, parameters, ASN1_ANY, 0),
    ASN1_EXP_OPT(EcPrivateKeyFields, point, ASN1_BIT_STRING, 1),
} ASN1_SEQUENCE_END(EcPrivateKeyFields)
    // clang-format on

    namespace {
    template <class T>
    void free_item(T * fields, const ASN1_ITEM* item) {
        ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(fields), item);
    }

    template <class T>
    Fields<T> parse(ByteView der, const ASN1_ITEM* item) {
        if (der.size() > static_cast<std::size_t>(INT_MAX)) return nullptr;
        const unsigned char* at = der.data();
        auto* value = ASN1_item_d2i(nullptr, &at, static_cast<long>(der.size()), item);
        Fields<T> fields(reinterpret_cast<T*>(value));
        if (fields && at != der.data() + der.size()) {
            ERR_raise(ERR_LIB_ASN1, ASN1_R_TOO_LONG);
            return nullptr;
        }
        return fields;
    }

}  // namespace

void free_fields(KeyInfo* fields) { free_item(fields, ASN1_ITEM_rptr(KeyInfo)); }
void free_fields(CertificateFields* fields) { free_item(fields, ASN1_ITEM_rptr(CertificateFields)); }
void free_fields(RequestFields* fields) { free_item(fields, ASN1_ITEM_rptr(RequestFields)); }
void free_fields(RsaNumbers* fields) { free_item(fields, ASN1_ITEM_rptr(RsaNumbers)); }
void free_fields(EcPrivateKeyFields* fields) { free_item(fields, ASN1_ITEM_rptr(EcPrivateKeyFields)); }

Fields<KeyInfo> parse_key_info(ByteView der) { return parse<KeyInfo>(der, ASN1_ITEM_rptr(KeyInfo)); }
Fields<CertificateFields> parse_certificate(ByteView der) {
    return parse<CertificateFields>(der, ASN1_ITEM_rptr(CertificateFields));
}
Fields<RequestFields> parse_request(ByteView der) { return parse<RequestFields>(der, ASN1_ITEM_rptr(RequestFields)); }
Fields<RsaNumbers> parse_rsa_numbers(ByteView der) { return parse<RsaNumbers>(der, ASN1_ITEM_rptr(RsaNumbers)); }
Fields<EcPrivateKeyFields> parse_ec_private_key(ByteView der) {
    return parse<EcPrivateKeyFields>(der, ASN1_ITEM_rptr(EcPrivateKeyFields));
}

}  // namespace rekey::crypto
