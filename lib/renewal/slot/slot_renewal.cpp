#include "renewal/slot/slot_renewal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/foreign_errors.hpp"
#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/chain.hpp"
#include "crypto/certificates/request.hpp"
#include "crypto/certificates/roots.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "renewal/plan/desired_state.hpp"
#include "renewal/slot/in_use_record.hpp"
#include "renewal/slot/recorded_holding.hpp"
#include "renewal/slot/unit_proof.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/certificates.hpp"
#include "store/runs/items.hpp"
#include "units/survey/backoff.hpp"

namespace rekey::renewal {

namespace {

bool allowed(const std::vector<std::string>& list, const std::string& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

std::vector<Bytes> trust_with(std::vector<Bytes> trust, const std::vector<Bytes>& chain) {
    if (chain.size() > 1) trust.push_back(chain.back());
    return crypto::distinct_roots(trust);
}

SlotRenewal::SlotRenewal(RunContext& context, Task& task, UnitDeadline& deadline, units::Driver& driver)
    : context_(context),
      task_(task),
      deadline_(deadline),
      item_(task.item),
      driver_(driver),
      place_{task.slot.name.node, task.slot.name.type} {}

std::optional<ItemResult> SlotRenewal::go() {
    try {
        while (item_.outcome == store::Outcome::open) {
            if (context_.stopping() || deadline_.given_up()) return std::nullopt;
            try {
                for_one([this] { step(); });
            } catch (const Error& e) {
                return fail(e);
            }
        }
    } catch (const Cancelled&) {
        return std::nullopt;
    }
    auto ended = to_result(item_, warning_);
    ended.shortened = shortened_;
    return ended;
}

void SlotRenewal::step() {
    switch (item_.step) {
        case store::Step::planned:
            return make_key();
        case store::Step::keyed:
            return issue();
        case store::Step::issued:
            return install();
        case store::Step::installed:
            return confirm();
        case store::Step::confirmed:
            return remove_old_key();
    }
}

void SlotRenewal::save(const std::function<void(store::Transaction&, const Stamp&)>& more) {
    auto now = context_.stamp();
    item_.updated_at = now.at;
    context_.commit(
        [&](store::Transaction& transaction) {
            if (more) more(transaction, now);
            store::update_item(transaction, item_);
        },
        deadline_);
}

void SlotRenewal::end(const units::ItemEnd& how, const std::function<void(store::Transaction&, const Stamp&)>& also) {
    end_item(context_, deadline_, item_, how, also);
}

/// Nothing is put in place of a certificate other than the recorded one, unless that was asked for.
void SlotRenewal::require_recorded_holding(bool about_to_replace) {
    auto holding = driver_.read(place_);
    if (!holding) return;
    if (holding->damage == units::Damage::contradiction && !task_.force) throw contradiction(*holding, task_);
    if (holding->chain.empty()) return;
    if (is_recorded(*holding, task_)) {
        old_leaf_ = std::move(holding->chain.front());
        return;
    }
    // The new one, of which the unit could not say any more that it took it.
    if (!chain_.empty() && chain_.front() == holding->chain.front()) return;
    if (!task_.force) throw not_recorded(*holding, task_);
    if (!about_to_replace) return;
    context_.commit(
        [&](store::Transaction& transaction) { record_overwritten(transaction, *holding, task_, context_.stamp()); },
        deadline_);
}

/// Compares with the record first what the slot shows: under the slot's lock, where the driver can do both at once.
void SlotRenewal::create_key(const units::KeySpec& spec) {
    auto recorded = recorded_leaf(task_);
    auto made = recorded ? driver_.create_key_beside(place_, spec, *recorded) : std::nullopt;
    if (made) {
        item_.request = std::move(made->request);
        old_leaf_ = std::move(made->leaf);
        return;
    }
    require_recorded_holding(false);
    item_.request = driver_.create_key(place_, spec);
}

/// The same for the new certificate.
void SlotRenewal::apply(const units::Delivery& delivery) {
    auto recorded = recorded_leaf(task_);
    if (recorded && driver_.apply_over(place_, delivery, *recorded)) return;
    require_recorded_holding(true);
    driver_.apply(place_, delivery);
}

void SlotRenewal::make_key() {
    if (item_.new_certificate_id) withdraw();
    if (item_.outcome != store::Outcome::open) return;
    const auto& rules = task_.rules;
    create_key({rules.key, item_.token, task_.keep_mode});
    request_key_.reset();
    if (auto made = request_key().name; made != rules.key)
        throw Error(Code::refused, fmt::format("the unit made a key {} where {} was asked for", made, rules.key));
    require_new_key();
    item_.step = store::Step::keyed;
    item_.new_number = crypto::make_number();
    save([&](store::Transaction& transaction, const Stamp& now) {
        while (store::number_known(transaction, item_.new_number)) item_.new_number = crypto::make_number();
        store::reserve_number(transaction, item_.new_number, item_.id, now.at);
        store::keep_request(transaction, item_);
    });
}

void SlotRenewal::issue() {
    const auto& rules = task_.rules;
    const auto& issuer = task_.issuer_record;
    const auto& key = request_key();
    // The rules may have changed while the unit was away.
    if (key.name != rules.key) return begin_anew();
    if (!allowed(rules.allowed_keys, key.name))
        throw Error(Code::refused, fmt::format("policy does not allow the key {}", key.name));

    auto now = context_.stamp().at;
    auto ends = facts_of(issuer);
    auto life = policy::lifetime(rules, issuer.facts.not_before, ends, now);
    shortened_ = shortening_in_words(life, ends);
    crypto::LeafTemplate leaf{item_.new_number, policy::parse_subject(rules.subject),
                              rules.sans,       rules.usages,
                              life.not_before,  life.not_after,
                              rules.details};
    auto answer = deadline_.over([&] { return task_.issuer->sign(item_.request, key, leaf); }, "the issuer");
    if (const auto* refusal = std::get_if<issuers::Refusal>(&answer))
        throw Error(Code::refused, fmt::format("issuer '{}': {}", issuer.name, refusal->why));
    if (const auto* later = std::get_if<issuers::AskAgain>(&answer))
        throw Error(Code::busy, fmt::format("issuer '{}' has not signed yet; ask again in {} s", issuer.name,
                                            later->after.count()));
    auto& made = std::get<issuers::Signed>(answer);
    if (auto why = policy::forbidden(made.facts, rules))
        throw Error(Code::refused, fmt::format("policy does not allow what issuer '{}' makes: {}", issuer.name, *why));

    store::Certificate certificate;
    certificate.slot_id = item_.slot_id;
    certificate.slot = item_.slot;
    certificate.facts = made.facts;
    certificate.issuer_id = item_.issuer_id;
    certificate.state = store::CertificateState::pending;
    certificate.reason = item_.reason;
    certificate.predecessor = item_.old_number;
    certificate.actor = context_.actor();
    certificate.comment = item_.comment;
    save([&](store::Transaction& transaction, const Stamp& when) {
        certificate.recorded_at = when.at;
        store::add_certificate(transaction, certificate, made.chain);
        item_.new_certificate_id = certificate.id;
        item_.new_number = certificate.facts.number;
        item_.step = store::Step::issued;
        store::AuditDetail detail{{"number", item_.new_number},
                                  {"issuer", issuer.name},
                                  {"expires_at", to_rfc3339(certificate.facts.not_after)},
                                  {"run", item_.run_id}};
        store::audit(transaction, when, "certificate.issue", item_.slot.to_string(), detail);
    });
    chain_ = std::move(made.chain);
}

void SlotRenewal::check_issued(const std::vector<Bytes>& chain) {
    std::vector<crypto::X509Certificate> certificates;
    certificates.reserve(chain.size());
    for (const auto& der : chain) certificates.push_back(crypto::X509Certificate::from_der(der));
    crypto::check_chain(certificates, request_key().public_key, context_.stamp().at);
}

void SlotRenewal::install() {
    load_chain();
    check_issued(chain_);
    apply({chain_, trust_with(*task_.trust, chain_)});
    item_.step = store::Step::installed;
    save([&](store::Transaction& transaction, const Stamp&) { probe_ = probe_terms(transaction, task_); });
}

void SlotRenewal::confirm() {
    load_chain();
    // Read when the installation was recorded, unless another run did that.
    auto probe = probe_.value_or(ProbeTerms{});
    if (!probe_)
        context_.commit([&](store::Transaction& transaction) { probe = probe_terms(transaction, task_); }, deadline_);
    prove_in_use(driver_, place_, chain_, reload_after_renewal(task_.unit, item_), probe,
                 "the unit accepted the certificate");
    // Clean up before recording, so that a crash here repeats this step. The pair that would be gone back to stays.
    warn(remove_outdated(driver_, place_, chain_.front()));
    record_confirmed();
}

std::optional<store::RevocationReason> SlotRenewal::revocation() const {
    return revocation_by(item_, task_.rules.revoke_superseded);
}

void SlotRenewal::record_confirmed() {
    auto why = revocation();
    bool removes_key = why == store::RevocationReason::key_compromise && item_.old_certificate_id;
    item_.step = store::Step::confirmed;
    auto record = [&](store::Transaction& transaction, const Stamp& now) { put_in_use(transaction, now, {}); };
    if (!removes_key) return end({.outcome = store::Outcome::renewed}, record);
    item_.error.clear();
    save(record);
}

void SlotRenewal::put_in_use(store::Transaction& transaction, const Stamp& now, const std::string& cause) {
    warn(record_in_use(transaction, item_, task_.unit.id, new_certificate(), revocation(), cause, now));
}

void SlotRenewal::warn(std::string warning) {
    if (!warning.empty()) warning_ = std::move(warning);
}

/// What cannot be gone back from is left in use, and is no rejected certificate.
void SlotRenewal::keep_new(const std::string& cause) {
    item_.step = store::Step::confirmed;
    auto why = cause.empty() ? no_way_back_ : cause + "; " + no_way_back_;
    end({.outcome = store::Outcome::failed, .error = why},
        [&](store::Transaction& transaction, const Stamp& now) { put_in_use(transaction, now, why); });
}

/// Only now that the new pair is on the record as the one in use: from here on there is no way back.
void SlotRenewal::remove_old_key() {
    load_chain();
    bool removed = driver_.retire(place_, sha256(chain_.front()));
    finish_with_old_key(removed ? "" : "the unit's helper has no way to remove it; the next renewal does");
}

/// `trouble`: why the old key may still be on the unit.
void SlotRenewal::finish_with_old_key(const std::string& trouble) {
    if (!trouble.empty()) warning_ = fmt::format("the key of {} is still on the unit: {}", item_.old_number, trouble);
    store::AuditDetail detail{{"number", item_.old_number}, {"run", item_.run_id}};
    if (!trouble.empty()) detail.set("cause", trouble);
    end({.outcome = store::Outcome::renewed,
         .action = trouble.empty() ? "key.remove" : "key.keep",
         .detail = std::move(detail)});
}

/// Verified once for each renewal, whatever step it begins with.
const crypto::RequestKey& SlotRenewal::request_key() {
    if (!request_key_) request_key_ = crypto::verify_request(item_.request);
    return *request_key_;
}

/// A certificate for the key in use would renew the date, and nothing of the trust.
void SlotRenewal::require_new_key() {
    if (!task_.in_use) return;
    if (old_leaf_.empty())
        context_.commit(
            [&](store::Transaction& transaction) {
                auto chain = store::chain_of(transaction, task_.in_use->id);
                if (!chain.empty()) old_leaf_ = std::move(chain.front());
            },
            deadline_);
    bool is_same =
        !old_leaf_.empty() && crypto::X509Certificate::from_der(old_leaf_).public_key() == request_key().public_key;
    if (!is_same) return;
    throw Error(Code::refused, "the unit offers the key that is in use instead of a new one");
}

store::Id SlotRenewal::new_certificate() const {
    if (!item_.new_certificate_id) throw Error(Code::failed, "no certificate was made for it yet");
    return *item_.new_certificate_id;
}

void SlotRenewal::load_chain() {
    if (!chain_.empty()) return;
    context_.commit([&](store::Transaction& transaction) { chain_ = store::chain_of(transaction, new_certificate()); },
                    deadline_);
}

bool SlotRenewal::slot_was_empty() {
    bool empty = true;
    context_.commit([&](store::Transaction& transaction) { empty = never_held_any(transaction, item_.slot_id); },
                    deadline_);
    return empty;
}

bool SlotRenewal::unit_holds_new() {
    auto holding = driver_.read(place_);
    return holding && !holding->chain.empty() && holding->chain.front() == chain_.front();
}

/// Brings the unit back to the pair that it had before this item, and destroys the new key. False where there is no way
/// back, so that the new pair stays in use.
bool SlotRenewal::undo() {
    unit_is_back_ = false;
    bool switched = false;
    if (item_.new_certificate_id) {
        load_chain();
        try {
            switched = driver_.revert(place_, sha256(chain_.front()), slot_was_empty());
        } catch (const Error& e) {
            if (e.code() != Code::refused || !unit_holds_new()) throw;
            no_way_back_ = e.message();
            return false;
        }
    }
    unit_is_back_ = true;
    if (switched) driver_.reload(place_, reload_after_way_back(task_.unit, item_.old_number, item_.new_number));
    driver_.discard(place_, item_.token);
    return true;
}

/// Takes back what an issuer made that this item is no longer to use.
void SlotRenewal::withdraw() {
    if (!undo()) return keep_new(item_.error);
    auto withdrawn = new_certificate();
    auto number = item_.new_number;
    item_.new_certificate_id.reset();
    item_.new_number.clear();
    save([&](store::Transaction& transaction, const Stamp& now) {
        store::set_certificate_state(transaction, withdrawn, store::CertificateState::rejected, now.at);
        store::AuditDetail detail{{"number", number}, {"cause", "not wanted any more"}, {"run", item_.run_id}};
        store::audit(transaction, now, "certificate.reject", item_.slot.to_string(), detail);
    });
    chain_.clear();
}

/// Destroys the key that was made, so that the same token makes one by today's rules.
void SlotRenewal::begin_anew() {
    driver_.discard(place_, item_.token);
    item_.step = store::Step::planned;
    item_.new_number.clear();
    save();
}

ItemResult SlotRenewal::fail(const Error& error) {
    if (asking_later_helps(error)) return defer_with(error);
    auto cause = in_words(error, item_.slot.unit);
    if (item_.step == store::Step::confirmed) {
        finish_with_old_key(cause);
        auto ended = to_result(item_, warning_);
        ended.key_left = true;
        return ended;
    }
    auto reached = item_.step;
    if (item_.new_certificate_id && reached != store::Step::planned) {
        // On the record before the way back, so that nobody goes on with a pair that this unit may still be
        // about to take back: the next run takes it back first, and makes another.
        item_.step = store::Step::planned;
        save();
    }
    bool stays = false;
    try {
        stays = !for_one([this] { return undo(); });
    } catch (const Error& e) {
        cause += "; on the way back to the old pair: " + e.message();
        // Not known to be back on the old pair: the item stays for the next run, which tries again.
        if (asking_later_helps(e)) return defer_with(Error(e.code(), cause));
        if (!unit_is_back_) return defer_as_failed(context_, deadline_, task_, Error(e.code(), cause));
    }
    if (stays) {
        keep_new(cause);
        return to_result(item_, warning_);
    }
    item_.step = reached;
    end({.outcome = outcome_after(error),
         .error = cause,
         .rejects_new = true,
         .action = item_.new_certificate_id ? "certificate.reject" : "renewal.fail",
         .detail = {{"number", item_.new_number}, {"cause", cause}, {"run", item_.run_id}}});
    return to_result(item_);
}

ItemResult SlotRenewal::defer_with(const Error& error) {
    unit_is_silent_ = error.code() == Code::unreachable;
    if (item_.step != store::Step::confirmed) return defer(context_, deadline_, task_, error);
    return defer(context_, deadline_, task_,
                 Error(error.code(), fmt::format("{} is in use; the key of {} waits to be removed from the unit: {}",
                                                 item_.new_number, item_.old_number, error.message())));
}

}  // namespace rekey::renewal
