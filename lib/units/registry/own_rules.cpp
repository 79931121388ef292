#include "units/registry/own_rules.hpp"

#include <fmt/format.h>

#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/fleet/own_rules.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "units/registry/unit_probes.hpp"

namespace rekey::units {

store::Id id_of_issuer(store::Reader& store, const std::string& name) {
    auto issuer = store::find_issuer(store, name);
    if (!issuer)
        throw Error(Code::not_found, fmt::format("there is no issuer '{}'", printable(name)),
                    "see: rekey issuers list");
    return issuer->id;
}

namespace {

std::string issuer_name(store::Reader& store, const std::optional<store::Id>& id) {
    auto issuer = id ? store::find_issuer(store, *id) : std::nullopt;
    return issuer ? issuer->name : "";
}

void change_issuer(store::Transaction& transaction, const store::Slot& slot, const std::string& name,
                   store::AuditDetail& detail) {
    auto wanted = name.empty() ? std::optional<store::Id>() : id_of_issuer(transaction, name);
    if (wanted == slot.issuer_id) return;
    store::set_slot_issuer(transaction, slot.id, wanted);
    detail.set("issuer", store::AuditDetail{{"before", issuer_name(transaction, slot.issuer_id)}, {"after", name}});
}

}  // namespace

void change_rules(store::Reader& store, store::OwnRules& rules, const store::OwnRules& wanted,
                  store::AuditDetail& detail) {
    store::AuditDetail changed;
    for (const auto& [key, texts] : wanted) {
        if (key == store::issuer_rule)
            for (const auto& name : texts) id_of_issuer(store, name);
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
    require_probe(change.probe.value_or(""));
    home.store().write([&](store::Transaction& transaction) {
        auto slot = get_slot(transaction, name);
        store::AuditDetail detail;
        change_rules(transaction, slot.rules, change.rules, detail);
        if (!detail.empty()) store::set_slot_rules(transaction, slot.id, slot.rules);
        if (change.issuer) change_issuer(transaction, slot, *change.issuer, detail);
        if (change.probe) give_slot_probe(transaction, slot, *change.probe, detail);
        if (!detail.empty()) store::audit(transaction, stamp, "slot.set", name.to_string(), detail);
    });
}

}  // namespace rekey::units
