#include "units/inventory/item_end.hpp"

#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/fleet/certificates.hpp"
#include "store/fleet/items.hpp"

namespace rekey::units {

void end_item(store::Transaction& transaction, store::Item& item, const ItemEnd& end, const Stamp& now) {
    item.outcome = end.outcome;
    item.error = end.error;
    item.updated_at = now.at;
    if (end.rejects_new && item.new_certificate_id)
        store::set_certificate_state(transaction, *item.new_certificate_id, store::CertificateState::rejected, now.at);
    store::update_item(transaction, item);
    if (!end.action.empty()) store::audit(transaction, now, end.action, item.slot.to_string(), end.detail);
}

}  // namespace rekey::units
