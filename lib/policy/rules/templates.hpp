#pragma once

#include <string>
#include <vector>

#include "rekey/policy/policy.hpp"

namespace rekey::policy {

/// Puts the values of `slot` where `text` has {unit}, {node}, {type}, {organization}, {label.KEY} or {label.KEY?}.
/// Throws Code::usage for any other name in braces, a brace that is never closed, and a label that the unit does not
/// have; with the question mark, nothing stands for that.
std::string expand(const std::string& text, const Subject& slot);

/// The same, for alternative names. A label whose value is a list (`192.0.2.1, 192.0.2.2`) makes a name of each of its
/// values, several such labels each combination, 100 at most; {label.KEY?} of a label that the unit lacks makes none.
std::vector<std::string> expand_names(const std::string& text, const Subject& slot);

/// Throws what `expand` would for every slot alike.
void check_template(const std::string& text);

/// Whether `text` has anything to expand.
bool is_template(const std::string& text);

}  // namespace rekey::policy
