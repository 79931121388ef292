#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/limits.hpp"
#include "base/lists/text_file.hpp"
#include "base/text/csv.hpp"
#include "base/text/shortened.hpp"
#include "base/text/spelling.hpp"
#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"
#include "store/fleet/key_rights.hpp"
#include "store/fleet/own_rules.hpp"
#include "units/connect/connect.hpp"
#include "units/lists/rules_cell.hpp"
#include "units/registry/unit_probes.hpp"
#include "units/registry/unit_requirements.hpp"

namespace rekey::units {

namespace {

/// What a unit of the list takes beside its texts, in bytes.
constexpr std::size_t line_overhead = 512;

constexpr std::string_view list_blanks = " \t";

/// A column by any of the ways in which people write its name: `Keep mode` is `keep_mode`.
std::string plain_column(std::string name) {
    for (char& c : name) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == ' ' || c == '-') c = '_';
    }
    return name;
}

std::vector<std::string> readable_columns() {
    auto columns = unit_list_columns();
    columns.emplace_back("node");
    return columns;
}

/// The columns of a header, in its order; empty for one without a name.
std::vector<std::string> columns_of(const TextFile& text, const std::vector<std::string>& header) {
    const auto known = readable_columns();
    auto all = fmt::format("columns: {}", fmt::join(known, ", "));
    std::vector<std::string> columns;
    for (const auto& written : header) {
        auto column = plain_column(written);
        if (!column.empty() && std::ranges::find(known, column) == known.end()) {
            Nearest nearest(column);
            for (const auto& each : known) nearest.offer(each);
            auto meant = nearest.found();
            text.fail(fmt::format("there is no column '{}'", printable(shortened(written))),
                      meant ? fmt::format("did you mean '{}'? {}", *meant, all) : all);
        }
        if (!column.empty() && std::ranges::find(columns, column) != columns.end())
            text.fail(fmt::format("two columns are called '{}'", column), "leave one of them out");
        columns.push_back(std::move(column));
    }
    for (const char* needed : {"name", "address"})
        if (std::ranges::find(columns, needed) == columns.end())
            text.fail(fmt::format("there is no column '{}'", needed), "the first line names the columns; " + all);
    return columns;
}

bool is_before(const Declared& one, const Declared& other) {
    return std::tie(one.node, one.type) < std::tie(other.node, other.type);
}

bool is_same_slot(const Declared& one, const Declared& other) {
    return one.node == other.node && one.type == other.type;
}

/// `online;main/iam` or `online main/iam`, in order, each once.
std::vector<Declared> parse_slots(std::string_view cell, const std::string& node) {
    constexpr std::string_view separators = "; ,\t\r\n";
    std::vector<Declared> slots;
    for (auto begin = cell.find_first_not_of(separators); begin != std::string_view::npos;) {
        auto end = std::min(cell.find_first_of(separators, begin), cell.size());
        slots.push_back(parse_declared(std::string(cell.substr(begin, end - begin)), node));
        begin = cell.find_first_not_of(separators, end);
    }
    std::ranges::sort(slots, is_before);
    slots.erase(std::unique(slots.begin(), slots.end(), is_same_slot), slots.end());
    return slots;
}

/// Reads `k=v;k=v`, as `unit_list_cell` writes it.
class LabelsCell {
public:
    explicit LabelsCell(std::string_view cell) : cell_(cell) {}

    store::Labels parse() {
        for (std::size_t i = 0; i < cell_.size(); ++i) {
            char c = cell_[i];
            bool escapes = c == '\\' && i + 1 < cell_.size() &&
                           std::string_view("\\; ").find(cell_[i + 1]) != std::string_view::npos;
            if (escapes) {
                text_ += cell_[++i];
                kept_ = text_.size();
            } else if (c == ';') {
                end_label();
            } else if (c == '=' && !key_) {
                key_ = taken();
            } else if (list_blanks.find(c) == std::string_view::npos || !text_.empty()) {
                text_ += c;
            }
        }
        end_label();
        return std::move(labels_);
    }

private:
    /// What was read since the last separator, without the blanks around it that nothing stood before.
    std::string taken() {
        while (text_.size() > kept_ && list_blanks.find(text_.back()) != std::string_view::npos) text_.pop_back();
        kept_ = 0;
        return std::exchange(text_, {});
    }

    void end_label() {
        auto value = taken();
        auto key = std::exchange(key_, std::nullopt);
        if (!key && value.empty()) return;
        if (!key || !is_name(*key))
            throw Error(Code::usage, fmt::format("'{}' is not a label", printable(shortened(key.value_or(value)))),
                        "write labels as KEY=VALUE;KEY=VALUE");
        if (!labels_.emplace(*key, std::move(value)).second)
            throw Error(Code::usage, fmt::format("label '{}' is there twice", *key), "leave one of them out");
    }

    std::string_view cell_;
    store::Labels labels_;
    std::optional<std::string> key_;
    std::string text_;
    std::size_t kept_ = 0;  ///< so much of `text_` is not cut off at its end
};

/// What a line says, as a unit can be. Throws Code::usage.
ListedUnit parse_unit(const std::map<std::string, std::string>& cells) {
    auto cell = [&](const char* column) {
        auto found = cells.find(column);
        return found == cells.end() ? std::string() : found->second;
    };
    ListedUnit unit;
    unit.name = cell("name");
    if (unit.name.empty()) throw Error(Code::usage, "the unit has no name", "name it in the column 'name'");
    require_name(unit.name, "unit");
    if (cell("address").empty())
        throw Error(Code::usage, fmt::format("unit '{}' has no address", unit.name),
                    "an address is a scheme and what it needs: dir:/srv/unit-1, ssh://host/srv/unit-1");
    unit.address = normalised_address(cell("address"));
    auto node = cell("node");
    if (!node.empty()) require_name(node, "node");
    unit.slots = parse_slots(cell("types"), node);
    require_slots(unit.slots);
    unit.labels = LabelsCell(cell("labels")).parse();
    require_labels(unit.labels);
    unit.reload = cell("reload");
    require_reload(unit.reload);
    unit.probe = joined(divide_probe(cell("probe"), unit.slots), unit.slots.size());
    unit.keep_mode = parse_slots(cell("keep_mode"), node);
    for (const auto& slot : unit.keep_mode)
        if (!std::ranges::binary_search(unit.slots, slot, is_before))
            throw Error(Code::usage, fmt::format("keep_mode names '{}', and types does not", names_of({slot}).front()),
                        "name it in the column 'types', too");
    parse_rules_cell(cell("rules"), node, unit);
    return unit;
}

}  // namespace

const std::vector<std::string>& unit_list_columns() {
    static const std::vector<std::string> columns{"name",   "address", "types",     "labels",
                                                  "reload", "probe",   "keep_mode", "rules"};
    return columns;
}

std::string unit_list_cell(const std::vector<Declared>& slots) {
    return fmt::format("{}", fmt::join(names_of(slots), ";"));
}

std::string unit_list_cell(const store::Labels& labels) {
    std::string cell;
    for (const auto& [key, value] : labels) {
        cell += (cell.empty() ? "" : ";") + key + "=";
        for (std::size_t i = 0; i < value.size(); ++i) {
            bool at_end = i == 0 || i + 1 == value.size();
            if (value[i] == ';' || value[i] == '\\' || (value[i] == ' ' && at_end)) cell += '\\';
            cell += value[i];
        }
    }
    return cell;
}

void WrongLines::add(std::int64_t line, Error error) {
    ++total;
    auto place = std::ranges::upper_bound(first, line, {}, &WrongLine::line);
    first.insert(place, {line, std::move(error)});
    if (first.size() > most_kept) first.pop_back();
}

UnitList read_unit_list(const std::string& path) {
    TextFile text(path);
    CsvFile csv(text);
    UnitList list;
    list.file = text.path();
    list.columns = columns_of(text, csv.header());
    std::size_t size = 0;
    std::vector<std::string_view> row;
    for (;;) {
        try {
            if (!csv.next(row)) break;
        } catch (const Error& error) {
            list.wrong.add(text.line(), error);
            if (csv.can_go_on()) continue;
            break;
        }
        std::map<std::string, std::string> cells;
        size += line_overhead;
        for (std::size_t i = 0; i < row.size(); ++i) {
            cells[list.columns[i]] = without_csv_guard(row[i]);
            size += row[i].size();
        }
        if (size > limits::unit_list)
            text.fail(fmt::format("more than {} MiB of units", limits::unit_list / limits::mib),
                      "split the file: each part has the header");
        try {
            auto unit = parse_unit(cells);
            unit.line = text.line();
            list.units.push_back(std::move(unit));
        } catch (const Error& error) {
            list.wrong.add(text.line(), text.error(shortened(error.message()), error.hint()));
        }
    }
    return list;
}

void each_listed(store::Reader& store, const store::Selection& which,
                 const std::function<void(const ListedUnit&)>& visit) {
    store::Snapshot snapshot(store);
    store::each_unit(store, which, [&](const store::Unit& unit) { visit(listed(store, unit)); });
}

ListedUnit listed(store::Reader& store, const store::Unit& unit) {
    ListedUnit listed_unit;
    listed_unit.name = unit.name;
    listed_unit.address = unit.address;
    listed_unit.labels = unit.labels;
    listed_unit.reload = unit.reload;
    listed_unit.rules = unit.rules;
    auto slots = store::slots_of(store, unit.id);
    listed_unit.probe = probe_text(unit, slots);
    for (const auto& slot : slots) {
        listed_unit.slots.push_back({slot.name.node, slot.name.type});
        if (store::slot_keeps_mode(store, slot.id)) listed_unit.keep_mode.push_back(listed_unit.slots.back());
        auto rules = slot.rules;
        if (auto issuer = slot.issuer_id ? store::find_issuer(store, *slot.issuer_id) : std::nullopt)
            rules[store::issuer_rule] = {issuer->name};
        if (!rules.empty()) listed_unit.slot_rules.emplace(slot.name.on_unit(), std::move(rules));
        if (slot.identity) ++listed_unit.adopted_slots;
    }
    return listed_unit;
}

}  // namespace rekey::units
