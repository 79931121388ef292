#pragma once

#include <string>

#include "rekey/policy/policy.hpp"

namespace rekey::policy {

/// Puts the values of `slot` where `text` has {unit}, {node}, {type}, {organization} or
/// {label.KEY}. Throws Code::usage for any other name in braces, a brace that is never closed, and
/// a label that the unit does not have.
std::string expand(const std::string& text, const Subject& slot);

/// Throws what `expand` would for every slot alike.
void check_template(const std::string& text);

/// Whether `text` has anything to expand.
bool is_template(const std::string& text);

}  // namespace rekey::policy
