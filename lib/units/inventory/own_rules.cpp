#include "units/inventory/own_rules.hpp"

#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/fleet/units_and_slots.hpp"

namespace rekey::units {

namespace {

std::string issuer_name(store::Reader& store, const std::optional<store::Id>& id) {
    auto issuer = id ? store::find_issuer(store, *id) : std::nullopt;
    return issuer ? issuer->name : "";
}

}  // namespace

void change_rules(store::OwnRules& rules, const store::OwnRules& wanted, store::AuditDetail& detail) {
    store::AuditDetail changed;
    for (const auto& [key, texts] : wanted) {
        auto known = rules.find(key);
        auto before = known == rules.end() ? std::vector<std::string>{} : known->second;
        if (before == texts) continue;
        changed.set(key, store::AuditDetail{{"before", before}, {"after", texts}});
        if (texts.empty())
            rules.erase(key);
        else
            rules[key] = texts;
    }
    if (!changed.empty()) detail.set("rules", changed);
}

void set_slot(Home& home, const SlotName& name, const SlotChange& change, const Stamp& stamp) {
    home.store().write([&](store::Transaction& transaction) {
        auto slot = get_slot(transaction, name);
        store::AuditDetail detail;
        change_rules(slot.rules, change.rules, detail);
        if (!detail.empty()) store::set_slot_rules(transaction, slot.id, slot.rules);
        if (change.issuer && *change.issuer != slot.issuer_id) {
            store::set_slot_issuer(transaction, slot.id, *change.issuer);
            detail.set("issuer", store::AuditDetail{{"before", issuer_name(transaction, slot.issuer_id)},
                                                    {"after", issuer_name(transaction, *change.issuer)}});
        }
        if (!detail.empty()) store::audit(transaction, stamp, "slot.set", name.to_string(), detail);
    });
}

}  // namespace rekey::units
