#include "units/survey/found_places.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/certificates.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "units/survey/facts_summary.hpp"
#include "units/survey/slot_record.hpp"

namespace rekey::units {

namespace {

using store::CertificateState;

/// One look at the places of one unit.
class FoundPlaces {
public:
    FoundPlaces(store::Transaction& transaction, const store::Unit& unit, const KnownIssuers& issuers,
                const Stamp& stamp, CheckReport& report)
        : transaction_(transaction), unit_(unit), issuers_(issuers), stamp_(stamp), report_(report) {}

    void record(const std::vector<const Seen*>& shown) {
        for (const auto* seen : shown) record_one(*seen);
        for (const auto& slot : store::found_of(transaction_, unit_.id))
            if (!kept_.contains(slot.id)) forget(slot);
        if (new_.empty() && gone_.empty()) return;
        store::AuditDetail detail;
        if (!new_.empty()) detail.set("found", new_);
        if (!gone_.empty()) detail.set("gone", gone_);
        if (report_.found_beyond != 0) detail.set("beyond", report_.found_beyond);
        store::audit(transaction_, stamp_, "unit.find", unit_.name, detail);
    }

private:
    void record_one(const Seen& seen) {
        SlotName name{unit_.name, seen.holding.place.node, seen.holding.place.type};
        bool fits = report_.found.size() < limits::found_places;
        if (!fits) ++report_.found_beyond;
        if (!seen.facts) {
            // What cannot be read is not gone.
            if (auto known = store::find_shown(transaction_, name)) kept_.insert(known->id);
            if (fits) report_.found.push_back({name, "nothing that can be read: " + seen.oddity});
            return;
        }
        if (!fits && is_on_record(seen)) return;
        auto slot = store::ensure_found(transaction_, unit_, name.node, name.type);
        kept_.insert(slot.id);
        auto held = hold(slot, seen);
        clear(slot, seen.facts->fingerprint_sha256);
        if (fits) report_.found.push_back({name, in_words(held, seen)});
    }

    /// Whether nothing would be lost with it: signed elsewhere, or on record in another place.
    bool is_on_record(const Seen& seen) {
        auto signer =
            issuers_.signer_of(crypto::X509Certificate::from_der(seen.holding.chain.front()), seen.holding.chain);
        return !signer || store::find_signed(transaction_, facts_of(seen).number, issuers_.sharing_key_with(*signer));
    }

    /// What the slot shows, on the record.
    store::Certificate hold(const store::Slot& slot, const Seen& seen) {
        auto known = store::find_in_slot(transaction_, slot.id, facts_of(seen).fingerprint_sha256);
        auto record = known ? *known : record_for(transaction_, issuers_, slot, seen, stamp_);
        // Without its key, it could never be the slot's own.
        auto state =
            record.issuer_id && !seen.holding.key_matches ? CertificateState::superseded : CertificateState::foreign;
        bool can_change = record.state == CertificateState::foreign || record.state == CertificateState::superseded ||
                          (record.state == CertificateState::revoked && record.issuer_id);
        if (known && can_change && record.state != state)
            store::set_certificate_state(transaction_, record.id, state, stamp_.at);
        if (known) return record;
        record.state = state;
        store::add_certificate(transaction_, record, seen.holding.chain);
        ++report_.newly_recorded;
        if (++new_places_ <= limits::found_places) new_.set(slot.name.on_unit(), summary(record.facts));
        return record;
    }

    /// Removes what the place showed before; of an issuer of this home, only that it is shown.
    void clear(const store::Slot& slot, const std::string& but_for) {
        for (const auto& certificate : store::history_of(transaction_, slot.id)) {
            if (certificate.facts.fingerprint_sha256 == but_for) continue;
            if (store::forget_certificate(transaction_, certificate.id)) continue;
            if (certificate.state == CertificateState::foreign)
                store::set_certificate_state(transaction_, certificate.id, CertificateState::superseded, stamp_.at);
        }
    }

    void forget(const store::Slot& slot) {
        auto shown = store::certificate_in_use(transaction_, slot.id);
        clear(slot, {});
        store::remove_empty_slot(transaction_, slot.id);
        if (shown && gone_.size() < limits::found_places) gone_.push_back(slot.name.on_unit());
    }

    std::string in_words(const store::Certificate& record, const Seen& seen) {
        auto text = fmt::format("certificate {} of '{}'", record.facts.number, record.facts.issuer);
        if (!record.issuer_id) return text;
        if (auto issuer = store::find_issuer(transaction_, *record.issuer_id))
            text = fmt::format("certificate {} of issuer '{}'", record.facts.number, issuer->name);
        if (record.same_as)
            if (auto first = store::find_certificate(transaction_, *record.same_as))
                text += fmt::format(", made for {}", first->slot.to_string());
        return seen.holding.key_matches ? text : text + ", without its key";
    }

    store::Transaction& transaction_;
    const store::Unit& unit_;
    const KnownIssuers& issuers_;
    const Stamp& stamp_;
    CheckReport& report_;
    std::set<store::Id> kept_;
    store::AuditDetail new_;  ///< by place
    std::size_t new_places_ = 0;
    std::vector<std::string> gone_;
};

}  // namespace

void record_found(store::Transaction& transaction, const store::Unit& unit, const std::vector<const Seen*>& shown,
                  const KnownIssuers& issuers, const Stamp& stamp, CheckReport& report) {
    FoundPlaces(transaction, unit, issuers, stamp, report).record(shown);
}

}  // namespace rekey::units
