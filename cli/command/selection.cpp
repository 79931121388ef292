#include "command/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "command/expiring.hpp"
#include "input/names_file.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/units/units.hpp"

namespace rekey::cli {

namespace {

store::LabelCondition label_condition(const std::string& text) {
    if (auto condition = store::LabelCondition::parse(text)) return *condition;
    throw Error(Code::usage, fmt::format("'{}' is not a condition on a label", printable(text)),
                "write it as KEY=VALUE, KEY=ONE,OTHER or KEY!=VALUE");
}

void require_there(store::Reader& store, const store::Selection& selection, store::Among among) {
    if (!selection.issuer.empty()) issuers::get(store, selection.issuer);
    units::require_matches(store, selection, among);
}

}  // namespace

void add_selection(Command& command, SelectionOptions& options, const SelectionWords& words) {
    if (!words.names.empty()) command.arguments(words.names, options.names, words.about);
    command.flag("--all", options.all, words.all);
    command.options(
        words.label, "K=V", options.labels,
        "Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match");
    if (!words.type.empty())
        command.options(words.type, "T", options.types, "Only slots of this type; if repeated, any of them")
            .takes(Values::type);
    if (!words.issuer.empty())
        command.option(words.issuer, "NAME", options.issuer, "Only what this issuer signed").takes(Values::issuer);
    if (!words.states.empty())
        command.choice("--state", "S", options.state, words.states, "Only what is in this state");
    if (words.expiring)
        command.option("--expiring", expiring_value, options.expiring,
                       fmt::format("Only what expires {}", expiring_forms));
    if (!words.limit.empty())
        command.number("--limit", "N", options.limit, 1, std::numeric_limits<std::int32_t>::max(), words.limit);
    command.option("--from", "FILE", options.from,
                   "More names from this file (- for standard input), one on each line; # begins a comment");
}

bool selects_something(const SelectionOptions& options) {
    return options.all || !options.names.empty() || !options.labels.empty() || !options.types.empty() ||
           !options.issuer.empty() || !options.state.empty() || !options.expiring.empty() || !options.from.empty();
}

void refuse_beside_all() {
    throw Error(Code::usage, "--all selects every slot: nothing else can be given with it",
                "leave out --all, or the rest");
}

store::Selection read_selection(const SelectionOptions& options, Time now) {
    store::Selection selection;
    selection.names = options.names;
    if (!options.from.empty())
        for (auto& name : read_names(options.from)) selection.names.push_back(std::move(name));
    for (const auto& label : options.labels) selection.labels.push_back(label_condition(label));
    selection.types = options.types;
    for (const auto& type : selection.types) require_name(type, "type");
    selection.issuer = options.issuer;
    if (!options.state.empty()) selection.state = store::certificate_state(options.state);
    if (!options.expiring.empty()) {
        auto span = parse_expiring(options.expiring, "--expiring", now);
        selection.expires_from = span.from;
        selection.expires_before = span.before;
        selection.expiring = options.expiring;
    }
    selection.limit = options.limit;
    auto filters = selection;
    filters.limit = 0;
    if (options.all && !filters.is_empty()) refuse_beside_all();
    return selection;
}

store::Selection get_selection(store::Reader& store, const SelectionOptions& options, Time now, store::Among among) {
    auto selection = read_selection(options, now);
    require_there(store, selection, among);
    return selection;
}

std::vector<std::string> names_of_units(const Session& session, store::Reader& store,
                                        const store::Selection& selection) {
    std::vector<std::string> names;
    store::each_unit(store, selection, [&](const store::Unit& unit) { names.push_back(unit.name); });
    if (names.empty() && !selection.is_empty())
        session.note(fmt::format("no unit matches {}", printable(selection.to_string())));
    return names;
}

void take_patterns(std::vector<std::string>& words, SelectionOptions& options) {
    auto is_number_or_slot = [](const std::string& word) { return word.find_first_of("*?") == std::string::npos; };
    auto first = std::stable_partition(words.begin(), words.end(), is_number_or_slot);
    options.names.insert(options.names.end(), first, words.end());
    words.erase(first, words.end());
}

std::vector<store::Certificate> selected_certificates(const Session& session, store::Reader& store,
                                                      const SelectionOptions& options, Time now) {
    std::vector<store::Certificate> selected;
    if (!selects_something(options)) return selected;
    store::CertificateFilter filter;
    filter.which = get_selection(store, options, now);
    auto limit = static_cast<std::size_t>(std::exchange(filter.which.limit, 0));
    store::each_certificate(store, filter, [&](const store::Certificate& certificate) {
        bool in_use = certificate.state != store::CertificateState::pending;
        if (in_use && (limit == 0 || selected.size() < limit)) selected.push_back(certificate);
    });
    if (selected.empty()) session.note(fmt::format("no certificate matches {}", printable(filter.which.to_string())));
    return selected;
}

std::vector<std::string> names_of_whole_units(const Session& session, store::Reader& store,
                                              const SelectionOptions& options, Time now) {
    if (!selects_something(options))
        throw Error(Code::usage, "no unit was named", "name one: rekey units list, or select some by their labels");
    return names_of_units(session, store, get_whole_units(store, options, now));
}

store::Selection get_whole_units(store::Reader& store, const SelectionOptions& options, Time now) {
    auto selection = read_selection(options, now);
    for (const auto& name : selection.names)
        if (name.find('/') != std::string::npos)
            throw Error(Code::usage, fmt::format("'{}' is not a unit, and this is about whole units", printable(name)),
                        "name the unit alone");
    require_there(store, selection, {});
    return selection;
}

bool names_slots(const SelectionOptions& options) {
    return std::any_of(options.names.begin(), options.names.end(),
                       [](const std::string& name) { return name.find('/') != std::string::npos; });
}

std::vector<SlotName> names_of_slots(const Session& session, store::Reader& store, const SelectionOptions& options,
                                     Time now) {
    auto selection = get_selection(store, options, now);
    for (const auto& name : selection.names)
        if (name.find('/') == std::string::npos)
            throw Error(Code::usage, fmt::format("'{}' is a unit, and this is about slots", printable(name)),
                        "name each as UNIT/TYPE or UNIT/NODE/TYPE");
    std::vector<SlotName> names;
    store::each_slot(store, selection, [&](const store::SlotStatus& status) { names.push_back(status.slot.name); });
    if (names.empty()) session.note(fmt::format("no slot matches {}", printable(selection.to_string())));
    return names;
}

SelectedSlots::SelectedSlots(store::Reader& store, store::Selection selection)
    : narrows_(selection.has_slot_conditions()) {
    if (!narrows_) return;
    selection.limit = 0;
    store::each_slot(store, selection, [&](const store::SlotStatus& status) { slots_.insert(status.slot.name); });
}

store::Selection named_part(const store::Selection& selection) {
    store::Selection named(selection.names);
    named.labels = selection.labels;
    named.types = selection.types;
    return named;
}

}  // namespace rekey::cli
