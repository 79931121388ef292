#include "base/libssl.hpp"

#include "base/shared_library.hpp"

namespace rekey {

namespace {

SslLibrary load_libssl() {
    SharedLibrary library(REKEY_LIBSSL);
    SslLibrary functions;
#define REKEY_SSL_FIND(name) library.find(#name, functions.name);
    REKEY_SSL_FUNCTIONS(REKEY_SSL_FIND)
#undef REKEY_SSL_FIND
    return functions;
}

}  // namespace

const SslLibrary& libssl() {
    static const SslLibrary loaded = load_libssl();
    return loaded;
}

}  // namespace rekey
