#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/renewal/overview.hpp"

namespace rekey::cli {

namespace {

struct IssuersSetOptions {
    std::string name;
    std::string new_name;
};

}  // namespace

void issuers_set(Registry& registry) {
    registry.command("issuers set", "Give an issuer another name", [](Command& command) -> Run {
        auto options = std::make_shared<IssuersSetOptions>();
        command.argument("NAME", options->name, "Issuer");
        command.required_option("--name", "NEW", options->new_name, "Its new name");
        command.example("rekey issuers set local --name plant-2026");
        return [options](Session& session) {
            auto& home = session.home_for_writing();
            issuers::rename(home, options->name, options->new_name, session.stamp());
            auto table = policy::table_with_issuer(renewal::current_policy(home.store()), options->name);
            session.note(fmt::format("issuer '{}' is called '{}' now", options->name, options->new_name));
            if (!table.empty())
                session.warn(fmt::format("policy names it '{}' in {}", options->name, table), {},
                             "change it there (rekey policy edit): until then, nothing is signed for these slots");
            if (!session.config().crl_folder.empty())
                session.note(
                    fmt::format("its lists are {0}/{1}.crl and {1}.crl.pem from the next run on; those under "
                                "the old name stay as they are",
                                printable(session.config().crl_folder), options->new_name));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
