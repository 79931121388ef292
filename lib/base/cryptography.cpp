#include <openssl/crypto.h>

#include <new>

#include "rekey/base/base.hpp"

namespace rekey {

void require_cryptography() {
    if (OSSL_LIB_CTX_get0_global_default() == nullptr) throw std::bad_alloc();
}

}  // namespace rekey
