#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "views/audit_rows.hpp"

namespace rekey::cli {

void audit_list(Registry& registry) {
    registry.command("audit list", "List changes, oldest first", [](Command& command) -> Run {
        auto after = std::make_shared<std::int64_t>(0);
        command.number("--after", "SEQ", *after, 0, INT64_MAX, "Only entries after this number");
        command.example("rekey audit list");
        command.example("rekey audit list --after 1000");
        return [after](Session& session) {
            Listing listing(session, "entries", audit_keys(),
                            {{"seq", "SEQ", As::number},
                             {"at", "AT"},
                             {"actor", "BY", As::text, {.leaves = 2}},
                             {"action", "ACTION"},
                             {"subject", "SUBJECT"},
                             {"detail", "DETAIL", As::text, {.shrinks = true, .leaves = 1}}});
            store::each_audit(session.home_for_reading().store(), *after,
                              [&](const store::AuditEntry& entry) { listing.row(audit_json(entry)); });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
