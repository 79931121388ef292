#include <fmt/format.h>

#include <set>

#include "commands.hpp"
#include "listing.hpp"
#include "rekey/base/error.hpp"
#include "rekey/renewal/issuer_ends.hpp"
#include "rekey/store/certificates.hpp"
#include "rekey/store/revocations.hpp"

namespace rekey::cli {

namespace {

/// The exit codes of monitoring plugins, which differ from all other commands'.
enum Plugin { plugin_ok = 0, plugin_warning = 1, plugin_critical = 2, plugin_unknown = 3 };

struct Options {
    std::string warning = "30d";
    std::string critical = "7d";
};

/// Its chain may end before it does.
std::string_view end_word(const store::Certificate& certificate, bool over) {
    if (certificate.chain_end.subject.empty()) return over ? "expired" : "expires";
    return over ? "has a chain that ended" : "has a chain that ends";
}

int check(Session& session, const Options& options) {
    auto now = session.now();
    auto warning = parse_period(options.warning, "--warning").after(now);
    auto critical = parse_period(options.critical, "--critical").after(now);
    if (critical > warning)
        throw Error(Code::usage, "--critical must not be longer than --warning", "as --warning 30d --critical 7d");
    std::int64_t total = 0;
    std::int64_t warn = 0;
    std::int64_t alarm = 0;
    std::int64_t revoked = 0;
    std::optional<store::Certificate> first;
    auto& store = session.home_for_reading().store();
    store::Snapshot snapshot(store);
    std::set<store::Id> revoked_in_use;
    store::each_revocation_in_use(
        store, [&](const store::Revocation& revocation) { revoked_in_use.insert(revocation.certificate_id); });
    store::each_certificate(store, {}, [&](const store::Certificate& certificate) {
        // What is pending is not in use yet.
        if (certificate.state == store::CertificateState::pending) return;
        ++total;
        auto end = certificate.chain_end.at;
        bool is_revoked = revoked_in_use.contains(certificate.id);
        if (is_revoked) ++revoked;
        if (is_revoked || end < critical)
            ++alarm;
        else if (end < warning)
            ++warn;
        if (!first || end < first->chain_end.at) first = certificate;
    });
    auto ending = renewal::issuers_ending(store, session.config(), now);
    bool is_alarm = alarm != 0 || (!ending.empty() && ending.front().at < critical);
    bool is_warning = warn != 0 || !ending.empty();
    std::string issuers;
    for (const auto& issuer : ending) issuers += "; " + printable(issuer.what);
    auto word = is_alarm ? "CRITICAL" : is_warning ? "WARNING" : "OK";
    std::string next = "no certificates";
    if (first) {
        auto days = days_between(now, first->chain_end.at);
        bool over = first->chain_end.at <= now;
        auto when =
            over ? fmt::format("{} d ago", days_between(first->chain_end.at, now)) : fmt::format("in {} d", days);
        auto refused = revoked == 0 ? "" : fmt::format(" ({} revoked and in use)", revoked);
        next = fmt::format("{} certificate{}, {} critical{}, {} warning; {} {} {} ({})", total, total == 1 ? "" : "s",
                           alarm, refused, warn, first->slot.to_string(), end_word(*first, over),
                           to_rfc3339(first->chain_end.at), when);
    }
    fmt::print("CERTS {} - {}{} | total={} warning={} critical={}\n", word, next, issuers, total, warn, alarm);
    return is_alarm ? plugin_critical : is_warning ? plugin_warning : plugin_ok;
}

}  // namespace

void certs_check(Registry& registry) {
    registry.command("certs check", "One line for monitoring: OK, WARNING, CRITICAL or UNKNOWN (0, 1, 2, 3)",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<Options>();
                         command.option("--warning", "P", options->warning,
                                        "Warn when one ends within this time [30d]");
                         command.option("--critical", "P", options->critical,
                                        "Alarm when one ends within this time, or is revoked [7d]");
                         command.example("rekey certs check --warning 30d --critical 7d");
                         command.ending(plugin_ok, "OK.");
                         command.ending(plugin_warning, "WARNING.");
                         command.ending(plugin_critical, "CRITICAL.");
                         command.ending(plugin_unknown, "UNKNOWN: it could not be found out.");
                         return [options](Session& session) -> int {
                             try {
                                 return check(session, *options);
                             } catch (const Error& e) {
                                 fmt::print("CERTS UNKNOWN - {}{}{}\n", printable(e.message()),
                                            e.hint().empty() ? "" : "; ", printable(e.hint()));
                                 return plugin_unknown;
                             }
                         };
                     });
}

}  // namespace rekey::cli
