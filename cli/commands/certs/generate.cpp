#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/selection.hpp"
#include "rekey/base/base.hpp"
#include "reports/run_report.hpp"

namespace rekey::cli {

namespace {

struct CertsGenerateOptions {
    std::string unit;
    SelectionOptions selection;
    std::vector<std::string> types;
    std::string node;
    std::string comment;
    std::string issuer;
    bool dry_run = false;
};

/// What UNIT with its types names: slots, the unit, or patterns of them.
std::vector<std::string> named_by(const CertsGenerateOptions& options) {
    if (options.unit.empty()) return {};
    if (options.types.empty()) return {options.unit};
    if (options.unit.find('/') != std::string::npos)
        throw Error(Code::usage, fmt::format("'{}' is a slot, which has its type already", printable(options.unit)),
                    "name one slot, or a unit and its types: rekey certs generate UNIT TYPE");
    std::vector<std::string> names;
    for (const auto& type : options.types) {
        auto slot = units::parse_declared(type, options.node);
        names.push_back(SlotName{options.unit, slot.node, slot.type}.to_string());
    }
    return names;
}

renewal::Request request_of(const CertsGenerateOptions& options, Time now) {
    renewal::Request request;
    request.kind = renewal::Request::Kind::generate;
    auto typed = read_selection(options.selection, now);
    for (auto& name : named_by(options)) typed.names.push_back(std::move(name));
    if (options.selection.all && !typed.names.empty()) refuse_beside_all();
    auto filters = typed;
    filters.limit = 0;
    request.selection.all = options.selection.all;
    if (filters.is_empty() && !request.selection.all)
        throw Error(Code::usage, "no unit was named", "name one, or select some: rekey certs generate --label K=V");
    select(request.selection, std::move(typed));
    request.comment = options.comment;
    request.issuer = options.issuer;
    return request;
}

}  // namespace

void certs_generate(Registry& registry) {
    registry.command("certs generate", "Make the first certificates of empty slots", [](Command& command) -> Run {
        auto options = std::make_shared<CertsGenerateOptions>();
        command.optional_argument("UNIT", options->unit,
                                  "Unit, slot (UNIT/[NODE/]TYPE), or a pattern such as 'north-*'");
        command.arguments(
            "TYPE", options->types,
            "TYPE or NODE/TYPE, declared if the unit has no such slot; every empty slot of the unit if none is named");
        command.option("--node", "N", options->node, "Node of each TYPE that names none");
        SelectionWords words;
        words.names.clear();
        words.all = "Every empty slot";
        words.issuer.clear();
        words.expiring = false;
        words.limit = "Make at most this many";
        add_selection(command, options->selection, words);
        command.option("--comment", "TEXT", options->comment, "Note for the history");
        command.option("--issuer", "NAME", options->issuer, "Sign with this issuer");
        command.flag("-n,--dry-run", options->dry_run, "Show what would be done; change nothing");
        command.example("rekey certs generate pump-1", "for all of its empty slots");
        command.example("rekey certs generate pump-1 online iam");
        command.example("rekey certs generate --label site=north --type iam", "every empty iam slot of one site");
        return [options](Session& session) {
            auto request = request_of(*options, session.now());
            for (const auto& unit : request.selection.units) get_unit(session.home_for_reading().store(), unit);
            for (const auto& slot : request.selection.slots) get_unit(session.home_for_reading().store(), slot.unit);
            return options->dry_run ? plan_and_tell(session, request) : run_and_tell(session, request, false);
        };
    });
}

}  // namespace rekey::cli
