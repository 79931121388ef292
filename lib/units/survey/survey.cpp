#include "units/survey/survey.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <set>

#include "base/limits.hpp"
#include "crypto/certificates/certificate.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/fleet/certificates.hpp"
#include "store/fleet/issuers.hpp"
#include "store/fleet/items.hpp"
#include "store/fleet/key_rights.hpp"
#include "units/connect/connect.hpp"
#include "units/driver/remedy.hpp"
#include "units/registry/item_end.hpp"
#include "units/survey/backoff.hpp"
#include "units/survey/facts_summary.hpp"
#include "units/survey/found_places.hpp"
#include "units/survey/slot_record.hpp"

namespace rekey::units {

namespace {

using store::CertificateState;

/// Why a chain is not looked at; nothing when it may be.
std::string excess(const std::vector<Bytes>& chain) {
    std::size_t above = 0;
    for (std::size_t i = 1; i < chain.size(); ++i) above += chain[i].size();
    if (chain.front().size() > limits::found_leaf)
        return fmt::format("the certificate is larger than {} bytes", limits::found_leaf);
    if (above > limits::found_chain) return fmt::format("the chain is larger than {} bytes", limits::found_chain);
    return {};
}

SlotName name_on(const store::Unit& unit, const SlotPath& place) { return {unit.name, place.node, place.type}; }

/// What is in such a slot will be on the record, or gone.
bool is_being_adopted(store::Reader& store, const store::Slot& slot) {
    auto adoption = store::find_adoption(store, slot.id);
    return adoption && adoption->state == store::AdoptionState::open;
}

/// Whether it may become the slot's own: known by now, not yet that, and not taken out of use for good.
bool can_be_taken(const store::Certificate& known) {
    return known.state == CertificateState::foreign || known.state == CertificateState::superseded;
}

/// What was left open for a slot is over: it was meant for another certificate.
void drop_item(store::Transaction& transaction, const store::Slot& slot, const std::string& cause, const Stamp& stamp) {
    auto item = store::item_holding(transaction, slot.id);
    if (!item) return;
    // Once confirmed, it has been in use since.
    end_item(transaction, *item,
             {.outcome = store::Outcome::continued,
              .error = cause,
              .rejects_new = item->step != store::Step::confirmed,
              .action = "renewal.drop",
              .detail = {{"cause", cause}, {"run", item->run_id}}},
             stamp);
}

std::string in_words(const CertificateFacts& facts) {
    return facts.issuer.empty() ? facts.number : fmt::format("{} of '{}'", facts.number, facts.issuer);
}

/// Why the certificate that is held is not the one that should be; nothing when it is.
std::optional<Finding> mismatch(store::Reader& store, const SlotName& name, const CertificateFacts& held, bool strict) {
    auto slot = store::find_slot(store, name);
    if (!slot) return std::nullopt;
    auto known = store::find_in_slot(store, slot->id, held.fingerprint_sha256);
    auto in_use = store::certificate_in_use(store, slot->id);
    bool owned = in_use && in_use->state == CertificateState::active;
    auto not_the_recorded = owned ? fmt::format(", not the recorded {}", in_use->facts.number) : std::string{};
    if (!known) {
        if (!strict && !owned) return std::nullopt;
        return Finding{name,
                       fmt::format("holds certificate {}, which is not recorded{}", in_words(held),
                                   owned ? "; recorded is " + in_use->facts.number : ""),
                       owned};
    }
    switch (known->state) {
        case CertificateState::active:
            return std::nullopt;
        case CertificateState::foreign:
            if (!owned) return std::nullopt;
            return Finding{name, fmt::format("holds certificate {}{}", in_words(held), not_the_recorded), true};
        case CertificateState::pending:
            if (!strict) return std::nullopt;
            return Finding{name, fmt::format("holds certificate {}, which no run has confirmed yet", held.number),
                           false};
        case CertificateState::superseded:
            // Met only when it was out of use: nobody here replaced it.
            if (known->ended_at == known->recorded_at)
                return Finding{name, fmt::format("holds certificate {}{}", in_words(held), not_the_recorded), true};
            break;
        case CertificateState::revoked:
        case CertificateState::rejected:
            break;
    }
    return Finding{name,
                   fmt::format("holds certificate {}, which is {}{}", held.number, store::to_string(known->state),
                               not_the_recorded),
                   true, known->state != CertificateState::superseded};
}

/// Where one certificate is not signed by the next; nothing when all are. Nobody asks for a root
/// from certificates that were not made here.
std::string broken_link(const std::vector<crypto::Certificate>& chain) {
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
        EVP_PKEY* key = X509_get0_pubkey(chain[i + 1].get());
        bool issued = X509_check_issued(chain[i + 1].get(), chain[i].get()) == X509_V_OK;
        if (!issued || key == nullptr || X509_verify(chain[i].get(), key) != 1)
            return fmt::format("the chain is broken: certificate {} is not signed by the next",
                               chain[i].facts().number);
    }
    return {};
}

std::string chain_defect(const std::vector<Bytes>& ders, const CertificateFacts& leaf, bool made_here, Time now) {
    try {
        std::vector<crypto::Certificate> chain;
        for (const auto& der : ders) chain.push_back(crypto::Certificate::from_der(der));
        if (!made_here) return broken_link(chain);
        // That the leaf has expired is told by itself.
        auto then = std::max(std::min(now, leaf.not_after - Seconds{1}), leaf.not_before);
        crypto::check_other_chain(chain, chain.front().public_key(), then);
    } catch (const Error& error) {
        return "the chain is broken: " + error.message();
    }
    return {};
}

/// What the unit will stumble over, but for rights that the home records to be meant.
void add_concerns(store::Reader& store, const SlotName& name, const std::vector<Concern>& concerns,
                  std::vector<Finding>& findings) {
    auto slot = name.type.empty() ? std::nullopt : store::find_slot(store, name);
    for (const auto& concern : concerns) {
        if (concern.kind == Concern::Kind::open_to_all && slot && store::slot_keeps_mode(store, slot->id)) continue;
        findings.push_back({name, concern.what, false, false, with_unit_named(concern.remedy, name.unit)});
    }
}

}  // namespace

const CertificateFacts& facts_of(const Seen& seen) {
    if (!seen.facts) throw Error(Code::failed, seen.oddity);
    return *seen.facts;
}

Seen look_at(Holding holding) {
    Seen seen{std::move(holding), std::nullopt, {}};
    const auto& place = seen.holding.place;
    if (!is_name(place.type) || (!place.node.empty() && !is_name(place.node)))
        seen.oddity = "the unit has a slot with a name that is none";
    else if (!seen.holding.trouble.empty())
        seen.oddity = seen.holding.trouble;
    else if (seen.holding.chain.empty())
        seen.oddity = "the unit shows a slot without a certificate";
    else
        seen.oddity = excess(seen.holding.chain);
    if (!seen.oddity.empty()) return seen;
    try {
        seen.facts = crypto::Certificate::from_der(seen.holding.chain.front()).facts();
    } catch (const Error& error) {
        seen.oddity = "the certificate cannot be read: " + error.message();
    }
    return seen;
}

Inventory ask(const store::Unit& unit, const Reaching& reaching) {
    Inventory answer;
    try {
        auto driver = connect(unit.address, reaching);
        for (auto& holding : driver->list()) answer.seen.push_back(look_at(std::move(holding)));
        answer.concerns = driver->concerns();
        answer.reached = true;
    } catch (Error& error) {
        if (error.code() != Code::unreachable) throw with_unit_named(error.in(unit.name), unit.name);
        answer.cause = error.message();
    }
    return answer;
}

void record(store::Transaction& transaction, store::Unit& unit, const Inventory& answer, const Stamp& stamp,
            CheckReport& report) {
    mark_online(transaction, unit, stamp.at);
    KnownIssuers issuers(transaction);
    std::set<SlotPath> shown;
    std::vector<const Seen*> undeclared;
    for (const auto& seen : answer.seen) {
        shown.insert(seen.holding.place);
        if (seen.facts) ++report.certificates;
        auto slot = store::find_slot(transaction, name_on(unit, seen.holding.place));
        if (!slot)
            undeclared.push_back(&seen);
        else if (seen.facts && !is_being_adopted(transaction, *slot) &&
                 record_held(transaction, issuers, *slot, seen, stamp))
            ++report.newly_recorded;
    }
    for (const auto& slot : store::slots_of(transaction, unit.id))
        if (!shown.contains(SlotPath{slot.name.node, slot.name.type})) drop_foreign(transaction, slot, {}, stamp);
    record_found(transaction, unit, undeclared, issuers, stamp, report);
}

void take_as_recorded(store::Transaction& transaction, const store::Unit& unit, const Inventory& answer,
                      const Stamp& stamp, CheckReport& report) {
    for (const auto& seen : answer.seen) {
        if (!seen.facts || !seen.holding.key_matches) continue;
        auto slot = store::find_slot(transaction, name_on(unit, seen.holding.place));
        if (!slot) continue;
        auto known = store::find_in_slot(transaction, slot->id, seen.facts->fingerprint_sha256);
        if (!known || !can_be_taken(*known)) continue;
        auto detail = summary(*seen.facts);
        for (const auto& other : store::history_of(transaction, slot->id)) {
            if (other.state != CertificateState::active) continue;
            store::set_certificate_state(transaction, other.id, CertificateState::superseded, stamp.at);
            detail.set("in_place_of", other.facts.number);
        }
        drop_foreign(transaction, *slot, seen.facts->fingerprint_sha256, stamp);
        store::set_certificate_state(transaction, known->id, CertificateState::active, stamp.at);
        drop_item(transaction, *slot, fmt::format("certificate {} was taken instead", known->facts.number), stamp);
        store::audit(transaction, stamp, "certificate.take", slot->name.to_string(), detail);
        ++report.taken;
    }
}

std::vector<Finding> differences(store::Reader& store, const store::Unit& unit, const Inventory& answer, bool strict) {
    std::vector<Finding> findings;
    std::set<SlotPath> shown;
    std::size_t unread = 0;
    for (const auto& seen : answer.seen) {
        shown.insert(seen.holding.place);
        auto name = name_on(unit, seen.holding.place);
        // What nobody declared is no difference from anything.
        auto slot = store::find_slot(store, name);
        if (!slot && !seen.holding.trouble.empty() && ++unread <= limits::found_places)
            findings.push_back({name, "cannot be read, and nobody declared it: " + seen.holding.trouble, false, false,
                                seen.holding.remedy.empty() ? "look at it on the unit" : seen.holding.remedy});
        if (!slot || is_being_adopted(store, *slot)) continue;
        if (!seen.facts) {
            bool empty = seen.holding.chain.empty() && seen.holding.trouble.empty();
            findings.push_back({name, seen.oddity, false, false, seen.holding.remedy, empty});
            continue;
        }
        if (auto finding = mismatch(store, name, *seen.facts, strict)) findings.push_back(std::move(*finding));
        if (!seen.holding.key_matches)
            findings.push_back({name, "the private key on the unit is not the certificate's", false});
        add_concerns(store, name, seen.holding.concerns, findings);
    }
    add_concerns(store, {unit.name, {}, {}}, answer.concerns, findings);
    for (const auto& slot : store::slots_of(store, unit.id)) {
        if (shown.contains(SlotPath{slot.name.node, slot.name.type})) continue;
        if (auto missing = store::certificate_in_use(store, slot.id))
            findings.push_back({.slot = slot.name,
                                .what = fmt::format("is empty; recorded is certificate {}", missing->facts.number),
                                .empty = true});
    }
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.slot < b.slot; });
    return findings;
}

std::vector<Finding> defects(store::Reader& store, const store::Unit& unit, const Inventory& answer, Time now) {
    std::vector<Finding> findings;
    for (const auto& seen : answer.seen) {
        if (!seen.facts) continue;
        auto name = name_on(unit, seen.holding.place);
        auto slot = store::find_slot(store, name);
        if (!slot) continue;
        const auto& facts = *seen.facts;
        if (now > facts.not_after) findings.push_back({name, "expired on " + to_rfc3339(facts.not_after), false});
        if (now < facts.not_before)
            findings.push_back({name, "is not valid before " + to_rfc3339(facts.not_before), false});
        auto known = store::find_in_slot(store, slot->id, facts.fingerprint_sha256);
        bool made_here = known && known->issuer_id;
        auto defect = chain_defect(seen.holding.chain, facts, made_here, now);
        if (defect.empty() && known && store::chain_of(store, known->id) != seen.holding.chain)
            defect = "the chain behind the certificate is not the recorded one";
        if (!defect.empty()) findings.push_back({name, defect, false});
    }
    return findings;
}

namespace {

/// A root by what chains are verified with: its name and key, whichever of its certificates it is.
using Root = std::pair<std::string, Bytes>;

std::set<Root> roots_of(const std::vector<Bytes>& ders) {
    std::set<Root> roots;
    for (const auto& der : ders) {
        try {
            auto certificate = crypto::Certificate::from_der(der);
            roots.emplace(certificate.facts().subject, certificate.public_key());
        } catch (const Error&) {
            continue;  // a unit may show anything; what is none is trusted by nobody
        }
    }
    return roots;
}

/// Where pairs trust others than everybody in the fleet should. Older ones have no such file, and tell nothing.
std::vector<Finding> stale_trust(store::Reader& store, const store::Unit& unit, const Inventory& answer, Time now) {
    std::vector<Finding> found;
    auto needed = roots_of(store::trusted_roots(store, now));
    for (const auto& seen : answer.seen) {
        auto name = name_on(unit, seen.holding.place);
        auto slot = seen.facts && seen.holding.trust ? store::find_slot(store, name) : std::nullopt;
        auto in_use = slot ? store::certificate_in_use(store, slot->id) : std::nullopt;
        if (!in_use || !in_use->issuer_id) continue;
        auto trusted = roots_of(*seen.holding.trust);
        for (const auto& root : needed)
            if (!trusted.contains(root))
                found.push_back(
                    {name, fmt::format("does not trust '{}', from which certificates are in use", root.first), false});
        for (const auto& root : trusted)
            if (!needed.contains(root))
                found.push_back(
                    {name, fmt::format("still trusts '{}', from which nothing is in use", root.first), false});
    }
    return found;
}

}  // namespace

CheckReport compare(store::Reader& store, const store::Unit& unit, const Inventory& answer, Time now) {
    CheckReport report{
        .unit = unit.name, .reached = answer.reached, .cause = answer.cause, .findings = {}, .trust = {}};
    if (!answer.reached) return report;
    store::Snapshot snapshot(store);
    report.certificates = static_cast<int>(
        std::count_if(answer.seen.begin(), answer.seen.end(), [](const Seen& seen) { return seen.facts.has_value(); }));
    report.findings = differences(store, unit, answer, true);
    for (auto& defect : defects(store, unit, answer, now)) report.findings.push_back(std::move(defect));
    std::stable_sort(report.findings.begin(), report.findings.end(),
                     [](const Finding& a, const Finding& b) { return a.slot < b.slot; });
    report.trust = stale_trust(store, unit, answer, now);
    return report;
}

std::string explain_silence(const store::Unit& unit) {
    std::string text = unit.offline_cause;
    if (unit.offline_since) text += "; offline since " + to_rfc3339(*unit.offline_since);
    if (unit.next_attempt) text += "; unattended runs leave it alone until " + to_rfc3339(*unit.next_attempt);
    return text;
}

}  // namespace rekey::units
