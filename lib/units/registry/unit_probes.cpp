#include "units/registry/unit_probes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "base/text/shell_quote.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "units/probe/probe_address.hpp"
#include "units/registry/unit_requirements.hpp"

namespace rekey::units {

namespace {

std::vector<std::string> slot_words(const std::vector<store::Slot>& slots) {
    std::vector<std::string> words;
    for (const auto& slot : slots) words.push_back(slot.name.on_unit());
    return words;
}

/// The text before the `=` of `online=HOST:PORT`; an address has a colon before any `=`.
std::string_view slot_before(std::string_view part) {
    auto equals = part.find('=');
    bool has_slot = equals != std::string_view::npos && part.substr(0, equals).find(':') == std::string_view::npos;
    return has_slot ? part.substr(0, equals) : std::string_view();
}

std::vector<std::string> parts_of(std::string_view text) {
    constexpr std::string_view separators = "; \t\r\n";
    std::vector<std::string> parts;
    for (auto begin = text.find_first_not_of(separators); begin != std::string_view::npos;) {
        auto end = std::min(text.find_first_of(separators, begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(separators, end);
    }
    return parts;
}

}  // namespace

void require_probe(const std::string& probe) {
    constexpr std::size_t longest_probe = 4096;
    if (probe.empty()) return;
    parse_probe(probe);
    if (probe.size() > longest_probe)
        throw Error(Code::usage, "the probe is too long", fmt::format("{} bytes at most", longest_probe));
}

void refuse_probe_of_several(const std::string& unit, const std::vector<std::string>& slots, const std::string& probe) {
    constexpr std::size_t most_shown = 5;
    std::vector<std::string> commands;
    for (const auto& slot : slots)
        if (commands.size() < most_shown)
            commands.push_back(fmt::format("rekey units set {}/{} --probe {}", unit, slot, shell_quote(probe)));
    throw Error(Code::usage,
                fmt::format("unit '{}' has {} slots, and a probe belongs to one of them", unit, slots.size()),
                fmt::format("name the slot whose certificate it shows: {}", fmt::join(commands, "; or: ")));
}

DividedProbe divide_probe(const std::string& text, const std::vector<Declared>& slots) {
    auto names = names_of(slots);
    DividedProbe divided;
    for (const auto& part : parts_of(text)) {
        std::string slot(slot_before(part));
        auto probe = slot.empty() ? part : part.substr(slot.size() + 1);
        require_probe(probe);
        if (slot.empty() && names.size() == 1) slot = names.front();
        if (!slot.empty() && std::ranges::find(names, slot) == names.end())
            throw Error(Code::usage, fmt::format("probe names '{}', and types does not", printable(slot)),
                        "name it in the column 'types', too");
        auto& place = slot.empty() ? divided.of_unit : divided.of_slots[slot];
        if (!place.empty())
            throw Error(Code::usage, fmt::format("'{}' has two probes for one slot", printable(text)),
                        "separate several addresses of one probe by commas");
        place = probe;
    }
    if (!divided.of_unit.empty() && !divided.of_slots.empty())
        throw Error(Code::usage, fmt::format("'{}' is a probe for the unit and for a slot", printable(text)),
                    "write SLOT=ADDRESS;SLOT=ADDRESS");
    return divided;
}

std::string joined(const DividedProbe& probe, std::size_t slots) {
    if (!probe.of_unit.empty()) return probe.of_unit;
    std::string text;
    for (const auto& [slot, addresses] : probe.of_slots)
        text += slots == 1 ? addresses : fmt::format("{}{}={}", text.empty() ? "" : ";", slot, addresses);
    return text;
}

std::string probe_text(const store::Unit& unit, const std::vector<store::Slot>& slots) {
    DividedProbe probe{unit.probe, {}};
    for (const auto& slot : slots)
        if (!slot.probe.empty()) probe.of_slots[slot.name.on_unit()] = slot.probe;
    return joined(probe, slots.size());
}

bool is_of_whole_unit(const store::Unit& unit, const std::vector<store::Slot>& slots) {
    return !unit.probe.empty() && slots.size() > 1;
}

void move_probe_to_slot(store::Transaction& transaction, store::Unit& unit) {
    auto slots = store::slots_of(transaction, unit.id);
    if (unit.probe.empty() || slots.size() != 1) return;
    store::set_slot_probe(transaction, slots.front().id, unit.probe);
    unit.probe.clear();
    store::update_unit(transaction, unit);
}

bool give_probe(store::Transaction& transaction, store::Unit& unit, const std::string& probe) {
    auto slots = store::slots_of(transaction, unit.id);
    if (probe_text(unit, slots) == probe) return false;
    if (slots.size() > 1 && !probe.empty()) refuse_probe_of_several(unit.name, slot_words(slots), probe);
    unit.probe = slots.empty() ? probe : "";
    for (const auto& slot : slots)
        if (slot.probe != probe) store::set_slot_probe(transaction, slot.id, probe);
    return true;
}

void give_slot_probe(store::Transaction& transaction, const store::Slot& slot, const std::string& probe,
                     store::AuditDetail& detail) {
    if (slot.probe == probe) return;
    store::set_slot_probe(transaction, slot.id, probe);
    detail.set("probe", store::AuditDetail{{"before", slot.probe}, {"after", probe}});
    auto unit = get_unit(transaction, slot.name.unit);
    if (unit.probe.empty()) return;
    detail.set("ends_probe_of_unit", unit.probe);
    unit.probe.clear();
    store::update_unit(transaction, unit);
}

}  // namespace rekey::units
