#include "crypto/revocation_list.hpp"

#include <fmt/format.h>
#include <openssl/objects.h>

#include "crypto/algorithm.hpp"
#include "crypto/der.hpp"
#include "crypto/errors.hpp"
#include "crypto/extension.hpp"
#include "crypto/name.hpp"
#include "crypto/pem.hpp"
#include "crypto/public_key.hpp"

namespace rekey::crypto {

namespace {

constexpr std::uint8_t enumerated_tag = 0x0A;
constexpr int unspecified = 0;

Bytes encode_big_endian(std::uint64_t number) {
    Bytes magnitude;
    for (int shift = 56; shift >= 0; shift -= 8) magnitude.push_back(static_cast<std::uint8_t>(number >> shift));
    return der::unsigned_integer(magnitude);
}

/// One of revokedCertificates. The reason "unspecified" is left out (RFC 5280, 5.3.1).
Bytes encode_entry(const RevokedCertificate& revoked) {
    auto number = from_hex(revoked.number);
    if (!number) throw Error(Code::corrupt, fmt::format("'{}' is no certificate number", revoked.number));
    Bytes extensions;
    if (revoked.reason != unspecified) {
        const std::uint8_t reason[] = {enumerated_tag, 1, static_cast<std::uint8_t>(revoked.reason)};
        extensions = der::sequence({encode_extension(NID_crl_reason, false, reason)});
    }
    return der::sequence({der::unsigned_integer(*number), der::time(revoked.at), extensions});
}

void require_may_sign_lists(const Certificate& authority) {
    constexpr std::uint32_t any = UINT32_MAX;  // no keyUsage extension: nothing is forbidden
    auto usage = X509_get_key_usage(authority.get());
    if (usage != any && (usage & KU_CRL_SIGN) == 0)
        throw Error(Code::refused, "the CA may not sign lists of revoked certificates (keyUsage lacks cRLSign)",
                    "use a CA whose keyUsage has cRLSign");
}

}  // namespace

Bytes sign_revocation_list(const Authority& authority, const RevocationListTemplate& list) {
    CleanErrors clean;
    require_may_sign_lists(authority.certificate());
    Bytes entries;
    for (const auto& revoked : list.revoked) {
        Bytes entry = encode_entry(revoked);
        entries.insert(entries.end(), entry.begin(), entry.end());
    }
    // An empty list is left out altogether (RFC 5280, 5.1.2.6).
    Bytes revoked = entries.empty() ? Bytes() : der::sequence({entries});
    Bytes extensions =
        der::value(der::context(0, true),
                   {der::sequence({authority.authority_key(),
                                   encode_extension(NID_crl_number, false, encode_big_endian(list.number))})});
    auto scheme = require_scheme(*authority.key().get());
    constexpr std::uint8_t version_2 = 1;
    Bytes info = der::sequence({der::small_integer(version_2), scheme.algorithm_identifier, authority.issuer_name(),
                                der::time(list.this_update), der::time(list.next_update), revoked, extensions});
    Bytes signature = der::bit_string(sign(authority.key().get(), scheme, info));
    return der::sequence({info, scheme.algorithm_identifier, signature});
}

std::string revocation_list_to_pem(ByteView der) { return encode_pem("X509 CRL", der); }

}  // namespace rekey::crypto
