#include "crypto/handle.hpp"

#include <openssl/err.h>

#include "crypto/errors.hpp"

namespace rekey::crypto {

namespace {

/// Only OpenSSL's fixed words for a reason: the data that it attaches may come from the input.
std::string reason_of(unsigned long error) {
    const char* reason = ERR_reason_error_string(error);
    return reason != nullptr ? reason : "error " + std::to_string(ERR_GET_REASON(error));
}

}  // namespace

void fail(std::string_view what, Code code) {
    std::string message(what);
    std::string last;
    std::string_view separator = ": ";
    while (unsigned long error = ERR_get_error()) {
        std::string reason = reason_of(error);
        if (reason == last) continue;
        message.append(separator).append(reason);
        separator = "; ";
        last = std::move(reason);
    }
    throw Error(code, std::move(message));
}

CleanErrors::CleanErrors() { ERR_clear_error(); }

CleanErrors::~CleanErrors() { ERR_clear_error(); }

}  // namespace rekey::crypto
