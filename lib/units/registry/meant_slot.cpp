#include "units/registry/meant_slot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"

namespace rekey::units {

namespace {

/// The first slot of one of the units that has this type.
std::optional<SlotName> slot_of_type(store::Reader& store, const std::string& type,
                                     const std::vector<std::string>& among) {
    for (const auto& name : among) {
        auto unit = store::find_unit(store, name);
        if (!unit) continue;
        auto slots = store::slots_of(store, unit->id);
        auto found = std::ranges::find_if(slots, [&](const store::Slot& slot) { return slot.name.type == type; });
        if (found != slots.end()) return found->name;
    }
    return std::nullopt;
}

}  // namespace

store::Unit get_unit_among(store::Reader& store, const std::string& name, const std::vector<std::string>& names) {
    if (auto unit = store::find_unit(store, name)) return *unit;
    if (auto meant = slot_of_type(store, name, names))
        throw Error(
            Code::not_found, fmt::format("there is no unit '{}'", printable(name)),
            fmt::format("did you mean the slot '{}'? one is written UNIT/TYPE or UNIT/NODE/TYPE", meant->to_string()));
    return get_unit(store, name);
}

}  // namespace rekey::units
