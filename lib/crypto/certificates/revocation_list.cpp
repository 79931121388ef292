#include "crypto/certificates/revocation_list.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/certificates/validity.hpp"
#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/der.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/encoding/pem.hpp"
#include "crypto/keys/algorithm.hpp"
#include "crypto/keys/public_key.hpp"

namespace rekey::crypto {

namespace {

constexpr std::uint8_t enumerated_tag = 0x0A;
constexpr int unspecified = 0;
constexpr const char* crl_label = "X509 CRL";

/// A number as `CertificateFacts` has it; negative ones, which RFC 5280 forbids, begin with a minus.
Bytes encode_serial(const std::string& number) {
    if (!number.starts_with('-')) {
        auto magnitude = from_hex(number);
        if (!magnitude) throw Error(Code::corrupt, fmt::format("'{}' is not a certificate number", number));
        return der::unsigned_integer(*magnitude);
    }
    BIGNUM* parsed = nullptr;
    bool whole = BN_hex2bn(&parsed, number.c_str()) == static_cast<int>(number.size());
    Handle<BIGNUM, BN_free> value(parsed);
    if (!whole) throw Error(Code::corrupt, fmt::format("'{}' is not a certificate number", number));
    Handle<ASN1_INTEGER, ASN1_INTEGER_free> integer(BN_to_ASN1_INTEGER(value.get(), nullptr));
    unsigned char* encoded = nullptr;
    int length = integer ? i2d_ASN1_INTEGER(integer.get(), &encoded) : 0;
    Handle<unsigned char, [](unsigned char* bytes) { OPENSSL_free(bytes); }> owner(encoded);
    if (length <= 0) fail("OpenSSL cannot encode a certificate number");
    return {encoded, encoded + length};
}

/// One of revokedCertificates. The reason "unspecified" is left out (RFC 5280, 5.3.1).
Bytes encode_entry(const RevokedCertificate& revoked) {
    Bytes extensions;
    if (revoked.reason != unspecified) {
        const std::uint8_t reason[] = {enumerated_tag, 1, static_cast<std::uint8_t>(revoked.reason)};
        extensions = der::sequence({encode_extension(NID_crl_reason, false, reason)});
    }
    return der::sequence({encode_serial(revoked.number), der::time(revoked.at), extensions});
}

Time require_time(const ASN1_TIME* time) {
    auto read = time != nullptr ? read_time(*time) : std::nullopt;
    if (!read) throw Error(Code::usage, "the list has a date that cannot be read", "take it from its source again");
    return *read;
}

int reason_of(const X509_REVOKED& entry) {
    Handle<ASN1_ENUMERATED, ASN1_ENUMERATED_free> reason(
        static_cast<ASN1_ENUMERATED*>(X509_REVOKED_get_ext_d2i(&entry, NID_crl_reason, nullptr, nullptr)));
    if (!reason) {
        require_memory();
        return unspecified;
    }
    constexpr long largest_reason = 10;
    long code = ASN1_ENUMERATED_get(reason.get());
    return code >= 0 && code <= largest_reason ? static_cast<int>(code) : unspecified;
}

std::string serial_of(const ASN1_INTEGER& serial) {
    std::string number = to_hex(bytes_of(serial));
    if (number.empty()) number = "00";
    return ASN1_STRING_type(&serial) == V_ASN1_NEG_INTEGER ? "-" + number : number;
}

bool is_indirect(const X509_CRL& list) {
    int critical = 0;
    Handle<ISSUING_DIST_POINT, ISSUING_DIST_POINT_free> scope(static_cast<ISSUING_DIST_POINT*>(
        X509_CRL_get_ext_d2i(&list, NID_issuing_distribution_point, &critical, nullptr)));
    constexpr int absent = -1;
    if (!scope) {
        require_memory();
        return critical != absent;
    }
    return scope->indirectCRL != 0;
}

void require_complete(const X509_CRL& list) {
    if (X509_CRL_get_ext_by_NID(&list, NID_delta_crl, -1) >= 0)
        throw Error(Code::refused, "the list says only what changed (a delta CRL)", "give the complete list");
    if (is_indirect(list))
        throw Error(Code::refused, "the list is for several CAs (an indirect CRL)",
                    "give the list that the CA signed for itself alone");
}

ListNumber require_number(const X509_CRL& list) {
    int critical = 0;
    Handle<ASN1_INTEGER, ASN1_INTEGER_free> read(
        static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(&list, NID_crl_number, &critical, nullptr)));
    constexpr int absent = -1;
    if (!read && critical == absent) return {};
    bool negative = read && ASN1_STRING_type(read.get()) == V_ASN1_NEG_INTEGER;
    auto number = read && !negative ? ListNumber::from_octets(bytes_of(*read)) : std::nullopt;
    if (!number) throw Error(Code::usage, "the list has no number that can be read", "a number has up to 20 octets");
    return *number;
}

Bytes der_of(ByteView der_or_pem) {
    constexpr std::uint8_t der_sequence = 0x30;
    if (!der_or_pem.empty() && der_or_pem.front() == der_sequence) return to_bytes(der_or_pem);
    PemReader reader(der_or_pem);
    bool other = false;
    for (; auto block = reader.next(); other = true)
        if (block->label == crl_label) return to_bytes(block->content.view());
    if (other) throw Error(Code::usage, "PEM without a list", "give the file with the line -----BEGIN X509 CRL-----");
    throw no_pem(der_or_pem, "a list of revoked certificates");
}

}  // namespace

bool may_sign_lists(const X509Certificate& authority) {
    constexpr std::uint32_t any = UINT32_MAX;  // no keyUsage extension
    auto usage = X509_get_key_usage(authority.get());
    return usage == any || (usage & KU_CRL_SIGN) != 0;
}

Bytes sign_revocation_list(const Authority& authority, const RevocationListTemplate& list) {
    CleanErrors clean;
    if (!may_sign_lists(authority.certificate()))
        throw Error(Code::refused, "the CA may not sign lists of revoked certificates (keyUsage lacks cRLSign)",
                    "use a CA whose keyUsage has cRLSign");
    Bytes entries;
    for (const auto& revoked : list.revoked) {
        Bytes entry = encode_entry(revoked);
        entries.insert(entries.end(), entry.begin(), entry.end());
    }
    // An empty list is left out altogether (RFC 5280, 5.1.2.6).
    Bytes revoked = entries.empty() ? Bytes() : der::sequence({entries});
    Bytes extensions = der::value(
        der::context(0, true),
        {der::sequence({authority.authority_key(),
                        encode_extension(NID_crl_number, false, der::unsigned_integer(list.number.to_octets()))})});
    auto scheme = require_scheme(*authority.key().get());
    constexpr std::uint8_t version_2 = 1;
    Bytes info = der::sequence({der::small_integer(version_2), scheme.algorithm_identifier, authority.issuer_name(),
                                der::time(list.this_update), der::time(list.next_update), revoked, extensions});
    Bytes signature = der::bit_string(sign(authority.key().get(), scheme, info));
    return der::sequence({info, scheme.algorithm_identifier, signature});
}

std::string revocation_list_to_pem(ByteView der) { return encode_pem(crl_label, der); }

ParsedRevocationList ParsedRevocationList::parse(ByteView der_or_pem) {
    CleanErrors clean;
    Bytes der = der_of(der_or_pem);
    const unsigned char* at = der.data();
    ParsedRevocationList list(Handle(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size()))));
    if (!list.list_ || at != der.data() + der.size())
        fail("this is not a list of revoked certificates (CRL), or a damaged one", Code::usage);
    require_complete(*list.list_);
    require_number(*list.list_);
    list.this_update();
    list.next_update();
    // What cannot be read of an entry is found before anything is taken over.
    list.revoked();
    return list;
}

bool ParsedRevocationList::is_signed_by(const X509Certificate& authority) const {
    CleanErrors clean;
    if (X509_NAME_cmp(X509_CRL_get_issuer(list_.get()), authority.fields().info->subject) != 0) return false;
    EVP_PKEY* key = X509_get0_pubkey(authority.get());
    bool verified = key != nullptr && X509_CRL_verify(list_.get(), key) == 1;
    if (!verified) require_memory();
    return verified;
}

std::string ParsedRevocationList::issuer() const { return to_text(*X509_CRL_get_issuer(list_.get())); }

ListNumber ParsedRevocationList::number() const { return require_number(*list_); }

Time ParsedRevocationList::this_update() const { return require_time(X509_CRL_get0_lastUpdate(list_.get())); }

std::optional<Time> ParsedRevocationList::next_update() const {
    const ASN1_TIME* time = X509_CRL_get0_nextUpdate(list_.get());
    if (time == nullptr) return std::nullopt;
    return require_time(time);
}

std::vector<RevokedCertificate> ParsedRevocationList::revoked() const {
    std::vector<RevokedCertificate> revoked;
    STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(list_.get());
    for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
        const X509_REVOKED* entry = sk_X509_REVOKED_value(entries, i);
        revoked.push_back({serial_of(*X509_REVOKED_get0_serialNumber(entry)),
                           require_time(X509_REVOKED_get0_revocationDate(entry)), reason_of(*entry)});
    }
    return revoked;
}

bool is_same_signer(const X509Certificate& one, const X509Certificate& other) {
    return X509_NAME_cmp(one.fields().info->subject, other.fields().info->subject) == 0 &&
           is_same_key(bytes_of(one.fields().info->key->encoding), bytes_of(other.fields().info->key->encoding));
}

}  // namespace rekey::crypto
