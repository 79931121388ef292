#include <fmt/format.h>

#include "command/commands.hpp"
#include "views/run_report.hpp"

namespace rekey::cli {

namespace {

struct CertsGenerateOptions {
    std::string unit;
    std::vector<std::string> types;
    std::string node;
    std::string comment;
    std::string issuer;
    bool dry_run = false;
};

renewal::Request request_of(const CertsGenerateOptions& options) {
    renewal::Request request;
    request.kind = renewal::Request::Kind::generate;
    for (const auto& type : options.types) {
        auto slot = units::parse_declared(type, options.node);
        request.selection.slots.push_back({options.unit, slot.node, slot.type});
    }
    if (options.types.empty()) request.selection.units.push_back(options.unit);
    request.comment = options.comment;
    request.issuer = options.issuer;
    return request;
}

}  // namespace

void certs_generate(Registry& registry) {
    registry.command("certs generate", "Make the first certificates of empty slots", [](Command& command) -> Run {
        auto options = std::make_shared<CertsGenerateOptions>();
        command.argument("UNIT", options->unit, "Unit");
        command.arguments("TYPE", options->types, "TYPE or NODE/TYPE; every empty slot of the unit when none is named");
        command.option("--node", "N", options->node, "Node of the types that name none");
        command.option("--comment", "TEXT", options->comment, "Note for the history");
        command.option("--issuer", "NAME", options->issuer, "Sign with this issuer");
        command.flag("-n,--dry-run", options->dry_run, "Show what would be done; change nothing");
        command.example("rekey certs generate pump-1", "for all of its empty slots");
        command.example("rekey certs generate pump-1 online iam");
        return [options](Session& session) {
            get_unit(session.home_for_reading().store(), options->unit);
            auto request = request_of(*options);
            return options->dry_run ? plan_and_tell(session, request) : run_and_tell(session, request, false);
        };
    });
}

}  // namespace rekey::cli
