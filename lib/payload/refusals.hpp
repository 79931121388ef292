#pragma once

#include <string>
#include <string_view>

/// For whatever asks more of this machine than a payload may.
namespace rekey::payload {

/// Each throws Code::usage.
[[noreturn]] void refuse(std::string what, std::string_view remedy = "take the payload from its source again");
[[noreturn]] void refuse_depth();
[[noreturn]] void refuse_count();
[[noreturn]] void refuse_keys();
/// Of two equal keys each reader takes another.
[[noreturn]] void refuse_equal_keys();

}  // namespace rekey::payload
