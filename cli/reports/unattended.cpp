#include "reports/unattended.hpp"

#include <unistd.h>

#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"

namespace rekey::cli {

namespace {

/// `told`: what the command failed with, and says by itself.
void notify_people(Session& session, const std::string& told = {}) {
    try {
        if (!is_unattended(session) || session.config().notify.command.empty()) return;
        auto policy = session.current_policy();
        renewal::notify(session.home_for_writing(), policy, session.config().notify, session.stamp());
    } catch (const Error& e) {
        if (e.message() != told) session.warn(e.message(), {}, e.hint());
    }
}

}  // namespace

bool is_unattended(const Session& session) {
    const auto& globals = session.globals();
    if (globals.quiet || globals.no_input) return true;
    return isatty(STDIN_FILENO) == 0 && isatty(STDERR_FILENO) == 0;
}

int with_notice(Session& session, const std::function<int()>& work) {
    int code = exit_done;
    try {
        code = work();
    } catch (const Error& failure) {
        notify_people(session, failure.message());
        throw;
    }
    // Who pressed Ctrl-C is there, and waits.
    if (code != exit_interrupted) notify_people(session);
    return code;
}

}  // namespace rekey::cli
