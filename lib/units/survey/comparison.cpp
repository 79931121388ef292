#include "units/survey/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/certificates/certificate.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/changes.hpp"
#include "store/certificates/issuers.hpp"
#include "store/runs/items.hpp"
#include "units/survey/differences.hpp"

namespace rekey::units {

namespace {

/// A certificate in use before its unit is asked.
struct Expected {
    std::string fingerprint;
    ChainTerms terms;
};

void check_chains(Inventory& answer, const std::map<SlotPath, Expected>& expected, const ChainTerms& unknown) {
    for (auto& seen : answer.seen) {
        if (!seen.facts) continue;
        auto in_use = expected.find(seen.holding.place);
        if (in_use == expected.end()) continue;
        bool same = in_use->second.fingerprint == seen.facts->fingerprint_sha256;
        seen.chain = check_shown_chain(seen.holding.chain, *seen.facts, same ? in_use->second.terms : unknown);
    }
}

void sort_by_slot(std::vector<UnitFinding>& findings) {
    std::ranges::stable_sort(findings, [](const UnitFinding& a, const UnitFinding& b) { return a.slot < b.slot; });
}

}  // namespace

std::shared_ptr<const UnitBefore> Comparison::read(const store::Unit& unit) {
    store::Snapshot snapshot(store_);
    UnitBefore before{unit, store_.backend().data_version(), RecordedUnit(store_, unit), {}};
    for (const auto& [place, slot] : before.recorded.slots())
        if (slot.in_use) before.chains.emplace(slot.in_use->id, store::chain_of(store_, slot.in_use->id));
    return std::make_shared<const UnitBefore>(std::move(before));
}

std::function<void(Inventory&)> Comparison::examiner(std::shared_ptr<const UnitBefore> recorded) {
    std::map<SlotPath, Expected> expected;
    for (const auto& [place, slot] : recorded->recorded.slots())
        if (slot.in_use)
            expected.emplace_hint(
                expected.end(), place,
                Expected{slot.in_use->facts.fingerprint_sha256, terms_for(recorded_leaf(slot.in_use))});
    return
        [recorded = std::move(recorded), expected = std::move(expected), unknown = terms_for({})](Inventory& answer) {
            check_chains(answer, expected, unknown);
            answer.recorded = recorded;
        };
}

bool Comparison::is_current(const UnitBefore& recorded) { return recorded.version == store_.backend().data_version(); }

CheckReport Comparison::report(const store::Unit& unit, const Inventory& answer) {
    store::Snapshot snapshot(store_);
    bool current = answer.recorded && is_current(*answer.recorded);
    return compare(current ? *answer.recorded : *read(unit), answer);
}

std::optional<CheckReport> Comparison::report_unless_moved(const store::Unit& asked, const Inventory& answer) {
    store::Snapshot snapshot(store_);
    if (answer.recorded && is_current(*answer.recorded)) return compare(*answer.recorded, answer);
    auto unit = get_unit(store_, asked.name);
    if (unit.id != asked.id || unit.address != asked.address) return std::nullopt;
    return compare(*read(unit), answer);
}

/// Within the snapshot that `before` is of, or is the same as.
CheckReport Comparison::compare(const UnitBefore& before, const Inventory& answer) {
    CheckReport report{
        .unit = before.unit.name, .reached = answer.reached, .cause = answer.cause, .findings = {}, .trust = {}};
    if (!answer.reached) return report;
    report.certificates =
        static_cast<int>(std::ranges::count_if(answer.seen, [](const Seen& seen) { return seen.facts.has_value(); }));
    report.findings = differences(before.recorded, answer, true);
    add_defects(before, answer, report.findings);
    sort_by_slot(report.findings);
    report.trust = stale_trust(before, answer);
    return report;
}

bool Comparison::is_recorded_chain(const UnitBefore& before, store::Id certificate, const std::vector<Bytes>& shown) {
    auto read = before.chains.find(certificate);
    return read != before.chains.end() ? read->second == shown : store::chain_of(store_, certificate) == shown;
}

/// What is wrong with the certificates themselves: expired, chain broken or not the recorded one.
void Comparison::add_defects(const UnitBefore& before, const Inventory& answer, std::vector<UnitFinding>& findings) {
    const auto& recorded = before.recorded;
    for (const auto& seen : answer.seen) {
        if (!seen.facts) continue;
        const auto& facts = *seen.facts;
        const auto* slot = recorded.find(seen.holding.place);
        if (slot == nullptr) continue;
        const auto& name = slot->slot.name;
        if (now_ > facts.not_after) findings.push_back({name, "expired on " + to_rfc3339(facts.not_after), false});
        if (now_ < facts.not_before)
            findings.push_back({name, "is not valid before " + to_rfc3339(facts.not_before), false});
        auto known = recorded.known(*slot, facts.fingerprint_sha256);
        auto leaf = recorded_leaf(known);
        // The record may have changed since the unit was asked.
        bool judged = seen.chain && seen.chain->recorded == leaf;
        auto defect =
            judged ? seen.chain->defect : check_shown_chain(seen.holding.chain, facts, terms_for(leaf)).defect;
        if (defect.empty() && known && !is_recorded_chain(before, known->id, seen.holding.chain))
            defect = "the chain behind the certificate is not the recorded one";
        if (!defect.empty()) findings.push_back({name, defect, false});
    }
}

/// Where pairs trust others than everybody in the fleet should. What was made elsewhere has no such file, and tells
/// nothing.
std::vector<UnitFinding> Comparison::stale_trust(const UnitBefore& before, const Inventory& answer) {
    std::vector<UnitFinding> found;
    const auto& recorded = before.recorded;
    const auto& needed = needed_trust(before.version);
    for (const auto& seen : answer.seen) {
        const auto* slot = seen.facts && seen.holding.trust ? recorded.find(seen.holding.place) : nullptr;
        bool ours = slot != nullptr && slot->in_use && slot->in_use->issuer_id;
        if (!ours || *seen.holding.trust == needed.certificates) continue;
        const auto& name = slot->slot.name;
        auto trusted = roots_of(*seen.holding.trust);
        for (const auto& root : needed.roots)
            if (!trusted.contains(root))
                found.push_back(
                    {name, fmt::format("does not trust '{}', from which certificates are in use", root.first), false});
        for (const auto& root : trusted)
            if (!needed.roots.contains(root))
                found.push_back(
                    {name, fmt::format("still trusts '{}', from which nothing is in use", root.first), false});
    }
    return found;
}

std::set<Comparison::Root> Comparison::roots_of(const std::vector<Bytes>& certificates) {
    std::set<Root> roots;
    for (const auto& der : certificates) {
        try {
            auto certificate = crypto::X509Certificate::from_der(der);
            roots.emplace(certificate.facts().subject, certificate.public_key());
        } catch (const Error&) {
            continue;  // a unit may show anything; what is none is trusted by nobody
        }
    }
    return roots;
}

const Comparison::Needed& Comparison::needed_trust(const store::DataVersion& version) {
    if (needed_ && needed_->version == version) return *needed_;
    auto end = store::trail_end(store_);
    auto item = store::newest_item(store_);
    if (!needed_ || needed_->trail_end != end || needed_->newest_item != item) {
        auto certificates = store::trusted_roots(store_, now_);
        auto roots = roots_of(certificates);
        needed_ = Needed{end, item, version, std::move(certificates), std::move(roots)};
    }
    needed_->version = version;
    return *needed_;
}

ChainTerms Comparison::terms_for(const RecordedLeaf& leaf) {
    return {leaf, leaf.issuer ? key_of(*leaf.issuer) : nullptr, signatures_, now_};
}

/// An issuer may get another certificate, and keeps its key for ever.
std::shared_ptr<const Bytes> Comparison::key_of(store::Id issuer) {
    auto known = issuer_keys_.find(issuer);
    if (known != issuer_keys_.end()) return known->second;
    std::shared_ptr<const Bytes> key;
    auto record = store::find_issuer(store_, issuer);
    try {
        if (record && !record->chain.empty())
            key = std::make_shared<const Bytes>(crypto::X509Certificate::from_der(record->chain.front()).public_key());
    } catch (const Error& error) {
        if (error.code() != Code::usage) throw;  // one that cannot be read vouches for nothing
    }
    return issuer_keys_.emplace(issuer, std::move(key)).first->second;
}

}  // namespace rekey::units
