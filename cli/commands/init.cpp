#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/new_passphrase.hpp"
#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::cli {

namespace {

struct InitOptions {
    std::optional<std::string> organization;
    std::optional<std::string> key;
    bool passphrase = false;
};

/// A user who gives these options expects a home that has them. If the home has them, the same command can be given
/// again.
void require_as_asked(const InitOptions& options, Home& home) {
    std::vector<std::string> unused;
    auto& store = home.store();
    if (options.organization && store::setting(store, "organization").value_or("") != *options.organization)
        unused.emplace_back("--organization");
    auto issuers = store::issuers(store);
    bool has_key = std::any_of(issuers.begin(), issuers.end(),
                               [&](const store::Issuer& issuer) { return issuer.facts.key == options.key; });
    if (options.key && !has_key) unused.emplace_back("--key");
    if (unused.empty()) return;
    throw Error(Code::refused,
                fmt::format("{} is a home already: {} {} not used", home.path(), fmt::join(unused, " and "),
                            unused.size() == 1 ? "was" : "were"),
                "see its issuers: rekey issuers list; for another home: rekey --home DIR init");
}

}  // namespace

void init(Registry& registry) {
    registry.command("init", "Make a home, with a local CA", [](Command& command) -> Run {
        auto options = std::make_shared<InitOptions>();
        command.option("--organization", "NAME", options->organization, "Organization in the subjects of certificates");
        command.flag("--passphrase", options->passphrase,
                     "Seal its secrets under a passphrase [asked for, or in --home-passphrase-file]");
        command.option("--key", "KIND", options->key, "Kind of the CA's key, as in rekey-policy(5)");
        command.example("rekey init --organization Example", "a home with a local CA");
        command.example("rekey init --passphrase", "with its secrets under a passphrase");
        return [options](Session& session) {
            // Before anything is made, so that what cannot be leaves nothing behind.
            auto organization = options->organization.value_or("");
            auto key = options->key.value_or(issuers::default_ca_key);
            issuers::require_creatable(organization, key, session.now());
            bool made = false;
            // Asked for once, though the new home is opened with it too.
            std::optional<Secret> known;
            auto ask = [&] {
                if (!known)
                    known = options->passphrase ? new_passphrase(session, session.globals().home_passphrase_file)
                                                : session.home_passphrase();
                return Secret::copy_of(known->view());
            };
            std::error_code ignored;
            if (options->passphrase && !std::filesystem::exists(session.home_path(), ignored)) ask();
            auto home =
                Home::create(session.home_path(), organization, session.stamp(), made, ask, options->passphrase);
            if (options->passphrase && !seal_state(home).under_passphrase)
                throw Error(Code::refused, fmt::format("the home at {} is not under a passphrase", home.path()),
                            "put it under one: rekey seal change --passphrase");
            // A home whose making was interrupted lacks its issuer only.
            bool first = issuers::create_first(home, "local", session.stamp(), key).has_value();
            if (!made && !first) require_as_asked(*options, home);
            session.note(made || first ? fmt::format("made a home at {}, with issuer 'local'", home.path())
                                       : fmt::format("{} is a home already", home.path()));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
