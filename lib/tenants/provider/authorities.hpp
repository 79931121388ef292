#pragma once

#include <curl/curl.h>

#include <string>

#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

/// Whose certificates a request trusts, and what its handshake saw.
struct Authorities {
    std::string ca_file;         ///< of `Trust`
    std::string refused_issuer;  ///< out: who issued the certificate that is not trusted; empty: it was not that
};

/// The next request trusts the authorities that the environment names as curl and OpenSSL have it, else the system's,
/// and those of `ca_file`. `authorities` outlives the request. Throws Code::usage for a `ca_file` that cannot be read.
void trust_authorities(CURL* easy, Authorities& authorities);

}  // namespace rekey::tenants
