#pragma once

#include <string>

#include "command/session.hpp"

namespace rekey::cli {

/// A new passphrase: the first line of `file` when one is named, else typed twice. Throws Code::usage, with
/// `instead` as the hint, when the two differ, when it is empty, and when nobody can be asked.
Secret new_passphrase(const Session& session, const std::string& file,
                      const std::string& prompt = "New passphrase of the home",
                      const std::string& instead =
                          "say where it is: --home-passphrase-file FILE, or --new-passphrase-file with seal change");

}  // namespace rekey::cli
