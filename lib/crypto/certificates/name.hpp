#pragma once

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// A distinguished name as its attributes in order: {"CN", "unit-1"}, {"O", "Example"}.
/// Keys are the short names of RFC 4514 section 3 and `serialNumber`.
using Attributes = std::vector<std::pair<std::string, std::string>>;

/// An attribute as it is written in names made here, whatever its case. Throws Code::usage for one that is not known.
std::string attribute_key(std::string_view key);

/// The text that `CertificateFacts::subject` has for a name made of `subject`. The last
/// attribute given is written first, as RFC 4514 has it.
std::string to_text(const Attributes& subject);

/// Name (RFC 5280, 4.1.2.4) in DER, one attribute an RDN. Throws Code::usage for an attribute that
/// is not known, empty, too long (RFC 5280, appendix A) or has characters that its type cannot hold.
Bytes encode_name(const Attributes& subject);

/// RFC 4514 text; characters that could act on a terminal are `\XX` for each byte.
std::string to_text(const X509_NAME& name);

/// `text` with everything escaped as `\XX` for each byte that a terminal may act on, that shows other text in another
/// order, or that is no UTF-8; as RFC 4514 has it.
std::string escape_controls(std::string_view text);

/// The short name of OpenSSL, or the dotted number where it has none.
std::string to_text(const ASN1_OBJECT& object);
/// Always the dotted number.
std::string dotted(const ASN1_OBJECT& object);

}  // namespace rekey::crypto
