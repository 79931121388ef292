#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/fleet/key_rights.hpp"
#include "store/fleet/name_lookup.hpp"
#include "store/fleet/own_rules.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/items.hpp"
#include "units/connect/connect.hpp"
#include "units/registry/item_end.hpp"
#include "units/registry/own_rules.hpp"
#include "units/registry/unit_probes.hpp"
#include "units/registry/unit_requirements.hpp"

namespace rekey::units {

namespace {

void give_up_item_of(store::Transaction& transaction, const store::Slot& slot, const char* cause, const Stamp& stamp) {
    if (auto item = store::item_holding(transaction, slot.id))
        give_up_item(transaction, *item, {.cause = cause}, stamp);
}

/// Writes `wanted` over `value` and tells so in `detail`; nothing when they are equal.
void change_text(std::string& value, const std::optional<std::string>& wanted, const char* name,
                 store::AuditDetail& detail) {
    if (!wanted || *wanted == value) return;
    detail.set(name, store::AuditDetail{{"before", value}, {"after", *wanted}});
    value = *wanted;
}

void change_labels(store::Labels& labels, const store::Labels& wanted, store::AuditDetail& detail) {
    store::Labels changed;
    for (const auto& [key, value] : wanted) {
        auto known = labels.find(key);
        if (value == (known == labels.end() ? std::string{} : known->second)) continue;
        changed[key] = value;
        if (value.empty())
            labels.erase(key);
        else
            labels[key] = value;
    }
    if (!changed.empty()) detail.set("labels", labels_detail(changed));
}

}  // namespace

store::Unit get_unit(store::Reader& store, const std::string& name) {
    if (auto unit = store::find_unit(store, name)) return *unit;
    if (auto now = store::name_after_renames(store, name))
        throw Error(Code::not_found, fmt::format("unit '{}' was renamed to '{}'", printable(name), *now),
                    fmt::format("see: rekey units show {}", *now));
    throw Error(Code::not_found, fmt::format("there is no unit '{}'", printable(name)),
                store::did_you_mean(store, store::NameKind::unit, name, "see: rekey units list"));
}

store::Slot get_slot(store::Reader& store, const SlotName& name) {
    get_unit(store, name.unit);
    auto slot = store::find_shown(store, name);
    if (slot && slot->declared) return *slot;
    if (slot)
        throw Error(Code::not_found,
                    fmt::format("{} was only found on the unit, and nobody declared it", name.to_string()),
                    "to add it: " + how_to_declare(name.unit, {*slot}));
    throw Error(Code::not_found, fmt::format("unit '{}' has no slot '{}'", name.unit, name.on_unit()),
                store::did_you_mean(store, store::NameKind::slot, name.to_string(),
                                    fmt::format("see: rekey units show {}", name.unit)));
}

store::Slot get_shown(store::Reader& store, const SlotName& name) {
    if (auto slot = store::find_shown(store, name)) return *slot;
    return get_slot(store, name);
}

std::vector<store::Slot> found_places(store::Reader& store, const store::Unit& unit) {
    auto places = store::found_of(store, unit.id);
    // What was signed here stays on the record when it is gone.
    std::erase_if(places, [&](const store::Slot& place) { return !store::certificate_in_use(store, place.id); });
    return places;
}

std::string how_to_declare(const std::string& unit, const std::vector<store::Slot>& found) {
    constexpr std::size_t shown = 5;
    auto command = fmt::format("rekey units set {}", unit);
    for (std::size_t i = 0; i < std::min(found.size(), shown); ++i)
        command += fmt::format(" --type {}", found[i].name.on_unit());
    return found.size() > shown ? command + " ..." : command;
}

Declared parse_declared(const std::string& text, const std::string& node) {
    Declared slot{node, text};
    if (auto slash = text.find('/'); slash != std::string::npos) {
        slot = {text.substr(0, slash), text.substr(slash + 1)};
        require_name(slot.node, "node");
    }
    if (!slot.node.empty()) require_name(slot.node, "node");
    require_name(slot.type, "certificate type");
    return slot;
}

store::Unit set(Home& home, const std::string& name, const UnitChange& change, const Stamp& stamp) {
    auto address = change.address;
    if (address) address = normalised_address(*address);
    require_labels(change.labels);
    require_reload(change.reload.value_or(""));
    require_probe(change.probe.value_or(""));
    require_slots(change.slots);
    require_slots(change.keep_mode);

    auto& store = home.store();
    store::Transaction transaction(store);
    auto unit = get_unit(store, name);
    store::AuditDetail detail;
    bool moves = address && *address != unit.address;
    change_text(unit.address, address, "address", detail);
    change_text(unit.reload, change.reload, "reload", detail);
    change_labels(unit.labels, change.labels, detail);
    change_rules(transaction, unit.rules, change.rules, detail);
    if (moves) {
        require_idle(home, unit);
        require_own_folder(store, unit);
        // Whether it answers there is not known yet.
        unit.offline_since.reset();
        unit.offline_cause.clear();
        unit.attempts = 0;
        unit.next_attempt.reset();
    }
    std::vector<Declared> added;
    for (const auto& slot : change.slots) {
        if (store::find_slot(store, {unit.name, slot.node, slot.type})) continue;
        store::ensure_slot(transaction, unit, slot.node, slot.type);
        added.push_back(slot);
    }
    if (change.probe) {
        auto before = probe_text(unit, store::slots_of(store, unit.id));
        if (give_probe(transaction, unit, *change.probe))
            detail.set("probe", store::AuditDetail{{"before", before}, {"after", *change.probe}});
    }
    if (!added.empty()) {
        move_probe_to_slot(transaction, unit);
        detail.set("slots", names_of(added));
    }
    std::vector<Declared> kept;
    for (const auto& wanted : change.keep_mode) {
        auto slot = get_slot(store, {unit.name, wanted.node, wanted.type});
        if (store::slot_keeps_mode(store, slot.id)) continue;
        store::set_slot_keeps_mode(transaction, slot.id, true);
        kept.push_back(wanted);
    }
    if (!kept.empty()) detail.set("keep_mode", names_of(kept));
    if (detail.empty()) return unit;
    store::update_unit(transaction, unit);
    store::audit(transaction, stamp, "unit.set", unit.name, detail);
    transaction.commit();
    return unit;
}

void remove(Home& home, const std::string& name, const Stamp& stamp, bool in_use_too) {
    auto& store = home.store();
    store.write([&](store::Transaction& transaction) {
        auto unit = get_unit(transaction, name);
        require_idle(home, unit);
        for (const auto& slot : store::slots_of(transaction, unit.id)) {
            auto in_use = in_use_too ? std::nullopt : store::certificate_in_use(transaction, slot.id);
            if (in_use)
                throw Error(Code::refused, fmt::format("unit '{}' holds certificate {}", name, in_use->facts.number),
                            fmt::format("to remove it all the same: rekey units remove {} --yes", name));
            give_up_item_of(transaction, slot, "unit removed", stamp);
        }
        unit.removed_at = stamp.at;
        store::update_unit(transaction, unit);
        store::audit(transaction, stamp, "unit.remove", unit.name, {{"address", unit.address}});
    });
}

void remove_slot(Home& home, const SlotName& name, bool in_use_too, const Stamp& stamp) {
    home.store().write([&](store::Transaction& transaction) {
        auto slot = get_slot(transaction, name);
        require_idle(home, get_unit(transaction, name.unit));
        auto in_use = store::certificate_in_use(transaction, slot.id);
        if (in_use && !in_use_too)
            throw Error(Code::refused, fmt::format("{} holds certificate {}", name.to_string(), in_use->facts.number),
                        fmt::format("to remove it all the same: rekey units remove {} --force", name.to_string()));
        give_up_item_of(transaction, slot, "slot removed", stamp);
        store::set_slot_probe(transaction, slot.id, "");
        store::set_slot_rules(transaction, slot.id, {});
        store::set_slot_issuer(transaction, slot.id, std::nullopt);
        store::set_slot_keeps_mode(transaction, slot.id, false);
        if (!store::remove_empty_slot(transaction, slot.id)) store::undeclare_slot(transaction, slot.id);
        store::audit(transaction, stamp, "slot.remove", name.to_string(),
                     {{"number", in_use ? in_use->facts.number : ""}});
    });
}

store::Unit rename(Home& home, const std::string& name, const std::string& new_name, const Stamp& stamp) {
    require_name(new_name, "unit");
    return home.store().write([&](store::Transaction& transaction) {
        auto unit = get_unit(transaction, name);
        if (new_name == name)
            throw Error(Code::usage, fmt::format("unit '{}' has that name already", name), "give it another one");
        require_idle(home, unit);
        store::rename_unit(transaction, unit, new_name);
        store::audit(transaction, stamp, "unit.rename", name, {{"to", new_name}});
        return unit;
    });
}

}  // namespace rekey::units
