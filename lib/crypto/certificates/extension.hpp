#pragma once

#include <openssl/x509v3.h>

#include <optional>
#include <string>
#include <vector>

#include "crypto/encoding/asn1.hpp"
#include "rekey/base/base.hpp"

/// The extensions of RFC 5280, 4.2.1: written for certificates made here, read from any.
namespace rekey::crypto {

/// Extension with the value in `content`.
Bytes encode_extension(int nid, bool critical, ByteView content);
/// Extended usages, as names of OpenSSL (`serverAuth`) or dotted OIDs, in the form and order that
/// `CertificateFacts::usages` has. Throws Code::usage for others.
std::vector<std::string> normalised_usages(const std::vector<std::string>& usages);
/// ExtKeyUsageSyntax, of usages as `normalised_usages` gives them.
Bytes encode_usages(const std::vector<std::string>& usages);
/// AuthorityKeyIdentifier with the key identifier only.
Bytes encode_authority_key(ByteView identifier);

/// What `CertificateFacts` has of these; a damaged extension counts as absent.
std::vector<std::string> sans_of(const CertificateInfo& info);
std::vector<std::string> usages_of(const CertificateInfo& info);
bool is_ca(const CertificateInfo& info);
/// Nothing where the extension is absent or damaged.
std::optional<Bytes> subject_key_of(const CertificateInfo& info);

/// The first extension with this number; null when there is none.
const X509_EXTENSION* find_extension(const CertificateInfo& info, int nid);

}  // namespace rekey::crypto
