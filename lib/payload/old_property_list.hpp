#pragma once

#include <string_view>

#include "payload/value.hpp"

namespace rekey::payload {

/// The property lists of old (OpenStep), as `defaults read` and `profiles show` print them: `{ key = value; }`,
/// `( a, b )`, `<0A0B>`, `"text"`, text. Numbers are text there; those of an entry (`is_number` in fields.hpp) become
/// numbers. Throws Code::usage for what is none, is beyond the
/// limits, has a key twice in one dictionary, or has data of which only the ends are printed.
PayloadValue read_old_property_list(std::string_view text);

}  // namespace rekey::payload
