#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/certificates/certificate.hpp"
#include "crypto/encoding/asn1.hpp"
#include "rekey/base/base.hpp"

/// Key usage, certificate policies, and the addresses of CRLs, OCSP and issuers: read from any certificate, written for
/// those made here.
namespace rekey::crypto {

/// A damaged extension counts as absent, and so do parts that `CertificateDetails` has no place for.
CertificateDetails details_of(const CertificateInfo& info);

/// The extensions, each nothing where it would be empty. `details` is normalised.
Bytes encode_key_usage(const CertificateDetails& details);
/// Policies and addresses, one after the other.
Bytes encode_policies_and_addresses(const CertificateDetails& details);

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

/// What `certificate` has that no certificate signed here gets, beside its names: other extensions, what a CA's
/// certificate has, extended usages that are critical, qualifiers and addresses of other kinds. One phrase each.
std::vector<std::string> not_made_here(const X509Certificate& certificate);

}  // namespace rekey::crypto
