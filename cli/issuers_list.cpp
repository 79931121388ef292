#include "commands.hpp"
#include "exit_code.hpp"
#include "issuer_rows.hpp"

namespace rekey::cli {

void issuers_list(Registry& registry) {
    registry.command("issuers list", "List what can sign", [](Command& command) -> Run {
        command.example("rekey issuers list");
        return [](Session& session) {
            auto& store = session.home_for_reading().store();
            Listing listing(session, "issuers", issuer_keys,
                            {{"name", "ISSUER"},
                             {"default", "DEFAULT"},
                             {"kind", "KIND"},
                             {"key", "KEY"},
                             {"expires_at", "EXPIRES"},
                             {"days_left", "DAYS", true},
                             {"subject", "SUBJECT"}});
            for (const auto& issuer : store::issuers(store)) listing.row(issuer_json(store, issuer, session.now()));
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
