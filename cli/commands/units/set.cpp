#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::cli {

namespace {

struct UnitsSetOptions {
    SelectionOptions selection;
    std::optional<std::string> address;
    std::optional<std::string> reload;
    std::optional<std::string> probe;
    std::vector<std::string> labels;
    std::vector<std::string> types;
    std::string node;
    std::vector<std::string> keep_mode;
    std::vector<std::string> sans;
    std::vector<std::string> usages;
    std::optional<std::string> subject;
    std::optional<std::string> key;
    std::optional<std::string> issuer;
};

/// Of a rule that is a list. One empty text means none, which removes the rule.
std::vector<std::string> texts_of(const std::vector<std::string>& given, const std::string& option) {
    if (given.size() == 1 && given.front().empty()) return {};
    if (std::ranges::find(given, std::string()) != given.end())
        throw Error(Code::usage, fmt::format("{} '' removes the rule, and must be given alone", option),
                    fmt::format("leave out the other {}, or the empty one", option));
    return given;
}

/// The rules that were given, checked; no text removes a rule.
store::OwnRules rules_to_set(const UnitsSetOptions& options) {
    store::OwnRules rules;
    if (!options.sans.empty()) rules["san"] = texts_of(options.sans, "--san");
    if (!options.usages.empty()) rules["usages"] = texts_of(options.usages, "--usages");
    auto take = [&](const char* name, const std::optional<std::string>& given) {
        if (given) rules[name] = given->empty() ? std::vector<std::string>{} : std::vector{*given};
    };
    take("subject", options.subject);
    take("key", options.key);
    auto set = rules;
    std::erase_if(set, [](const auto& rule) { return rule.second.empty(); });
    policy::own_rules(set);
    return rules;
}

bool is_about_units(const units::UnitChange& change) {
    return change.address || change.reload || change.probe || !change.labels.empty() || !change.slots.empty() ||
           !change.keep_mode.empty();
}

units::UnitChange read_change(const UnitsSetOptions& options) {
    units::UnitChange change;
    change.address = options.address;
    change.reload = options.reload;
    change.probe = options.probe;
    change.labels = parse_labels(options.labels);
    for (const auto& type : options.types) change.slots.push_back(units::parse_declared(type, options.node));
    for (const auto& type : options.keep_mode) change.keep_mode.push_back(units::parse_declared(type, options.node));
    change.rules = rules_to_set(options);
    if (!is_about_units(change) && change.rules.empty() && !options.issuer)
        throw Error(Code::usage, "nothing was given to change", "see: rekey units set --help");
    return change;
}

int set_units(Session& session, const UnitsSetOptions& options, units::UnitChange change) {
    auto& home = session.home_for_writing();
    auto names = names_of_whole_units(session, home.store(), options.selection, session.now());
    if (change.address && names.size() > 1)
        throw Error(Code::usage, fmt::format("{} units cannot have one address", names.size()),
                    "give --address to one unit at a time");
    if (options.issuer) {
        if (!options.issuer->empty()) issuers::get(home.store(), *options.issuer);
        change.rules["issuer"] = options.issuer->empty() ? std::vector<std::string>{} : std::vector{*options.issuer};
    }
    for (const auto& name : names) {
        units::set(home, name, change, session.stamp());
        session.note(fmt::format("{}: changed", name), about_unit(name));
    }
    return exit_done;
}

int set_slots(Session& session, const UnitsSetOptions& options, units::UnitChange change) {
    units::SlotChange slot_change{change.rules, options.issuer, std::exchange(change.probe, std::nullopt)};
    if (is_about_units(change))
        throw Error(Code::usage, "a slot has rules, a probe and an issuer of its own, and nothing else",
                    "name the unit alone, or give only --san, --subject, --key, --usages, --probe and --issuer");
    auto& home = session.home_for_writing();
    if (options.issuer && !options.issuer->empty()) issuers::get(home.store(), *options.issuer);
    for (const auto& slot : names_of_slots(session, home.store(), options.selection, session.now())) {
        units::set_slot(home, slot, slot_change, session.stamp());
        session.note(fmt::format("{}: changed", slot.to_string()), about_slot(slot));
    }
    return exit_done;
}

int set_selected(Session& session, UnitsSetOptions& options) {
    auto change = read_change(options);
    // That may be standard input, which is read once.
    auto& selection = options.selection;
    selection.names = read_selection(selection, session.now()).names;
    selection.from.clear();
    if (auto concern = policy::key_concern(options.key.value_or(""))) session.warn(concern->what, {}, concern->remedy);
    return names_slots(selection) ? set_slots(session, options, std::move(change))
                                  : set_units(session, options, std::move(change));
}

}  // namespace

void units_set(Registry& registry) {
    registry.command(
        "units set", "Change a unit's record, or the rules of a unit or slot", [](Command& command) -> Run {
            auto options = std::make_shared<UnitsSetOptions>();
            SelectionWords words;
            words.about = "Units, slots (UNIT/[NODE/]TYPE), or patterns such as 'north-*'";
            words.all = "Every unit";
            words.label = "--label-is";
            words.type = "--type-is";
            words.issuer = "--issuer-is";
            words.limit = "At most this many units";
            add_selection(command, options->selection, words);
            command.option("--address", "ADDRESS", options->address, "Where it is now").takes(Values::address);
            command.option("--reload", "CMD", options->reload,
                           "Command on the unit that makes services load a new key and certificate; '' for none");
            command.option("--probe", "HOST:PORT", options->probe,
                           "Server that presents the certificate: [PROTOCOL://]HOST:PORT[?name=NAME]; '' for none");
            command.options("--label", "K=V", options->labels,
                            "A label, 'K=' to remove it; repeatable (--label-is selects by labels)");
            command.options("--type", "T", options->types,
                            "Another slot, or one that was found: TYPE or NODE/TYPE; repeatable (--type-is selects)");
            command.option("--node", "N", options->node, "Node of each TYPE that names none");
            command.options("--keep-mode", "T", options->keep_mode,
                            "Slot whose new keys all users may use, as they may use the one in use; repeatable");
            command.options("--san", "SAN", options->sans,
                            "Subject alternative name, such as dns:gate.example; repeatable, '' for what policy says");
            command.option("--subject", "NAME", options->subject, "Subject; '' for what policy says")
                .takes(Values::text);
            command.option("--key", "KIND", options->key, "Kind of new keys; '' for what policy says");
            command.options("--usages", "USAGE", options->usages,
                            "Extended key usage; repeatable, '' for what policy says");
            command.option("--issuer", "ISSUER", options->issuer,
                           "Issuer to pin it to; '' for what policy says (--issuer-is selects)");
            command.example("rekey units set pump-1 --address ssh://pump-1.example/srv/unit", "it has a new address");
            command.example("rekey units set pump-1 --type iam --label site=north");
            command.example("rekey units set --label-is site=north --reload 'systemctl reload nginx'",
                            "all units of one site");
            command.example("rekey units set pump-1/online --san dns:pump-1.example --san ip:192.0.2.1",
                            "names for one slot only");
            command.example("rekey units set pump-1/online --issuer ''", "policy chooses its issuer again");
            return [options](Session& session) { return set_selected(session, *options); };
        });
}

}  // namespace rekey::cli
