#include "renewal/findings/unit_findings.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "renewal/findings/notable.hpp"
#include "renewal/judgement/assess.hpp"
#include "store/certificates/found_certificates.hpp"
#include "units/driver/address.hpp"
#include "units/registry/shared_folders.hpp"

namespace rekey::renewal {

namespace {

/// What is asked by nobody is not known to be there: no renewal, check or doctor reached it.
constexpr std::chrono::days long_unseen{90};

Finding away(const UnitSummary& summary, Time now) {
    const auto& unit = summary.unit;
    const auto& back_by = summary.must_reconnect_by;
    Finding finding{FindingKind::away,
                    Urgency::note,
                    fmt::format("unit {}", unit.name),
                    fmt::format("has not answered since {}", to_rfc3339(unit.offline_since.value_or(now))),
                    fmt::format("bring it back, or remove it: rekey units remove {}", unit.name),
                    back_by ? to_rfc3339(*back_by) : ""};
    if (!back_by) return finding;
    finding.what += *back_by <= now ? ", and had to be back by " : ", and must be back by ";
    finding.what += to_rfc3339(*back_by);
    // While nothing there is due, it may be away.
    if (summary.at_risk != 0) finding.urgency = *back_by <= now + little_time ? Urgency::critical : Urgency::warning;
    return finding;
}

std::optional<Finding> not_seen(const store::Unit& unit, Time now) {
    auto seen = unit.seen_at.value_or(unit.added_at);
    // A folder of this machine is seen whenever something looks.
    if (units::is_local(unit.address) || seen + long_unseen > now) return std::nullopt;
    return Finding{FindingKind::not_seen,
                   Urgency::warning,
                   fmt::format("unit {}", unit.name),
                   fmt::format("was last asked on {}", to_rfc3339(seen)),
                   fmt::format("ask it: rekey units check {}", unit.name),
                   {}};
}

void find_shared_folders(store::Reader& store, const VisitFinding& visit) {
    for (const auto& shared : units::shared_folders(store))
        visit({FindingKind::shared_folder, Urgency::critical, fmt::format("unit {}", shared.unit),
               fmt::format("{}: each replaces what the other put there", shared.how),
               fmt::format("remove one of them: rekey units remove {}", shared.unit), shared.how});
}

void find_undeclared(store::Reader& store, const store::Selection& selection, const VisitFinding& visit) {
    store::each_found_certificate(store, selection, [&](const SlotName& place, const std::string& number) {
        visit({FindingKind::found_place, Urgency::note, place.to_string(),
               fmt::format("was found with certificate {}, and nobody declared it", number),
               fmt::format("to manage it, declare it: rekey units set {} --type {}{}", place.unit, place.type,
                           place.node.empty() ? "" : " --node " + place.node),
               number});
    });
}

}  // namespace

std::optional<Finding> finding_of(const UnitSummary& summary, Time now) {
    if (summary.unit.offline_since) return away(summary, now);
    return not_seen(summary.unit, now);
}

void find_in_units(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                   const VisitFinding& visit) {
    each_silent_unit(home, policy, selection, now - long_unseen, now, [&](const UnitSummary& summary) {
        if (auto finding = finding_of(summary, now)) visit(*finding);
    });
    if (selection.is_empty()) find_shared_folders(home.store(), visit);
    find_undeclared(home.store(), selection, visit);
}

}  // namespace rekey::renewal
