#include "renewal/plan/undeclared_slots.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"
#include "store/fleet/selection.hpp"
#include "store/fleet/units_and_slots.hpp"

namespace rekey::renewal {

namespace {

void require_units_with_slots(store::Reader& store, const std::vector<std::string>& units) {
    for (const auto& name : units) {
        auto unit = store::find_unit(store, name);
        if (unit && store::slots_of(store, unit->id).empty())
            throw Error(Code::usage, fmt::format("unit '{}' has no slots", name),
                        fmt::format("name a type: rekey certs generate {} TYPE", name));
    }
}

/// Whether a slot of that name would be selected by the conditions, if there were an empty one.
bool would_select(store::Reader& store, const store::Selection& where, const SlotName& name) {
    if (store::asks_for_certificate(where)) return false;
    if (!where.types.empty() && std::ranges::find(where.types, name.type) == where.types.end()) return false;
    store::Selection unit{name.unit};
    unit.labels = where.labels;
    return store::selects_unit(store, unit);
}

/// As `store::ensure_slot` would declare it. `place`: what the unit shows there.
store::SlotStatus once_declared(store::Unit unit, const SlotName& name, std::optional<store::Slot> place) {
    store::SlotStatus status;
    if (place) status.slot = std::move(*place);
    status.slot.unit_id = unit.id;
    status.slot.name = name;
    status.slot.declared = true;
    status.address = std::move(unit.address);
    status.labels = std::move(unit.labels);
    status.unit_rules = std::move(unit.rules);
    status.next_attempt = unit.next_attempt;
    return status;
}

}  // namespace

void require_empty(store::Reader& store, const SlotName& name, store::Id slot_id) {
    if (auto in_use = store::certificate_in_use(store, slot_id))
        throw Error(Code::refused,
                    fmt::format("{} is filled, by certificate {}", name.to_string(), in_use->facts.number),
                    fmt::format("to replace it: rekey certs renew {}", name.to_string()));
}

std::vector<store::SlotStatus> undeclared_slots(store::Reader& store, const Request& request, bool continuing) {
    require_units_with_slots(store, request.selection.units);
    std::vector<store::SlotStatus> undeclared;
    auto names = request.selection.slots;
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const auto& name : names) {
        auto unit = units::get_unit(store, name.unit);
        auto place = store::find_shown(store, name);
        if (place && !continuing) require_empty(store, name, place->id);
        if ((place && place->declared) || !would_select(store, request.selection.where, name)) continue;
        if (!name.node.empty()) require_name(name.node, "node");
        require_name(name.type, "certificate type");
        undeclared.push_back(once_declared(std::move(unit), name, std::move(place)));
    }
    return undeclared;
}

}  // namespace rekey::renewal
