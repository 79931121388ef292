#include <fmt/format.h>

#include <algorithm>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"

namespace rekey::cli {

namespace {

struct UnitsRenameOptions {
    std::string name;
    std::string new_name;
};

bool has_name(const CertificateFacts& facts, const std::string& name) {
    auto has = [&](const std::string& text) { return text.find(name) != std::string::npos; };
    return has(facts.subject) || std::ranges::any_of(facts.sans, has);
}

/// Certificates of the unit that have the old name, where rules would put the new one into them today.
std::int64_t with_old_name(Session& session, const std::string& old_name, const store::Unit& unit) {
    auto& home = session.home_for_writing();
    std::int64_t count = 0;
    renewal::each_assessment(home, renewal::current_policy(home.store()), {unit.name}, session.now(),
                             [&](const renewal::Assessment& assessment) {
                                 const auto& in_use = assessment.status.in_use;
                                 bool would_change = assessment.verdict && assessment.verdict->due != policy::Due::no;
                                 if (in_use && would_change && has_name(in_use->facts, old_name)) ++count;
                             });
    return count;
}

void tell_of_old_names(Session& session, const std::string& old_name, const store::Unit& unit) {
    auto count = with_old_name(session, old_name, unit);
    if (count == 0) return;
    session.note(fmt::format("{} in use {} the old name until {} renewed", counted(count, "certificate"),
                             count == 1 ? "keeps" : "keep", count == 1 ? "it is" : "they are"),
                 about_unit(unit.name), fmt::format("the next run does that, or: rekey certs renew {}", unit.name));
}

}  // namespace

void units_rename(Registry& registry) {
    registry.command("units rename", "Give a unit another name", [](Command& command) -> Run {
        auto options = std::make_shared<UnitsRenameOptions>();
        command.argument("OLD", options->name, "Unit").takes(Values::unit);
        command.argument("NEW", options->new_name, "Its new name").takes(Values::text);
        command.example("rekey units rename pump-1 pump-north-1");
        command.ending(exit_refused, "Another unit has that name.");
        return [options](Session& session) {
            auto unit = units::rename(session.home_for_writing(), options->name, options->new_name, session.stamp());
            session.note(fmt::format("{}: renamed to {}; its certificates and their history stay with it",
                                     options->name, unit.name),
                         about_unit(unit.name));
            tell_of_old_names(session, options->name, unit);
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
