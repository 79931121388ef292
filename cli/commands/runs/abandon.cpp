#include <fmt/format.h>

#include <algorithm>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/renewal.hpp"
#include "views/listing.hpp"
#include "views/short_numbers.hpp"

namespace rekey::cli {

namespace {

renewal::AbandonRequest request_of(const std::string& what, bool leave_unit) {
    renewal::AbandonRequest request;
    request.leave_unit = leave_unit;
    if (what.find('/') != std::string::npos) {
        request.slot = parse_slot(what);
        return request;
    }
    bool number = !what.empty() && what.size() <= 18 &&
                  std::all_of(what.begin(), what.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!number)
        throw Error(Code::usage, fmt::format("'{}' is neither the number of a run nor a slot", printable(what)),
                    "see: rekey runs list; slots are UNIT/TYPE or UNIT/NODE/TYPE");
    request.run = std::stoll(what);
    return request;
}

int abandon(Session& session, const renewal::AbandonRequest& request) {
    Listing listing(session, "abandoned", {"unit", "node", "type", "run", "number", "unit_is_back", "trouble", "freed"},
                    {{"slot", "SLOT"},
                     {"run", "RUN", As::number},
                     {"number", "REJECTED NUMBER", As::text, {.leaves = 1}},
                     {"unit_is_back", "UNIT IS BACK"},
                     {"trouble", "WHY NOT", As::text, {.shrinks = true}}});
    std::int64_t left = 0;
    auto& home = session.home_for_writing();
    bool any = renewal::abandon(
        home, request, [&] { return session.now(); }, session.stamp().actor, session.reaching(),
        [&](const renewal::Abandoned& item) {
            Row row{{"unit", item.slot.unit},
                    {"node", text_or_null(item.slot.node)},
                    {"type", item.slot.type},
                    {"run", item.run},
                    {"number", text_or_null(item.number)},
                    {"unit_is_back", item.unit_is_back},
                    {"trouble", text_or_null(item.trouble)},
                    {"freed", item.freed}};
            if (session.format() == OutputFormat::table) row.put("slot", item.slot.to_string());
            shorten_numbers(session, home.store(), row, {"number"});
            listing.row(row);
            if (item.trouble.empty()) return;
            ++left;
            if (!item.freed)
                return session.warn(
                    fmt::format("{} was not given up: {}", item.slot.to_string(), printable(item.trouble)),
                    about_slot(item.slot),
                    fmt::format("try again when the unit answers; to leave the unit as it is: rekey runs abandon {} "
                                "--leave-unit",
                                item.slot.to_string()));
            session.warn(
                fmt::format("{} was left as it is: {}", item.slot.to_string(), printable(item.trouble)),
                about_slot(item.slot),
                fmt::format("see what it uses: rekey certs verify {0}; overwrite it: rekey certs renew {1} --force",
                            item.slot.unit, item.slot.to_string()));
        });
    if (any || session.format() != OutputFormat::table) listing.finish();
    if (!any) session.note("nothing is stuck there");
    return left != 0 ? exit_partly : exit_done;
}

}  // namespace

void runs_abandon(Registry& registry) {
    registry.command(
        "runs abandon", "Abandon what a dead run left open, and free its slots", [](Command& command) -> Run {
            auto what = std::make_shared<std::string>();
            auto leave = std::make_shared<bool>(false);
            command.argument("ID|SLOT", *what, "Number of the run, or a slot that is stuck").takes(Values::run_or_slot);
            command.flag("--leave-unit", *leave, "Do not ask the units; they keep the pairs that they use");
            command.example("rekey runs abandon pump-1/online");
            command.example("rekey runs abandon 7", "all that run 7 left open or deferred");
            command.ending(
                exit_partly,
                "A unit could not go back to its old pair; if it may be able to later, its slot is not free.");
            command.ending(exit_held, "The run is still at work.");
            return [what, leave](Session& session) { return abandon(session, request_of(*what, *leave)); };
        });
}

}  // namespace rekey::cli
