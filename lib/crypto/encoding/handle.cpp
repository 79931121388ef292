#include "crypto/encoding/handle.hpp"

#include <openssl/err.h>

#include <new>

#include "crypto/encoding/errors.hpp"

namespace rekey::crypto {

namespace {

/// Only OpenSSL's fixed words for a reason: the data that it attaches may come from the input.
std::string reason_of(unsigned long error) {
    const char* reason = ERR_reason_error_string(error);
    return reason != nullptr ? reason : "error " + std::to_string(ERR_GET_REASON(error));
}

/// OpenSSL goes through all places of the queue, and frees what each might hold, also where there is nothing in it.
void clear_errors() {
    if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

void require_memory() {
    // The first reason is the deepest; what could not be made for lack of memory is the last where that was ignored.
    for (auto error : {ERR_peek_error(), ERR_peek_last_error()})
        if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE) throw std::bad_alloc();
}

void fail(std::string_view what, Code code) {
    if (code != Code::failed) require_memory();
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

CleanErrors::CleanErrors() { clear_errors(); }

CleanErrors::~CleanErrors() { clear_errors(); }

}  // namespace rekey::crypto
