#pragma once

#include <memory>
#include <string_view>

#include "rekey/base/error.hpp"

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

/// Throws `Error` with `what` and the reasons in OpenSSL's error queue, which is then empty.
[[noreturn]] void fail(std::string_view what, Code code = Code::failed);

/// For calls that return 1 on success.
inline void require(int result, std::string_view what) {
    if (result != 1) fail(what);
}

}  // namespace rekey::crypto
