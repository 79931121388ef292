#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/history_options.hpp"
#include "views/audit_rows.hpp"

namespace rekey::cli {

void audit_list(Registry& registry) {
    registry.command("audit list", "List changes, oldest first", [](Command& command) -> Run {
        auto after = std::make_shared<std::int64_t>(0);
        auto history = std::make_shared<HistoryOptions>();
        command.number("--after", "SEQ", *after, 0, INT64_MAX, "Only entries after this number");
        add_history_filter(command, *history, ReasonWords::any);
        command.example("rekey audit list");
        command.example("rekey audit list --after 1000");
        command.example("rekey audit list --since 7d --by alice --unit pump-1");
        return [after, history](Session& session) {
            auto& store = session.home_for_reading().store();
            auto filter = get_history_filter(store, *history, session.now(), UnitNames::of_then);
            Listing listing(session, "entries", audit_keys(),
                            {{"seq", "SEQ", As::number},
                             {"at", "AT"},
                             {"actor", "BY", As::text, {.leaves = 2}},
                             {"action", "ACTION"},
                             {"subject", "SUBJECT"},
                             {"detail", "DETAIL", As::text, {.shrinks = true, .leaves = 1}}});
            store::each_audit(store, filter, *after,
                              [&](const store::AuditEntry& entry) { listing.row(audit_row(entry)); });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
