#include "views/unit_list_rows.hpp"

#include "views/json.hpp"

namespace rekey::cli {

namespace {

Json slot_names(const std::vector<units::Declared>& slots) {
    auto names = Json::array();
    for (const auto& slot : slots) names.push_back(SlotName{{}, slot.node, slot.type}.on_unit());
    return names;
}

/// Those of single slots are under the slot's name.
Json rules_json(const units::ListedUnit& unit) {
    auto object = Json::object();
    for (const auto& [key, values] : unit.rules) object[key] = values;
    for (const auto& [slot, rules] : unit.slot_rules)
        for (const auto& [key, values] : rules) object[slot + "/" + key] = values;
    return object;
}

}  // namespace

Json labels_json(const store::Labels& labels) {
    auto object = Json::object();
    for (const auto& [key, value] : labels) object[key] = value;
    return object;
}

void put_listed_unit(Row& row, const units::ListedUnit& unit, bool flat) {
    row.put("name", unit.name);
    row.put("address", unit.address);
    row.put("types", flat ? Json(units::unit_list_cell(unit.slots)) : slot_names(unit.slots));
    row.put("labels", flat ? Json(units::unit_list_cell(unit.labels)) : labels_json(unit.labels));
    row.put("reload", unit.reload);
    row.put("probe", unit.probe);
    row.put("keep_mode", flat ? Json(units::unit_list_cell(unit.keep_mode)) : slot_names(unit.keep_mode));
    row.put("rules", flat ? Json(units::unit_rules_cell(unit)) : rules_json(unit));
}

}  // namespace rekey::cli
