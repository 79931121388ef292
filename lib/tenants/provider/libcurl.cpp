#include "tenants/provider/libcurl.hpp"

#include <fmt/format.h>

#include "base/shared_library.hpp"
#include "rekey/base/base.hpp"

namespace rekey::tenants {

namespace {

Curl load() {
    SharedLibrary library(REKEY_LIBCURL);
    Curl curl;
#define REKEY_CURL_FIND(name) library.find("curl_" #name, curl.name);
    REKEY_CURL_FUNCTIONS(REKEY_CURL_FIND)
#undef REKEY_CURL_FIND
    // Never undone: other libraries of this process may be using it.
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw Error(Code::failed, "libcurl does not start");
    return curl;
}

}  // namespace

const Curl& curl() {
    static const Curl loaded = load();
    return loaded;
}

void refuse_option(CURLoption option) {
    throw Error(Code::failed, fmt::format("libcurl does not know option {}", static_cast<int>(option)));
}

}  // namespace rekey::tenants
