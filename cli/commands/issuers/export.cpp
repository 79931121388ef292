#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"

namespace rekey::cli {

namespace {

struct IssuersExportOptions {
    std::vector<std::string> names;
    bool all = false;
};

int export_pem(Session& session, const IssuersExportOptions& options) {
    if (options.all == !options.names.empty() || options.names.size() > 1)
        throw Error(Code::usage, "name one issuer, or say --all", "rekey issuers export NAME");
    auto& store = session.home_for_reading().store();
    write_out(options.all ? issuers::trust_pem(store, session.now())
                          : issuers::to_pem(issuers::get(store, options.names.front())));
    return exit_done;
}

}  // namespace

void issuers_export(Registry& registry) {
    registry.command("issuers export", "Write an issuer's certificate and chain, PEM, to standard output",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<IssuersExportOptions>();
                         command.arguments("NAME", options->names, "Issuer");
                         command.flag(
                             "--all", options->all,
                             "The roots of all issuers with certificates in use, as units have them in trust.pem");
                         command.example("rekey issuers export local", "for software that is to trust it");
                         command.example("rekey issuers export --all", "for software that is to trust the whole fleet");
                         return [options](Session& session) { return export_pem(session, *options); };
                     });
}

}  // namespace rekey::cli
