#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/issuers/issuers.hpp"
#include "views/issuer_rows.hpp"

namespace rekey::cli {

void issuers_show(Registry& registry) {
    registry.command("issuers show", "Show one issuer", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Issuer");
        command.example("rekey issuers show local");
        return [name](Session& session) {
            auto& store = session.home_for_reading().store();
            print_object(session, issuer_json(store, issuers::get(store, *name), session.now()));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
