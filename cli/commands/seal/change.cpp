#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/new_passphrase.hpp"
#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/tenants/credentials.hpp"

namespace rekey::cli {

namespace {

struct SealChangeOptions {
    bool passphrase = false;
    std::string new_passphrase_file;
};

}  // namespace

void seal_change(Registry& registry) {
    registry.command("seal change", "Seal all secrets of the home with a new key", [](Command& command) -> Run {
        auto options = std::make_shared<SealChangeOptions>();
        command.flag("--passphrase", options->passphrase, "Use a new passphrase [a random key in seal.key]");
        command.option("--new-passphrase-file", "F", options->new_passphrase_file,
                       "With --passphrase: file whose first line is the new one [asked for]");
        command.example("rekey seal change", "a new random key");
        command.example("rekey seal change --passphrase");
        return [options](Session& session) {
            if (!options->passphrase && !options->new_passphrase_file.empty())
                throw Error(Code::usage, "--new-passphrase-file goes with --passphrase", "add --passphrase");
            auto& home = session.home_for_writing();
            // The present one is proven first, so that nobody chooses a new one for nothing.
            home.seal_key();
            std::optional<Secret> passphrase;
            if (options->passphrase) passphrase = new_passphrase(session, options->new_passphrase_file);
            bool gone =
                change_seal(home, passphrase, session.stamp(), [](auto& transaction, const auto& from, const auto& to) {
                    issuers::reseal(transaction, from, to);
                    tenants::reseal(transaction, from, to);
                });
            auto state = seal_state(home);
            session.note(fmt::format("sealed {} with key {}, {}", counted(state.values, "secret"), state.key_id,
                                     state.under_passphrase ? "under the passphrase" : "in seal.key"));
            if (!gone)
                session.warn(
                    "what the old key sealed is still in the log, as somebody reads the store; "
                    "the next command that writes removes it");
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
