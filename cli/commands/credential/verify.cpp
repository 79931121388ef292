#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/credential_inputs.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

namespace {

struct CredentialVerifyOptions {
    std::vector<std::string> names;
    PatienceOption patience;
};

std::vector<store::Credential> chosen(store::Reader& store, const std::vector<std::string>& names) {
    std::vector<store::Credential> credentials;
    for (const auto& name : names) credentials.push_back(tenants::get_credential(store, name));
    if (names.empty())
        store::each_credential(store, std::nullopt, [&](const store::Credential& credential) {
            if (credential.state == store::CredentialState::active) credentials.push_back(credential);
        });
    return credentials;
}

struct Verified {
    tenants::Verification verification;
    store::Credential now;
};

/// Nothing when somebody removed it meanwhile, which keeps no other one from being verified.
std::optional<Verified> verify_unless_removed(Session& session, ProviderSession& provider_session,
                                              const store::Credential& credential) {
    try {
        auto verification = tenants::verify(provider_session.context(), credential);
        if (auto now = store::find_credential(provider_session.context().store(), credential.id))
            return Verified{std::move(verification), std::move(*now)};
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
    }
    session.warn(fmt::format("{}: was removed meanwhile", printable(credential.name)));
    return std::nullopt;
}

}  // namespace

void credential_verify(Registry& registry) {
    registry.command("credential verify", "Ask providers whether credentials work", [](Command& command) -> Run {
        auto options = std::make_shared<CredentialVerifyOptions>();
        command.arguments("NAME", options->names, "Credentials; all active ones when none is named");
        options->patience.describe(command);
        command.example("rekey credential verify", "all active ones");
        command.example("rekey credential verify acme");
        command.ending(exit_refused, "A credential does not work.");
        return [options](Session& session) {
            ProviderSession provider_session(session, options->patience);
            auto& store = provider_session.context().store();
            bool refused = false;
            bool unclear = false;
            auto keys = credential_keys();
            keys.push_back("verified");
            Listing listing(
                session, "credentials", keys,
                {{"name", "CREDENTIAL"}, {"tenant", "TENANT"}, {"health", "HEALTH"}, {"failure", "FAILURE"}});
            bool removed = false;
            for (const auto& credential : chosen(store, options->names)) {
                auto verified = verify_unless_removed(session, provider_session, credential);
                if (!verified) {
                    removed = true;
                    continue;
                }
                const auto& [verification, now] = *verified;
                const auto& failure = verification.failure;
                refused = refused || (failure && tenants::is_refusal(failure->trouble));
                unclear = unclear || failure;
                auto row = credential_row(session, now);
                row["verified"] = !failure;
                // What was found now; the record cannot tell two answers of one second apart.
                if (row["health"].is_string()) row["health"] = failure ? tenants::to_string(failure->trouble) : "ok";
                if (session.format() == OutputFormat::table) row["failure"] = failure ? failure->what : "";
                listing.object(row);
            }
            listing.finish();
            return refused ? exit_refused : unclear ? exit_deferred : removed ? exit_partly : exit_done;
        };
    });
}

}  // namespace rekey::cli
