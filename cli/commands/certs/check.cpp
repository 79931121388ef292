#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "command/commands.hpp"
#include "command/selection.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/units/units.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

/// The exit codes of monitoring plugins, which differ from all other commands'.
enum PluginCode { plugin_ok = 0, plugin_warning = 1, plugin_critical = 2, plugin_unknown = 3 };

struct CertsCheckOptions {
    SelectionOptions selection;
    std::vector<std::string> warning;
    std::vector<std::string> critical;
};

/// How long before its end a certificate is reported: for all types, and for those that have a time of their own.
class Threshold {
public:
    /// `given`: `P` and `TYPE=P`, in any order. Throws Code::usage.
    Threshold(const std::vector<std::string>& given, const std::string& option, const char* without) {
        all_ = parse_period(without, option);
        bool has_all = false;
        for (const auto& text : given) {
            auto equals = text.find('=');
            bool is_new = equals == std::string::npos ? !std::exchange(has_all, true) : add(text, equals, option);
            if (equals == std::string::npos) all_ = parse_period(text, option);
            if (!is_new)
                throw Error(Code::usage, fmt::format("{} is given twice for the same", option),
                            fmt::format("as {0} 30d {0} iam=10d", option));
        }
    }

    const Period& of(const std::string& type) const {
        auto own = types_.find(type);
        return own == types_.end() ? all_ : own->second;
    }
    const std::map<std::string, Period>& types() const { return types_; }
    /// Beyond it, no certificate of any type is reported.
    Time latest(Time now) const {
        auto latest = all_.after(now);
        for (const auto& [type, period] : types_) latest = std::max(latest, period.after(now));
        return latest;
    }

private:
    /// False: the type has one.
    bool add(const std::string& text, std::size_t equals, const std::string& option) {
        auto type = text.substr(0, equals);
        require_name(type, "type");
        return types_.emplace(type, parse_period(text.substr(equals + 1), option)).second;
    }

    Period all_;
    std::map<std::string, Period> types_;
};

struct Thresholds {
    Threshold warning;
    Threshold critical;
};

void require_order(const Thresholds& thresholds, const std::string& type, Time now) {
    auto warning = thresholds.warning.of(type);
    auto critical = thresholds.critical.of(type);
    if (critical.after(now) <= warning.after(now)) return;
    auto whose = type.empty() ? "" : fmt::format("of type {}: ", type);
    throw Error(
        Code::usage,
        fmt::format("{}--critical ({}) must not be longer than --warning ({})", whose, critical.to_string(),
                    warning.to_string()),
        type.empty() ? "as --warning 30d --critical 7d" : fmt::format("as --warning {0}=10d --critical {0}=2d", type));
}

Thresholds read_thresholds(const CertsCheckOptions& options, Time now) {
    Thresholds thresholds{{options.warning, "--warning", "30d"}, {options.critical, "--critical", "7d"}};
    require_order(thresholds, "", now);
    for (const auto* each : {&thresholds.warning, &thresholds.critical})
        for (const auto& [type, period] : each->types()) require_order(thresholds, type, now);
    return thresholds;
}

/// A type that no slot has is misspelt, and what it should warn of would pass unseen. Throws Code::not_found.
void require_types_there(store::Reader& store, const Thresholds& thresholds) {
    store::Selection named;
    for (const auto* each : {&thresholds.warning, &thresholds.critical})
        for (const auto& [type, period] : each->types()) named.types.push_back(type);
    units::require_matches(store, named);
}

/// Its chain may end before it does.
std::string_view end_word(const store::Certificate& certificate, bool over) {
    if (certificate.chain_end.subject.empty()) return over ? "expired" : "expires";
    return over ? "has a chain that ended" : "has a chain that ends";
}

/// What is counted, and the first to tell of.
struct CheckCounts {
    std::int64_t total = 0;
    std::int64_t warning = 0;
    std::int64_t critical = 0;
    std::int64_t revoked = 0;
    std::optional<store::Certificate> first;  ///< to end
    std::int64_t findings = 0;
    std::optional<renewal::Finding> first_finding;  ///< of the worst
};

/// Of certificates and what signs them. When they end is counted by the options, what is due is no alarm of its own,
/// and `policy check` reports what violates policy.
bool is_of_certificates(renewal::FindingKind kind) {
    switch (kind) {
        case renewal::FindingKind::not_valid_yet:
        case renewal::FindingKind::empty_slot:
        case renewal::FindingKind::emptied:
        case renewal::FindingKind::drift:
        case renewal::FindingKind::impossible:
        case renewal::FindingKind::issuer_ends:
        case renewal::FindingKind::list_ends:
            return true;
        default:
            return false;
    }
}

/// Slot and certificate number, as findings name them.
using RevokedInUse = std::set<std::pair<std::string, std::string>>;

void count_finding(const renewal::Finding& finding, CheckCounts& counts) {
    ++(finding.urgency == renewal::Urgency::critical ? counts.critical : counts.warning);
    ++counts.findings;
    auto& first = counts.first_finding;
    if (!first || first->urgency < finding.urgency) first = finding;
}

/// Counts the findings beside the certificates. Returns those that are revoked, which are counted as certificates.
RevokedInUse count_findings(Session& session, const store::Selection& selection, Time now, CheckCounts& counts) {
    RevokedInUse revoked;
    renewal::each_finding(session.home_for_reading(), session.current_policy(), selection, now,
                          [&](const renewal::Finding& finding) {
                              if (finding.kind == renewal::FindingKind::revoked_in_use)
                                  revoked.emplace(finding.subject, finding.which);
                              else if (is_of_certificates(finding.kind))
                                  count_finding(finding, counts);
                          });
    return revoked;
}

/// What ends within the longest of the times that are asked for, so that only these are read.
void count_ending(store::Reader& store, const store::Selection& selection, const Thresholds& thresholds, Time now,
                  const RevokedInUse& revoked, CheckCounts& counts) {
    store::CertificateFilter filter;
    filter.which = selection;
    filter.which.expires_before = thresholds.warning.latest(now);
    store::each_certificate(store, filter, [&](const store::Certificate& certificate) {
        // What is pending is not in use yet.
        if (certificate.state == store::CertificateState::pending) return;
        auto end = certificate.chain_end.at;
        // Those are counted apart.
        if (revoked.contains({certificate.slot.to_string(), certificate.facts.number})) return;
        const auto& type = certificate.slot.type;
        if (end < thresholds.critical.of(type).after(now))
            ++counts.critical;
        else if (end < thresholds.warning.of(type).after(now))
            ++counts.warning;
    });
}

void count_certificates(store::Reader& store, const store::Selection& selection, const Thresholds& thresholds, Time now,
                        const RevokedInUse& revoked, CheckCounts& counts) {
    counts.total = store::count_in_use(store, selection);
    counts.first = store::first_to_end(store, selection);
    counts.revoked = static_cast<std::int64_t>(revoked.size());
    counts.critical += counts.revoked;
    count_ending(store, selection, thresholds, now, revoked, counts);
}

/// A unit, and the name of an issuer, may say anything: on one line, and where `|` begins the performance data.
std::string plugin_text(const std::string& text) {
    auto shown = printable(text);
    std::ranges::replace(shown, '|', '/');
    return shown;
}

std::string in_words(const CheckCounts& counts, Time now) {
    std::string text = "no certificates";
    if (const auto& first = counts.first) {
        auto end = first->chain_end.at;
        bool over = end <= now;
        auto when =
            over ? fmt::format("{} d ago", days_between(end, now)) : fmt::format("in {} d", days_between(now, end));
        auto refused = counts.revoked == 0 ? "" : fmt::format(" ({} revoked and in use)", counts.revoked);
        text = fmt::format("{} certificate{}, {} critical{}, {} warning; {} {} {} ({})", counts.total,
                           counts.total == 1 ? "" : "s", counts.critical, refused, counts.warning,
                           first->slot.to_string(), end_word(*first, over), to_rfc3339(end), when);
    }
    if (counts.first_finding) text += "; " + renewal::in_words(*counts.first_finding);
    if (counts.findings > 1) text += fmt::format(" (and {} more)", counts.findings - 1);
    return text;
}

CheckCounts count(Session& session, const SelectionOptions& options, const Thresholds& thresholds, Time now) {
    CheckCounts counts;
    auto& store = session.home_for_reading().store();
    store::Snapshot snapshot(store);
    auto selection = get_selection(store, options, now);
    require_types_there(store, thresholds);
    auto revoked = count_findings(session, selection, now, counts);
    count_certificates(store, selection, thresholds, now, revoked, counts);
    return counts;
}

int check(Session& session, const CertsCheckOptions& options) {
    auto now = session.now();
    auto counts = count(session, options.selection, read_thresholds(options, now), now);
    auto word = counts.critical != 0 ? "CRITICAL" : counts.warning != 0 ? "WARNING" : "OK";
    fmt::print("CERTS {} - {} | total={} warning={} critical={}\n", word, plugin_text(in_words(counts, now)),
               counts.total, counts.warning, counts.critical);
    return counts.critical != 0 ? plugin_critical : counts.warning != 0 ? plugin_warning : plugin_ok;
}

}  // namespace

void certs_check(Registry& registry) {
    registry.command(
        "certs check", "Print one line for monitoring; exit with 0 to 3, as plugins do", [](Command& command) -> Run {
            auto options = std::make_shared<CertsCheckOptions>();
            SelectionWords words;
            words.expiring = false;
            words.limit.clear();
            add_selection(command, options->selection, words);
            command.options("--warning", "[TYPE=]P", options->warning,
                            "WARNING if a certificate (of TYPE) ends within this time; repeatable [30d]");
            command.options("--critical", "[TYPE=]P", options->critical,
                            "CRITICAL if a certificate (of TYPE) ends within this time or is revoked; repeatable [7d]");
            command.example("rekey certs check --warning 30d --critical 7d");
            command.example("rekey certs check --warning iam=10d --critical iam=2d",
                            "other times for iam, which is short-lived");
            command.ending(plugin_ok, "OK.");
            command.ending(plugin_warning, "WARNING.");
            command.ending(plugin_critical, "CRITICAL.");
            command.ending(plugin_unknown, "UNKNOWN: it could not be determined.");
            return [options](Session& session) -> int {
                try {
                    return check(session, *options);
                } catch (const Error& e) {
                    fmt::print("CERTS UNKNOWN - {}{}{}\n", plugin_text(e.message()), e.hint().empty() ? "" : "; ",
                               plugin_text(e.hint()));
                    return plugin_unknown;
                }
            };
        });
}

}  // namespace rekey::cli
