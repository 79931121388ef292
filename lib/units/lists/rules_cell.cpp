#include "units/lists/rules_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text/shortened.hpp"
#include "rekey/base/base.hpp"
#include "units/registry/unit_requirements.hpp"

namespace rekey::units {

namespace {

bool is_cell_blank(char c) { return c == ' ' || c == '\t'; }

std::string escaped_value(const std::string& value) {
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        bool blank_at_end = i + 1 == value.size() && is_cell_blank(value[i]);
        if (value[i] == ';' || value[i] == '\\' || blank_at_end) text += '\\';
        text += value[i];
    }
    return text;
}

/// The texts between `;`, without blanks around them and without the `\` of what was escaped.
std::vector<std::string> entries_of(std::string_view cell) {
    std::vector<std::string> entries;
    std::string text;
    std::size_t kept = 0;  // so much of `text` is not cut off at its end
    auto end_entry = [&] {
        while (text.size() > kept && is_cell_blank(text.back())) text.pop_back();
        if (!text.empty()) entries.push_back(text);
        text.clear();
        kept = 0;
    };
    for (std::size_t i = 0; i < cell.size(); ++i) {
        bool escapes = cell[i] == '\\' && i + 1 < cell.size() &&
                       std::string_view("\\; \t").find(cell[i + 1]) != std::string_view::npos;
        if (escapes) {
            text += cell[++i];
            kept = text.size();
        } else if (cell[i] == ';') {
            end_entry();
        } else if (!is_cell_blank(cell[i]) || !text.empty()) {
            text += cell[i];
        }
    }
    end_entry();
    return entries;
}

void write_rules(const std::string& before_key, const store::OwnRules& rules, std::string& cell) {
    for (const auto& [key, values] : rules)
        for (const auto& value : values)
            cell += fmt::format("{}{}{}={}", cell.empty() ? "" : ";", before_key, key, escaped_value(value));
}

/// As `ListedUnit::slot_rules` has its name.
std::string known_slot(const std::string& written, const std::string& node, const ListedUnit& unit) {
    auto name = names_of({parse_declared(written, node)}).front();
    auto slots = names_of(unit.slots);
    if (std::ranges::find(slots, name) == slots.end())
        throw Error(Code::usage, fmt::format("rules name '{}', and types does not", printable(shortened(name))),
                    "name it in the column 'types', too");
    return name;
}

}  // namespace

std::string unit_rules_cell(const ListedUnit& unit) {
    std::string cell;
    write_rules("", unit.rules, cell);
    for (const auto& [slot, rules] : unit.slot_rules) write_rules(slot + "/", rules, cell);
    return cell;
}

void parse_rules_cell(std::string_view cell, const std::string& node, ListedUnit& unit) {
    for (const auto& entry : entries_of(cell)) {
        auto equals = entry.find('=');
        auto path = entry.substr(0, equals);
        auto slash = path.rfind('/');
        auto key = slash == std::string::npos ? path : path.substr(slash + 1);
        if (equals == std::string::npos || equals + 1 == entry.size() || key.empty())
            throw Error(Code::usage, fmt::format("'{}' is not a rule", printable(shortened(entry))),
                        "write rules as KEY=VALUE;KEY=VALUE, and those of one slot as TYPE/KEY=VALUE");
        auto& rules =
            slash == std::string::npos ? unit.rules : unit.slot_rules[known_slot(path.substr(0, slash), node, unit)];
        rules[key].push_back(entry.substr(equals + 1));
    }
}

}  // namespace rekey::units
