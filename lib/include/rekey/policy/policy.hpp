#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rekey/base/chain_end.hpp"
#include "rekey/base/facts.hpp"
#include "rekey/policy/document.hpp"

namespace rekey::policy {

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
    /// What an adopted certificate said; stands in where no rule sets subject or SANs.
    std::optional<std::string> adopted_subject;
    std::optional<std::vector<std::string>> adopted_sans;
    /// Stands in where no rule sets key, usages, policies or addresses.
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

/// Where the issuer stands that would sign now.
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
    /// In words: `expires in 20 days`, `subject is CN=a, profile says CN=b`. Mostly empty when not
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

}  // namespace rekey::policy
