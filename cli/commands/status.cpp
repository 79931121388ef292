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
#include "views/retirement.hpp"
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
    std::optional<store::Retirement> retired;

    std::int64_t urgent() const {
        return std::count_if(concerns.begin(), concerns.end(), [](const auto& concern) { return concern.urgent; });
    }
    std::string_view state() const { return retired ? "retired" : renewal::to_string(report::level_of(report)); }
};

std::string sentence(const Status& status) {
    if (status.retired) return fmt::format("RETIRED: {}.", retirement_in_words(*status.retired));
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

/// What a run did with the slots that it is done with.
std::string_view word_of(const store::Run& run, store::Outcome outcome) {
    if (outcome != store::Outcome::renewed) return store::to_string(outcome);
    if (run.command == "generate") return "generated";
    return run.command == "chain" ? "with a new chain" : "renewed";
}

std::string last_run_in_words(const report::Report& report) {
    if (report.runs.rows.empty()) return "none";
    const auto& row = report.runs.rows.front();
    std::string items;
    for (auto outcome :
         {store::Outcome::renewed, store::Outcome::deferred, store::Outcome::failed, store::Outcome::refused})
        if (auto found = row.items.find(outcome); found != row.items.end() && found->second != 0)
            items += fmt::format(", {} {}", found->second, word_of(row.run, outcome));
    return fmt::format("run {} on {}, {}{}", row.run.id, date_and_relative(report.made_at(), row.run.started_at),
                       row.status, items);
}

std::string last_backup_in_words(const Status& status) {
    return status.last_backup ? date_and_relative(status.report.made_at(), *status.last_backup)
                              : "none: rekey backup --out FILE";
}

std::string screen_line(const std::string& text) {
    auto width = terminal_width(STDOUT_FILENO);
    return (width ? cut(text, std::max(*width, narrowest_screen)) : text) + "\n";
}

/// Nothing in it needs a person: what was restored from it does.
std::string screen_of_retired(const Status& status) {
    return sentence(status) + "\n\n" + screen_line("Go on        in the home that was restored from there") +
           screen_line("Way back     rekey doctor --unretire") +
           screen_line(fmt::format("Fleet then   {}, {}",
                                   counted(status.report.statistics.online + status.report.statistics.offline, "unit"),
                                   counted(status.report.slots, "slot")));
}

std::string screen(const Status& status) {
    auto text = screen_line(sentence(status)) + "\n";
    auto shown = std::min(status.concerns.size(), most_concerns);
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& concern = status.concerns[i];
        text += screen_line(fmt::format("  {}  {}", concern.urgent ? "now " : "soon", printable(concern.what)));
        text += screen_line("        " + concern.command);
    }
    if (status.concerns.size() > shown)
        text += screen_line(fmt::format("  and {} more: rekey status --json", status.concerns.size() - shown));
    if (shown != 0) text += "\n";
    text += screen_line("Fleet        " + fleet_in_words(status.report));
    text += screen_line("Next end     " + next_end_in_words(status.report));
    text += screen_line("Last run     " + last_run_in_words(status.report));
    text += screen_line("Last backup  " + last_backup_in_words(status));
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
    if (!status.retired)
        for (const auto& group : report.counts.groups()) findings.push_back(json_of(group));
    Json next;
    if (!report.soonest.rows.empty())
        next = {{"slot", report.soonest.rows.front().slot}, {"at", to_rfc3339(report.soonest.rows.front().not_after)}};
    Json last_run;
    if (!report.runs.rows.empty()) {
        const auto& row = report.runs.rows.front();
        last_run = {{"id", row.run.id}, {"started_at", to_rfc3339(row.run.started_at)}, {"status", row.status}};
    }
    Json object{{"state", status.state()},
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
    if (status.retired) object["retired"] = retirement_json(*status.retired);
    return object;
}

}  // namespace

void status(Registry& registry) {
    registry.command("status", "Show on one screen what needs attention, worst first", [](Command& command) -> Run {
        command.example("rekey status");
        command.example("rekey status --json", "all of it, for programs");
        command.ending(exit_refused, "Something needs attention; each finding names a command.");
        return [](Session& session) {
            auto& home = session.home_retired_or_not();
            Status status{rekey::report::take_outline(home, session.current_policy(), session.now()), {}, {}, {}};
            status.retired = store::retirement(home.store());
            if (!status.retired) status.concerns = rekey::report::concerns(status.report);
            status.last_backup = store::last_audit(home.store(), "home.backup");
            if (session.format() == OutputFormat::table)
                write_out(status.retired ? screen_of_retired(status) : screen(status));
            else
                print_object(session, status_json(status));
            return status.concerns.empty() ? exit_done : exit_refused;
        };
    });
}

}  // namespace rekey::cli
