// Overview: the state of a fleet. Checks, metrics and reports all ask these functions, and so never disagree.
//
// They look at the store and at policy, and ask no unit and no provider. An `Assessment` is what policy says of one
// slot; a `Finding` is what somebody should look at; `Statistics` are the numbers of all.
//
//     auto policy = rekey::renewal::current_policy(home.store());
//     rekey::renewal::each_assessment(home, policy, {}, now, [&](const rekey::renewal::Assessment& assessment) {
//         for (const auto& finding : rekey::renewal::findings_of(assessment, now))
//             std::cout << rekey::renewal::in_words(finding) << '\n';
//     });
//
// A slot for which no rules can be had is no error: its assessment says why.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/tenants.hpp"

namespace rekey::renewal {

// The policy of the home
// ----------------------

/// The policy in force: the newest revision that was loaded into the home; without any, the built-in policy.
/// Throws Code::usage when this version does not know what a newer one loaded.
REKEY_EXPORT policy::Policy current_policy(store::Reader& store);
/// What one revision says; throws as `current_policy` does.
REKEY_EXPORT policy::Policy policy_of(const store::PolicyRevision& revision);

/// What another policy does to the slots of a fleet: only those whose result differs from that under the policy in
/// force.
struct PolicyEffect {
    struct Example {
        SlotName slot;
        std::string why;  ///< in words
    };
    struct Group {
        std::int64_t count = 0;
        std::vector<Example> examples;  ///< the first `most_examples`, in order of the slots
    };
    static constexpr std::size_t most_examples = 3;

    std::int64_t slots = 0;  ///< that were looked at
    Group due;               ///< become due: the next `certs renew --due` replaces their certificates
    Group violating;         ///< hold what violates policy from then on
    Group impossible;        ///< no certificate can be made for them any more

    bool none() const { return due.count == 0 && violating.count == 0 && impossible.count == 0; }
};

/// Of `candidate`, compared with the policy in force. Changes nothing; memory does not grow with the fleet.
REKEY_EXPORT PolicyEffect effect_of(Home& home, const policy::Policy& candidate, Time now);

/// A document that is to be loaded.
struct PolicyChange {
    std::string document;  ///< TOML; checked again, as Policy::parse does
    std::string comment;   ///< one line of UTF-8, 4096 bytes at most
    /// The revision in force when the effect was looked at; 0: there was none.
    std::int64_t seen = 0;
};

/// Puts the document in force as a new revision, with its entry in the audit trail, and returns that revision. The
/// same document as the one in force changes nothing. Throws Code::usage for a document or comment that cannot be, and
/// Code::refused when another revision than `seen` is in force by now.
struct LoadedPolicy {
    std::int64_t revision = 0;
    bool already = false;  ///< the document was in force before
};
REKEY_EXPORT LoadedPolicy load_policy(Home& home, const PolicyChange& change, const Stamp& stamp);

// Slots
// -----

/// What policy says of a slot now.
struct Assessment {
    store::SlotStatus status;
    std::string issuer;                         ///< what would sign; empty with `trouble`
    std::optional<policy::Rules> rules;         ///< none with `trouble`
    std::optional<policy::Verdict> verdict;     ///< of the certificate in use; none: there is none, or `trouble`
    std::vector<policy::Violation> violations;  ///< of that certificate; `revoked` among their rules
    std::string trouble;                        ///< why no rules can be had for the slot: then it cannot be renewed
};

/// All that is to be found against policy: the violations, the trouble as one more, of the rule `rules`, and of a slot
/// that is in use what no rule says and no client would take, each under the word for its kind (`FindingKind`).
REKEY_EXPORT std::vector<policy::Violation> violations_of(const Assessment& assessment, Time now);

/// In order of unit, node and type; those slots that are selected. Memory does not grow with the fleet.
REKEY_EXPORT void each_assessment(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                                  const std::function<void(const Assessment&)>& visit);

/// The rules of one slot, each with where it comes from.
REKEY_EXPORT std::vector<policy::Setting> settings_of(Home& home, const policy::Policy& policy,
                                                      const store::SlotStatus& status);

// Units and runs
// --------------

/// A unit, and what is at stake while it is away. Only active certificates count; what was merely found
/// on a unit is not renewed from here.
struct UnitSummary {
    store::Unit unit;
    std::vector<SlotName> slots;            ///< in order of node and type
    std::optional<Time> must_reconnect_by;  ///< when the first of its certificates expires
    std::int64_t at_risk = 0;               ///< certificates that are due: those that wait for it
    std::string probe = {};                 ///< as `units::probe_text` has it
};

/// In order of name; those that are selected, or have a slot that is. One pass, whose memory does not grow with the
/// fleet.
REKEY_EXPORT void each_unit_summary(Home& home, const policy::Policy& policy, const store::Selection& selection,
                                    Time now, const std::function<void(const UnitSummary&)>& visit);

/// How a run ended (`done`, `interrupted`, `taken over`); while it did not, `running` or, when it died, `interrupted`.
REKEY_EXPORT std::string status_of(Home& home, const store::Run& run);

// Issuers
// -------

/// An issuer that is needed, and ends soon or has ended: itself, or a certificate of its chain.
struct IssuerEnd {
    std::string issuer;
    Time at{};
    bool ended = false;
    std::string subject;  ///< `issuer 'local'`, `the chain of issuer 'company'`
    std::string when;     ///< the rest of `what`
    std::string what;     ///< `issuer 'local' ends on …`, `the chain of issuer 'company' ends on … with 'CN=Root'`
    std::string remedy;   ///< in words, its command behind a colon
    std::string command;  ///< of the remedy
};

/// The first to end first. Needed is what has certificates in use, what a rule or a slot names, and the default of the
/// home. Soon is within the `renew_before` that holds for all slots (90 days where nobody says otherwise), and
/// 30 days at least. Every part of the program that speaks of issuers that end asks here.
REKEY_EXPORT std::vector<IssuerEnd> issuers_ending(store::Reader& store, const policy::Policy& policy, Time now);

// Findings
// --------

/// What is to be found in a home, of certificates, units, issuers, credentials and the home itself. `status`, `certs
/// check`, `credential check`, `policy check`, `doctor`, `metrics`, the report and the notice all ask here, so that
/// they never disagree, and say it in the same words. They are shown in this order.
enum class FindingKind {
    clock,                ///< renewals refuse the clock: it is far from the last time seen
    expired,              ///< a certificate in use that has ended
    ends_soon,            ///< one that is due, and ends within 7 days
    not_valid_yet,        ///< a certificate in use whose validity has not begun
    issuer_ends,          ///< an issuer that signs for slots here has ended, or is about to
    list_ends,            ///< a published list of revoked certificates has ended, or is about to
    shared_folder,        ///< two units on one folder
    not_seen,             ///< a unit that nobody asked for long
    credential_refused,   ///< an active credential whose last request the provider refused
    revoked_in_use,       ///< a revoked certificate that a slot still uses
    drift,                ///< a unit was seen to hold another certificate than the recorded one
    emptied,              ///< a unit was seen to hold nothing, or no whole pair, where a certificate is recorded
    credential_failing,   ///< an active credential whose last request failed otherwise
    violation,            ///< a certificate in use that violates policy
    impossible,           ///< a slot for which no certificate can be made, by its rules or for its issuer
    no_names,             ///< a slot whose certificates carry no name (SAN) that clients look for
    due,                  ///< a certificate that policy says is due, and that was not replaced yet
    away,                 ///< a unit that does not answer; a note while nothing there is due
    empty_slot,           ///< a slot that was asked for, and has no certificate
    interrupted_run,      ///< a run that died, and is to be continued
    failed_run,           ///< the newest run left slots that failed or were refused
    credential_unproven,  ///< an active credential with which no request has succeeded yet
    credential_old,       ///< an active credential that is older than allowed
    rotation_unfinished,  ///< a rotation that is not confirmed, or keeps a prior key
    backup,               ///< none was made, or the last one is old
    found_place,          ///< a place that a unit shows and nobody declared
};
inline constexpr std::size_t finding_kinds = static_cast<std::size_t>(FindingKind::found_place) + 1;
/// A stable word for programs: `empty`, `issuer_ends`, `revoked`.
REKEY_EXPORT std::string_view to_string(FindingKind kind);

/// What a kind is about.
enum class FindingScope { certificate, issuer, unit, credential, home };
REKEY_EXPORT FindingScope scope_of(FindingKind kind);

/// A note needs nobody; only commands that show all findings show it.
enum class Urgency { note, warning, critical };
REKEY_EXPORT std::string_view to_string(Urgency urgency);

struct Finding {
    FindingKind kind = FindingKind::empty_slot;
    Urgency urgency = Urgency::warning;
    std::string subject;  ///< `pump-1/online`, `unit pump-1`, `issuer 'local'`, `credential 'x' of tenant 'y'`
    std::string what;     ///< in words, behind the subject: `is empty: …`
    std::string remedy;   ///< in words; a command to paste follows a colon
    /// What makes it this one and no other of its subject, as the number of a certificate; may be empty.
    std::string which = {};
};
/// `subject what`.
REKEY_EXPORT std::string in_words(const Finding& finding);
/// The same for the same finding, tomorrow too: kind, subject, and what makes it this one.
REKEY_EXPORT std::string identity_of(const Finding& finding);

/// The state of a home, in a word and never by a colour alone: `green` needs nobody, `amber` a person at some time,
/// `red` a person now.
enum class Level { green, amber, red };
REKEY_EXPORT std::string_view to_string(Level level);
/// What one finding of this urgency makes of the home: notes leave it green.
REKEY_EXPORT Level level_of(Urgency urgency);

/// Of one slot. `violations` of policy are one finding.
REKEY_EXPORT std::vector<Finding> findings_of(const Assessment& assessment, Time now);

/// All of the home: of slots, in their order, of units, then of issuers, runs, credentials and the home itself. With a
/// selection, those of the selected slots and units only. Asks no unit and no provider. Memory grows by a few bytes for
/// each unit. Passes over slots in which nothing is to be found yet, as far as the last `certs renew --due` left word
/// of that and nothing was changed since; writes nothing.
REKEY_EXPORT void each_finding(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                               const std::function<void(const Finding&)>& visit);

/// The part of `each_finding` that is about credentials and their rotations.
REKEY_EXPORT void each_credential_finding(store::Reader& store, const policy::Policy& policy, Time now,
                                          const std::function<void(const Finding&)>& visit);

/// Runs that died, oldest first; in a home that nobody reads a snapshot of, or within one.
REKEY_EXPORT std::vector<Finding> interrupted_runs(Home& home);

/// How old an active credential may be: as policy says, else a year.
REKEY_EXPORT Period credential_age_allowed(const policy::Policy& policy);

/// All findings, counted, with the first examples of each kind: its size does not grow with the fleet.
struct FindingGroup {
    FindingKind kind = FindingKind::empty_slot;
    Urgency urgency = Urgency::note;  ///< the worst
    std::int64_t total = 0;           ///< without notes, unless all of them are
    std::vector<Finding> examples;    ///< the first of the worst ones
};
class REKEY_EXPORT FindingCounts {
public:
    static constexpr std::size_t most_examples = 5;

    void add(const Finding& finding);
    /// In order of kind; those that have any.
    std::vector<FindingGroup> groups() const;
    /// Of this kind, without notes.
    std::int64_t count(FindingKind kind) const;
    std::int64_t count(Urgency urgency) const;

private:
    struct OfKind {
        std::array<std::int64_t, 3> totals{};  ///< by urgency
        std::vector<Finding> examples;
    };
    std::map<FindingKind, OfKind> kinds_;
};

// Notices
// -------

/// Tells people of what is new, by the command of `how`: the findings as JSON on its standard input, a text in
/// `REKEY_SUMMARY`. New is what needs attention and was in no notice yet, or longer ago than `how.repeat`. Returns how
/// many were in the notice; without a command, or while another process sends one, 0. That is recorded once the command
/// has ended with 0; when it does not, Code::failed is thrown, and the next call tries again.
REKEY_EXPORT std::int64_t notify(Home& home, const policy::Policy& policy, const policy::Notify& how,
                                 const Stamp& stamp);
/// Runs the command with an example finding; nothing is recorded. Throws Code::usage without a command, else as above.
REKEY_EXPORT void notify_of_example(const std::string& home, const policy::Notify& how, Time now);

// When certificates expire
// ------------------------

/// By type of certificate.
using TypeCounts = std::map<std::string, std::int64_t>;
REKEY_EXPORT std::int64_t total_of(const TypeCounts& counts);
/// `iam 4, online 12`
REKEY_EXPORT std::string in_words(const TypeCounts& counts);

/// When what is in use expires: by month (`2036-03`) or by year (`2036`), UTC. A period costs a few bytes, however
/// large the fleet; those without certificates are not there.
using Timeline = std::map<std::string, TypeCounts>;

/// The month of a time: `2036-03`.
REKEY_EXPORT std::string month_of(Time time);
/// Counts in its month what a slot uses; what is pending is not in use yet.
REKEY_EXPORT void add_to(Timeline& months, const store::Certificate& certificate);
REKEY_EXPORT Timeline by_year(const Timeline& months);
/// The month or year after this one.
REKEY_EXPORT std::string next_period(const std::string& period);

// Numbers
// -------

/// The numbers that metrics and reports show alike, counted as the caller passes over the store.
struct REKEY_EXPORT Statistics {
    explicit Statistics(Time time) : now(time) {}

    /// Days until the end that `ending` counts; 0: what has expired.
    static constexpr std::array within{0, 1, 7, 30, 90, 365};

    Time now;
    std::map<store::CertificateState, std::int64_t> certificates;
    std::map<int, std::int64_t> ending;  ///< in use, and at its end within so many days
    std::optional<Time> first_end;       ///< of what is in use

    std::int64_t online = 0;
    std::int64_t offline = 0;
    std::int64_t due = 0;          ///< certificates, by policy
    std::int64_t due_offline = 0;  ///< of these, on units that are offline
    std::int64_t deferred = 0;     ///< units with a renewal that waits for them

    std::map<store::CredentialState, std::int64_t> credentials;
    std::int64_t failing = 0;   ///< active credentials whose last request failed
    std::int64_t unproven = 0;  ///< active credentials with which no request has succeeded yet
    std::optional<Time> oldest_success;
    std::optional<Time> oldest_since;          ///< when the oldest active credential was made
    std::optional<Period> credential_max_age;  ///< for the caller to set, as policy says
    std::int64_t old_credentials = 0;          ///< active ones that are older than that

    /// Whether a slot uses it, or could: neither pending nor past.
    static bool in_use(const store::Certificate& certificate);
    /// Certificates in use that have not expired, and end within so many days; one of `within`.
    std::int64_t ends_within(int days) const;

    void add(const store::Certificate& certificate);
    void add(const UnitSummary& summary);
    void add(const store::Credential& credential);
};

/// Whether renewals accept `now`, as `Home::compare_clock` says.
REKEY_EXPORT bool clock_is_right(Home& home, Time now);

/// The state of the home in the text format of Prometheus: certificates by state and time left, what is due, units
/// that are away, the last run and how it went, credentials and their health, the clock. Numbers only: no name of a
/// unit or tenant, so that it stays small with any fleet. One pass; changes nothing. Units and certificates are those
/// of the selected units; all else is the home's.
REKEY_EXPORT std::string metrics(Home& home, const policy::Policy& policy, Time now,
                                 const store::Selection& units = {});

}  // namespace rekey::renewal
