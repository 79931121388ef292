#pragma once

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

}  // namespace rekey::crypto
