#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/units/units.hpp"
#include "reports/units_report.hpp"
#include "views/unit_list_rows.hpp"

namespace rekey::cli {

namespace {

/// The most units that are listed; a hint names the command that shows the rest.
constexpr std::size_t most_units_told = 20;

struct UnitsAddOptions {
    std::string name;
    std::string address;
    std::vector<std::string> types;
    std::string node;
    std::vector<std::string> labels;
    std::string reload;
    std::string probe;
    std::string csv;
    bool dry_run = false;
};

/// Before certificates are made that no client would take; what is found there is what it is.
void warn_of_names(Session& session, const std::vector<std::string>& units) {
    if (units.empty()) return;
    auto now = session.now();
    std::size_t total = 0;
    std::vector<std::pair<std::string, renewal::Finding>> found;
    renewal::each_assessment(session.home_for_reading(), session.current_policy(), units, now,
                             [&](const renewal::Assessment& assessment) {
                                 if (assessment.status.in_use) return;
                                 for (auto& finding : renewal::findings_of(assessment, now))
                                     if (finding.kind == renewal::FindingKind::no_names && ++total <= most_units_told)
                                         found.emplace_back(assessment.status.slot.name.unit, std::move(finding));
                             });
    for (const auto& [unit, finding] : found)
        session.warn(printable(renewal::in_words(finding)), about_unit(unit), printable(finding.remedy));
    if (total > found.size())
        session.warn(fmt::format("{} more have no alternative name (SAN)",
                                 counted(static_cast<std::int64_t>(total - found.size()), "slot")),
                     {}, "all of them: rekey policy check");
}

/// The slots of one unit, as its options say.
std::vector<units::Declared> declared_slots(const UnitsAddOptions& options) {
    std::vector<units::Declared> slots;
    for (const auto& type : options.types) slots.push_back(units::parse_declared(type, options.node));
    return slots;
}

void require_name_and_address(const UnitsAddOptions& options) {
    if (options.dry_run)
        throw Error(Code::usage, "--dry-run is for a list of units",
                    "as in: rekey units add --csv units.csv --dry-run");
    if (!options.name.empty() && !options.address.empty()) return;
    throw Error(Code::usage,
                options.name.empty() && options.address.empty() ? "NAME and ADDRESS are missing"
                : options.name.empty()                          ? "NAME is missing"
                                                                : "ADDRESS is missing",
                "as in: rekey units add pump-1 dir:/srv/units/pump-1 --type online --type iam\n"
                "  see: rekey units add --help");
}

int add_one(Session& session, const UnitsAddOptions& options) {
    require_name_and_address(options);
    store::Unit unit;
    unit.name = options.name;
    unit.address = options.address;
    unit.labels = parse_labels(options.labels);
    unit.reload = options.reload;
    unit.probe = options.probe;
    auto report =
        units::add(session.home_for_writing(), unit, declared_slots(options), session.stamp(), session.reaching());
    tell_check(session, report);
    warn_of_names(session, {unit.name});
    if (!report.reached) {
        session.note(fmt::format("{}: recorded all the same; what it holds is read once it answers", unit.name),
                     about_unit(unit.name),
                     fmt::format("if it is elsewhere: rekey units set {} --address ADDRESS", unit.name));
        return exit_deferred;
    }
    // What could not be read is not recorded; the same command again takes it up.
    return report.findings.empty() ? exit_done : exit_partly;
}

void require_list_alone(const UnitsAddOptions& options) {
    if (options.name.empty() && options.address.empty() && options.types.empty() && options.node.empty() &&
        options.labels.empty() && options.reload.empty() && options.probe.empty())
        return;
    throw Error(Code::usage, "with --csv, the file says all of the units",
                "name nothing else: rekey units add --csv FILE; write types, labels and the rest into its columns");
}

/// Rules are policy's to judge. A unit whose rules are wrong is one wrong line.
void check_rules(units::UnitList& list) {
    std::erase_if(list.units, [&](const units::ListedUnit& unit) {
        try {
            policy::own_rules(unit.rules);
            for (const auto& [slot, rules] : unit.slot_rules) policy::own_rules(rules);
            return false;
        } catch (const Error& error) {
            list.wrong.add(unit.line,
                           Error(error.code(), fmt::format("{}, line {}: {}", list.file, unit.line, error.message()),
                                 error.hint()));
            return true;
        }
    });
}

void refuse_wrong_lines(const Session& session, const units::UnitList& list, const units::WrongLines& wrong,
                        std::size_t lines) {
    if (wrong.total == 0) return;
    for (const auto& line : wrong.first) session.warn(line.error.message(), {}, line.error.hint());
    if (auto more = wrong.total - wrong.first.size(); more != 0)
        session.warn(fmt::format("{}: {} more {} wrong", list.file, more, more == 1 ? "is" : "are"));
    throw Error(Code::usage,
                fmt::format("{}: {} of {} {} wrong; no unit was added", list.file, wrong.total,
                            counted(static_cast<std::int64_t>(lines), "line"), wrong.total == 1 ? "is" : "are"),
                "correct the file, and run the same command again");
}

void show_rows(const Session& session, const units::UnitImport& import) {
    std::vector<std::string> keys{"line", "result"};
    for (const auto& column : units::unit_list_columns()) keys.push_back(column);
    Listing listing(session, "units", keys,
                    {{"line", "LINE", As::number, {.leaves = 1}},
                     {"result", "RESULT"},
                     {"name", "UNIT"},
                     {"types", "TYPES", As::text, {.shrinks = true, .leaves = 3}},
                     {"labels", "LABELS", As::text, {.shrinks = true, .leaves = 2}},
                     {"address", "ADDRESS", As::text, {.shrinks = true, .leaves = 4}}});
    auto show = [&](const std::vector<units::ListedUnit>& lines, const char* result) {
        for (const auto& unit : lines) {
            Row row{{"line", unit.line}, {"result", result}};
            put_listed_unit(row, unit, is_flat(session));
            listing.row(row);
        }
    };
    show(import.added, "added");
    show(import.unchanged, "unchanged");
    listing.finish();
}

/// Asks the units of this machine, and says what is to be said about them; the exit code.
int look_at_units(Session& session, const units::UnitImport& import) {
    auto& home = session.home_for_writing();
    auto asked = units::units_to_ask(home.store(), import);
    std::size_t told = 0;
    std::size_t silent = 0;
    std::size_t concerned = 0;
    auto tell = [&](const units::Visit& visit) {
        const auto& report = visit.report;
        bool is_plain = !visit.trouble && report.reached && report.findings.empty() && report.found.empty();
        if (!visit.trouble && !report.reached) ++silent;
        if (visit.trouble || !report.findings.empty()) ++concerned;
        if (is_plain || ++told > most_units_told) return;
        if (visit.trouble)
            tell_trouble(session, report.unit, *visit.trouble, false);
        else
            tell_check(session, report);
    };
    if (units::check_many(
            home, asked.here, [&] { return session.stamp(); }, session.reaching(), tell))
        session.leave_at_once();
    if (told > most_units_told)
        session.warn(fmt::format("there is more to say about {}",
                                 counted(static_cast<std::int64_t>(told - most_units_told), "unit")),
                     {}, "all of it: rekey units check");
    if (!asked.elsewhere.empty())
        session.note(fmt::format("{} elsewhere {} not asked yet: rekey units check",
                                 counted(static_cast<std::int64_t>(asked.elsewhere.size()), "unit"),
                                 asked.elsewhere.size() == 1 ? "was" : "were"));
    return concerned != 0 ? exit_partly : silent != 0 ? exit_deferred : exit_done;
}

int add_list(Session& session, const UnitsAddOptions& options) {
    require_list_alone(options);
    auto list = units::read_unit_list(options.csv);
    check_rules(list);
    auto lines = list.units.size() + list.wrong.total;
    auto import = options.dry_run ? units::compare_units(session.home_for_reading().store(), list)
                                  : units::add_units(session.home_for_writing(), list, session.stamp());
    refuse_wrong_lines(session, list, import.wrong, lines);
    if (options.dry_run || session.format() != OutputFormat::table) show_rows(session, import);
    session.note(fmt::format("{}{} added{}", counted(static_cast<std::int64_t>(import.added.size()), "unit"),
                             options.dry_run ? " would be" : "",
                             import.unchanged.empty() ? "" : fmt::format(", {} unchanged", import.unchanged.size())));
    if (options.dry_run) return exit_done;
    auto code = look_at_units(session, import);
    std::vector<std::string> added;
    for (const auto& unit : import.added) added.push_back(unit.name);
    warn_of_names(session, added);
    return code;
}

}  // namespace

void units_add(Registry& registry) {
    registry.command("units add", "Record a unit, its slots and what they hold", [](Command& command) -> Run {
        auto options = std::make_shared<UnitsAddOptions>();
        command.optional_argument("NAME", options->name, "Name of the unit").takes(Values::text);
        command
            .optional_argument("ADDRESS", options->address,
                               "Where it is: dir:/path, ssh://[user@]host[:port]/path, ...")
            .takes(Values::address);
        command.options("--type", "T", options->types, "Slot of the unit: TYPE or NODE/TYPE; repeatable");
        command.option("--node", "N", options->node, "Node of each TYPE that names none");
        command.options("--label", "K=V", options->labels, "Label of the unit; repeatable");
        command.option("--reload", "CMD", options->reload,
                       "Command on the unit that makes services load a new key and certificate");
        command.option("--probe", "ADDRESS", options->probe,
                       "Server that presents the certificate: [PROTOCOL://]HOST:PORT[?name=NAME]");
        command.option("--csv", "FILE", options->csv,
                       "Add all units of this table, or none; columns: name, address, types, node, labels, reload, "
                       "probe, keep_mode, rules; - for standard input");
        command.flag("-n,--dry-run", options->dry_run, "With --csv: change nothing; show what would be added");
        command.example("rekey units add pump-1 dir:/srv/units/pump-1 --type online --type iam");
        command.example("rekey units add pump-2 ssh://rekey@pump-2.example/srv/unit --type online --label site=north",
                        "on another machine");
        command.example("rekey units add --csv units.csv --dry-run", "many units, from a spreadsheet saved as CSV");
        command.ending(exit_deferred, "The unit is recorded, but cannot be reached now.");
        return [options](Session& session) {
            return options->csv.empty() ? add_one(session, *options) : add_list(session, *options);
        };
    });
}

}  // namespace rekey::cli
