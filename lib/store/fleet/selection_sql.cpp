#include "store/fleet/selection_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "store/fleet/fleet_rows.hpp"
#include "store/fleet/selection.hpp"
#include "store/sql/dialect.hpp"

namespace rekey::store {

namespace {

/// Each pattern is a term of one expression, which SQLite allows a depth of 1,000.
constexpr std::size_t most_patterns = 200;
/// Each name is bound twice at most, and SQLite binds 32,766 values.
constexpr std::size_t most_names = 10'000;

NamePattern pattern_of(const std::string& name) {
    if (auto pattern = NamePattern::parse(name)) return *pattern;
    throw Error(Code::usage, fmt::format("'{}' names no unit or slot", printable(name)),
                "write it as UNIT, UNIT/TYPE or UNIT/NODE/TYPE; * and ? match any characters of a part");
}

/// The names of a selection by what SQL they need.
struct SortedNames {
    std::vector<std::string> units;
    std::vector<std::string> slots;
    std::vector<std::string> parents;  ///< units of `slots`
    std::vector<NamePattern> unit_patterns;
    std::vector<NamePattern> slot_patterns;

    explicit SortedNames(const std::vector<std::string>& names) {
        for (const auto& name : in_order(names)) {
            auto pattern = pattern_of(name);
            if (!pattern.is_exact()) {
                (pattern.is_unit() ? unit_patterns : slot_patterns).push_back(std::move(pattern));
            } else if (pattern.is_unit()) {
                units.push_back(pattern.unit);
            } else {
                slots.push_back(pattern.to_string());
                parents.push_back(pattern.unit);
            }
        }
        if (units.size() + slots.size() > most_names)
            throw Error(Code::usage, fmt::format("more than {} names were given", most_names),
                        "select by labels or patterns, or give the names in parts");
        if (unit_patterns.size() + slot_patterns.size() > most_patterns)
            throw Error(Code::usage, fmt::format("more than {} patterns were given", most_patterns),
                        "select by labels, or by names in full");
    }
    bool has_slots() const { return !slots.empty() || !slot_patterns.empty(); }
    bool all_units_known() const {
        bool exact = std::ranges::all_of(slot_patterns, [](const auto& each) { return !is_pattern(each.unit); });
        return unit_patterns.empty() && exact;
    }
};

std::string places(std::size_t count) {
    std::string text = "(";
    for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
    return text + ")";
}

void add_any(Condition& condition, std::string_view column, const std::vector<std::string>& values) {
    condition.add(fmt::format("{} IN {}", column, places(values.size())));
    for (const auto& value : values) condition.value(value);
}

/// Terms for `OR`.
class Alternatives {
public:
    Condition& next() {
        if (!any_.sql.empty()) any_.add(" OR ");
        return any_;
    }
    /// None of them holds where there is none.
    Condition take() {
        if (any_.sql.empty()) any_.add("0");
        any_.sql = "(" + any_.sql + ")";
        return std::move(any_);
    }

private:
    Condition any_;
};

void add_units(Alternatives& any, const Dialect& dialect, const SortedNames& names) {
    if (!names.units.empty()) add_any(any.next(), "u.name", names.units);
    for (const auto& pattern : names.unit_patterns) {
        auto& condition = any.next();
        condition.add(dialect.matches("u.name", "?"));
        condition.value(pattern.unit);
    }
}

void add_slots(Alternatives& any, const Dialect& dialect, const SortedNames& names) {
    if (!names.slots.empty())
        add_any(any.next(), "u.name || '/' || CASE s.node WHEN '' THEN '' ELSE s.node || '/' END || s.type",
                names.slots);
    for (const auto& pattern : names.slot_patterns) {
        auto& condition = any.next();
        // A slot on no node has an empty one, which * would match.
        condition.add(fmt::format("({} AND {}{} AND {})", dialect.matches("u.name", "?"),
                                  dialect.matches("s.node", "?"), pattern.node.empty() ? "" : " AND s.node <> ''",
                                  dialect.matches("s.type", "?")));
        condition.value(pattern.unit);
        condition.value(pattern.node);
        condition.value(pattern.type);
    }
}

/// Lets the index of units find them, where their names are given.
void add_known_units(Condition& condition, const SortedNames& names) {
    if (!names.has_slots() || !names.all_units_known()) return;
    auto units = names.units;
    units.insert(units.end(), names.parents.begin(), names.parents.end());
    for (const auto& pattern : names.slot_patterns) units.push_back(pattern.unit);
    condition.add(" AND ");
    add_any(condition, "u.name", in_order(std::move(units)));
}

void add_label_conditions(Condition& condition, const std::vector<LabelCondition>& labels) {
    for (const auto& label : labels) {
        condition.add(fmt::format(" AND {}EXISTS(SELECT 1 FROM unit_labels l WHERE l.unit_id = u.id AND l.key = ? AND ",
                                  label.excludes ? "NOT " : ""));
        condition.value(label.key);
        add_any(condition, "l.value", label.values);
        condition.add(")");
    }
}

/// Of names, where there are any: on `u` and `s`.
void add_slot_names(Condition& condition, const Dialect& dialect, const SortedNames& names, bool any_given) {
    if (!any_given) return;
    Alternatives any;
    add_units(any, dialect, names);
    add_slots(any, dialect, names);
    condition.add(" AND ");
    condition.add(any.take());
}

/// What is left besides names and labels: on `s` and `c`.
void add_slot_filters(Condition& condition, const Selection& selection) {
    if (!selection.types.empty()) {
        condition.add(" AND ");
        add_any(condition, "s.type", selection.types);
    }
    if (!selection.issuer.empty()) {
        condition.add(
            " AND coalesce(c.issuer_id, (SELECT o.issuer_id FROM certificates o WHERE o.id = c.same_as)) = "
            "(SELECT i.id FROM issuers i WHERE i.name = ?)");
        condition.value(selection.issuer);
    }
    if (selection.state) {
        condition.add(" AND c.state = ?");
        condition.value(std::string(to_string(*selection.state)));
    }
    if (selection.expires_from) {
        condition.add(" AND coalesce(c.chain_end, c.not_after) >= ?");
        condition.value(unix_seconds(*selection.expires_from));
    }
    if (selection.expires_before) {
        condition.add(" AND coalesce(c.chain_end, c.not_after) < ?");
        condition.value(unix_seconds(*selection.expires_before));
    }
}

}  // namespace

Condition slot_condition(const Dialect& dialect, const Selection& selection) {
    Condition condition;
    SortedNames names(selection.names);
    add_known_units(condition, names);
    add_slot_names(condition, dialect, names, !selection.names.empty());
    add_label_conditions(condition, selection.labels);
    add_slot_filters(condition, selection);
    return condition;
}

Condition unit_condition(const Dialect& dialect, const Selection& selection, bool found) {
    Condition condition;
    SortedNames names(selection.names);
    add_known_units(condition, names);
    add_label_conditions(condition, selection.labels);
    bool on_certificates = asks_for_certificate(selection);
    auto has_slot = fmt::format("EXISTS(SELECT 1 FROM slots s {}WHERE s.unit_id = u.id{}",
                                on_certificates ? join_in_use() : "", found ? "" : " AND s.declared = 1");
    if (!selection.types.empty() || on_certificates) {
        condition.add(" AND " + has_slot);
        add_slot_names(condition, dialect, names, !selection.names.empty());
        add_slot_filters(condition, selection);
        condition.add(")");
    } else if (!selection.names.empty()) {
        Alternatives any;
        add_units(any, dialect, names);
        if (names.has_slots()) {
            Alternatives slots;
            add_slots(slots, dialect, names);
            auto& one = any.next();
            one.add(has_slot + " AND ");
            one.add(slots.take());
            one.add(")");
        }
        condition.add(" AND ");
        condition.add(any.take());
    }
    return condition;
}

}  // namespace rekey::store
