#include <fmt/format.h>

#include <set>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/error.hpp"
#include "rekey/store/name_lookup.hpp"
#include "rekey/store/revocations.hpp"
#include "views/certificate_rows.hpp"
#include "views/units_report.hpp"

namespace rekey::cli {

namespace {

struct CertsListOptions {
    std::vector<std::string> units;
    std::string type;
    std::string state;
    std::string due;
    std::vector<std::string> labels;
    bool history = false;
    bool live = false;
};

store::CertificateFilter filter_of(const CertsListOptions& options, Time now) {
    store::CertificateFilter filter;
    filter.units = options.units;
    filter.type = options.type;
    filter.labels = parse_labels(options.labels);
    filter.history = options.history;
    filter.removed_units = options.history;
    filter.found = true;
    if (!options.state.empty() && options.state != found_state) filter.state = store::certificate_state(options.state);
    if (!options.due.empty()) filter.expires_before = parse_period(options.due, "--due").after(now);
    return filter;
}

/// Asks the units now, so that the list that follows is what they hold; where one does not say, what is recorded.
int look_again(Session& session, std::vector<std::string> names) {
    auto& home = session.home_for_writing();
    if (names.empty()) store::each_unit(home.store(), {}, [&](const auto& unit) { names.push_back(unit.name); });
    bool all_reached = true;
    bool failed = false;
    auto tell = [&](const units::Visit& visit) {
        const auto& report = visit.report;
        if (visit.trouble) {
            tell_trouble(session, visit.report.unit, *visit.trouble, names.size() == 1);
            failed = true;
            return;
        }
        if (!report.reached)
            session.warn(fmt::format("{} is offline: {}; shown as recorded", report.unit, printable(report.cause)),
                         about_unit(report.unit));
        for (const auto& finding : report.findings)
            session.warn(fmt::format("{}: {}", finding.slot.to_string(), printable(finding.what)),
                         about_slot(finding.slot));
        all_reached = all_reached && report.reached;
    };
    if (units::check_each(
            home, names, [&] { return session.stamp(); }, session.reaching(), tell))
        session.leave_at_once();
    return failed ? exit_partly : all_reached ? exit_done : exit_deferred;
}

/// An empty list says nothing about why it is.
void warn_of_unknown_type(Session& session, const std::string& type) {
    auto& store = session.home_for_reading().store();
    bool known = false;
    store::each_name(store, store::Named::type, type, [&](const std::string& name) { known = known || name == type; });
    if (!known)
        session.warn(fmt::format("no unit has a slot of type '{}'; {}", printable(type),
                                 store::did_you_mean(store, store::Named::type, type, "see: rekey certs list")));
}

}  // namespace

void certs_list(Registry& registry) {
    registry.command(
        "certs list", "List certificates: number, issue date, expiration date", [](Command& command) -> Run {
            auto options = std::make_shared<CertsListOptions>();
            command.arguments("UNIT", options->units, "Units; all when none is named");
            command.option("--type", "T", options->type, "Only this type");
            command.choice("--state", "S", options->state,
                           {"pending", "active", "superseded", "revoked", "rejected", "foreign", "found"},
                           "Only this state");
            command.option("--due", "WITHIN", options->due, "Only certificates that expire within this time: 90d");
            command.options("--label", "K=V", options->labels, "Only of units with this label; repeatable");
            command.flag("--history", options->history, "Also credentials that are no longer in use");
            command.flag("--live", options->live, "Ask the units now, and record what they hold");
            command.example("rekey certs list");
            command.example("rekey certs list --due 90d --type online", "what expires within 90 days");
            command.example("rekey certs list pump-1 --history --json");
            command.ending(exit_partly, "With --live, a unit could not be asked; what is listed of it is recorded.");
            command.ending(exit_deferred, "With --live, a unit does not answer.");
            return [options](Session& session) {
                auto now = session.now();
                auto filter = filter_of(*options, now);
                for (const auto& name : options->units)
                    if (!options->history) get_unit(session.home_for_reading().store(), name);
                int ending = options->live ? look_again(session, options->units) : exit_done;
                auto& store = session.home_for_reading().store();
                std::set<store::Id> revoked;
                store::each_revocation_in_use(
                    store, [&](const store::Revocation& revocation) { revoked.insert(revocation.certificate_id); });
                auto listing = certificate_listing(session);
                store::each_certificate(store, filter, [&](const store::Certificate& certificate) {
                    if (!options->state.empty() && state_of(certificate) != options->state) return;
                    print_certificate(listing, session, certificate, now, revoked.contains(certificate.id));
                });
                listing.finish();
                if (!options->type.empty()) warn_of_unknown_type(session, options->type);
                return ending;
            };
        });
}

}  // namespace rekey::cli
