#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "rekey/base/export.hpp"

namespace rekey {

/// What kind of failure it is; the command line maps each to one exit code.
enum class Code {
    usage,        ///< an option, argument or configuration is wrong
    not_found,    ///< what was named does not exist
    refused,      ///< a guard or a policy says no; nothing was changed
    unreachable,  ///< a unit or server did not answer; asking later may help
    busy,         ///< somebody else is at work on it right now
    corrupt,      ///< stored data contradicts itself
    failed,       ///< anything else; what was in use still is
    interrupted,  ///< the user asked to stop
};

/// The one exception of librekey. `message` names the object and what is wrong
/// with it, `hint` (may be empty) the remedy. Neither ever holds a secret.
class REKEY_EXPORT Error : public std::exception {
public:
    Error(Code code, std::string message, std::string hint = {});

    const char* what() const noexcept override { return message_.c_str(); }
    Code code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& hint() const noexcept { return hint_; }

    /// Puts `where: ` before the message; for use in `catch (Error& e)` on the way up.
    Error& in(std::string_view where);

private:
    Code code_;
    std::string message_;
    std::string hint_;
};

}  // namespace rekey
