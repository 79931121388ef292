#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "command/session.hpp"
#include "questions/confirmation.hpp"

namespace rekey::cli {

/// A policy document that somebody wants to have in force.
struct PolicyToLoad {
    std::string name;  ///< of the text, for messages: a file
    std::string document;
    std::string comment;
    /// The revision that the text was made from, which must still be in force; none: the text is based on no revision.
    std::optional<std::int64_t> made_from = {};
    Confirmation confirmation = {};  ///< of what changes for slots
    bool dry_run = false;            ///< only its effect is wanted
};

/// Shows what the document would do to the fleet, asks where somebody can be asked, and puts it in force. Throws
/// Code::usage for a document that cannot be and for another answer, and Code::refused when slots become due, nobody
/// can be asked and nobody said yes.
/// Returns the exit code.
int load_and_tell(Session& session, const PolicyToLoad& wanted);

}  // namespace rekey::cli
