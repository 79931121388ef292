#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/issuers/issuers.hpp"

namespace rekey::cli {

void issuers_export(Registry& registry) {
    registry.command("issuers export", "Write an issuer's certificate and chain, PEM, to standard output",
                     [](Command& command) -> Run {
                         auto name = std::make_shared<std::string>();
                         command.argument("NAME", *name, "Issuer");
                         command.example("rekey issuers export local", "for those who are to trust it");
                         return [name](Session& session) {
                             write_out(issuers::to_pem(issuers::get(session.home_for_reading().store(), *name)));
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
