#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text/shell_quote.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/details.hpp"
#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/certificates/sans.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/renewal/renewal.hpp"
#include "renewal/plan/desired_state.hpp"

namespace rekey::renewal {

namespace {

using Texts = std::vector<std::string>;

std::string listed(const Texts& texts) {
    return texts.empty() ? "none" : printable(fmt::format("{}", fmt::join(texts, ", ")));
}

/// The attributes that can be made, of RFC 4514 text of which some cannot.
std::string makeable_subject(const std::string& text) {
    std::string kept;
    std::string part;
    auto take = [&] {
        try {
            auto made = crypto::to_text(policy::parse_subject(part));
            if (!made.empty() && part.find('{') == std::string::npos) kept += (kept.empty() ? "" : ",") + made;
            part.clear();
        } catch (const Error&) {
            part.clear();  // reported as an obstacle already
        }
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool escaped = text[i] == '\\' && i + 1 < text.size();
        if (text[i] == ',' || text[i] == '+') {
            take();
            continue;
        }
        part += text[i];
        if (escaped) part += text[++i];
    }
    take();
    return kept.empty() ? "CN={unit}" : kept;
}

class AdoptionExamination {
public:
    AdoptionExamination(Home& home, const policy::Policy& policy, const units::Adoption& adoption)
        : home_(home), policy_(policy), adoption_(adoption), facts_(adoption.facts()) {
        store::Slot slot;
        slot.name = adoption.slot();
        if (auto known = store::find_slot(home.store(), slot.name)) slot = *known;
        slot.identity = store::Identity{facts_.subject, facts_.sans, std::nullopt};
        slot.identity->more =
            store::KeptDetails{facts_.key, facts_.usages, facts_.details.value_or(CertificateDetails{})};
        slot_issuer_ = slot.issuer_id;
        subject_ = subject_of(slot, adoption.unit().labels, adoption.unit().rules,
                              store::setting(home.store(), "organization").value_or(""));
        for (auto& setting : policy::settings_for(policy, subject_)) settings_.push_back(std::move(setting));
    }

    AdoptionTerms terms() {
        terms_.takes_names = is_adopted("subject") || is_adopted("san");
        examine_subject();
        examine_sans();
        examine_usages();
        if (terms_.obstacles.empty()) examine_rules();
        if (!own_rules_.empty()) name_commands();
        return std::move(terms_);
    }

private:
    /// A slot has to be there before it gets rules of its own.
    void name_commands() {
        const auto& slot = adoption_.slot();
        if (!store::find_slot(home_.store(), slot)) {
            auto place = slot.node.empty() ? slot.type : slot.node + "/" + slot.type;
            terms_.remedy.push_back(fmt::format("rekey units set {} --type {}", slot.unit, place));
        }
        terms_.remedy.push_back(fmt::format("rekey units set {}{}", slot.to_string(), own_rules_));
    }

    void set_own_rule(std::string_view option, const Texts& values) {
        for (const auto& value : values) own_rules_ += fmt::format(" {} {}", option, shell_quote(value));
    }

    /// Whether what the certificate says is what counts.
    bool is_adopted(std::string_view key) const {
        auto found = std::ranges::find(settings_, key, &policy::Setting::key);
        return found != settings_.end() && found->source == "adopted certificate";
    }

    std::string source_of(std::string_view key) const {
        auto found = std::ranges::find(settings_, key, &policy::Setting::key);
        return found == settings_.end() || found->source == "adopted certificate" ? "what can be made here"
                                                                                  : found->source;
    }

    void examine_subject() {
        if (!is_adopted("subject")) return;
        try {
            crypto::to_text(policy::parse_subject(facts_.subject));
        } catch (const Error& error) {
            terms_.obstacles.push_back(error.message());
            set_own_rule("--subject", {makeable_subject(facts_.subject)});
        }
    }

    void examine_sans() {
        if (!is_adopted("san")) return;
        Texts kept;
        Texts lost;
        for (const auto& san : facts_.sans) {
            try {
                kept.push_back(crypto::normalised_sans({san}).front());
            } catch (const Error&) {
                lost.push_back(san);
                // A name with a dot at its end is the same host.
                auto host = san.substr(0, san.size() - 1);
                if (san.starts_with("dns:") && san.ends_with('.') && is_san(host)) kept.push_back(host);
            }
        }
        for (const auto& san : lost)
            terms_.obstacles.push_back(fmt::format("SAN '{}' cannot be made here", printable(san)));
        // An own rule has a value at least. Where no name is left, it is the one that the slot had by itself.
        if (kept.empty()) kept.push_back("dns:" + adoption_.unit().name);
        if (!lost.empty()) set_own_rule("--san", kept);
    }

    static bool is_san(const std::string& san) {
        try {
            return !crypto::normalised_sans({san}).empty();
        } catch (const Error&) {
            return false;
        }
    }

    void examine_usages() {
        if (!is_adopted("usages")) return;
        Texts kept;
        bool lost = false;
        for (const auto& usage : facts_.usages) {
            // Who has that usage answers for the CA: nobody gets it because a file says so.
            bool speaks_for_the_ca = usage == "OCSPSigning";
            try {
                if (!speaks_for_the_ca) kept.push_back(crypto::normalised_usages({usage}).front());
            } catch (const Error&) {
                speaks_for_the_ca = true;
            }
            if (!speaks_for_the_ca) continue;
            lost = true;
            terms_.obstacles.push_back(fmt::format("extended key usage {} is given by a rule only", printable(usage)));
        }
        if (kept.empty()) kept = {"serverAuth", "clientAuth"};  // as without any rule
        if (lost) set_own_rule("--usages", kept);
    }

    void examine_rules() {
        try {
            terms_.rules = policy::rules_for(policy_, subject_);
        } catch (const Error& error) {
            terms_.obstacles.push_back(error.hint().empty() ? error.message() : error.message() + "; " + error.hint());
            return;
        }
        const auto& rules = *terms_.rules;
        name_issuer(rules);
        compare("key", "key", facts_.key, rules.key);
        compare("subject", "subject", facts_.subject, rules.subject);
        compare("san", "SANs", listed(facts_.sans), listed(rules.sans));
        compare("usages", "extended key usages", listed(facts_.usages), listed(rules.usages));
        auto details = facts_.details.value_or(CertificateDetails{});
        compare("key_usage", "key usage", listed(details.key_usage), listed(rules.details.key_usage));
        compare("certificate_policies", "certificate policies", listed(details.policies),
                listed(rules.details.policies));
        compare("crl_urls", "CRL addresses", listed(details.crl_urls), listed(rules.details.crl_urls));
        compare("ocsp_urls", "OCSP addresses", listed(details.ocsp_urls), listed(rules.details.ocsp_urls));
        compare("ca_issuer_urls", "CA issuer addresses", listed(details.ca_issuer_urls),
                listed(rules.details.ca_issuer_urls));
        for (const auto& each : adoption_.not_made_here())
            terms_.changes.push_back(fmt::format("{}: not in what is made here", each));
    }

    void compare(std::string_view rule, std::string_view what, const std::string& is, const std::string& will_be) {
        if (is == will_be) return;
        terms_.changes.push_back(fmt::format("{}: {} now, {} from the next renewal on, by {}", what, printable(is),
                                             printable(will_be), source_of(rule)));
    }

    void name_issuer(const policy::Rules& rules) {
        auto& store = home_.store();
        if (slot_issuer_) {
            if (auto issuer = store::find_issuer(store, *slot_issuer_)) terms_.issuer = issuer->name;
            return;
        }
        terms_.issuer = rules.issuer.empty() ? store::setting(store, "default_issuer").value_or("") : rules.issuer;
    }

    Home& home_;
    const policy::Policy& policy_;
    const units::Adoption& adoption_;
    const CertificateFacts& facts_;
    std::optional<store::Id> slot_issuer_;
    policy::Subject subject_;
    std::vector<policy::Setting> settings_;
    std::string own_rules_;  ///< options of `rekey units set` that take away the obstacles
    AdoptionTerms terms_;
};

}  // namespace

AdoptionTerms adoption_terms(Home& home, const policy::Policy& policy, const units::Adoption& adoption) {
    return AdoptionExamination(home, policy, adoption).terms();
}

}  // namespace rekey::renewal
