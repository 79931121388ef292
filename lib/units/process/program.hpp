#pragma once

#include <optional>
#include <string>

namespace rekey::units {

/// The path of a program: `name` itself when it has a slash, else where `$PATH` has it. Relative
/// folders in `$PATH` are passed over.
std::optional<std::string> find_program(const std::string& name);

/// The folder of helpers that belong to this installation, wherever it was moved to.
std::string helper_folder();

/// The helper of a scheme: `rekey-unit-<scheme>` there, else in `$PATH`. Throws Code::usage naming both.
std::string find_helper(const std::string& scheme);

}  // namespace rekey::units
