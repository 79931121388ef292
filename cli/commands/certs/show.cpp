#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/store/fleet.hpp"
#include "views/certificate_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

void certs_show(Registry& registry) {
    registry.command("certs show", "Show one certificate", [](Command& command) -> Run {
        auto which = std::make_shared<std::string>();
        command.argument("NUMBER|SLOT", *which,
                         "Number (the first four digits are enough), ISSUER:NUMBER, or UNIT/[NODE/]TYPE");
        command.example("rekey certs show pump-1/online");
        command.example("rekey certs show 8C41", "the first digits of a number are enough");
        return [which](Session& session) {
            auto& store = session.home_for_reading().store();
            auto certificate = get_certificate(store, *which);
            auto revocation = store::revocation_of(store, certificate.id);
            print_object(session, full_certificate_row(certificate, revocation, session.now()).object());
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
