#include <fmt/format.h>

#include "command/commands.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

/// The exit codes of monitoring plugins, which differ from all other commands'.
enum PluginCode { plugin_ok = 0, plugin_warning = 1, plugin_critical = 2, plugin_unknown = 3 };

struct CredentialCheckOptions {
    std::optional<std::string> max_age;
    std::string warning = "30d";
};

struct CredentialCounts {
    std::int64_t total = 0;
    std::int64_t old = 0;      ///< at their end
    std::int64_t ageing = 0;   ///< near it
    std::int64_t failing = 0;  ///< whose last request failed, or that failed the organisation's test
    std::int64_t unproven = 0;
    std::optional<store::Credential> oldest;
};

/// With `policy`'s age for the most; `soon`: how long before that a credential is ageing.
CredentialCounts count(store::Reader& store, const policy::Policy& policy, Time now, const Period& soon) {
    CredentialCounts counts;
    auto max_age = renewal::credential_age_allowed(policy);
    store::Snapshot snapshot(store);
    store::each_credential(store, std::nullopt, [&](const store::Credential& credential) {
        if (credential.state != store::CredentialState::active) return;
        ++counts.total;
        auto end = max_age.after(credential.created_at);
        if (end > now && end <= soon.after(now)) ++counts.ageing;
        if (!counts.oldest || credential.created_at < counts.oldest->created_at) counts.oldest = credential;
    });
    renewal::each_credential_finding(store, policy, now, [&](const renewal::Finding& finding) {
        switch (finding.kind) {
            case renewal::FindingKind::credential_old:
                ++counts.old;
                break;
            case renewal::FindingKind::credential_refused:
            case renewal::FindingKind::credential_failing:
                ++counts.failing;
                break;
            case renewal::FindingKind::credential_unproven:
                ++counts.unproven;
                break;
            default:
                break;
        }
    });
    return counts;
}

int check(Session& session, const CredentialCheckOptions& options) {
    auto now = session.now();
    auto policy = session.current_policy();
    if (options.max_age) policy.credential_max_age = parse_period(*options.max_age, "--max-age");
    auto soon = parse_period(options.warning, "--warning");
    auto counts = count(session.home_for_reading().store(), policy, now, soon);
    bool critical = counts.old != 0 || counts.failing != 0;
    bool warns = counts.ageing != 0 || counts.unproven != 0;
    std::string text = "no credentials";
    if (counts.oldest)
        text = fmt::format(
            "{} credential{}, {} too old, {} soon, {} failing, {} never used with success; oldest: '{}' of tenant {}, "
            "{} d",
            counts.total, counts.total == 1 ? "" : "s", counts.old, counts.ageing, counts.failing, counts.unproven,
            printable(counts.oldest->name), counts.oldest->tenant, days_between(counts.oldest->created_at, now));
    fmt::print("CREDENTIALS {} - {} | total={} old={} soon={} failing={} unproven={}\n",
               critical ? "CRITICAL"
               : warns  ? "WARNING"
                        : "OK",
               text, counts.total, counts.old, counts.ageing, counts.failing, counts.unproven);
    return critical ? plugin_critical : warns ? plugin_warning : plugin_ok;
}

}  // namespace

void credential_check(Registry& registry) {
    registry.command("credential check", "Print one line for monitoring; exit with 0 to 3, as plugins do",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<CredentialCheckOptions>();
                         command.option("--max-age", "P", options->max_age,
                                        "CRITICAL if an active credential is older than this [from policy, else 365d]");
                         command.option("--warning", "P", options->warning, "WARNING this long before that [30d]");
                         command.example("rekey credential check --max-age 180d");
                         command.ending(plugin_ok, "OK.");
                         command.ending(plugin_warning,
                                        "WARNING: one will soon be too old, or was never used with success.");
                         command.ending(plugin_critical, "CRITICAL: one is too old, or failed when it was last used.");
                         command.ending(plugin_unknown, "UNKNOWN: it could not be determined.");
                         return [options](Session& session) -> int {
                             try {
                                 return check(session, *options);
                             } catch (const Error& e) {
                                 fmt::print("CREDENTIALS UNKNOWN - {}{}{}\n", printable(e.message()),
                                            e.hint().empty() ? "" : "; ", printable(e.hint()));
                                 return plugin_unknown;
                             }
                         };
                     });
}

}  // namespace rekey::cli
