#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "questions/confirmation.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

struct UnitsRemoveOptions {
    SelectionOptions selection;
    bool force = false;
    Confirmation confirmation;
};

std::string named(const std::vector<std::string>& names, const char* noun) {
    return names.size() == 1 ? fmt::format("{} '{}'", noun, names.front())
                             : counted(static_cast<std::int64_t>(names.size()), noun);
}

bool hold_certificates(store::Reader& store, const std::vector<std::string>& units) {
    for (const auto& name : units) {
        auto unit = store::find_unit(store, name);
        if (!unit) continue;  // removed meanwhile, which the removal says
        for (const auto& slot : store::slots_of(store, unit->id))
            if (store::certificate_in_use(store, slot.id)) return true;
    }
    return false;
}

Exit remove_slots(Session& session, const UnitsRemoveOptions& options) {
    auto& home = session.home_for_writing();
    auto slots = names_of_slots(session, home.store(), options.selection, session.now());
    if (slots.empty()) return exit_done;
    std::vector<std::string> names;
    for (const auto& slot : slots) names.push_back(slot.to_string());
    options.confirmation.require(session, fmt::format("{} would not be renewed any more", named(names, "slot")),
                                 names.size() == 1 ? names.front() : std::to_string(names.size()));
    for (const auto& slot : slots) {
        units::remove_slot(home, slot, options.force, session.stamp());
        session.note(fmt::format("{}: removed; what is on the unit was not touched", slot.to_string()),
                     about_slot(slot));
    }
    return exit_done;
}

Exit remove_units(Session& session, const UnitsRemoveOptions& options) {
    if (options.force)
        throw Error(Code::usage, "--force is for slots that hold a certificate in use", "leave out --force");
    auto& home = session.home_for_writing();
    auto names = names_of_whole_units(session, home.store(), options.selection, session.now());
    if (names.empty()) return exit_done;
    auto what = fmt::format("{} would be forgotten with all slots", named(names, "unit"));
    auto word = names.size() == 1 ? names.front() : std::to_string(names.size());
    bool in_use = hold_certificates(home.store(), names);
    if (in_use)
        options.confirmation.require(session, what, word);
    else
        options.confirmation.ask(session, what, word);
    for (const auto& name : names) {
        units::remove(home, name, session.stamp(), in_use || options.confirmation.is_given());
        session.note(fmt::format("{}: removed; what is on the unit was not touched", name), about_unit(name));
    }
    return exit_done;
}

}  // namespace

void units_remove(Registry& registry) {
    registry.command("units remove", "Forget a unit, or one of its slots; certificates stay in the history",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<UnitsRemoveOptions>();
                         SelectionWords words;
                         words.about = "Units, slots (UNIT/[NODE/]TYPE), or patterns such as 'north-*'";
                         words.all = "Every unit";
                         words.limit = "At most this many units";
                         add_selection(command, options->selection, words);
                         command.flag("--force", options->force, "Also forget slots that hold a certificate in use");
                         options->confirmation.describe(command);
                         command.example("rekey units remove pump-1", "it asks for the name again");
                         command.example("rekey units remove pump-1/iam --yes", "one of its slots");
                         command.example("rekey units remove --from sold.txt --yes",
                                         "units named in a file, one on each line");
                         return [options](Session& session) {
                             return names_slots(options->selection) ? remove_slots(session, *options)
                                                                    : remove_units(session, *options);
                         };
                     });
}

}  // namespace rekey::cli
