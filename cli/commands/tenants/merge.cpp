#include <fmt/format.h>
#include <unistd.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "input/interrupt.hpp"
#include "output/progress_line.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "rekey/tenants/records.hpp"
#include "views/credential_rows.hpp"

namespace rekey::cli {

namespace {

struct TenantsMergeOptions {
    std::string from;
    std::string into;
    std::string keep_prior = "24h";
    bool offline = false;
    bool accept_different_organization = false;
    PatienceOption patience;
};

tenants::MergeRequest request_of(const TenantsMergeOptions& options) {
    tenants::MergeRequest request;
    request.from = options.from;
    request.into = options.into;
    request.keep_prior = parse_period(options.keep_prior, "--keep-prior").approximate();
    request.offline = options.offline;
    request.accept_different_organization = options.accept_different_organization;
    return request;
}

}  // namespace

void tenants_merge(Registry& registry) {
    registry.command(
        "tenants merge", "Move a tenant that was added by mistake into the tenant of the same organisation",
        [](Command& command) -> Run {
            auto options = std::make_shared<TenantsMergeOptions>();
            command.argument("FROM", options->from, "Tenant with the newer credential").takes(Values::tenant);
            command.argument("INTO", options->into, "Tenant that stays").takes(Values::tenant);
            command.option("--keep-prior", "P", options->keep_prior, "How long a rollback stays possible [24h]");
            command.flag("--offline", options->offline, "Make only the checks that need no network");
            command.flag("--accept-different-organization", options->accept_different_organization,
                         "Accept a credential that sees none of this tenant's devices (audited)");
            options->patience.describe(command);
            command.example("rekey tenants merge acme-2 acme");
            command.example("rekey tenants merge acme-2 acme --offline", "without the network; confirm later");
            return [options](Session& session) {
                ProviderSession provider_session(session, options->patience);
                ProgressLine line(session.shows_progress());
                auto begun = ProgressLine::Clock::now();
                auto tell = [&](std::int64_t moved, std::int64_t all) {
                    if (line.due())
                        line.draw(fmt::format("{}: {} of {} records moved{}", options->into, moved, all,
                                              pace(moved, all - moved, ProgressLine::Clock::now() - begun)));
                };
                stop_on_interrupt();
                auto merged = tenants::merge(provider_session.context(), request_of(*options), tell);
                line.clear();
                int code = tell_progress(session, merged.progress);
                if (merged.finished && !merged.progress.nothing_to_do)
                    session.note(fmt::format("{}: {} devices and {} coverage records of '{}' are here now",
                                             options->into, merged.devices, merged.coverage, options->from));
                if (!merged.finished)
                    session.note(fmt::format("  tenant '{}' is kept, inactive, until then; the same command continues",
                                             options->from));
                return code;
            };
        });
}

}  // namespace rekey::cli
