#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/issuers/issuers.hpp"
#include "views/issuer_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

void issuers_show(Registry& registry) {
    registry.command("issuers show", "Show one issuer", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Issuer");
        command.example("rekey issuers show local");
        return [name](Session& session) {
            auto& store = session.home_for_reading().store();
            auto issuer = issuers::get(store, *name);
            bool is_default = store::setting(store, "default_issuer") == issuer.name;
            print_object(session, issuer_row(issuer, is_default, session.now()).object());
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
