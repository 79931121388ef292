#pragma once

#include <openssl/x509v3.h>

#include <optional>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// A name as `CertificateFacts::sans` has it: `dns:`, `ip:`, `uri:`, `email:`; for the kinds that
/// are not made here `other:<oid>`, `dir:<RFC 4514>`, `rid:<oid>`, `x400:` and `ediparty:`.
std::string to_text(const GENERAL_NAME& name);

/// The 4 or 16 octets of an IP address; none when `text` is no address.
std::optional<Bytes> address_of(const std::string& text);

/// Throws Code::usage unless every entry is a valid `dns:`, `ip:`, `uri:` or `email:` name.
/// Returns them in the form, case and order that `CertificateFacts::sans` has.
std::vector<std::string> normalised_sans(const std::vector<std::string>& sans);

/// SubjectAltName (RFC 5280, 4.2.1.6) in DER, of names as `normalised_sans` gives them.
Bytes encode_sans(const std::vector<std::string>& sans);

}  // namespace rekey::crypto
