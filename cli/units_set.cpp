#include <fmt/format.h>

#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/base/error.hpp"

namespace rekey::cli {

namespace {

struct Options {
    std::string name;
    std::optional<std::string> address;
    std::optional<std::string> reload;
    std::optional<std::string> probe;
    std::vector<std::string> labels;
    std::vector<std::string> types;
    std::string node;
};

}  // namespace

void units_set(Registry& registry) {
    registry.command("units set", "Change what is recorded of a unit", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        app.add_option("NAME", options->name, "Unit")->required();
        app.add_option("--address", options->address, "Where it is now")->type_name("ADDRESS");
        app.add_option("--reload", options->reload, "Command on the unit that takes up a new pair; '' for none")
            ->type_name("CMD");
        app.add_option("--probe", options->probe, "TLS server that shows the certificate; '' for none")
            ->type_name("HOST:PORT");
        app.add_option("--label", options->labels, "A label, 'K=' to remove it; repeatable")
            ->type_name("K=V")
            ->allow_extra_args(false);
        app.add_option("--type", options->types, "A further slot: TYPE or NODE/TYPE; repeatable")
            ->type_name("T")
            ->allow_extra_args(false);
        app.add_option("--node", options->node, "Node of the types that name none")->type_name("N");
        return [options](Session& session) {
            units::Change change;
            change.address = options->address;
            change.reload = options->reload;
            change.probe = options->probe;
            change.labels = parse_labels(options->labels);
            for (const auto& type : options->types) change.slots.push_back(units::parse_declared(type, options->node));
            if (!change.address && !change.reload && !change.probe && change.labels.empty() && change.slots.empty())
                throw Error(Code::usage, "nothing was given to change", "see: rekey units set --help");
            auto unit = units::set(session.home_for_writing(), options->name, change, session.stamp());
            session.note(fmt::format("{}: changed", unit.name));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
