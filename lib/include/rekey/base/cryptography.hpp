#pragma once

#include "rekey/base/export.hpp"

namespace rekey {

/// Once, before anything is hashed, signed or encrypted: throws std::bad_alloc when OpenSSL has no memory for what all
/// its calls share. OpenSSL 3.0 would not say so, and crash at the first of them.
REKEY_EXPORT void require_cryptography();

}  // namespace rekey
