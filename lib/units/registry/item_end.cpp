#include "units/registry/item_end.hpp"

#include <utility>

#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/certificates/certificates.hpp"
#include "store/runs/items.hpp"

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

void give_up_item(store::Transaction& transaction, store::Item& item, const GivenUp& given_up, const Stamp& now) {
    bool in_use = item.step == store::Step::confirmed;
    bool rejects = !in_use && item.new_certificate_id;
    store::AuditDetail detail{{"run", item.run_id}, {"number", rejects ? item.new_number : ""}};
    detail.set("unit", in_use                  ? "in use; its old key may still be there"
                       : given_up.unit_is_back ? "back"
                                               : "left as it is");
    if (!given_up.cause.empty()) detail.set("cause", given_up.cause);
    auto why = given_up.cause.empty() ? "abandoned" : given_up.cause;
    end_item(transaction, item,
             {.outcome = in_use ? store::Outcome::renewed : store::Outcome::failed,
              .error = in_use ? "" : why,
              .rejects_new = rejects,
              .action = "renewal.abandon",
              .detail = std::move(detail)},
             now);
}

}  // namespace rekey::units
