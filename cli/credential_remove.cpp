#include <fmt/format.h>

#include "commands.hpp"
#include "credential_inputs.hpp"
#include "credential_rows.hpp"
#include "exit_code.hpp"

namespace rekey::cli {

void credential_remove(Registry& registry) {
    registry.command(
        "credential remove", "Destroy the key of a credential that is not in use", [](Command& command) -> Run {
            auto name = std::make_shared<std::string>();
            command.argument("NAME", *name, "Credential");
            return [name](Session& session) {
                Office office(session, {});
                bool gone = tenants::remove(office.context(), *name);
                session.note(
                    fmt::format("'{}': its key is destroyed; its record is kept as history", printable(*name)));
                tell_log(session, !gone);
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
