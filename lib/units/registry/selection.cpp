#include "store/fleet/selection.hpp"

#include <fmt/format.h>

#include <set>

#include "base/text/spelling.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "store/fleet/name_lookup.hpp"
#include "units/registry/meant_slot.hpp"

namespace rekey::units {

namespace {

constexpr const char* see_units = "see: rekey units list";

store::NamePattern parsed(const std::string& name) {
    if (auto pattern = store::NamePattern::parse(name)) return *pattern;
    throw Error(Code::usage, fmt::format("'{}' names no unit or slot", printable(name)),
                "write it as UNIT, UNIT/TYPE or UNIT/NODE/TYPE; * and ? match any characters of a part");
}

/// With the hint that `UNIT/TYPE` leaves out slots on nodes, where such a slot was meant.
std::string hint_for(store::Reader& store, const store::NamePattern& pattern, store::Among among) {
    if (!pattern.is_unit() && pattern.node.empty()) {
        store::NamePattern on_nodes{pattern.unit, "*", pattern.type};
        if (store::selects_unit(store, {on_nodes.to_string()}, among))
            return fmt::format("did you mean '{}'? {}", on_nodes.to_string(), see_units);
    }
    if (pattern.is_unit()) {
        // What stands before the first `*` is nearly the beginning of a name.
        auto beginning = pattern.unit.substr(0, pattern.unit.find_first_of("*?"));
        Nearest nearest(beginning);
        std::string last;
        store::each_name(store, store::NameKind::unit, "", [&](const std::string& name) {
            auto same = name.substr(0, beginning.size());
            if (same != last) nearest.offer(same);
            last = same;
        });
        if (const auto& found = nearest.found(); found && !beginning.empty())
            return fmt::format("did you mean '{}{}'? {}", *found, pattern.unit.substr(beginning.size()), see_units);
    }
    return see_units;
}

void require_name_there(store::Reader& store, const std::string& name, const std::vector<std::string>& names,
                        store::Among among) {
    auto pattern = parsed(name);
    if (store::selects_unit(store, {name}, among)) return;
    if (!pattern.is_exact())
        throw Error(Code::not_found, fmt::format("no {} matches '{}'", pattern.is_unit() ? "unit" : "slot", name),
                    hint_for(store, pattern, among));
    if (pattern.is_unit())
        get_unit_among(store, name, names);
    else
        get_slot(store, {pattern.unit, pattern.node, pattern.type});
    // Both throw for what is not there.
}

std::string hint_for(store::Reader& store, const store::LabelCondition& label) {
    Nearest key(label.key);
    bool known = false;
    store::each_label(store, "", [&](const std::string& each) {
        key.offer(each);
        known = known || each == label.key;
    });
    if (!known) {
        auto meant = key.found();
        return meant ? fmt::format("did you mean '{}'? {}", *meant, see_units) : see_units;
    }
    Nearest value(label.values.front());
    store::each_label(store, label.key, [&](const std::string& each) { value.offer(each); });
    auto meant = value.found();
    return meant ? fmt::format("did you mean '{}'? {}", printable(*meant), see_units) : see_units;
}

void require_label_there(store::Reader& store, const store::LabelCondition& label, store::Among among) {
    store::Selection one;
    one.labels = {label};
    if (store::selects_unit(store, one, among)) return;
    throw Error(Code::not_found, fmt::format("no unit matches --label {}", printable(label.to_string())),
                label.excludes ? see_units : hint_for(store, label));
}

void require_type_there(store::Reader& store, const std::string& type, store::Among among) {
    store::Selection one;
    one.types = {type};
    if (store::selects_unit(store, one, among)) return;
    throw Error(Code::not_found, fmt::format("no unit has a slot of type '{}'", printable(type)),
                store::did_you_mean(store, store::NameKind::type, type, "see: rekey certs list"));
}

}  // namespace

void require_matches(store::Reader& store, const store::Selection& selection, store::Among among) {
    store::Selection named;
    named.names = selection.names;
    named.labels = selection.labels;
    named.types = selection.types;
    for (const auto& name : std::set<std::string>(named.names.begin(), named.names.end()))
        require_name_there(store, name, named.names, among);
    for (const auto& label : named.labels) require_label_there(store, label, among);
    for (const auto& type : named.types) require_type_there(store, type, among);
    int parts = static_cast<int>(named.labels.size()) + (named.names.empty() ? 0 : 1) + (named.types.empty() ? 0 : 1);
    if (parts > 1 && !store::selects_unit(store, named, among))
        throw Error(Code::not_found, fmt::format("nothing matches all of: {}", printable(named.to_string())),
                    "each of them alone matches something; leave one out, or see: rekey units list");
}

}  // namespace rekey::units
