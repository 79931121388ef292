#include "renewal/slot/chain_replacement.hpp"

#include <fmt/format.h>

#include "base/text/foreign_errors.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/chain.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "renewal/slot/recorded_holding.hpp"
#include "renewal/slot/unit_proof.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/certificates.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/items.hpp"

namespace rekey::renewal {

namespace {

Error cannot_replace(const SlotName& slot) {
    return Error(Code::refused, "the unit's helper has no way to replace a chain",
                 fmt::format("the next renewal brings it: rekey certs renew {}", slot.to_string()));
}

}  // namespace

ChainReplacement::ChainReplacement(RunContext& context, Task& task, UnitDeadline& deadline, units::Driver& driver)
    : context_(context),
      task_(task),
      deadline_(deadline),
      item_(task.item),
      driver_(driver),
      place_{task.slot.name.node, task.slot.name.type} {}

std::optional<ItemResult> ChainReplacement::go() {
    try {
        if (context_.stopping() || deadline_.given_up()) return std::nullopt;
        try {
            if (!for_one([this] { return bring(); })) return std::nullopt;
        } catch (const Error& e) {
            return fail(e);
        }
    } catch (const Cancelled&) {
        return std::nullopt;
    }
    return to_result(item_, warning_);
}

/// False when the item is to become a renewal, or the run stops in between.
bool ChainReplacement::bring() {
    load();
    if (!install()) {
        if (task_.chain_asked_for) throw cannot_replace(item_.slot);
        become_renewal();
        return false;
    }
    if (context_.stopping() || deadline_.given_up()) return false;
    confirm();
    return true;
}

void ChainReplacement::save(const std::function<void(store::Transaction&, const Stamp&)>& more) {
    auto now = context_.stamp();
    item_.updated_at = now.at;
    context_.commit(
        [&](store::Transaction& transaction) {
            if (more) more(transaction, now);
            store::update_item(transaction, item_);
        },
        deadline_);
}

const store::Certificate& ChainReplacement::certificate() const {
    if (!task_.in_use) throw Error(Code::refused, "no certificate is in use any more");
    return *task_.in_use;
}

void ChainReplacement::load() {
    const auto& in_use = certificate();
    if (in_use.issuer_id != task_.issuer_record.id)
        throw Error(Code::refused, fmt::format("certificate {} was not signed by issuer '{}'", in_use.facts.number,
                                               task_.issuer_record.name));
    context_.commit([&](store::Transaction& transaction) { old_chain_ = store::chain_of(transaction, in_use.id); },
                    deadline_);
    if (old_chain_.empty())
        throw Error(Code::corrupt, fmt::format("certificate {} itself is not in the store", in_use.facts.number));
    new_chain_ = {old_chain_.front()};
    new_chain_.insert(new_chain_.end(), task_.issuer_record.chain.begin(), task_.issuer_record.chain.end());
    std::vector<crypto::X509Certificate> certificates;
    for (const auto& der : new_chain_) certificates.push_back(crypto::X509Certificate::from_der(der));
    crypto::check_other_chain(certificates, certificates.front().public_key(), context_.stamp().at);
}

void ChainReplacement::require_recorded_holding() {
    auto holding = driver_.read(place_);
    if (!holding) throw Error(Code::failed, "the slot on the unit is empty", "a renewal fills it");
    if (holding->damage == units::Damage::contradiction) throw contradiction(*holding, task_);
    if (holding->chain.empty())
        throw Error(Code::failed, holding->trouble,
                    fmt::format("make a new pair: rekey certs renew {}", item_.slot.to_string()));
    if (holding->chain.front() == old_chain_.front()) return;
    auto facts = crypto::X509Certificate::from_der(holding->chain.front()).facts();
    throw Error(Code::refused,
                fmt::format("the unit holds certificate {} of '{}', not the recorded {}", facts.number, facts.issuer,
                            certificate().facts.number),
                fmt::format("take it: rekey units check {} --adopt; or overwrite it: rekey certs renew {} --force",
                            item_.slot.unit, item_.slot.to_string()));
}

bool ChainReplacement::install() {
    require_recorded_holding();
    if (!driver_.replace_chain(place_, {new_chain_, trust_with(*task_.trust, new_chain_)})) return false;
    item_.step = store::Step::installed;
    save();
    return true;
}

/// The next steps are those of a renewal, which brings the chain too.
void ChainReplacement::become_renewal() {
    item_.chain_only = false;
    item_.step = store::Step::planned;
    item_.new_number.clear();
    save();
}

void ChainReplacement::confirm() {
    ProbeTerms probe;
    context_.commit([&](store::Transaction& transaction) { probe = probe_terms(transaction, task_); }, deadline_);
    prove_in_use(driver_, place_, new_chain_, reload_after_chain(task_.unit, item_, certificate().facts.number), probe,
                 "the unit took the chain");
    warning_ = remove_outdated(driver_, place_, new_chain_.front());
    record();
}

void ChainReplacement::record() {
    const auto& in_use = certificate();
    end_item(context_, deadline_, item_, {.outcome = store::Outcome::renewed},
             [&](store::Transaction& transaction, const Stamp& now) {
                 auto before = in_use.chain_end;
                 auto after = store::replace_chain(transaction, in_use.id, new_chain_);
                 store::note_seen(transaction, task_.unit.id, now.at);
                 store::AuditDetail detail{{"number", in_use.facts.number},
                                           {"issuer", task_.issuer_record.name},
                                           {"chain_ended_at", to_rfc3339(before.at)},
                                           {"chain_ends_at", to_rfc3339(after.at)},
                                           {"root", to_hex(sha256(new_chain_.back()))},
                                           {"reason", item_.reason ? store::to_string(*item_.reason) : ""},
                                           {"why", item_.why},
                                           {"run", item_.run_id}};
                 if (!item_.comment.empty()) detail.set("comment", item_.comment);
                 store::audit(transaction, now, "certificate.chain", item_.slot.to_string(), detail);
             });
}

/// Brings the unit back to the chain that is recorded, where it has another.
void ChainReplacement::undo() {
    unit_is_back_ = false;
    if (old_chain_.empty()) return;
    auto holding = driver_.read(place_);
    bool is_ours = holding && !holding->chain.empty() && holding->chain.front() == old_chain_.front();
    if (!is_ours || holding->chain == old_chain_) return;
    driver_.replace_chain(place_, {old_chain_, trust_with(*task_.trust, old_chain_)});
    unit_is_back_ = true;
    const auto& number = certificate().facts.number;
    driver_.reload(place_, reload_after_way_back(task_.unit, number, number));
}

ItemResult ChainReplacement::fail(const Error& error) {
    if (asking_later_helps(error)) {
        unit_is_silent_ = error.code() == Code::unreachable;
        return defer(context_, deadline_, task_, error);
    }
    auto cause = in_words(error, item_.slot.unit);
    try {
        for_one([this] { undo(); });
    } catch (const Error& e) {
        cause += "; on the way back to the old chain: " + e.message();
        // Which chain the unit uses is not known: the next run finds out.
        if (asking_later_helps(e) || !unit_is_back_) {
            unit_is_silent_ = e.code() == Code::unreachable;
            auto give_up = asking_later_helps(e) ? defer : defer_as_failed;
            return give_up(context_, deadline_, task_, Error(e.code(), cause));
        }
    }
    return end(error, cause);
}

ItemResult ChainReplacement::end(const Error& error, const std::string& cause) {
    end_item(context_, deadline_, item_,
             {.outcome = outcome_after(error),
              .error = cause,
              .action = "certificate.chain-fail",
              .detail = {{"number", item_.old_number}, {"cause", cause}, {"run", item_.run_id}}});
    return to_result(item_);
}

}  // namespace rekey::renewal
