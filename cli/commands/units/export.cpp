#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
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
    registry.command("units export", "Write units as a list that units add --csv reads", [](Command& command) -> Run {
        auto names = std::make_shared<std::vector<std::string>>();
        command.arguments("UNIT", *names, "Units; all when none is named");
        command.example("rekey units export >units.csv");
        command.example("rekey units export pump-1 pump-2 --output json");
        return [names](Session& session) {
            Listing listing(session, "units", units::unit_list_columns(), {});
            // A table for people is `units list`.
            if (session.format() == OutputFormat::table) listing.as_csv(false);
            bool is_flat = listing.format() == OutputFormat::csv;
            std::int64_t adopted = 0;
            units::each_listed(session.home_for_reading().store(), *names, [&](const units::ListedUnit& unit) {
                adopted += unit.adopted_slots;
                Row row;
                put_listed_unit(row, unit, is_flat);
                listing.row(row);
            });
            listing.finish();
            tell_left_out(session, adopted);
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
