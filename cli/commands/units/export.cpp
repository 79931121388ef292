#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "rekey/base/base.hpp"
#include "views/unit_list_rows.hpp"

namespace rekey::cli {

namespace {

void tell_left_out(const Session& session, std::int64_t adopted_slots) {
    if (adopted_slots == 0) return;
    session.note(
        fmt::format("{} {} an adopted certificate, which a list does not have: where it is added, give the slot "
                    "rules of its own",
                    counted(adopted_slots, "slot"), adopted_slots == 1 ? "follows" : "follow"),
        {}, "what they say: rekey policy explain SLOT; to set it: rekey units set SLOT --subject --san --key");
}

}  // namespace

void units_export(Registry& registry) {
    registry.command("units export", "Write units as a CSV list that units add --csv reads",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<SelectionOptions>();
                         SelectionWords words;
                         words.names = "UNIT";
                         words.about = "Units, or patterns such as 'north-*'; all if none is named";
                         words.limit = "At most this many units";
                         add_selection(command, *options, words);
                         command.example("rekey units export >units.csv");
                         command.example("rekey units export pump-1 pump-2 --output json");
                         command.example("rekey units export --label site=north >north.csv", "those of one site");
                         return [options](Session& session) {
                             auto& store = session.home_for_reading().store();
                             auto selection = get_whole_units(store, *options, session.now());
                             Listing listing(session, "units", units::unit_list_columns(), {});
                             // A table for people is `units list`.
                             if (session.format() == OutputFormat::table) listing.as_csv(false);
                             bool is_flat = listing.format() == OutputFormat::csv;
                             std::int64_t exported = 0;
                             std::int64_t adopted = 0;
                             units::each_listed(store, selection, [&](const units::ListedUnit& unit) {
                                 ++exported;
                                 adopted += unit.adopted_slots;
                                 Row row;
                                 put_listed_unit(row, unit, is_flat);
                                 listing.row(row);
                             });
                             listing.finish();
                             if (exported == 0 && !selection.is_empty())
                                 session.note(fmt::format("no unit matches {}", printable(selection.to_string())));
                             tell_left_out(session, adopted);
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
