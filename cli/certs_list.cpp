#include <fmt/format.h>

#include "certificate_rows.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/base/error.hpp"
#include "units_report.hpp"

namespace rekey::cli {

namespace {

struct Options {
    std::vector<std::string> units;
    std::string type;
    std::string state;
    std::string due;
    std::vector<std::string> labels;
    bool history = false;
    bool live = false;
};

store::CertificateFilter filter_of(const Options& options, Time now) {
    store::CertificateFilter filter;
    filter.units = options.units;
    filter.type = options.type;
    filter.labels = parse_labels(options.labels);
    filter.history = options.history;
    filter.removed_units = options.history;
    if (!options.state.empty()) {
        filter.state = store::certificate_state(options.state);
        if (!filter.state)
            throw Error(Code::usage, fmt::format("'{}' is no state", printable(options.state)),
                        "states: pending, active, superseded, revoked, rejected, foreign");
    }
    if (!options.due.empty()) filter.expires_before = parse_period(options.due, "--due").after(now);
    return filter;
}

/// Asks the units now, so that the list that follows is what they hold. False when one is silent.
bool look_again(Session& session, std::vector<std::string> names) {
    auto& home = session.home_for_writing();
    if (names.empty()) store::each_unit(home.store(), {}, [&](const auto& unit) { names.push_back(unit.name); });
    bool all_reached = true;
    for (const auto& name : names) {
        auto report = units::check(home, name, session.stamp());
        if (!report.reached)
            session.warn(fmt::format("{} is offline: {}; shown as recorded", name, printable(report.cause)));
        for (const auto& finding : report.findings)
            session.warn(fmt::format("{}: {}", finding.slot.to_string(), printable(finding.what)));
        all_reached = all_reached && report.reached;
    }
    return all_reached;
}

}  // namespace

void certs_list(Registry& registry) {
    registry.command("certs list", "List certificates: number, issue date, expiration date", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        app.add_option("UNIT", options->units, "Units; all when none is named");
        app.add_option("--type", options->type, "Only this type")->type_name("T");
        app.add_option("--state", options->state,
                       "Only this state: pending, active, superseded, revoked, rejected, foreign")
            ->type_name("S");
        app.add_option("--due", options->due, "Only those that expire within this time: 90d")->type_name("WITHIN");
        app.add_option("--label", options->labels, "Only of units with this label; repeatable")
            ->type_name("K=V")
            ->allow_extra_args(false);
        app.add_flag("--history", options->history, "Also those that are out of use");
        app.add_flag("--live", options->live, "Ask the units now, and record what they hold");
        return [options](Session& session) {
            auto now = session.now();
            auto filter = filter_of(*options, now);
            for (const auto& name : options->units)
                if (!options->history) get_unit(session.home_for_reading().store(), name);
            bool complete = !options->live || look_again(session, options->units);
            auto listing = certificate_listing(session);
            store::each_certificate(
                session.home_for_reading().store(), filter,
                [&](const store::Certificate& certificate) { print_certificate(listing, session, certificate, now); });
            listing.finish();
            return complete ? exit_done : exit_deferred;
        };
    });
}

}  // namespace rekey::cli
