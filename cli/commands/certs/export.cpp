#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/error.hpp"
#include "rekey/units/pem.hpp"

namespace rekey::cli {

namespace {

struct CertsExportOptions {
    std::string which;
    std::string format = "pem";
};

}  // namespace

void certs_export(Registry& registry) {
    registry.command("certs export", "Write a certificate to standard output", [](Command& command) -> Run {
        auto options = std::make_shared<CertsExportOptions>();
        command.argument("NUMBER|SLOT", options->which,
                         "Number (the first four digits are enough), ISSUER:NUMBER, or UNIT/[NODE/]TYPE");
        command.choice("--format", "F", options->format, {"pem", "der", "chain"},
                       "What is written (chain: with the issuers up to the root)");
        command.example("rekey certs export pump-1/online --format chain");
        return [options](Session& session) {
            auto& store = session.home_for_reading().store();
            auto chain = store::chain_of(store, get_certificate(store, options->which).id);
            if (chain.empty()) throw Error(Code::corrupt, "the store has no bytes of this certificate");
            if (options->format == "der") {
                write_out(std::string(text_of(chain.front())));
            } else {
                if (options->format == "pem") chain.resize(1);
                write_out(units::to_pem(chain));
            }
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
