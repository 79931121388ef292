#pragma once

#include <string>

#include "rekey/store/store.hpp"
#include "views/value.hpp"

namespace rekey::cli {

/// `this home was retired on <time> by <actor>, and went to <file> (<comment>)`.
std::string retirement_in_words(const store::Retirement& retired);
/// An object with `at`, `actor`, `file`, `backup`, `comment`.
Json retirement_json(const store::Retirement& retired);

}  // namespace rekey::cli
