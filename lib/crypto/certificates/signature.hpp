#pragma once

#include "crypto/certificates/certificate.hpp"

namespace rekey::crypto {

/// Whether `issuer` signed `certificate`: it bears the issuer's name, and its signature verifies with the issuer's
/// key. Dates, constraints and key identifiers do not count. False for what is signed by an algorithm that OpenSSL
/// does not know. Never throws for what a certificate says.
bool is_signed_by(const X509Certificate& certificate, const X509Certificate& issuer);

}  // namespace rekey::crypto
