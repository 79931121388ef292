#include "units/survey/differences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/fleet/key_rights.hpp"
#include "units/driver/remedy.hpp"

namespace rekey::units {

namespace {

using store::CertificateState;

std::string in_words(const CertificateFacts& facts) {
    return facts.issuer.empty() ? facts.number : fmt::format("{} of '{}'", facts.number, facts.issuer);
}

/// Why the certificate that is held is not the one that should be; nothing when it is.
std::optional<UnitFinding> mismatch(const RecordedUnit& recorded, const RecordedSlot& slot,
                                    const CertificateFacts& held, bool strict) {
    const auto& name = slot.slot.name;
    const auto& in_use = slot.in_use;
    auto known = recorded.known(slot, held.fingerprint_sha256);
    bool owned = in_use && in_use->state == CertificateState::active;
    auto not_the_recorded = owned ? fmt::format(", not the recorded {}", in_use->facts.number) : std::string{};
    if (!known) {
        if (!strict && !owned) return std::nullopt;
        return UnitFinding{name,
                           fmt::format("holds certificate {}, which is not recorded{}", in_words(held),
                                       owned ? "; recorded is " + in_use->facts.number : ""),
                           owned};
    }
    switch (known->state) {
        case CertificateState::active:
            return std::nullopt;
        case CertificateState::foreign:
            if (!owned) return std::nullopt;
            return UnitFinding{name, fmt::format("holds certificate {}{}", in_words(held), not_the_recorded), true};
        case CertificateState::pending:
            if (!strict) return std::nullopt;
            return UnitFinding{name, fmt::format("holds certificate {}, which no run has confirmed yet", held.number),
                               false};
        case CertificateState::superseded:
            // Met only when it was out of use: nobody here replaced it.
            if (known->ended_at == known->recorded_at)
                return UnitFinding{name, fmt::format("holds certificate {}{}", in_words(held), not_the_recorded), true};
            break;
        case CertificateState::revoked:
        case CertificateState::rejected:
            break;
    }
    return UnitFinding{name,
                       fmt::format("holds certificate {}, which is {}{}", held.number, store::to_string(known->state),
                                   not_the_recorded),
                       true, known->state != CertificateState::superseded};
}

/// What the unit will stumble over, but for rights that the home records to be meant.
void add_concerns(const RecordedUnit& recorded, const RecordedSlot* slot, const std::vector<Concern>& concerns,
                  std::vector<UnitFinding>& findings) {
    auto name = slot != nullptr ? slot->slot.name : SlotName{recorded.name(), {}, {}};
    for (const auto& concern : concerns) {
        bool allowed = concern.kind == Concern::Kind::open_to_all && slot != nullptr &&
                       store::slot_keeps_mode(recorded.store(), slot->slot.id);
        if (allowed) continue;
        findings.push_back({name, concern.what, false, false, with_unit_named(concern.remedy, name.unit)});
    }
}

}  // namespace

std::vector<UnitFinding> differences(const RecordedUnit& recorded, const Inventory& answer, bool strict) {
    std::vector<UnitFinding> findings;
    std::set<SlotPath> shown;
    std::size_t unread = 0;
    for (const auto& seen : answer.seen) {
        shown.insert(seen.holding.place);
        const auto* slot = recorded.find(seen.holding.place);
        // What nobody declared is no difference from anything.
        if (slot == nullptr && !seen.holding.trouble.empty() && ++unread <= limits::found_places)
            findings.push_back({SlotName{recorded.name(), seen.holding.place.node, seen.holding.place.type},
                                "cannot be read, and nobody declared it: " + seen.holding.trouble, false, false,
                                seen.holding.remedy.empty() ? "look at it on the unit" : seen.holding.remedy});
        if (slot == nullptr || slot->being_adopted) continue;
        const auto& name = slot->slot.name;
        if (!seen.facts) {
            bool empty = seen.holding.chain.empty() && seen.holding.trouble.empty();
            bool damaged = seen.holding.damage != Damage::none;
            bool contradicts = seen.holding.damage == Damage::contradiction;
            findings.push_back({name, seen.oddity, false, false, seen.holding.remedy, empty, damaged, contradicts});
            continue;
        }
        if (auto finding = mismatch(recorded, *slot, *seen.facts, strict)) findings.push_back(std::move(*finding));
        if (!seen.holding.key_matches)
            findings.push_back({name, "the private key on the unit is not the certificate's", false});
        add_concerns(recorded, slot, seen.holding.concerns, findings);
    }
    add_concerns(recorded, nullptr, answer.concerns, findings);
    for (const auto& [place, slot] : recorded.slots())
        if (!shown.contains(place) && slot.in_use)
            findings.push_back({.slot = slot.slot.name,
                                .what = fmt::format("is empty; recorded is certificate {}", slot.in_use->facts.number),
                                .empty = true});
    std::ranges::stable_sort(findings, [](const UnitFinding& a, const UnitFinding& b) { return a.slot < b.slot; });
    return findings;
}

}  // namespace rekey::units
