// The state of a home at one time, counted, and as one page, JSON or CSV.
//
// `take` reads all of it in one snapshot; the other functions are ways to show it. Its size does not grow with the
// fleet, and it holds no secret.
//
//     auto report = rekey::report::take(home, policy, now);
//     std::cout << rekey::report::sentence(report) << '\n';
//     for (const auto& concern : rekey::report::concerns(report)) std::cout << concern.what << '\n';
//     std::ofstream("report.html") << rekey::report::html(report);
//
// What is wrong with the fleet is in the report; only what keeps it from being read is thrown, as by the store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "rekey/store/tenants.hpp"

namespace rekey::report {

/// What a list shows of all that there is: its first rows, `most_rows` at most.
template <class Row>
struct List {
    std::vector<Row> rows;
    std::int64_t total = 0;
};
inline constexpr std::size_t most_rows = 20;

using Counts = std::map<std::string, std::int64_t>;

/// A certificate that a slot uses.
struct EndingCertificate {
    std::string slot;
    std::string number;
    Time not_after{};  ///< when it, or the first of its chain, ends
    bool foreign = false;
    std::string ends_with;  ///< the subject of that one of its chain; empty: itself
};

/// Days ahead that a report tells of by name, and days back of what changed.
inline constexpr int days_ahead = 30;
inline constexpr int days_back = 30;

/// What becomes of a certificate that ends soon, by itself or not.
enum class Fate {
    automatic,   ///< the unattended run renews it in time
    away,        ///< the same, once its unit answers again
    foreign,     ///< no issuer of the home signed it, so that no unattended run replaces it
    impossible,  ///< no run can replace it, or none would before it ends
};
REKEY_EXPORT std::string_view to_string(Fate fate);

/// A certificate in use that ends within `days_ahead`.
struct Ahead {
    std::string slot;
    std::string number;
    Time not_after{};  ///< when it, or the first of its chain, ends
    std::int64_t days = 0;
    Fate fate = Fate::automatic;
    std::string what;  ///< will happen, in words
};

/// The units that have one value of a label, or do not have the label, and the certificates that they use.
struct Site {
    std::string value;                             ///< empty: units without the label, or `is_rest`
    bool is_rest = false;                          ///< all values beyond the first `most_values`, together
    renewal::Level level = renewal::Level::green;  ///< of the worst that is found of these units and their slots
    std::int64_t units = 0;
    std::int64_t away = 0;
    std::int64_t in_use = 0;
    std::int64_t expired = 0;
    std::int64_t ending = 0;  ///< within `days_ahead`; not expired
    std::int64_t due = 0;
};
/// Values that are counted apart, so that a label whose values are as many as units takes no more memory.
inline constexpr std::size_t most_values = 1000;

struct Sites {
    std::string label;  ///< empty: no unit has one, or was counted
    List<Site> list;    ///< the worst first
};

/// Runs of one actor that began in the twelve months of `renewals`.
struct Actor {
    std::string name;
    std::int64_t runs = 0;
    std::int64_t renewed = 0;
    std::int64_t failed = 0;
};

/// What changed in the whole home since a moment, by its audit trail; revocations by their own record, as a renewal
/// revokes too.
struct Changes {
    Time since{};
    bool since_was_asked = false;  ///< no: `days_back`
    std::int64_t generated = 0;    ///< first certificates of slots
    std::int64_t renewed = 0;
    std::int64_t revoked = 0;
    std::int64_t units_added = 0;
    std::int64_t units_removed = 0;
    std::int64_t policy_revisions = 0;
    std::int64_t credentials_rotated = 0;
};

/// A unit that did not answer when it was last asked.
struct Away {
    std::string unit;
    Time since{};
    std::optional<Time> must_reconnect_by;
    std::int64_t due = 0;  ///< certificates that wait for it
};

struct ReportedIssuer {
    std::string name;
    std::string subject;
    std::string key;
    Time not_after{};         ///< of the first of its chain to end
    std::int64_t in_use = 0;  ///< certificates that it signed and slots use
    std::string ends_with;    ///< the subject of that one; empty: its own
};

struct ReportedFinding {
    std::string slot;
    std::string number;
    std::string what;
};

struct ReportedRun {
    store::Run run;
    std::string status;  ///< as `renewal::status_of`
    std::map<store::Outcome, std::int64_t> items;
};

/// One that is active or staged.
struct ReportedCredential {
    std::string name;
    std::string tenant;
    store::CredentialState state = store::CredentialState::active;
    std::string health;  ///< as `store::health_word`
    std::optional<Time> last_success;
    std::optional<Time> last_failure;
    std::string rotation;  ///< as `tenants::in_words`; empty: none is under way
};

/// What needs attention, and the command that shows it. Notes are no concerns.
struct ReportedConcern {
    bool urgent = false;
    std::string what;
    std::string command;
};

/// The state of a home at one time, counted and not listed: its size does not grow with the fleet. Holds no secret.
struct Report {
    explicit Report(Time now) : statistics(now) {}

    std::string version;
    std::string home;
    std::string organization;
    std::string selection;       ///< as it was typed, where the report is of a part of the units
    bool clock_is_right = true;  ///< renewals accept it

    /// `statistics.now` is when it was made.
    renewal::Statistics statistics;
    std::int64_t slots = 0;
    std::int64_t empty_slots = 0;  ///< without a certificate in use
    List<Away> away;               ///< who must be back first comes first

    renewal::TypeCounts expired;  ///< in use
    renewal::Timeline months;     ///< when the others that are in use expire
    Counts types;                 ///< of what is in use
    Counts keys;
    Counts signatures;
    List<EndingCertificate> soonest;
    List<Ahead> ahead;  ///< the first to end first
    /// Certificates in use that need attention, each once, by the worst that is found of it.
    std::map<renewal::FindingKind, std::int64_t> in_trouble;
    Sites sites;
    std::int64_t revoked_in_use = 0;
    List<ReportedIssuer> issuers;
    std::vector<renewal::IssuerEnd> issuers_ending;

    std::map<std::string, List<ReportedFinding>> findings;  ///< by rule, in order of slot
    std::int64_t violating = 0;                             ///< slots with any

    renewal::FindingCounts counts;  ///< all that is to be found, as `renewal::each_finding`

    Time since{};                            ///< the begin of `renewals`
    std::vector<store::ItemCount> renewals;  ///< of twelve months, this one the last
    List<ReportedRun> runs;                  ///< newest first
    std::int64_t unfinished_runs = 0;
    List<Actor> actors;  ///< the one with the most runs first

    std::int64_t tenants = 0;
    List<ReportedCredential> credentials;  ///< those in trouble come first
    std::int64_t unfinished_rotations = 0;

    store::AuditCheck audit;
    Changes changes;

    Time made_at() const { return statistics.now; }
};

/// What a report is of, and how it is divided.
struct Scope {
    store::Selection units = {};     ///< empty: all
    std::string label = {};          ///< its values are the sites; empty: the one that most units have
    std::optional<Time> since = {};  ///< the begin of `changes`; none: `days_back` ago
};

/// Reads all of it in one snapshot, even if others write meanwhile. Asks no unit and no provider. Units, their
/// certificates and what is found of them are those of the selected units; all else is the home's.
REKEY_EXPORT Report take(Home& home, const policy::Policy& policy, Time now, const Scope& scope = {});
/// What one screen shows of that, and what `concerns` needs: what is to be found, the numbers of units and slots,
/// what is due, the first certificate to end, the newest run, and the audit chain. It costs what it finds, and the
/// audit chain; the other members stay empty.
REKEY_EXPORT Report take_outline(Home& home, const policy::Policy& policy, Time now);
/// The urgent ones first; none: all is well.
REKEY_EXPORT std::vector<ReportedConcern> concerns(const Report& report);
/// Of the concerns: red with an urgent one, green without any. `rekey status` says the same.
REKEY_EXPORT renewal::Level level_of(const Report& report);
/// How things are, in a sentence: `2 of 15 certificates need attention: 1 has expired, 1 is revoked and still in use; 3
/// end within 30 days.` Certificates of the selected units; other concerns are counted behind them.
REKEY_EXPORT std::string sentence(const Report& report);

/// One page that needs nothing else: no script, no font, no picture from elsewhere. What others chose is escaped.
REKEY_EXPORT std::string html(const Report& report);
/// As rekey(1) says; in one line, or indented.
REKEY_EXPORT std::string json(const Report& report, bool one_line = false);
/// The same in long form: section, list, row, field, value.
REKEY_EXPORT std::string csv(const Report& report);

}  // namespace rekey::report
