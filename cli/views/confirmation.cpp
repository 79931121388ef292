#include "views/confirmation.hpp"

#include "rekey/base/base.hpp"
#include "views/credential_inputs.hpp"

namespace rekey::cli {

void Confirmation::describe(Command& command) {
    command.flag("--yes", yes_, "Do not ask: what cannot be undone is meant");
}

void Confirmation::require(const Session& session, const std::string& what, const std::string& word) const {
    if (!yes_ && !can_ask(session)) throw Error(Code::refused, what, "if that is meant, say so: --yes");
    ask(session, what, word);
}

void Confirmation::ask(const Session& session, const std::string& what, const std::string& word) const {
    if (yes_ || !can_ask(session)) return;
    if (!confirmed(session, word, "", what)) throw Error(Code::usage, "not confirmed", "nothing was changed");
}

}  // namespace rekey::cli
