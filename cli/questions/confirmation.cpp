#include "questions/confirmation.hpp"

#include <fmt/format.h>

#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

constexpr const char* say_yes = "to confirm it, add --yes";

}  // namespace

void Confirmation::describe(Command& command) { command.flag("--yes", yes_, "Do not ask for confirmation"); }

void Confirmation::accept_confirm(Command& command) { command.hidden_option("--confirm", confirm_); }

void Confirmation::require(const Session& session, const std::string& what, const std::string& word) const {
    if (!is_given() && !can_ask(session)) throw Error(Code::refused, what, say_yes);
    ask(session, what, word);
}

void Confirmation::ask(const Session& session, const std::string& what, const std::string& word) const {
    if (yes_) return;
    if (confirm_ && *confirm_ != word)
        throw Error(Code::usage, fmt::format("--confirm '{}' is not '{}'", printable(*confirm_), printable(word)),
                    say_yes);
    if (confirm_ || !can_ask(session)) return;
    session.warn(what);
    if (ask_line(fmt::format("To confirm, type '{}'", printable(word)), "", say_yes) != word)
        throw Error(Code::usage, "not confirmed", "nothing was changed");
}

}  // namespace rekey::cli
