#include "units/registry/unit_requirements.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/runs/adoptions.hpp"
#include "store/runs/items.hpp"
#include "units/folder/unit_slots.hpp"
#include "units/registry/shared_folders.hpp"

namespace rekey::units {

namespace {

constexpr std::size_t longest_text = 4096;

void require_text(const std::string& text, std::string_view what) {
    if (text.size() > longest_text || printable(text) != text)
        throw Error(Code::usage, fmt::format("'{}' cannot be {}", printable(text), what),
                    fmt::format("one line of UTF-8, {} bytes at most", longest_text));
}

}  // namespace

void require_labels(const store::Labels& labels) {
    for (const auto& [key, value] : labels) {
        require_name(key, "label");
        require_text(value, "the value of a label");
    }
}

void require_reload(const std::string& reload) { require_text(reload, "a reload command"); }

void require_slots(const std::vector<Declared>& slots) {
    for (const auto& slot : slots) require_dir_place({slot.node, slot.type});
}

void require_idle(Home& home, const store::Unit& unit) {
    for (const auto& slot : store::slots_of(home.store(), unit.id)) {
        store::require_no_adoption(home.store(), slot.id);
        auto item = store::item_holding(home.store(), slot.id);
        if (item && home.run_lives(item->run_id))
            throw Error(Code::busy, fmt::format("run {} is at work on {}", item->run_id, slot.name.to_string()),
                        "wait until it has finished: rekey runs list");
    }
}

void require_own_folder(store::Reader& store, const store::Unit& unit) {
    if (auto shared = sharing(store, {unit.name, unit.address}))
        throw Error(
            Code::refused, fmt::format("unit '{}' {}", shared->unit, shared->how),
            fmt::format("give it a folder of its own, or its slots to the other: rekey units set {} --type TYPE",
                        shared->other));
}

std::vector<std::string> names_of(const std::vector<Declared>& slots) {
    std::vector<std::string> names;
    for (const auto& slot : slots) names.push_back(SlotName{{}, slot.node, slot.type}.on_unit());
    return names;
}

store::AuditDetail labels_detail(const store::Labels& labels) {
    store::AuditDetail detail;
    for (const auto& [key, value] : labels) detail.set(key, value);
    return detail;
}

}  // namespace rekey::units
