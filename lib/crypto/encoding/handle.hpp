#pragma once

#include <memory>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::crypto {

template <auto Free>
struct Release {
    template <class T>
    void operator()(T* handle) const noexcept {
        Free(handle);
    }
};

/// Owns a C handle from birth.
template <class T, auto Free>
using Handle = std::unique_ptr<T, Release<Free>>;

/// Before something is called damaged or wrong: throws std::bad_alloc where OpenSSL's error queue tells that there was
/// no memory, since nothing is known then of what was looked at.
void require_memory();

/// Throws `Error` with `what` and the reasons in OpenSSL's error queue, which is then empty. Any other `code` than
/// Code::failed blames the input: it needs memory, as above.
[[noreturn]] void fail(std::string_view what, Code code = Code::failed);

/// For calls that return 1 on success.
inline void require(int result, std::string_view what) {
    if (result != 1) fail(what);
}

}  // namespace rekey::crypto
