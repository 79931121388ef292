#include <fmt/format.h>

#include <algorithm>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "output/relative_time.hpp"
#include "output/terminal.hpp"
#include "output/text_width.hpp"
#include "rekey/base/base.hpp"
#include "rekey/report/report.hpp"
#include "rekey/store/store.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"
#include "views/value.hpp"

namespace rekey::cli {

namespace {

/// With a sentence, a fleet and a foot, the screen then has 24 lines.
constexpr std::size_t most_concerns = 7;
constexpr std::size_t narrowest_screen = 40;

struct Status {
    report::Report report;
    std::vector<report::ReportedConcern> concerns;
    std::optional<Time> last_backup;

    std::int64_t urgent() const {
        return std::count_if(concerns.begin(), concerns.end(), [](const auto& concern) { return concern.urgent; });
    }
    std::string_view state() const { return renewal::to_string(report::level_of(report)); }
};

std::string sentence(const Status& status) {
    auto total = static_cast<std::int64_t>(status.concerns.size());
    if (total == 0) return "GREEN: nothing needs attention.";
    auto urgent = status.urgent();
    if (urgent == 0)
        return fmt::format("AMBER: {} attention, none is urgent.",
                           total == 1 ? "1 thing needs" : fmt::format("{} things need", total));
    return fmt::format("RED: {} attention now{}.",
                       urgent == 1 ? "1 thing needs" : fmt::format("{} things need", urgent),
                       total == urgent ? "" : fmt::format(", {} more can wait", total - urgent));
}

std::string fleet_in_words(const report::Report& report) {
    const auto& statistics = report.statistics;
    return fmt::format("{}, {} away; {}, {} empty; {} due", counted(statistics.online + statistics.offline, "unit"),
                       statistics.offline, counted(report.slots, "slot"), report.empty_slots, statistics.due);
}

std::string next_end_in_words(const report::Report& report) {
    if (report.soonest.rows.empty()) return "no certificate is in use";
    const auto& first = report.soonest.rows.front();
    return fmt::format("{} on {}", first.slot, date_and_relative(report.made_at(), first.not_after));
}

std::string last_run_in_words(const report::Report& report) {
    if (report.runs.rows.empty()) return "none";
    const auto& row = report.runs.rows.front();
    std::string items;
    for (auto outcome :
         {store::Outcome::renewed, store::Outcome::deferred, store::Outcome::failed, store::Outcome::refused})
        if (auto found = row.items.find(outcome); found != row.items.end() && found->second != 0)
            items += fmt::format(", {} {}", found->second, store::to_string(outcome));
    return fmt::format("run {} on {}, {}{}", row.run.id, date_and_relative(report.made_at(), row.run.started_at),
                       row.status, items);
}

std::string last_backup_in_words(const Status& status) {
    return status.last_backup ? date_and_relative(status.report.made_at(), *status.last_backup)
                              : "none: rekey backup --out FILE";
}

std::string screen(const Status& status) {
    auto width = terminal_width(STDOUT_FILENO);
    auto line = [&](const std::string& text) {
        return (width ? cut(text, std::max(*width, narrowest_screen)) : text) + "\n";
    };
    auto text = line(sentence(status)) + "\n";
    auto shown = std::min(status.concerns.size(), most_concerns);
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& concern = status.concerns[i];
        text += line(fmt::format("  {}  {}", concern.urgent ? "now " : "soon", printable(concern.what)));
        text += line("        " + concern.command);
    }
    if (status.concerns.size() > shown)
        text += line(fmt::format("  and {} more: rekey status --json", status.concerns.size() - shown));
    if (shown != 0) text += "\n";
    text += line("Fleet        " + fleet_in_words(status.report));
    text += line("Next end     " + next_end_in_words(status.report));
    text += line("Last run     " + last_run_in_words(status.report));
    text += line("Last backup  " + last_backup_in_words(status));
    return text;
}

Json json_of(const renewal::FindingGroup& group) {
    Json examples = Json::array();
    for (const auto& finding : group.examples)
        examples.push_back({{"subject", finding.subject},
                            {"finding", renewal::in_words(finding)},
                            {"urgency", renewal::to_string(finding.urgency)},
                            {"remedy", finding.remedy},
                            {"identity", renewal::identity_of(finding)}});
    return {{"kind", renewal::to_string(group.kind)},
            {"urgency", renewal::to_string(group.urgency)},
            {"total", group.total},
            {"examples", examples}};
}

Json status_json(const Status& status) {
    const auto& report = status.report;
    const auto& statistics = report.statistics;
    Json concerns = Json::array();
    for (const auto& concern : status.concerns)
        concerns.push_back({{"urgent", concern.urgent}, {"what", concern.what}, {"command", concern.command}});
    Json findings = Json::array();
    for (const auto& group : report.counts.groups()) findings.push_back(json_of(group));
    Json next;
    if (!report.soonest.rows.empty())
        next = {{"slot", report.soonest.rows.front().slot}, {"at", to_rfc3339(report.soonest.rows.front().not_after)}};
    Json last_run;
    if (!report.runs.rows.empty()) {
        const auto& row = report.runs.rows.front();
        last_run = {{"id", row.run.id}, {"started_at", to_rfc3339(row.run.started_at)}, {"status", row.status}};
    }
    return {{"state", status.state()},
            {"sentence", sentence(status)},
            {"concerns", concerns},
            {"findings", findings},
            {"units", statistics.online + statistics.offline},
            {"units_offline", statistics.offline},
            {"slots", report.slots},
            {"empty_slots", report.empty_slots},
            {"due", statistics.due},
            {"next_end", next},
            {"last_run", last_run},
            {"last_backup", Value(status.last_backup)}};
}

}  // namespace

void status(Registry& registry) {
    registry.command("status", "Show on one screen what needs attention, worst first", [](Command& command) -> Run {
        command.example("rekey status");
        command.example("rekey status --json", "all of it, for programs");
        command.ending(exit_refused, "Something needs attention; each finding names a command.");
        return [](Session& session) {
            auto& home = session.home_for_reading();
            Status status{rekey::report::take_outline(home, session.current_policy(), session.now()), {}, {}};
            status.concerns = rekey::report::concerns(status.report);
            status.last_backup = store::last_audit(home.store(), "home.backup");
            if (session.format() == OutputFormat::table)
                write_out(screen(status));
            else
                print_object(session, status_json(status));
            return status.concerns.empty() ? exit_done : exit_refused;
        };
    });
}

}  // namespace rekey::cli
