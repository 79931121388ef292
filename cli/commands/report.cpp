#include "rekey/report/report.hpp"

#include <fmt/format.h>
#include <strings.h>

#include <filesystem>

#include "base/text/spelling.hpp"
#include "command/arguments.hpp"
#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/history_options.hpp"
#include "command/selection.hpp"
#include "rekey/home/home.hpp"

namespace rekey::cli {

namespace {

struct ReportOptions {
    SelectionOptions selection;
    std::string by;
    std::string since;
    std::string format;
    std::string out;
};

/// Throws Code::not_found for a label that no unit has.
void require_label_key(store::Reader& store, const std::string& key) {
    bool known = false;
    Nearest nearest(key);
    store::each_name(store, store::NameKind::label_key, "", [&](const std::string& each) {
        known = known || each == key;
        nearest.offer(each);
    });
    if (known) return;
    const auto& meant = nearest.found();
    throw Error(
        Code::not_found, fmt::format("--by: no unit has a label '{}'", printable(key)),
        meant ? fmt::format("did you mean '{}'? see: rekey units list", printable(*meant)) : "see: rekey units list");
}

rekey::report::Scope get_scope(store::Reader& store, const ReportOptions& options, Time now) {
    rekey::report::Scope scope;
    scope.units = get_whole_units(store, options.selection, now);
    scope.label = options.by;
    if (!options.by.empty()) require_label_key(store, options.by);
    if (!options.since.empty()) scope.since = parse_instant(options.since, "--since", now);
    return scope;
}

/// What is said for this command goes before what holds for all, and both before the file's ending. Empty: nothing is.
std::string said_form(const Session& session, const ReportOptions& options) {
    if (!options.format.empty()) return options.format;
    switch (session.format()) {
        case OutputFormat::json:
            return "json";
        case OutputFormat::jsonl:
            return "jsonl";
        case OutputFormat::csv:
            return "csv";
        case OutputFormat::table:
            break;
    }
    return "";
}

std::string in_form(const rekey::report::Report& report, const std::string& form) {
    if (form == "csv") return rekey::report::csv(report);
    if (form == "html") return rekey::report::html(report);
    return rekey::report::json(report, form == "jsonl");
}

/// No program opens a page as what another ending says.
void warn_of_ending(const Session& session, const ReportOptions& options, const std::string& form) {
    auto ending = std::filesystem::path(options.out).extension().string();
    bool is_chosen = form != "html" || !said_form(session, options).empty();
    if (is_chosen || ending.empty() || strcasecmp(ending.c_str(), ".html") == 0 ||
        strcasecmp(ending.c_str(), ".htm") == 0)
        return;
    session.warn(
        fmt::format("{} gets a page in HTML, whatever '{}' means elsewhere", printable(options.out), printable(ending)),
        {}, "a browser opens it as NAME.html, and prints it as PDF; for data: --output json or csv");
}

}  // namespace

void report(Registry& registry) {
    registry.command(
        "report", "Write a report on the state of the home: one page for people, or data", [](Command& command) -> Run {
            auto options = std::make_shared<ReportOptions>();
            SelectionWords words;
            words.names = "UNIT";
            words.about = "Units, or patterns such as 'north-*'; all if none is named";
            words.type.clear();
            words.issuer.clear();
            words.limit.clear();
            add_selection(command, options->selection, words);
            command.option("--by", "LABEL", options->by, "A tile for each value of this label [the most used one]")
                .takes(Values::label_key);
            command.option("--since", "TIME", options->since,
                           "Count changes since this date, RFC 3339 time, or time ago [30d]");
            command.file_form(options->format, {"html", "json", "csv"},
                              "Format of the report [as FILE ends, else html]");
            command.option("--out", "FILE", options->out, "File to replace atomically; - for standard output");
            command.example("rekey report --out /srv/www/fleet.html");
            command.example("rekey report --output json", "the same for programs");
            command.example("rekey report --label site=north --out north.html", "one site");
            command.example("rekey report --by site --since 2026-10-01 --out fleet.html",
                            "a tile for each site, and changes since the last report");
            return [options](Session& session) {
                auto form = form_of_file(said_form(session, *options), options->out, {"html", "json", "jsonl", "csv"});
                warn_of_ending(session, *options, form);
                auto& home = session.home_for_reading();
                auto scope = get_scope(home.store(), *options, session.now());
                auto made = rekey::report::take(home, session.current_policy(), session.now(), scope);
                auto text = in_form(made, form);
                if (options->out.empty() || options->out == "-")
                    write_out(text);
                else
                    replace_public_file(options->out, view_of(text));
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
