#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/issuers/issuers.hpp"
#include "views/issuer_rows.hpp"

namespace rekey::cli {

namespace {

struct IssuersRenewOptions {
    std::string name;
    std::string certificate;
};

}  // namespace

void issuers_renew(Registry& registry) {
    registry.command(
        "issuers renew", "Give an issuer a new certificate or chain for its key", [](Command& command) -> Run {
            auto options = std::make_shared<IssuersRenewOptions>();
            command.argument("NAME", options->name, "Issuer");
            command.option("--cert", "FILE", options->certificate,
                           "Its new certificate, then the chain up to the root; not needed for a root");
            command.example("rekey issuers renew local", "a root CA of this home: valid for 30 years from now");
            command.example("rekey issuers renew company --cert chain.pem",
                            "another CA: the chain that its signer sent");
            return [options](Session& session) {
                auto renewed =
                    issuers::renew(session.home_for_writing(), options->name, options->certificate, session.stamp());
                tell_renewed(session, renewed);
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
