#pragma once

#include <string>

#include "rekey/base/base.hpp"

namespace rekey::cli {

/// How far `time` is from `now`, in the largest unit that says it well, rounded down: `now`, `in 9 y`, `3 h ago`.
std::string relative(Time now, Time time);

/// A date with that beside it: `2036-11-20 (in 9 y)`.
std::string date_and_relative(Time now, Time time);

}  // namespace rekey::cli
