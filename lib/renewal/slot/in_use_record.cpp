#include "renewal/slot/in_use_record.hpp"

#include <fmt/format.h>

#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/revocations.hpp"
#include "store/fleet/units_and_slots.hpp"

namespace rekey::renewal {

std::optional<store::RevocationReason> revocation_by(const store::Item& item, bool revokes_superseded) {
    if (item.keeps_old) return std::nullopt;
    if (item.reason == store::Reason::compromise) return store::RevocationReason::key_compromise;
    if (revokes_superseded) return store::RevocationReason::superseded;
    return std::nullopt;
}

std::string record_in_use(store::Transaction& transaction, const store::Item& item, store::Id unit, store::Id made,
                          std::optional<store::RevocationReason> why, const std::string& cause, const Stamp& now) {
    bool removes_key = why == store::RevocationReason::key_compromise && item.old_certificate_id;
    std::string not_ours;
    std::optional<store::Certificate> elsewhere;
    bool revoked = false;
    for (const auto& old : store::certificates_held(transaction, item.slot_id)) {
        bool in_use = old.state == store::CertificateState::active || old.state == store::CertificateState::foreign;
        if (!in_use || old.id == made) continue;
        store::set_certificate_state(transaction, old.id, store::CertificateState::superseded, now.at);
        // It may have been revoked before, while it was in use.
        bool known = store::revocation_of(transaction, old.id).has_value();
        if (why && !old.issuer_id) not_ours = old.facts.number;
        // That this slot showed it too is the unit's word; it is not enough to take it from the other one.
        auto uses = old.same_as ? store::uses_of(transaction, old.id) : std::vector<store::Certificate>{};
        if (why && !uses.empty()) elsewhere = uses.front();
        bool revokes = why && old.issuer_id && uses.empty();
        if (revokes && (!known || removes_key)) store::revoke(transaction, old.id, *why, now.at);
        if (known || revokes) revoked = true;
    }
    store::set_certificate_state(transaction, made, store::CertificateState::active, now.at);
    if (item.moves_slot) store::set_slot_issuer(transaction, item.slot_id, item.issuer_id);
    store::note_seen(transaction, unit, now.at);
    store::AuditDetail detail{{"old", item.old_number},
                              {"new", item.new_number},
                              {"reason", item.reason ? store::to_string(*item.reason) : ""},
                              {"why", item.why},
                              {"revoked", revoked},
                              {"run", item.run_id}};
    if (!item.comment.empty()) detail.set("comment", item.comment);
    if (!cause.empty()) detail.set("cause", cause);
    store::audit(transaction, now, item.old_certificate_id ? "certificate.renew" : "certificate.generate",
                 item.slot.to_string(), detail);
    if (elsewhere && why)
        return fmt::format(
            "certificate {} was not revoked, as {} uses it too; to revoke it: rekey certs revoke {} "
            "--reason {} --force",
            elsewhere->facts.number, elsewhere->slot.to_string(), elsewhere->facts.number, store::to_string(*why));
    if (!not_ours.empty())
        return fmt::format("certificate {} was not signed by an issuer of this home: let its own revoke it", not_ours);
    return {};
}

}  // namespace rekey::renewal
