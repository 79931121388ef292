#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rekey/report/report.hpp"
#include "report/markup.hpp"

namespace rekey::report {

namespace {

using renewal::FindingGroup;
using renewal::FindingKind;
using renewal::Urgency;

/// One line for all findings of a kind; for a kind without words for one and for many, the first finding says it, and
/// for one without a command, its remedy has it.
struct KindLine {
    FindingKind kind;
    const char* command = nullptr;
    const char* one = nullptr;
    const char* many = nullptr;
};

constexpr std::array tellings{
    KindLine{FindingKind::clock, "rekey doctor"},
    KindLine{FindingKind::expired, "rekey certs list --due 7d", "1 certificate in use has expired",
             "certificates in use have expired"},
    KindLine{FindingKind::ends_soon, "rekey certs list --due 7d", "1 certificate ends within 7 days",
             "certificates end within 7 days"},
    KindLine{FindingKind::not_valid_yet, "rekey doctor"},
    KindLine{FindingKind::issuer_ends, "rekey issuers list"},
    KindLine{FindingKind::list_ends, "rekey certs renew --due"},
    KindLine{FindingKind::shared_folder, "rekey doctor"},
    KindLine{FindingKind::not_seen, "rekey doctor"},
    KindLine{FindingKind::away, "rekey units list"},
    KindLine{FindingKind::credential_refused, "rekey doctor"},
    KindLine{FindingKind::revoked_in_use, "rekey policy check", "1 revoked certificate is still in use",
             "revoked certificates are still in use"},
    KindLine{FindingKind::drift, "rekey doctor"},
    KindLine{FindingKind::emptied, "rekey doctor"},
    KindLine{FindingKind::credential_failing, "rekey credential verify", "1 active credential failed when last used",
             "active credentials failed when last used"},
    KindLine{FindingKind::impossible, "rekey policy check"},
    KindLine{FindingKind::violation, "rekey policy check", "1 slot violates policy", "slots violate policy"},
    KindLine{FindingKind::no_names, "rekey policy check"},
    KindLine{FindingKind::due, "rekey certs renew --due --dry-run", "1 certificate is due by policy",
             "certificates are due by policy"},
    KindLine{FindingKind::empty_slot, "rekey certs list", "1 slot has no certificate yet",
             "slots have no certificate yet"},
    KindLine{FindingKind::interrupted_run, "rekey runs list", "1 run was interrupted", "runs were interrupted"},
    KindLine{FindingKind::failed_run},
    KindLine{FindingKind::credential_unproven, "rekey credential verify",
             "1 active credential was never used with success", "active credentials were never used with success"},
    KindLine{FindingKind::credential_old, "rekey credential check", "1 active credential is older than allowed",
             "active credentials are older than allowed"},
    KindLine{FindingKind::rotation_unfinished, "rekey credential confirm --due",
             "1 rotation is not confirmed, or keeps a prior key", "rotations are not confirmed, or keep a prior key"},
    KindLine{FindingKind::backup, "rekey backup --out FILE"},
    KindLine{FindingKind::found_place, "rekey units list"},
};
static_assert(tellings.size() == renewal::finding_kinds);

std::string in_words(const KindLine& telling, const FindingGroup& group) {
    if (telling.one != nullptr)
        return group.total == 1 ? std::string(telling.one) : fmt::format("{} {}", grouped(group.total), telling.many);
    auto more = group.total == 1 ? "" : fmt::format(" (and {} more)", grouped(group.total - 1));
    return renewal::in_words(group.examples.front()) + more;
}

/// A remedy is `what it does: the command`.
std::string command_of(const KindLine& telling, const FindingGroup& group) {
    if (telling.command != nullptr) return telling.command;
    const auto& remedy = group.examples.front().remedy;
    auto colon = remedy.find(": ");
    return colon == std::string::npos ? remedy : remedy.substr(colon + 2);
}

}  // namespace

std::vector<ReportedConcern> concerns(const Report& report) {
    std::vector<ReportedConcern> found;
    if (!report.audit.problems.empty())
        found.push_back(
            {true, fmt::format("the audit chain is broken: {}", report.audit.problems.front()), "rekey audit verify"});
    auto groups = report.counts.groups();
    for (const auto& telling : tellings) {
        auto group = std::ranges::find(groups, telling.kind, &FindingGroup::kind);
        if (group == groups.end() || group->urgency == Urgency::note) continue;
        found.push_back({group->urgency == Urgency::critical, in_words(telling, *group), command_of(telling, *group)});
    }
    std::ranges::stable_partition(found, [](const ReportedConcern& each) { return each.urgent; });
    return found;
}

}  // namespace rekey::report
