#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "rekey/base/base.hpp"

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

}  // namespace

void units_set(Registry& registry) {
    registry.command("units set", "Change a unit's record", [](Command& command) -> Run {
        auto options = std::make_shared<UnitsSetOptions>();
        SelectionWords words;
        words.names = "NAME";
        words.about = "Units, and patterns of them ('north-*')";
        words.label = "--label-is";
        words.type = "--type-is";
        words.limit = "At most this many units";
        add_selection(command, options->selection, words);
        command.option("--address", "ADDRESS", options->address, "Where it is now");
        command.option("--reload", "CMD", options->reload,
                       "Command on the unit that makes services load a new pair; '' for none");
        command.option("--probe", "HOST:PORT", options->probe, "TLS server that shows the certificate; '' for none");
        command.options("--label", "K=V", options->labels,
                        "A label, 'K=' to remove it; repeatable (--label-is selects by labels)");
        command.options("--type", "T", options->types,
                        "A further slot, also one that was found: TYPE or NODE/TYPE; repeatable (--type-is selects)");
        command.option("--node", "N", options->node, "Node of the types that name none");
        command.options("--keep-mode", "T", options->keep_mode,
                        "A slot whose new keys all users may use, as they may the one in use; repeatable");
        command.example("rekey units set pump-1 --address ssh://pump-1.example/srv/unit", "it moved");
        command.example("rekey units set pump-1 --type iam --label site=north");
        command.example("rekey units set --label-is site=north --reload 'systemctl reload nginx'", "all of one site");
        return [options](Session& session) {
            units::Change change;
            change.address = options->address;
            change.reload = options->reload;
            change.probe = options->probe;
            change.labels = parse_labels(options->labels);
            for (const auto& type : options->types) change.slots.push_back(units::parse_declared(type, options->node));
            for (const auto& type : options->keep_mode)
                change.keep_mode.push_back(units::parse_declared(type, options->node));
            if (!change.address && !change.reload && !change.probe && change.labels.empty() && change.slots.empty() &&
                change.keep_mode.empty())
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
