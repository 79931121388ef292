#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "views/audit_rows.hpp"

namespace rekey::cli {

void audit_export(Registry& registry) {
    registry.command("audit export", "Write the whole trail as JSON Lines, hashes included",
                     [](Command& command) -> Run {
                         command.example("rekey audit export");
                         return [](Session& session) {
                             // As the rows of JSON Lines are, which wait until the store is free.
                             Listing listing(session, OutputFormat::jsonl);
                             store::each_audit(session.home_for_reading().store(), 0,
                                               [&](const store::AuditEntry& entry) { listing.row(audit_row(entry)); });
                             listing.finish();
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
