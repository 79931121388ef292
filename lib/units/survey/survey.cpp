#include "units/survey/survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/limits.hpp"
#include "crypto/certificates/certificate.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/certificates/certificates.hpp"
#include "store/runs/items.hpp"
#include "units/connect/connect.hpp"
#include "units/driver/remedy.hpp"
#include "units/registry/item_end.hpp"
#include "units/survey/backoff.hpp"
#include "units/survey/facts_summary.hpp"
#include "units/survey/found_places.hpp"
#include "units/survey/recorded_unit.hpp"
#include "units/survey/slot_record.hpp"

namespace rekey::units {

namespace {

using store::CertificateState;

/// Why a chain is not looked at; nothing when it may be.
std::string excess(const std::vector<Bytes>& chain) {
    std::size_t above = 0;
    for (std::size_t i = 1; i < chain.size(); ++i) above += chain[i].size();
    if (chain.front().size() > limits::found_leaf)
        return fmt::format("the certificate is larger than {} bytes", limits::found_leaf);
    if (above > limits::found_chain) return fmt::format("the chain is larger than {} bytes", limits::found_chain);
    return {};
}

/// Whether it may become the slot's own: known by now, not yet that, and not taken out of use for good.
bool can_be_taken(const store::Certificate& known) {
    return known.state == CertificateState::foreign || known.state == CertificateState::superseded;
}

/// What was left open for a slot is over: it was meant for another certificate.
void drop_item(store::Transaction& transaction, const store::Slot& slot, const std::string& cause, const Stamp& stamp) {
    auto item = store::item_holding(transaction, slot.id);
    if (!item) return;
    // Once confirmed, it has been in use since.
    end_item(transaction, *item,
             {.outcome = store::Outcome::continued,
              .error = cause,
              .rejects_new = item->step != store::Step::confirmed,
              .action = "renewal.drop",
              .detail = {{"cause", cause}, {"run", item->run_id}}},
             stamp);
}

}  // namespace

const CertificateFacts& facts_of(const Seen& seen) {
    if (!seen.facts) throw Error(Code::failed, seen.oddity);
    return *seen.facts;
}

Seen look_at(Holding holding) {
    Seen seen{std::move(holding), std::nullopt, {}};
    const auto& place = seen.holding.place;
    if (!is_name(place.type) || (!place.node.empty() && !is_name(place.node)))
        seen.oddity = "the unit has a slot with a name that is none";
    else if (!seen.holding.trouble.empty())
        seen.oddity = seen.holding.trouble;
    else if (seen.holding.chain.empty())
        seen.oddity = "the unit shows a slot without a certificate";
    else
        seen.oddity = excess(seen.holding.chain);
    if (!seen.oddity.empty()) return seen;
    try {
        seen.facts = crypto::X509Certificate::from_der(seen.holding.chain.front()).facts();
    } catch (const Error& error) {
        seen.oddity = "the certificate cannot be read: " + error.message();
    }
    return seen;
}

Inventory ask(const store::Unit& unit, const Reaching& reaching) {
    Inventory answer;
    try {
        auto driver = connect(unit.address, reaching);
        for (auto& holding : driver->list()) answer.seen.push_back(look_at(std::move(holding)));
        answer.concerns = driver->concerns();
        answer.reached = true;
    } catch (Error& error) {
        if (error.code() != Code::unreachable) throw with_unit_named(error.in(unit.name), unit.name);
        answer.cause = error.message();
    }
    return answer;
}

void record(store::Transaction& transaction, store::Unit& unit, const Inventory& answer, const Stamp& stamp,
            CheckReport& report) {
    mark_online(transaction, unit, stamp.at);
    KnownIssuers issuers(transaction);
    std::set<SlotPath> shown;
    std::vector<const Seen*> undeclared;
    for (const auto& seen : answer.seen) {
        shown.insert(seen.holding.place);
        if (seen.facts) ++report.certificates;
        auto slot = store::find_slot(transaction, name_on(unit, seen.holding.place));
        if (!slot)
            undeclared.push_back(&seen);
        else if (seen.facts && !is_being_adopted(transaction, *slot) &&
                 record_held(transaction, issuers, *slot, seen, stamp))
            ++report.newly_recorded;
    }
    for (const auto& slot : store::slots_of(transaction, unit.id))
        if (!shown.contains(SlotPath{slot.name.node, slot.name.type})) drop_foreign(transaction, slot, {}, stamp);
    record_found(transaction, unit, undeclared, issuers, stamp, report);
}

void take_as_recorded(store::Transaction& transaction, const store::Unit& unit, const Inventory& answer,
                      const Stamp& stamp, CheckReport& report) {
    for (const auto& seen : answer.seen) {
        if (!seen.facts || !seen.holding.key_matches) continue;
        auto slot = store::find_slot(transaction, name_on(unit, seen.holding.place));
        if (!slot) continue;
        auto known = store::find_in_slot(transaction, slot->id, seen.facts->fingerprint_sha256);
        if (!known || !can_be_taken(*known)) continue;
        auto detail = summary(*seen.facts);
        for (const auto& other : store::history_of(transaction, slot->id)) {
            if (other.state != CertificateState::active) continue;
            store::set_certificate_state(transaction, other.id, CertificateState::superseded, stamp.at);
            detail.set("in_place_of", other.facts.number);
        }
        drop_foreign(transaction, *slot, seen.facts->fingerprint_sha256, stamp);
        store::set_certificate_state(transaction, known->id, CertificateState::active, stamp.at);
        drop_item(transaction, *slot, fmt::format("certificate {} was taken instead", known->facts.number), stamp);
        store::audit(transaction, stamp, "certificate.take", slot->name.to_string(), detail);
        ++report.taken;
    }
}

std::string explain_silence(const store::Unit& unit) {
    std::string text = unit.offline_cause;
    if (unit.offline_since) text += "; offline since " + to_rfc3339(*unit.offline_since);
    if (unit.next_attempt) text += "; unattended runs do not try it before " + to_rfc3339(*unit.next_attempt);
    return text;
}

}  // namespace rekey::units
