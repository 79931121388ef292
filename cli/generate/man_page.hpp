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

/// One page for the program and one a noun. Between the lines `.\" generated: NAME` and `.\" end of NAME` what
/// follows from the commands is renewed; all else is kept. A page that is not there yet is begun.
Files man_pages(const Registry& registry, const Present& present);

}  // namespace rekey::cli::generate
