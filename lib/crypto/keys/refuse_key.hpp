#pragma once

#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::crypto {

[[noreturn]] inline void refuse_key(std::string_view what, std::string_view remedy) {
    throw Error(Code::usage, std::string(what), std::string(remedy));
}

}  // namespace rekey::crypto
