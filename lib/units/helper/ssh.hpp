#pragma once

#include <chrono>
#include <string>

#include "units/helper/helper_process.hpp"

/// Units behind ssh: `ssh://[user@]host[:port]/path` runs `rekey agent --stdio` there.
namespace rekey::units::ssh {

struct Address {
    std::string user;  ///< may be empty: as ssh has it
    std::string host;  ///< a name, one of the user's ssh configuration too, or an address without brackets
    std::string port;  ///< may be empty
    std::string path;  ///< absolute
};

/// What follows `ssh:`. Throws Code::usage.
Address parse(const std::string& rest);
/// The whole, with its scheme.
std::string to_string(const Address& address);

/// The user's ssh (`$REKEY_SSH`, a program), never through a shell of this machine, and with a constant
/// command for that of the other. Throws Code::usage when there is no such program.
Launch launch(const Address& address, std::chrono::milliseconds deadline);

/// What the end of ssh means, from its wait status and its words. All that keeps us from the unit, and may be
/// mended, is Code::unreachable; a host that shows another key than the known one is Code::refused.
Error explain(const std::string& who, int status, const std::string& words);

}  // namespace rekey::units::ssh
