#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/expiring.hpp"
#include "command/selection.hpp"
#include "rekey/store/fleet.hpp"
#include "reports/units_report.hpp"
#include "views/certificate_rows.hpp"

namespace rekey::cli {

namespace {

struct CertsListOptions {
    SelectionOptions selection;
    std::string due;
    bool history = false;
    bool live = false;
};

/// Whether the state that was asked for is one that the store does not know by itself.
bool asks_for_found(const CertsListOptions& options) { return options.selection.state == found_state; }

/// The state that is computed: the certificate has ended, or a certificate of its chain has.
constexpr std::string_view expired_state = "expired";

/// Whatever ends first of what was asked for.
void narrow_to_end(store::Selection& selection, const EndSpan& span, const std::string& written) {
    if (span.from) selection.expires_from = std::max(selection.expires_from.value_or(*span.from), *span.from);
    if (selection.expires_before && *selection.expires_before <= span.before) return;
    selection.expires_before = span.before;
    selection.expiring = written;
}

store::CertificateFilter filter_of(store::Reader& store, const CertsListOptions& options, Time now, bool shows_labels) {
    store::CertificateFilter filter;
    filter.history = options.history;
    filter.details = false;
    filter.unit_labels = shows_labels;
    filter.removed_units = options.history;
    filter.found =
        options.selection.state.empty() || asks_for_found(options) || options.selection.state == expired_state;
    filter.which = get_selection(store, options.selection, now, {options.history, true});
    if (!options.due.empty()) narrow_to_end(filter.which, parse_expiring(options.due, "--due", now), options.due);
    if (options.selection.state == expired_state) narrow_to_end(filter.which, {std::nullopt, now}, "0s");
    return filter;
}

/// Asks the units now, so that the list that follows is what they hold; where one does not say, what is recorded.
int look_again(Session& session, const store::Selection& selection) {
    auto& home = session.home_for_writing();
    std::vector<std::string> names;
    store::each_unit(home.store(), named_part(selection), [&](const auto& unit) { names.push_back(unit.name); });
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
void tell_nothing_matches(const Session& session, const CertsListOptions& options, store::Selection selection) {
    if (options.selection.state == expired_state) {
        selection.expires_before.reset();
        selection.expires_from.reset();
    }
    auto words = selection.to_string();
    // Neither is a state of the store's.
    if (asks_for_found(options) || options.selection.state == expired_state)
        words += (words.empty() ? "--state " : " --state ") + options.selection.state;
    if (!words.empty()) session.note(fmt::format("no certificate matches {}", printable(words)));
}

}  // namespace

void certs_list(Registry& registry) {
    registry.command(
        "certs list", "List certificates: number, issue date, expiration date", [](Command& command) -> Run {
            auto options = std::make_shared<CertsListOptions>();
            SelectionWords words;
            words.states = {"pending", "active", "superseded", "revoked", "rejected", "foreign", "found", "expired"};
            words.limit = "At most this many certificates";
            add_selection(command, options->selection, words);
            command.option("--due", expiring_value, options->due, "The same as --expiring");
            command.flag("--history", options->history, "Also certificates that are no longer in use");
            command.flag("--live", options->live, "Ask the units now, and record what they hold");
            command.example("rekey certs list");
            command.example("rekey certs list --due 90d --type online", "what expires within 90 days");
            command.example("rekey certs list --expiring 2027", "what expires in that year");
            command.example("rekey certs list --state expired");
            command.example("rekey certs list pump-1 --history --json");
            command.example("rekey certs list 'north-*' '*/iam' --label site=north,south",
                            "units by name and all iam slots, at two sites");
            command.ending(exit_partly,
                           "With --live, a unit could not be asked; the list shows what is recorded for it.");
            command.ending(exit_deferred, "With --live, a unit does not answer.");
            return [options](Session& session) {
                auto now = session.now();
                auto filter = filter_of(session.home_for_reading().store(), *options, now,
                                        session.format() != OutputFormat::table);
                int ending = options->live ? look_again(session, filter.which) : exit_done;
                auto& store = session.home_for_reading().store();
                std::set<store::Id> revoked;
                store::each_revocation_in_use(
                    store, [&](const store::Revocation& revocation) { revoked.insert(revocation.certificate_id); });
                auto listing = certificate_listing(session);
                LabelCell labels(is_flat(session));
                bool only_found = asks_for_found(*options);
                std::int64_t limit = only_found ? std::exchange(filter.which.limit, 0) : 0;
                std::int64_t listed = 0;
                store::each_certificate(store, filter, [&](const store::Certificate& certificate) {
                    if (only_found && (!certificate.found || (limit != 0 && listed == limit))) return;
                    ++listed;
                    print_certificate(listing, session, store, certificate, now, revoked.contains(certificate.id),
                                      labels);
                });
                listing.finish();
                if (listed == 0) tell_nothing_matches(session, *options, filter.which);
                return ending;
            };
        });
}

}  // namespace rekey::cli
