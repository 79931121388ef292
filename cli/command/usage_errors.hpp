#pragma once

#include "command/model.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

// What is wrong with a command line, with the line that was probably meant. All of them are Code::usage.

/// Words that neither the command nor anything above it knows. `words`: the whole line; `path`: the command
/// that was reached; `complete`: it is one that can be run, not a noun.
Error not_expected(const Registry& registry, const std::string& path, const std::vector<std::string>& words,
                   const std::vector<std::string>& extras, bool complete);
/// A line that ends before a command is named.
Error unfinished(const Registry& registry, const std::string& path);
/// A command without something that it needs: names as the parser has them.
Error incomplete(const Registry& registry, const std::string& path, const std::vector<std::string>& missing);
/// A value that an option does not take.
Error no_such_choice(const std::string& option, const std::string& given, const std::vector<std::string>& choices);
/// An option at the end of the line, or before another one.
Error lacks_value(const Registry& registry, const std::string& path, const std::string& option);
/// `name` takes whole numbers between the two.
Error no_such_number(const std::string& name, const std::string& given, std::int64_t lowest, std::int64_t highest);
/// What the parser itself has to say.
Error misread(const Registry& registry, const std::string& path, const std::string& what);

}  // namespace rekey::cli
