#include <fmt/format.h>

#include "audit_rows.hpp"
#include "commands.hpp"
#include "exit_code.hpp"

namespace rekey::cli {

void audit_export(Registry& registry) {
    registry.command(
        "audit export", "Write the whole trail as JSON Lines, hashes included", [](Command& command) -> Run {
            command.example("rekey audit export");
            return [](Session& session) {
                store::each_audit(session.home_for_reading().store(), 0, [&](const store::AuditEntry& entry) {
                    write_out(audit_json(entry).dump(-1, ' ', true, Json::error_handler_t::replace) + "\n");
                });
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
