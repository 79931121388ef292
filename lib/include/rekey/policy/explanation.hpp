#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/policy/policy.hpp"

namespace rekey::policy {

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
