#include <array>

#include "rekey/renewal/overview.hpp"

namespace rekey::renewal {

namespace {

struct KindEntry {
    FindingKind kind;
    std::string_view word;
    FindingScope scope;
};

/// In the order of the enumeration.
constexpr std::array<KindEntry, finding_kinds> kind_entries{{
    {FindingKind::clock, "clock", FindingScope::home},
    {FindingKind::expired, "expired", FindingScope::certificate},
    {FindingKind::ends_soon, "ends_soon", FindingScope::certificate},
    {FindingKind::not_valid_yet, "not_valid_yet", FindingScope::certificate},
    {FindingKind::issuer_ends, "issuer_ends", FindingScope::issuer},
    {FindingKind::list_ends, "list_ends", FindingScope::issuer},
    {FindingKind::shared_folder, "shared_folder", FindingScope::unit},
    {FindingKind::not_seen, "not_seen", FindingScope::unit},
    {FindingKind::credential_refused, "credential_refused", FindingScope::credential},
    {FindingKind::revoked_in_use, "revoked", FindingScope::certificate},
    {FindingKind::drift, "drift", FindingScope::certificate},
    {FindingKind::emptied, "emptied", FindingScope::certificate},
    {FindingKind::credential_failing, "credential_failing", FindingScope::credential},
    {FindingKind::violation, "violation", FindingScope::certificate},
    {FindingKind::impossible, "impossible", FindingScope::certificate},
    {FindingKind::no_names, "no_names", FindingScope::certificate},
    {FindingKind::due, "due", FindingScope::certificate},
    {FindingKind::away, "away", FindingScope::unit},
    {FindingKind::empty_slot, "empty", FindingScope::certificate},
    {FindingKind::interrupted_run, "interrupted_run", FindingScope::home},
    {FindingKind::failed_run, "failed_run", FindingScope::home},
    {FindingKind::credential_unproven, "credential_unproven", FindingScope::credential},
    {FindingKind::credential_old, "credential_old", FindingScope::credential},
    {FindingKind::rotation_unfinished, "rotation_unfinished", FindingScope::credential},
    {FindingKind::backup, "backup", FindingScope::home},
    {FindingKind::found_place, "found_place", FindingScope::unit},
}};

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < kind_entries.size(); ++i)
        if (static_cast<std::size_t>(kind_entries[i].kind) != i) return false;
    return true;
}
static_assert(is_in_order());

const KindEntry& entry_of(FindingKind kind) { return kind_entries.at(static_cast<std::size_t>(kind)); }

}  // namespace

std::string_view to_string(FindingKind kind) { return entry_of(kind).word; }

FindingScope scope_of(FindingKind kind) { return entry_of(kind).scope; }

std::string_view to_string(Urgency urgency) {
    switch (urgency) {
        case Urgency::note:
            return "note";
        case Urgency::warning:
            return "warning";
        case Urgency::critical:
            return "critical";
    }
    return "";
}

std::string in_words(const Finding& finding) { return finding.subject + " " + finding.what; }

std::string identity_of(const Finding& finding) {
    std::string identity{to_string(finding.kind)};
    identity += '\n' + finding.subject;
    if (!finding.which.empty()) identity += '\n' + finding.which;
    return identity;
}

}  // namespace rekey::renewal
