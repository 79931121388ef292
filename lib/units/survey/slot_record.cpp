#include "units/survey/slot_record.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "home/attribution.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/certificates/certificates.hpp"
#include "units/survey/facts_summary.hpp"

namespace rekey::units {

namespace {

using store::CertificateState;

void cut(std::string& text) {
    if (text.size() <= limits::found_name) return;
    auto end = limits::found_name;
    // Not within a character of UTF-8.
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    text += "…";
}

void cut(CertificateFacts& facts) {
    cut(facts.subject);
    cut(facts.issuer);
    if (facts.sans.size() > limits::found_sans) facts.sans.resize(limits::found_sans);
    std::ranges::for_each(facts.sans, [](std::string& san) { cut(san); });
    std::ranges::for_each(facts.usages, [](std::string& usage) { cut(usage); });
    cut(facts.key);
    cut(facts.signature);
    if (!facts.details) return;
    for (auto* list : {&facts.details->key_usage, &facts.details->policies, &facts.details->crl_urls,
                       &facts.details->ocsp_urls, &facts.details->ca_issuer_urls}) {
        if (list->size() > limits::found_sans) list->resize(limits::found_sans);
        std::ranges::for_each(*list, [](std::string& text) { cut(text); });
    }
}

bool has_active(store::Reader& store, const store::Slot& slot) {
    auto in_use = store::certificate_in_use(store, slot.id);
    return in_use && in_use->state == CertificateState::active;
}

/// What the slot's own certificate is, when an issuer of this home signed it.
CertificateState own_state(store::Reader& store, const store::Slot& slot, const Seen& seen) {
    return seen.holding.key_matches && !has_active(store, slot) ? CertificateState::active
                                                                : CertificateState::superseded;
}

void tell_found(store::Transaction& transaction, const store::Slot& slot, const Seen& seen, CertificateState state,
                const Stamp& stamp) {
    auto detail = summary(facts_of(seen));
    if (state != CertificateState::foreign) detail.set("state", store::to_string(state));
    store::audit(transaction, stamp, "certificate.find", slot.name.to_string(), detail);
}

/// One that was recorded before, and is shown.
void settle(store::Transaction& transaction, const store::Slot& slot, const store::Certificate& known, const Seen& seen,
            const Stamp& stamp) {
    bool is_out = known.state == CertificateState::superseded;
    bool is_revoked = known.state == CertificateState::revoked && known.issuer_id;
    if (!is_out && !is_revoked && known.state != CertificateState::foreign) return;
    auto state = CertificateState::foreign;
    if (known.issuer_id)
        state = own_state(transaction, slot, seen);
    else if (is_out && has_active(transaction, slot))
        return;  // it was the slot's own once, as one that was adopted
    // A revoked certificate in use is due and is reported; nothing else is known of the slot.
    if (state == known.state || (is_revoked && state != CertificateState::active)) return;
    store::set_certificate_state(transaction, known.id, state, stamp.at);
    tell_found(transaction, slot, seen, state, stamp);
}

}  // namespace

store::Certificate record_for(store::Reader& store, const KnownIssuers& issuers, const store::Slot& slot,
                              const Seen& seen, const Stamp& stamp) {
    store::Certificate record;
    record.slot_id = slot.id;
    record.slot = slot.name;
    record.facts = facts_of(seen);
    record.recorded_at = stamp.at;
    record.actor = stamp.actor;
    attribute(store, issuers, record, seen.holding.chain);
    if (!record.issuer_id) cut(record.facts);
    return record;
}

bool record_held(store::Transaction& transaction, const KnownIssuers& issuers, const store::Slot& slot,
                 const Seen& seen, const Stamp& stamp) {
    const auto& fingerprint = facts_of(seen).fingerprint_sha256;
    auto known = store::find_in_slot(transaction, slot.id, fingerprint);
    if (known) settle(transaction, slot, *known, seen, stamp);
    drop_foreign(transaction, slot, fingerprint, stamp);
    if (known) return false;
    auto record = record_for(transaction, issuers, slot, seen, stamp);
    record.state = record.issuer_id ? own_state(transaction, slot, seen) : CertificateState::foreign;
    store::add_certificate(transaction, record, seen.holding.chain);
    tell_found(transaction, slot, seen, record.state, stamp);
    return true;
}

std::optional<CertificateFacts> record_shown(store::Transaction& transaction, const store::Slot& slot,
                                             const Holding& holding, const Stamp& stamp) {
    auto seen = look_at(holding);
    if (!seen.facts) return std::nullopt;
    auto known = store::find_in_slot(transaction, slot.id, seen.facts->fingerprint_sha256);
    if (known && known->state == CertificateState::superseded && known->issuer_id)
        store::set_certificate_state(transaction, known->id, CertificateState::foreign, stamp.at);
    if (known) return known->facts;
    auto record = record_for(transaction, KnownIssuers(transaction), slot, seen, stamp);
    record.state = CertificateState::foreign;
    store::add_certificate(transaction, record, holding.chain);
    return record.facts;
}

void drop_foreign(store::Transaction& transaction, const store::Slot& slot, const std::string& but_for,
                  const Stamp& stamp) {
    for (const auto& certificate : store::history_of(transaction, slot.id)) {
        if (certificate.state != CertificateState::foreign || certificate.facts.fingerprint_sha256 == but_for) continue;
        if (certificate.issuer_id || !store::forget_certificate(transaction, certificate.id))
            store::set_certificate_state(transaction, certificate.id, CertificateState::superseded, stamp.at);
        store::audit(transaction, stamp, "certificate.gone", slot.name.to_string(), summary(certificate.facts));
    }
}

}  // namespace rekey::units
