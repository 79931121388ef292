#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/base/export.hpp"
#include "rekey/base/time.hpp"

namespace rekey::policy {

/// `config.toml`: what belongs to this machine, and changes no certificate. What certificates must be like is policy,
/// which is kept in the home (rekey/policy/document.hpp).
struct REKEY_EXPORT Config {
    int jobs = 0;                                                           ///< 0: as many as suit waiting for units
    Seconds answer_deadline{30};                                            ///< for each answer of a unit's helper
    Period unit_deadline{.months = 0, .seconds = std::chrono::minutes{5}};  ///< how long a unit may be silent
    std::string crl_folder;  ///< where lists of what was revoked are kept; empty: nowhere
    std::string ca_file;     ///< authorities that providers' certificates may have beside the system's; empty: none

    // Of `rekey agent` on this machine.
    std::vector<std::string> agent_roots;    ///< absolute; folders below them are served. Empty: all
    std::vector<std::string> agent_reloads;  ///< the reload commands that an agent with roots runs

    /// Throws Code::usage with file, line and column for what is not TOML, is not known, or has
    /// the wrong type or an impossible value, and for policy, with the command that moves it into the home.
    static Config parse(const std::string& text, const std::string& file_name);
    /// An empty configuration when `path` is not there and `required` is false.
    static Config load(const std::string& path, bool required);
};

}  // namespace rekey::policy
