#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::cli {

namespace {

void tell_pinned(const Session& session, std::int64_t count) {
    if (count == 0) return;
    session.note(count == 1 ? "1 slot is pinned to another issuer, and stays there"
                            : fmt::format("{} slots are pinned to another issuer, and stay there", count),
                 {}, "to let one go: rekey units set UNIT/TYPE --issuer ''");
}

}  // namespace

void issuers_default(Registry& registry) {
    registry.command("issuers default", "Make an issuer the default", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Issuer");
        command.example("rekey issuers default company");
        return [name](Session& session) {
            auto& home = session.home_for_writing();
            issuers::set_default(home, *name, session.stamp());
            session.note(
                fmt::format("issuer '{}' is the default; what others signed is due now, see: "
                            "rekey certs renew --due --dry-run",
                            *name));
            tell_pinned(session,
                        store::count_slots_pinned_elsewhere(home.store(), issuers::get(home.store(), *name).id));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
