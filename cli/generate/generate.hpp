#pragma once

#include <functional>
#include <map>
#include <string>

#include "command/model.hpp"

namespace rekey::cli::generate {

/// Files below the sources by their path: `man/rekey-certs.1`, with their content.
using Files = std::map<std::string, std::string>;
/// What a file has now; empty when it is not there.
using Present = std::function<std::string(const std::string& path)>;

/// `completions/rekey.bash`, `completions/_rekey` and `completions/rekey.fish`.
std::string bash(const Registry& registry);
std::string zsh(const Registry& registry);
std::string fish(const Registry& registry);

/// One page for the program and one a noun. Between the lines `.\" generated: NAME` and `.\" end of NAME` what
/// follows from the commands is renewed; all else is kept. A page that is not there yet is begun.
Files man_pages(const Registry& registry, const Present& present);

/// For completions: `units`, … as `rekey complete` takes them; `file`, `folder`, `text`, or `choice`.
std::string kind_of(const Parameter& parameter);
/// `text` in single quotes for a shell, with `quote` in place of each of them.
std::string in_quotes(const std::string& text, const std::string& quote);

}  // namespace rekey::cli::generate
