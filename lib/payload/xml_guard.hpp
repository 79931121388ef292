#pragma once

#include <cstddef>
#include <string_view>

/// libplist 2.2 stops at cycles, but crashes in deep nesting, copies what is shared as often as it is
/// named (a file of 1 KiB takes all memory), takes quadratic time for keys with equal hashes, and ends
/// the process for a key with a NUL. This passes only what it can read, and throws Code::usage for the rest.
namespace rekey::payload {

/// Markup that is whole, without entities and declarations of its own, within the limits. Gives the
/// number of keys: libplist keeps one of two that are equal.
std::size_t require_sane_xml(std::string_view xml);

}  // namespace rekey::payload
