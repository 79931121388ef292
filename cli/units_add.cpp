#include <fmt/format.h>

#include "commands.hpp"
#include "exit_code.hpp"
#include "units_report.hpp"

namespace rekey::cli {

namespace {

struct Options {
    std::string name;
    std::string address;
    std::vector<std::string> types;
    std::string node;
    std::vector<std::string> labels;
    std::string reload;
    std::string probe;
};

}  // namespace

void units_add(Registry& registry) {
    registry.command("units add", "Record a unit and every certificate that it holds", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        app.add_option("NAME", options->name, "Name of the unit")->required();
        app.add_option("ADDRESS", options->address, "Where it is: dir:/path")->required();
        app.add_option("--type", options->types, "A slot that it has: TYPE or NODE/TYPE; repeatable")
            ->type_name("T")
            ->allow_extra_args(false);
        app.add_option("--node", options->node, "Node of the types that name none")->type_name("N");
        app.add_option("--label", options->labels, "A label; repeatable")->type_name("K=V")->allow_extra_args(false);
        app.add_option("--reload", options->reload, "Command on the unit that takes up a new pair")->type_name("CMD");
        app.add_option("--probe", options->probe, "TLS server that shows the certificate")->type_name("HOST:PORT");
        return [options](Session& session) {
            store::Unit unit;
            unit.name = options->name;
            unit.address = options->address;
            unit.labels = parse_labels(options->labels);
            unit.reload = options->reload;
            unit.probe = options->probe;
            std::vector<units::Declared> slots;
            for (const auto& type : options->types) slots.push_back(units::parse_declared(type, options->node));
            auto report = units::add(session.home_for_writing(), unit, slots, session.stamp());
            tell_check(session, report);
            return report.reached ? exit_done : exit_deferred;
        };
    });
}

}  // namespace rekey::cli
