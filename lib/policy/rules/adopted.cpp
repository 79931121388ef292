#include "policy/rules/adopted.hpp"

#include <algorithm>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/details.hpp"
#include "crypto/keys/key.hpp"
#include "rekey/base/base.hpp"

namespace rekey::policy {

namespace {

/// The adopted kind of key, or what comes nearest to it among what is made here and `allowed`; nothing: any will do.
std::optional<std::string> key_like(const std::string& adopted, const std::vector<std::string>& allowed) {
    auto nearest = crypto::nearest_makeable(adopted);
    auto may_be = [&](const std::string& key) {
        return allowed.empty() || std::ranges::find(allowed, key) != allowed.end();
    };
    if (!nearest.empty() && may_be(nearest)) return nearest;
    auto family = adopted.substr(0, adopted.find('-'));
    auto same_family = [&](const std::string& key) { return key.starts_with(family + "-") && crypto::can_make(key); };
    auto found = std::ranges::find_if(allowed, same_family);
    if (found != allowed.end()) return *found;
    if (may_be(Rules().key)) return std::nullopt;
    found = std::ranges::find_if(allowed, [](const std::string& key) { return crypto::can_make(key); });
    return found == allowed.end() ? std::nullopt : std::optional(*found);
}

using Texts = std::vector<std::string>;

/// Those that can be made here.
template <class Normalise>
Texts makeable(const Texts& texts, const Normalise& normalise) {
    Texts kept;
    for (const auto& text : texts) {
        try {
            for (auto& each : normalise(Texts{text})) kept.push_back(std::move(each));
        } catch (const Error& error) {
            if (error.code() != Code::usage) throw;
        }
    }
    return kept;
}

}  // namespace

RuleSet adopted_rules(const RuleSet& set, const Subject& slot) {
    RuleSet adopted;
    adopted.subject = slot.adopted_subject;
    adopted.san = slot.adopted_sans;
    if (!slot.adopted_details) return adopted;
    const auto& kept = *slot.adopted_details;
    adopted.key = key_like(kept.key, set.allowed_keys.value_or(std::vector<std::string>{}));
    adopted.usages = kept.usages;
    auto key = set.key.value_or(adopted.key.value_or(Rules().key));
    auto usage = crypto::key_usage_for(key, kept.details.key_usage);
    // What a CA may do is never kept, and what another kind of key cannot do is no limit either.
    std::erase_if(usage, [](const std::string& each) { return each == "keyCertSign" || each == "cRLSign"; });
    bool limited = !kept.details.key_usage.empty();
    adopted.key_usage = limited && usage.empty() ? crypto::default_key_usage(key) : usage;
    adopted.certificate_policies = makeable(kept.details.policies, crypto::normalised_policies);
    adopted.crl_urls = makeable(kept.details.crl_urls, crypto::normalised_urls);
    adopted.ocsp_urls = makeable(kept.details.ocsp_urls, crypto::normalised_urls);
    adopted.ca_issuer_urls = makeable(kept.details.ca_issuer_urls, crypto::normalised_urls);
    return adopted;
}

}  // namespace rekey::policy
