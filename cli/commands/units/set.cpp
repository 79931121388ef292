#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"

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
};

units::Change units_change(const UnitsSetOptions& options) {
    units::Change change;
    change.address = options.address;
    change.reload = options.reload;
    change.probe = options.probe;
    change.labels = parse_labels(options.labels);
    for (const auto& type : options.types) change.slots.push_back(units::parse_declared(type, options.node));
    for (const auto& type : options.keep_mode) change.keep_mode.push_back(units::parse_declared(type, options.node));
    return change;
}

/// Whether nothing else is to be changed.
bool is_only_probe(const units::Change& change) {
    return !change.address && !change.reload && change.labels.empty() && change.slots.empty() &&
           change.keep_mode.empty();
}

Exit set_probes(Session& session, const UnitsSetOptions& options, const units::Change& change) {
    if (!change.probe || !is_only_probe(change))
        throw Error(Code::usage, "of a slot, only its probe can be set", "name the unit alone for the rest");
    auto& home = session.home_for_writing();
    for (const auto& slot : names_of_slots(session, home.store(), options.selection, session.now())) {
        units::set_probe(home, slot, *change.probe, session.stamp());
        session.note(fmt::format("{}: changed", slot.to_string()), about_slot(slot));
    }
    return exit_done;
}

}  // namespace

void units_set(Registry& registry) {
    registry.command("units set", "Change a unit's record", [](Command& command) -> Run {
        auto options = std::make_shared<UnitsSetOptions>();
        SelectionWords words;
        words.about = "Units, and patterns of them ('north-*'); for --probe also slots (UNIT/[NODE/]TYPE)";
        words.label = "--label-is";
        words.type = "--type-is";
        words.limit = "At most this many units";
        add_selection(command, options->selection, words);
        command.option("--address", "ADDRESS", options->address, "Where it is now");
        command.option("--reload", "CMD", options->reload,
                       "Command on the unit that makes services load a new pair; '' for none");
        command.option("--probe", "ADDRESS", options->probe,
                       "Server that shows the certificate: [PROTOCOL://]HOST:PORT[?name=NAME]; '' for none");
        command.options("--label", "K=V", options->labels,
                        "A label, 'K=' to remove it; repeatable (--label-is selects by labels)");
        command.options("--type", "T", options->types,
                        "A further slot, also one that was found: TYPE or NODE/TYPE; repeatable (--type-is selects)");
        command.option("--node", "N", options->node, "Node of the types that name none");
        command.options("--keep-mode", "T", options->keep_mode,
                        "A slot whose new keys all users may use, as they may the one in use; repeatable");
        command.example("rekey units set pump-1 --address ssh://pump-1.example/srv/unit", "it moved");
        command.example("rekey units set pump-1 --type iam --label site=north");
        command.example("rekey units set mail/online --probe 'smtp://mail.example:25'", "a slot's server");
        command.example("rekey units set --label-is site=north --reload 'systemctl reload nginx'", "all of one site");
        return [options](Session& session) {
            auto change = units_change(*options);
            if (names_slots(options->selection)) return set_probes(session, *options, change);
            if (!change.probe && is_only_probe(change))
                throw Error(Code::usage, "nothing was given to change", "see: rekey units set --help");
            auto& home = session.home_for_writing();
            auto names = names_of_whole_units(session, home.store(), options->selection, session.now());
            if (change.address && names.size() > 1)
                throw Error(Code::usage, fmt::format("{} units cannot have one address", names.size()),
                            "give --address to one unit at a time");
            for (const auto& name : names) {
                units::set(home, name, change, session.stamp());
                session.note(fmt::format("{}: changed", name), about_unit(name));
            }
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
