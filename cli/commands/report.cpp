#include "rekey/report/report.hpp"

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "home/public_file.hpp"

namespace rekey::cli {

namespace {

struct ReportOptions {
    SelectionOptions selection;
    std::string format;
    std::string out;
};

/// What is said for this command goes before what holds for all.
std::string form_of(const Session& session, const ReportOptions& options) {
    if (!options.format.empty()) return options.format;
    switch (session.format()) {
        case Format::json:
        case Format::jsonl:
            return "json";
        case Format::csv:
            return "csv";
        default:
            return "html";
    }
}

}  // namespace

void report(Registry& registry) {
    registry.command(
        "report", "Write a report on the state of the home: one page for people, or data", [](Command& command) -> Run {
            auto options = std::make_shared<ReportOptions>();
            SelectionWords words;
            words.names = "UNIT";
            words.about = "Units, and patterns of them ('north-*'); all when none is named";
            words.type.clear();
            words.issuer.clear();
            words.expiring = false;
            words.limit.clear();
            add_selection(command, options->selection, words);
            command.file_form(options->format, {"html", "json", "csv"}, "Form of the report [html]");
            command.option("--out", "FILE", options->out, "Replaced at once and for good; - is standard output");
            command.example("rekey report --out /srv/www/fleet.html");
            command.example("rekey report --output json", "the same for programs");
            command.example("rekey report --label site=north --out north.html", "one site");
            return [options](Session& session) {
                auto form = form_of(session, *options);
                auto& home = session.home_for_reading();
                auto units = get_whole_units(home.store(), options->selection, session.now());
                auto made = rekey::report::take(home, session.current_policy(), session.now(), units);
                auto text = form == "json"  ? rekey::report::json(made, session.format() == Format::jsonl)
                            : form == "csv" ? rekey::report::csv(made)
                                            : rekey::report::html(made);
                if (options->out.empty() || options->out == "-")
                    write_out(text);
                else
                    replace_public_file(options->out, view_of(text));
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
