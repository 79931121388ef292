// Policy: how the certificates of a slot look, when they are due, and what violates the rules.
//
// `Policy::parse` reads the policy document, which a home keeps by revisions (rekey/renewal/overview.hpp has the one in
// force); `rules_for` has the rules of one slot; `judge` and `violations` say what they mean for a certificate. All are
// functions of their arguments: they read no store and no clock, and ask nobody. `Config` is what belongs to a machine,
// and changes no certificate.
//
//     auto policy = rekey::policy::Policy::parse("[defaults]\nvalidity = \"2y\"\n", "policy.toml");
//     auto rules = rekey::policy::rules_for(policy, {.unit = "pump-1", .node = {}, .type = "online"});
//     std::cout << rules.subject << ' ' << rules.validity.to_string() << '\n';
//
// A document or configuration that cannot be is Code::usage, with name, line and column; rules that no certificate can
// meet are Code::usage or Code::refused.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::policy {

// The policy document
// -------------------

enum class Outlive { shorten, refuse };

/// What policy may say for all slots, for one type, for one label, one unit or one slot. What is not set here is
/// taken from the next wider table, and at last from `Rules`' own defaults.
struct RuleSet {
    std::optional<Period> validity;
    std::optional<Period> renew_before;
    std::optional<Period> renew_spread;
    std::optional<Period> max_age;
    std::optional<std::string> key;
    std::optional<std::string> subject;           ///< template, as `CN={unit},O={organization}`
    std::optional<std::vector<std::string>> san;  ///< templates, as `dns:{unit}.fleet.example`
    std::optional<std::vector<std::string>> usages;
    std::optional<std::vector<std::string>> key_usage;
    std::optional<std::vector<std::string>> certificate_policies;
    std::optional<std::vector<std::string>> crl_urls;
    std::optional<std::vector<std::string>> ocsp_urls;
    std::optional<std::vector<std::string>> ca_issuer_urls;
    std::optional<std::string> issuer;
    std::optional<std::vector<std::string>> allowed_keys;
    std::optional<std::vector<std::string>> allowed_signatures;
    std::optional<std::vector<std::string>> allowed_names;  ///< patterns, as `*.example.com`, `ip:10.0.0.0/8`
    std::optional<Outlive> outlive_issuer;
    std::optional<bool> revoke_superseded;

    bool operator==(const RuleSet&) const = default;
};

/// Names in the order in which they have their turn. `*` means all that are not named, which come in
/// alphabetical order; without it they come last.
using Order = std::vector<std::string>;
/// The place of `name` in `order`; names with equal places are in alphabetical order.
REKEY_EXPORT std::size_t place_in(const Order& order, const std::string& name);

/// The policy document, TOML: `[defaults]`, `[type.NAME]`, `[label."KEY=VALUE"]`, `[credentials]`, and the rest at the
/// top; rekey-policy(5) describes it. Where several labels of a unit say different things, the last in alphabetical
/// order wins; labels win over types, types over defaults. A value made by default is the built-in policy.
struct REKEY_EXPORT Policy {
    RuleSet defaults;
    std::map<std::string, RuleSet> types;
    std::map<std::string, RuleSet> labels;  ///< key: `KEY=VALUE`
    /// Within a unit: node by node, the main node last; on each node type by type, what the unit proves
    /// itself with to the others last. Slots that are on no node have the name "" here.
    Order node_order{"*", "main"};
    Order type_order{"*", "iam"};
    Period crl_validity{.months = 0, .seconds = std::chrono::days{7}};  ///< how long a list of what was revoked is good
    /// `[credentials] max_age`: how old the key of an active API credential may be; nothing: as old as it likes.
    std::optional<Period> credential_max_age;

    /// Throws Code::usage with `name`, line and column for what is not TOML, is not known, or has the wrong type or an
    /// impossible value.
    static Policy parse(const std::string& text, const std::string& name);
};

/// The first table that names the issuer: `[defaults]`, `[type.NAME]`, …; empty: none does.
REKEY_EXPORT std::string table_with_issuer(const Policy& policy, const std::string& issuer);

/// The rules that were set for one unit or one slot, from their texts by the name of the rule (`store::OwnRules`):
/// `san`, `usages`, `subject`, `key` or `issuer`. Throws Code::usage for what cannot be such a rule, or has an
/// impossible value.
REKEY_EXPORT RuleSet own_rules(const std::map<std::string, std::vector<std::string>>& own);

/// The longest document, in bytes.
inline constexpr std::size_t longest_document = 1 << 20;

/// What of a configuration file is policy, which was kept there before homes had one: its text, comments and all,
/// without the lines that belong to the machine. Throws Code::usage as `Policy::parse` does, and when the file has no
/// policy.
REKEY_EXPORT std::string policy_in_config(const std::string& text, const std::string& file_name);

// Configuration of a machine
// --------------------------

/// `config.toml`: what belongs to this machine, and changes no certificate. What certificates must be like is policy,
/// which is kept in the home (`Policy`).
/// How people get notices of new findings after an unattended command: table `notify` of a machine's configuration.
struct Notify {
    std::string command;  ///< for the shell; empty: no notices
    /// After so long the same finding is in a notice again, while it is there; nothing: not before it was gone.
    std::optional<Period> repeat;
    Seconds deadline{60};  ///< for the command; then it is ended
};

struct REKEY_EXPORT Config {
    int jobs = 0;                                                           ///< 0: as many as suit waiting for units
    Seconds answer_deadline{30};                                            ///< for each answer of a unit's helper
    Period unit_deadline{.months = 0, .seconds = std::chrono::minutes{5}};  ///< how long a unit may be silent
    std::string crl_folder;  ///< where lists of what was revoked are kept; empty: nowhere
    std::string ca_file;     ///< authorities that providers' certificates may have beside the system's; empty: none

    Notify notify = {};

    // Of `rekey agent` on this machine.
    std::vector<std::string> agent_roots;    ///< absolute; folders below them are served. Empty: all
    std::vector<std::string> agent_reloads;  ///< the reload commands that an agent with roots runs

    /// Throws Code::usage with file, line and column for what is not TOML, is not known, or has
    /// the wrong type or an impossible value, and for policy, with the command that moves it into the home.
    static Config parse(const std::string& text, const std::string& file_name);
    /// An empty configuration when `path` is not there and `required` is false.
    static Config load(const std::string& path, bool required);
};

// Rules and judgement
// -------------------

/// What an adopted certificate was, beside its names.
struct AdoptedDetails {
    std::string key;
    std::vector<std::string> usages;
    CertificateDetails details;
};

/// Everything about one slot that rules may depend on.
struct Subject {
    std::string unit;
    std::string node;
    std::string type;
    std::map<std::string, std::string> labels;
    std::string organization;  ///< of the home; may be empty
    /// What an adopted certificate said; used where no rule sets subject or SANs.
    std::optional<std::string> adopted_subject;
    std::optional<std::vector<std::string>> adopted_sans;
    /// Used where no rule sets key, usages, policies or addresses.
    std::optional<AdoptedDetails> adopted_details = {};
    /// What was set for the unit, and for the slot; the nearest wins.
    RuleSet unit_rules = {};
    RuleSet slot_rules = {};
};

/// The rules that hold for one slot, complete.
struct Rules {
    std::string slot;  ///< its name
    Period validity{.months = 120};
    Period renew_before{.seconds = std::chrono::days{90}};
    Period renew_spread{.seconds = std::chrono::days{7}};
    std::optional<Period> max_age;
    std::string key = "ec-p256";
    std::string subject;              ///< RFC 4514 text as a certificate made by these rules has it
    std::vector<std::string> sans;    ///< normalised, as in CertificateFacts
    std::vector<std::string> usages;  ///< normalised
    CertificateDetails details;       ///< normalised
    std::string issuer;               ///< name; empty: the home's default
    std::vector<std::string> allowed_keys;
    std::vector<std::string> allowed_signatures;
    std::vector<std::string> allowed_names;  ///< patterns that every SAN and CN must match; none: any will do
    Outlive outlive_issuer = Outlive::shorten;
    bool revoke_superseded = false;
};

/// Attributes of a subject, as {"CN", "unit-1"}, from RFC 4514 text, in the order that a certificate
/// has them: the text names the last one first. Throws Code::usage, also for `+` between attributes
/// and for values in hex.
REKEY_EXPORT std::vector<std::pair<std::string, std::string>> parse_subject(const std::string& text);

/// Throws Code::usage when a template names a label that the unit does not have, or makes a name
/// that no certificate can carry (CN above 64 characters, no DNS name), and when `key` is not among
/// `allowed_keys`: no certificate could meet such rules. Code::refused when a name is not among `allowed_names`.
///
/// Without any rule the subject is `CN={unit}` with `O={organization}` where there is one, the SAN
/// `ip:{unit}` where that is an address, else `dns:{unit}` where a certificate can carry it, and the usages serverAuth
/// and clientAuth.
/// Templates know {unit}, {node}, {type}, {organization}, {label.KEY} and {label.KEY?}, which a unit may lack: then a
/// SAN with it is left out. An attribute of the subject whose value comes out empty is left out. A label whose value is
/// a list with commas makes a SAN of each of its values.
REKEY_EXPORT Rules rules_for(const Policy& policy, const Subject& subject);

/// The state of the issuer that would sign now.
struct IssuerFacts {
    std::string name;
    Time not_after{};            ///< when the first certificate of its chain ends
    std::string ends_with = {};  ///< the subject of that certificate; empty: the issuer's own
    bool is_root = true;         ///< it signed itself, so that `issuers renew` needs no file
};

/// `issuer 'company' ends on …`, `the chain of issuer 'company' ended on … with 'CN=Root'`.
REKEY_EXPORT std::string end_in_words(const IssuerFacts& issuer, Time now);
/// What helps against that, in words with the command; and that command.
REKEY_EXPORT std::string remedy_for_end(const IssuerFacts& issuer);
REKEY_EXPORT std::string command_for_end(const IssuerFacts& issuer);

enum class Due {
    no,
    expiry,          ///< inside the renewal window, or expired
    policy,          ///< too old, or not what the rules would make today
    issuer_expiring  ///< inside the window, but a renewal could not move the expiry later
};

struct Verdict {
    Due due = Due::no;
    /// In words: `expires in 20 days`, `subject is CN=a, rules say CN=b`. Mostly empty when not
    /// due; a signature that `allowed_signatures` does not name is said here, because another
    /// certificate of the same issuer would have it too.
    std::string why;
    Time due_at{};  ///< when its renewal window opens, or `max_age` is over where that comes first
    /// What ends is a certificate above it, and its issuer has a chain that lasts longer: that chain is enough.
    bool chain_is_enough = false;
};

/// When a certificate came to be: `made_at`, within the hour of backdating that is no part of its life, as a
/// short-lived one would else be due the moment that it is made.
REKEY_EXPORT Time begin_of_life(const CertificateFacts& certificate, Time made_at);

/// `signed_by`: name of the issuer that signed it; empty when it is none of the home's.
/// The window is `renew_before`, at most a third of the certificate's own lifetime (an hour of
/// backdating before `made_at` is not counted). It opens earlier by a part of `renew_spread`, at most a third of the
/// window, so that what was made on one day is not due in one minute; never later. The part comes from a hash of
/// slot and certificate: the same for as long as the slot has that certificate, another for the next.
/// `made_at`: when it came to be; `max_age` counts from there, and is spread alike. `chain_end`: what of its recorded
/// chain ends before it; it lives no longer than that.
REKEY_EXPORT Verdict judge(const CertificateFacts& certificate, Time made_at, const std::string& signed_by,
                           const Rules& rules, const IssuerFacts& issuer, Time now, const ChainEnd& chain_end = {});

/// Why no certificate may be like this, as `key is rsa-1024, allowed are ec-p256`: its key is not
/// among `allowed_keys`, its signature not among `allowed_signatures`, or a name of it not among `allowed_names`.
/// For what an issuer has just signed; nothing when all is well.
REKEY_EXPORT std::optional<std::string> forbidden(const CertificateFacts& certificate, const Rules& rules);

/// When a certificate made now ends: `validity` from now, at most the end of the issuer's chain.
/// Throws Code::refused when the issuer has expired or has not begun, or would be outlived and `outlive_issuer` says
/// refuse.
struct Lifetime {
    Time not_before{};  ///< one hour back, but not before the issuer's own start
    Time not_after{};
    bool shortened = false;
};
REKEY_EXPORT Lifetime lifetime(const Rules& rules, Time issuer_not_before, const IssuerFacts& issuer, Time now);

// Explanation
// -----------

/// One rule and where it comes from.
struct Setting {
    std::string key;     ///< as in the document: `renew_before`
    std::string value;   ///< as it would be written there; empty: none
    std::string source;  ///< `built in`, `[defaults]`, `[type.iam]`, `[label."site=north"]`, `unit pump-1`,
                         ///< `slot pump-1/iam`, `adopted certificate`
};

/// Every rule, in the order of rekey-policy(5), as each table of the document says it; first what is built in.
REKEY_EXPORT std::vector<Setting> settings(const Policy& policy);
/// The rules that hold for one slot, each with the table that it is from. Templates are shown as they are
/// written; `rules_for` has what comes of them.
REKEY_EXPORT std::vector<Setting> settings_for(const Policy& policy, const Subject& subject);

/// Why a kind of key that can be made is none to choose today; nothing when there is no such reason.
struct KeyConcern {
    std::string what;
    std::string remedy;
};
REKEY_EXPORT std::optional<KeyConcern> key_concern(const std::string& key);
/// The same, of every table of the document that asks for such a key, each kind once.
REKEY_EXPORT std::vector<KeyConcern> key_concerns(const Policy& policy);

/// What no certificate may be.
struct Violation {
    std::string rule;  ///< `key`, `signature`, `names`, `validity`, `issuer`, `age`, `expired`
    std::string what;  ///< in words
};

/// What `rules` forbid and the certificate is: a key or signature that is not allowed (without a list: RSA below
/// 2048 bits, curves below 224, DSA; MD5 and SHA-1), a name that no pattern allows, valid for longer than the rules
/// say, valid for longer than its chain, older than max_age, expired (it, or its chain). `chain_end`: which of its
/// chain ends before it.
REKEY_EXPORT std::vector<Violation> violations(const CertificateFacts& certificate, Time made_at,
                                               const ChainEnd& chain_end, const Rules& rules, Time now);

}  // namespace rekey::policy
