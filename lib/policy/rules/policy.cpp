#include "rekey/policy/policy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "policy/rules/allowed_names.hpp"
#include "rekey/base/base.hpp"

namespace rekey::policy {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

/// For units whose clock is behind.
constexpr Seconds backdating = hours{1};

/// The largest whole unit: `20 days`, `1 hour`.
std::string words(Seconds length) {
    auto count = [&](std::int64_t n, const char* unit) { return fmt::format("{} {}{}", n, unit, n == 1 ? "" : "s"); };
    if (length >= days{1}) return count(length / days{1}, "day");
    if (length >= hours{1}) return count(length / hours{1}, "hour");
    if (length >= minutes{1}) return count(length / minutes{1}, "minute");
    return count(length.count(), "second");
}

std::string list_of(const std::vector<std::string>& names) {
    return names.empty() ? "none" : printable(fmt::format("{}", fmt::join(names, ", ")));
}

std::string name_or_none(const std::string& text) { return text.empty() ? "none" : printable(text); }

bool allowed(const std::vector<std::string>& list, const std::string& name) {
    return list.empty() || std::find(list.begin(), list.end(), name) != list.end();
}

/// From 0 up to `longest`, the same for the same slot and certificate, and even over many of them.
Seconds share_of(Seconds longest, const std::string& slot, const CertificateFacts& certificate) {
    auto digest = sha256(view_of(slot + '\n' + certificate.fingerprint_sha256));
    std::uint64_t drawn = 0;
    for (std::size_t i = 0; i < 4; ++i) drawn = drawn << 8 | digest[i];
    // 32 bits each, so that the product fits.
    auto seconds = static_cast<std::uint64_t>(std::clamp<std::int64_t>(longest.count(), 0, UINT32_MAX));
    return Seconds{static_cast<std::int64_t>(seconds * drawn >> 32)};
}

Time window_opens(const CertificateFacts& certificate, Time made_at, Time end, const Rules& rules) {
    auto life = std::max(end - begin_of_life(certificate, made_at), Seconds{0});
    auto latest = std::max(rules.renew_before.before(end), end - life / 3);
    auto spread = std::min(rules.renew_spread.approximate(), (end - latest) / 3);
    return latest - share_of(spread, rules.slot, certificate);
}

/// When it is too old, spread like the window.
std::optional<Time> age_ends(const CertificateFacts& certificate, Time made_at, const Rules& rules) {
    if (!rules.max_age) return std::nullopt;
    auto end = rules.max_age->after(made_at);
    auto spread = std::min(rules.renew_spread.approximate(), (end - made_at) / 3);
    return end - share_of(spread, rules.slot, certificate);
}

std::string expiry_in_words(Time not_after, Time now) {
    if (now > not_after) return fmt::format("expired {} ago", words(now - not_after));
    if (now == not_after) return "expires now";
    return fmt::format("expires in {}", words(not_after - now));
}

std::string chain_end_in_words(const ChainEnd& chain, Time now) {
    auto which = fmt::format("with '{}'", printable(chain.subject));
    if (now > chain.at) return fmt::format("its chain ended {} ago, {}", words(now - chain.at), which);
    if (now == chain.at) return "its chain ends now, " + which;
    return fmt::format("its chain ends in {}, {}", words(chain.at - now), which);
}

/// Whether a renewal would be refused, or end no later than what is in use (at `end`), because the issuer ends.
bool issuer_ends_first(Time end, const Rules& rules, const IssuerFacts& issuer, Time now) {
    bool cut = rules.validity.after(now) > issuer.not_after;
    return cut && (rules.outlive_issuer == Outlive::refuse || issuer.not_after <= end);
}

/// What is wrong with the signature. The issuer that made it makes no other kind, so that is worth
/// saying, but no reason to renew.
std::optional<std::string> signature_trouble(const CertificateFacts& certificate, const Rules& rules) {
    if (allowed(rules.allowed_signatures, certificate.signature)) return std::nullopt;
    return fmt::format("signature is {}, allowed are {}", printable(certificate.signature),
                       list_of(rules.allowed_signatures));
}

/// The first difference from what the rules would make today, the weightiest first.
std::optional<std::string> difference(const CertificateFacts& certificate, const std::string& signed_by,
                                      const Rules& rules, const IssuerFacts& issuer) {
    auto differs = [](std::string_view what, const std::string& is, const std::string& should_be) {
        return fmt::format("{} {}, rules say {}", what, is, should_be);
    };
    if (certificate.key != rules.key) return differs("key is", name_or_none(certificate.key), rules.key);
    if (signed_by != issuer.name)
        return signed_by.empty() ? fmt::format("issuer is none of this home, rules say '{}'", issuer.name)
                                 : fmt::format("issuer is '{}', rules say '{}'", signed_by, issuer.name);
    if (certificate.subject != rules.subject)
        return differs("subject is", name_or_none(certificate.subject), name_or_none(rules.subject));
    if (certificate.sans != rules.sans) return differs("SANs are", list_of(certificate.sans), list_of(rules.sans));
    if (certificate.usages != rules.usages)
        return differs("usages are", list_of(certificate.usages), list_of(rules.usages));
    // Of what is on the record from before they were kept, they come with the next renewal.
    if (!certificate.details) return std::nullopt;
    const auto& details = *certificate.details;
    for (auto [what, is, should_be] :
         {std::tuple{"key usage is", &details.key_usage, &rules.details.key_usage},
          {"certificate policies are", &details.policies, &rules.details.policies},
          {"CRL addresses are", &details.crl_urls, &rules.details.crl_urls},
          {"OCSP addresses are", &details.ocsp_urls, &rules.details.ocsp_urls},
          {"CA issuer addresses are", &details.ca_issuer_urls, &rules.details.ca_issuer_urls}})
        if (*is != *should_be) return differs(what, list_of(*is), list_of(*should_be));
    return std::nullopt;
}

}  // namespace

std::string end_in_words(const IssuerFacts& issuer, Time now) {
    auto when = fmt::format("{} on {}", now >= issuer.not_after ? "ended" : "ends", to_rfc3339(issuer.not_after));
    if (issuer.ends_with.empty()) return fmt::format("issuer '{}' {}", issuer.name, when);
    return fmt::format("the chain of issuer '{}' {} with '{}'", issuer.name, when, printable(issuer.ends_with));
}

std::string command_for_end(const IssuerFacts& issuer) {
    return fmt::format("rekey issuers renew {}{}", issuer.name, issuer.is_root ? "" : " --cert FILE");
}

std::string remedy_for_end(const IssuerFacts& issuer) {
    return fmt::format("{}: {}",
                       issuer.is_root ? "renew it" : "have it renewed by those who signed it, and give what you get",
                       command_for_end(issuer));
}

Time begin_of_life(const CertificateFacts& certificate, Time made_at) {
    return std::clamp(made_at, certificate.not_before, certificate.not_before + backdating);
}

Verdict judge(const CertificateFacts& certificate, Time made_at, const std::string& signed_by, const Rules& rules,
              const IssuerFacts& issuer, Time now, const ChainEnd& chain_end) {
    bool chain_ends = !chain_end.subject.empty() && chain_end.at < certificate.not_after;
    auto end = chain_ends ? chain_end.at : certificate.not_after;
    Verdict verdict{.due = Due::no, .why = {}, .due_at = window_opens(certificate, made_at, end, rules)};
    auto say = [&](Due due, std::string why) {
        verdict.due = due;
        verdict.why = std::move(why);
        return verdict;
    };
    bool in_window = now >= verdict.due_at;
    auto too_old = age_ends(certificate, made_at, rules);
    if (too_old) verdict.due_at = std::min(verdict.due_at, *too_old);
    auto expiry = chain_ends ? chain_end_in_words(chain_end, now) : expiry_in_words(end, now);
    bool has_longer_chain = chain_ends && signed_by == issuer.name && issuer.not_after > chain_end.at;
    bool chain_is_enough = has_longer_chain && now < window_opens(certificate, made_at, certificate.not_after, rules) &&
                           !(too_old && now >= *too_old) && !difference(certificate, signed_by, rules, issuer);
    if (in_window && chain_is_enough) {
        verdict.chain_is_enough = true;
        return say(Due::expiry, expiry);
    }
    bool futile = in_window && issuer_ends_first(end, rules, issuer, now);
    if (in_window && !futile) return say(Due::expiry, expiry);
    if (auto what = difference(certificate, signed_by, rules, issuer)) return say(Due::policy, *what);
    if (rules.max_age && too_old && now >= *too_old) {
        auto oldest = rules.max_age->after(made_at);
        return say(Due::policy, now >= oldest ? fmt::format("older than max_age {}", rules.max_age->to_string())
                                              : fmt::format("older than max_age {} in {}", rules.max_age->to_string(),
                                                            words(oldest - now)));
    }
    if (futile)
        return say(Due::issuer_expiring,
                   fmt::format("{}, but {}; {}", expiry, end_in_words(issuer, now), remedy_for_end(issuer)));
    return say(Due::no, signature_trouble(certificate, rules).value_or(""));
}

std::optional<std::string> forbidden(const CertificateFacts& certificate, const Rules& rules) {
    if (!allowed(rules.allowed_keys, certificate.key))
        return fmt::format("key is {}, allowed are {}", printable(certificate.key), list_of(rules.allowed_keys));
    if (auto trouble = signature_trouble(certificate, rules)) return trouble;
    if (auto names = names_not_allowed(rules.allowed_names, certificate.subject, certificate.sans); !names.empty())
        return fmt::format("names are {}, allowed are {}", list_of(names), list_of(rules.allowed_names));
    return std::nullopt;
}

Lifetime lifetime(const Rules& rules, Time issuer_not_before, const IssuerFacts& issuer, Time now) {
    if (now >= issuer.not_after) throw Error(Code::refused, end_in_words(issuer, now), remedy_for_end(issuer));
    if (now < issuer_not_before)
        throw Error(Code::refused, fmt::format("the issuer is not valid before {}", to_rfc3339(issuer_not_before)),
                    "check the clock of this machine");
    Lifetime result{.not_before = std::max(now - backdating, issuer_not_before),
                    .not_after = rules.validity.after(now),
                    .shortened = false};
    if (result.not_after <= issuer.not_after) return result;
    if (rules.outlive_issuer == Outlive::refuse)
        throw Error(Code::refused,
                    fmt::format("a validity of {} would be too long: {}", rules.validity.to_string(),
                                end_in_words(issuer, now)),
                    "use another issuer, a shorter validity, or outlive_issuer = \"shorten\"");
    result.not_after = issuer.not_after;
    result.shortened = true;
    return result;
}

}  // namespace rekey::policy
