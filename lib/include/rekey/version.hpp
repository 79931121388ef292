#pragma once

namespace rekey {

/// Of the library and of the program; `project(VERSION)` in CMakeLists.txt says the same.
inline constexpr const char* version = "0.1.0";

}  // namespace rekey
