#include <fmt/format.h>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/extension.hpp"
#include "policy/document/key_spelling.hpp"
#include "policy/document/rule_keys.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

namespace {

const std::string& only_one(const std::string& key, const std::vector<std::string>& texts) {
    if (texts.size() != 1) throw Error(Code::usage, fmt::format("{} has one value", printable(key)));
    return texts.front();
}

}  // namespace

RuleSet own_rules(const std::map<std::string, std::vector<std::string>>& own) {
    RuleSet set;
    for (const auto& [key, texts] : own) {
        if (key == "san") {
            for (const auto& each : texts) check_san(each);
            set.san = texts;
        } else if (key == "usages") {
            crypto::normalised_usages(texts);
            set.usages = texts;
        } else if (key == "subject") {
            set.subject = only_one(key, texts);
            check_subject(*set.subject);
        } else if (key == "key") {
            set.key = only_one(key, texts);
            check_key(*set.key);
        } else if (key == "issuer") {
            set.issuer = only_one(key, texts);
            require_name(*set.issuer, "issuer");
        } else {
            throw Error(Code::usage, fmt::format("'{}' cannot be set for one unit or slot", printable(key)),
                        suggestion(key, {"san", "usages", "subject", "key", "issuer"}));
        }
    }
    return set;
}

}  // namespace rekey::policy
