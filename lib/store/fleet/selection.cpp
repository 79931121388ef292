#include "store/fleet/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/fleet/fleet_rows.hpp"
#include "store/fleet/selection_sql.hpp"
#include "store/sql/dialect.hpp"

namespace rekey::store {

namespace {

/// With another character for each that a pattern has beyond a name's.
bool could_be_name(std::string_view text) {
    std::string name(text);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '*' || c == '?'; }, 'x');
    return is_name(name);
}

std::string ends_in_words(const Selection& selection) {
    if (!selection.expiring.empty()) return selection.expiring;
    auto from = selection.expires_from ? to_rfc3339(*selection.expires_from) + ".." : "";
    return from + (selection.expires_before ? to_rfc3339(*selection.expires_before) : "");
}

}  // namespace

bool is_pattern(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

bool asks_for_certificate(const Selection& selection) {
    return !selection.issuer.empty() || selection.state || selection.expires_before || selection.expires_from;
}

std::string escaped_label_value(const std::string& value) {
    std::string text;
    for (char c : value) {
        if (c == ',' || c == '\\') text += '\\';
        text += c;
    }
    return text;
}

std::optional<NamePattern> NamePattern::parse(std::string_view text) {
    std::vector<std::string> parts;
    while (true) {
        auto slash = text.find('/');
        auto part = text.substr(0, slash);
        if (!could_be_name(part)) return std::nullopt;
        parts.emplace_back(part);
        if (slash == std::string_view::npos) break;
        text.remove_prefix(slash + 1);
    }
    if (parts.size() == 1) return NamePattern{parts[0], "", ""};
    if (parts.size() == 2) return NamePattern{parts[0], "", parts[1]};
    if (parts.size() == 3) return NamePattern{parts[0], parts[1], parts[2]};
    return std::nullopt;
}

bool NamePattern::is_exact() const { return !is_pattern(unit) && !is_pattern(node) && !is_pattern(type); }

std::string NamePattern::to_string() const { return is_unit() ? unit : SlotName{unit, node, type}.to_string(); }

std::optional<LabelCondition> LabelCondition::parse(std::string_view text) {
    auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) return std::nullopt;
    LabelCondition condition;
    condition.excludes = text[equals - 1] == '!';
    condition.key = text.substr(0, equals - (condition.excludes ? 1 : 0));
    if (!is_name(condition.key)) return std::nullopt;
    text.remove_prefix(equals + 1);
    std::string value;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool escapes = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ',' || text[i + 1] == '\\');
        if (text[i] == ',') {
            condition.values.push_back(std::move(value));
            value.clear();
            continue;
        }
        if (escapes) ++i;
        value += text[i];
    }
    condition.values.push_back(std::move(value));
    return condition;
}

std::string LabelCondition::to_string() const {
    std::string text = key + (excludes ? "!=" : "=");
    for (const auto& value : values) text += (&value == &values.front() ? "" : ",") + escaped_label_value(value);
    return text;
}

bool Selection::is_empty() const {
    return names.empty() && labels.empty() && types.empty() && !asks_for_certificate(*this) && limit == 0;
}

bool Selection::has_slot_conditions() const {
    bool names_slot = std::ranges::any_of(names, [](const auto& name) { return name.find('/') != std::string::npos; });
    return names_slot || !types.empty() || asks_for_certificate(*this);
}

std::string Selection::to_string() const {
    std::string text;
    auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
    for (const auto& name : in_order(names)) add(name);
    std::vector<std::string> conditions;
    for (const auto& label : labels) conditions.push_back("--label " + label.to_string());
    for (const auto& condition : in_order(conditions)) add(condition);
    for (const auto& type : in_order(types)) add("--type " + type);
    if (!issuer.empty()) add("--issuer " + issuer);
    if (state) add(fmt::format("--state {}", store::to_string(*state)));
    if (expires_before || expires_from) add("--expiring " + ends_in_words(*this));
    if (limit != 0) add(fmt::format("--limit {}", limit));
    return text;
}

bool selects_unit(Reader& store, const Selection& selection, Among among) {
    auto condition = unit_condition(store.backend().dialect(), selection, among.found);
    Query query(store, fmt::format("SELECT 1 FROM units u WHERE {}{} LIMIT 1",
                                   among.removed_units ? "1" : "u.removed_at IS NULL", condition.sql));
    condition.bind(query);
    return query.next();
}

bool selects_filled_slot(Reader& store, const Selection& selection) {
    auto condition = slot_condition(store.backend().dialect(), selection);
    Query query(store, fmt::format("SELECT 1 FROM units u JOIN slots s ON s.unit_id = u.id AND s.declared = 1 {}"
                                   "WHERE u.removed_at IS NULL AND (c.id IS NOT NULL OR EXISTS(SELECT 1 FROM items i "
                                   "WHERE i.slot_id = s.id AND i.outcome IN ('open', 'deferred'))){} LIMIT 1",
                                   join_in_use(), condition.sql));
    condition.bind(query);
    return query.next();
}

void each_label(Reader& store, const std::string& key, const std::function<void(const std::string&)>& visit) {
    Query query(store, fmt::format("SELECT DISTINCT l.{0} FROM unit_labels l JOIN units u ON u.id = l.unit_id "
                                   "WHERE u.removed_at IS NULL AND ({1} = '' OR l.key = {1}) ORDER BY l.{0}",
                                   key.empty() ? "key" : "value", "?1"));
    query.bind(key);
    while (query.next()) visit(query.text());
}

std::optional<std::string> most_used_label(Reader& store, const Selection& units) {
    auto condition = unit_condition(store.backend().dialect(), units);
    Query query(store,
                fmt::format("SELECT l.key FROM unit_labels l JOIN units u ON u.id = l.unit_id WHERE u.removed_at "
                            "IS NULL{} GROUP BY l.key ORDER BY count(*) DESC, l.key LIMIT 1",
                            condition.sql));
    condition.bind(query);
    if (!query.next()) return std::nullopt;
    return query.text();
}

}  // namespace rekey::store
