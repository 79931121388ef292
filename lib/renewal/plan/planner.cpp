#include "renewal/plan/planner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/foreign_errors.hpp"
#include "base/text/shortened.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/units/units.hpp"
#include "renewal/plan/request_checks.hpp"
#include "renewal/plan/request_scope.hpp"
#include "store/fleet/fleet_scan.hpp"
#include "store/runs/runs.hpp"

namespace rekey::renewal {

namespace {

/// Whether something is to be made, so that it counts for a limit.
bool is_work(Action action) {
    return action == Action::renew || action == Action::generate || action == Action::resume || action == Action::chain;
}

[[noreturn]] void miss(const Decision& decision, const char* what) {
    throw Error(Code::failed, fmt::format("{} {}", decision.planned.slot.to_string(), what));
}

/// Of a slot that has one.
const store::Certificate& in_use_of(const Decision& decision) {
    if (!decision.status.in_use) miss(decision, "has no certificate in use");
    return *decision.status.in_use;
}

/// The item that holds the slot, where one does.
const store::Item& item_of(const Decision& decision) {
    if (!decision.status.holding) miss(decision, "is held by no item");
    return *decision.status.holding;
}

}  // namespace

std::string judgement() { return fmt::format("rekey {}", version()); }

Planner::Planner(Home& home, const policy::Policy& policy, const Request& request, Time now,
                 std::vector<store::SlotStatus> undeclared)
    : home_(home),
      request_(request),
      now_(now),
      scope_(scope_of(request)),
      targets_(home.store(), policy),
      undeclared_(std::move(undeclared)) {
    auto& store = home.store();
    require_selection(request);
    require_named(store, request, undeclared_);
    require_something(store, request, scope_, undeclared_);
    if (!request.issuer.empty()) issuers::get(store, request.issuer);
}

bool Planner::lives(store::Id run) {
    auto known = lives_.find(run);
    if (known == lives_.end()) known = lives_.emplace(run, home_.run_lives(run)).first;
    return known->second;
}

void Planner::pass_over_not_due() {
    // What is generated, or was named, is decided whether it is due or not.
    passes_over_ = request_.selection.due && request_.kind != Request::Kind::generate;
}

void Planner::each_slot(const std::function<void(const store::SlotStatus&)>& visit) {
    if (passes_over_) return store::each_maybe_due(home_.store(), scope_, judgement(), now_, visit);
    auto next = undeclared_.begin();
    store::each_slot(home_.store(), scope_, [&](const store::SlotStatus& status) {
        while (next != undeclared_.end() && next->slot.name < status.slot.name) visit(*next++);
        visit(status);
    });
    while (next != undeclared_.end()) visit(*next++);
}

void Planner::each(std::optional<store::Id> continuing, const std::function<void(const Decision&)>& visit) {
    std::int64_t planned = 0;
    auto limit = request_.selection.where.limit;
    each_slot([&](const store::SlotStatus& status) {
        if (limit != 0 && planned == limit) return;
        auto decision = decide(status, continuing);
        if (!decision) return;
        if (is_work(decision->planned.action)) ++planned;
        visit(*decision);
    });
}

std::optional<Decision> Planner::decide(const store::SlotStatus& status, std::optional<store::Id> continuing) {
    Decision decision;
    decision.status = status;
    decision.planned.slot = status.slot.name;
    if (status.in_use) {
        decision.planned.old_number = status.in_use->facts.number;
        decision.planned.old_expires = status.in_use->chain_end.at;
        const auto* signed_by = status.in_use->issuer_id ? targets_.issuer(*status.in_use->issuer_id) : nullptr;
        if (signed_by != nullptr) decision.planned.old_issuer = signed_by->name;
    }
    decision.moves_slot = !request_.issuer.empty();
    // A slot that cannot be decided is reported with its cause; the others are planned.
    try {
        return for_one([&]() -> std::optional<Decision> {
            if (status.adopting) {
                auto adoption = store::find_adoption(home_.store(), status.slot.id);
                throw Error(Code::busy, "its adoption has not ended",
                            adoption ? in_words(units::remedy_for(*adoption)) : "");
            }
            if (status.holding) return decide_holding(decision, continuing);
            if (continuing && !request_.selection.due) return std::nullopt;
            return decide_new(decision);
        });
    } catch (const Error& e) {
        decision.planned.action = Action::refuse;
        decision.planned.why = e.hint().empty() ? e.message() : e.message() + "; " + e.hint();
        return decision;
    }
}

std::optional<Decision> Planner::decide_holding(Decision decision, std::optional<store::Id> continuing) {
    const auto& item = item_of(decision);
    auto& planned = decision.planned;
    // What was promised of a key that others may have is not taken back by a milder reason.
    bool promised = item.reason == store::Reason::compromise;
    planned.reason = request_.reason && item.reason && !promised ? request_.reason : item.reason;
    planned.why = item.why;
    if (const auto* issuer = targets_.issuer(item.issuer_id)) planned.issuer = issuer->name;
    bool own = continuing && item.run_id == *continuing;
    if (item.outcome == store::Outcome::open && !own && lives(item.run_id)) {
        planned.action = Action::held;
        planned.why = fmt::format("run {} is at work on it", item.run_id);
        return decision;
    }
    auto next = decision.status.next_attempt;
    if (request_.selection.due && next && *next > now_) {
        planned.action = Action::wait;
        planned.why = fmt::format("unit offline, next attempt {}", to_rfc3339(*next));
        return decision;
    }
    if (item.chain_only) return decide_held_chain(std::move(decision));
    if (request_.kind == Request::Kind::chain) {
        planned.action = Action::held;
        planned.why = fmt::format("a renewal of run {} waits, which brings the chain too", item.run_id);
        return decision;
    }
    planned.action = Action::resume;
    // Only the old key is left to be removed.
    if (item.step == store::Step::confirmed && (request_.issuer.empty() || request_.issuer == planned.issuer))
        return decision;
    if (!request_.issuer.empty() && request_.issuer != planned.issuer) {
        // A certificate of the other issuer may exist already, so the item does not simply change sides.
        decision.holding = Decision::Holding::anew;
        planned.action = item.reason ? Action::renew : Action::generate;
        planned.why = "asked for";
        // The one that was compromised is revoked by now; what is replaced is its successor.
        if (promised && item.step == store::Step::confirmed)
            planned.reason = request_.reason.value_or(store::Reason::manual);
        set_target(decision);
        return decision;
    }
    return plan_again(std::move(decision));
}

/// An item that brings a chain goes on as one, unless a renewal is asked for.
std::optional<Decision> Planner::decide_held_chain(Decision decision) {
    using Holding = Decision::Holding;
    auto& planned = decision.planned;
    if (!decision.status.in_use || !decision.status.in_use->issuer_id) {
        decision.holding = Holding::end;
        planned.action = Action::drop;
        planned.why = "no certificate of this home is in use any more";
        return decision;
    }
    if (request_.kind == Request::Kind::renew && !request_.selection.due) {
        decision.holding = Holding::anew;
        planned.action = Action::renew;
        planned.reason = request_.reason.value_or(store::Reason::manual);
        planned.why = request_.comment.empty() ? "asked for" : request_.comment;
        set_target(decision);
        return decision;
    }
    decision.holding = Holding::replan;
    planned.action = Action::resume;
    set_chain(decision);
    return decision;
}

std::optional<Decision> Planner::decide_chain(Decision decision) {
    const auto& in_use = in_use_of(decision);
    auto& planned = decision.planned;
    if (request_.selection.due) {
        if (in_use.state == store::CertificateState::foreign) return std::nullopt;
        auto rules = targets_.rules(decision.status);
        auto verdict = targets_.judge(in_use, rules, targets_.issuer(decision.status, rules), now_);
        if (!verdict.chain_is_enough) return std::nullopt;
        planned.reason = store::Reason::expiry;
        planned.why = verdict.why;
        return decide_due_chain(std::move(decision));
    }
    planned.reason = request_.reason.value_or(store::Reason::manual);
    planned.why = request_.comment.empty() ? "asked for" : request_.comment;
    planned.action = Action::chain;
    set_chain(decision);
    return decision;
}

/// With reason and words, for one whose chain ends and whose issuer has a longer one.
Decision Planner::decide_due_chain(Decision decision) {
    auto& planned = decision.planned;
    auto next = decision.status.next_attempt;
    if (next && *next > now_) {
        planned.action = Action::wait;
        planned.why += fmt::format("; unit offline, next attempt {}", to_rfc3339(*next));
        return decision;
    }
    planned.action = Action::chain;
    set_chain(decision);
    return decision;
}

/// The chain of the issuer that signed what is in use.
void Planner::set_chain(Decision& decision) {
    const auto& in_use = in_use_of(decision);
    const auto* issuer = in_use.issuer_id ? targets_.issuer(*in_use.issuer_id) : nullptr;
    if (issuer == nullptr)
        throw Error(Code::refused,
                    fmt::format("certificate {} was signed by '{}', which is none of this home", in_use.facts.number,
                                in_use.facts.issuer),
                    "its chain comes from those who signed it");
    auto ends = facts_of(*issuer);
    if (now_ >= ends.not_after)
        throw Error(Code::refused, policy::end_in_words(ends, now_), policy::remedy_for_end(ends));
    decision.chain_only = true;
    decision.moves_slot = false;
    decision.issuer = *issuer;
    decision.planned.issuer = issuer->name;
    decision.planned.new_expires = std::min(in_use.facts.not_after, ends.not_after);
}

/// What an item was planned for may have changed since, above all where the unit was away for months.
Decision Planner::plan_again(Decision decision) {
    using Holding = Decision::Holding;
    const auto& item = item_of(decision);
    const auto& in_use = decision.status.in_use;
    auto& planned = decision.planned;
    decision.moves_slot = item.moves_slot || !request_.issuer.empty();
    // Once a certificate was made, the unit may have it, whatever the step says: the way leads through the unit.
    bool made = item.new_certificate_id.has_value();
    if (made && item.step != store::Step::planned) {
        auto trouble = trouble_with_issued(decision);
        if (trouble.empty()) return decision;
        decision.holding = Holding::anew;
        planned.why = trouble;
        set_target(decision);
        return decision;
    }
    if (!item.reason && in_use && !made) {
        decision.holding = Holding::end;
        planned.action = Action::drop;
        planned.why = fmt::format("filled meanwhile, by certificate {}", in_use->facts.number);
        return decision;
    }
    if (request_.selection.due && !made && !was_asked_for(item)) {
        auto again = decide_new(decision);
        if (!again) {
            decision.holding = Holding::end;
            planned.action = Action::drop;
            planned.why = in_use ? fmt::format("certificate {} is not due", in_use->facts.number) : "nothing is in use";
            return decision;
        }
        again->holding = again->planned.action == Action::refuse ? Holding::end : Holding::replan;
        if (again->planned.action == Action::renew) again->planned.action = Action::resume;
        return *again;
    }
    decision.holding = made ? Holding::anew : Holding::replan;
    set_target(decision);
    return decision;
}

/// By somebody, and not only by a run that looks for what is due.
bool Planner::was_asked_for(const store::Item& item) {
    // A reason of its own; users may give the others too.
    if (item.reason != store::Reason::expiry && item.reason != store::Reason::policy) return true;
    auto runs = store::runs_of(home_.store(), item);
    return std::ranges::any_of(runs, [](const store::Run& run) { return !looks_for_due(run.selection); });
}

/// Why the certificate that was made for the item is not what its slot needs any more; nothing when it is.
std::string Planner::trouble_with_issued(const Decision& decision) {
    const auto& item = item_of(decision);
    auto made =
        item.new_certificate_id ? store::find_certificate(home_.store(), *item.new_certificate_id) : std::nullopt;
    if (!made || made->state != store::CertificateState::pending) return "what was made for it cannot be used";
    if (now_ >= made->chain_end.at)
        return fmt::format("what was made for it expired on {}", to_rfc3339(made->chain_end.at));
    if (const auto* revocation = targets_.revocation(made->id)) return "what was made for it " + in_words(*revocation);
    if (item.moves_slot) return {};
    const auto& issuer = targets_.issuer(decision.status, targets_.rules(decision.status), request_.issuer);
    if (issuer.id == item.issuer_id) return {};
    return fmt::format("what was made for it is from issuer '{}', rules say '{}'", decision.planned.issuer,
                       issuer.name);
}

void Planner::set_target(Decision& decision) {
    const auto& status = decision.status;
    auto rules = targets_.rules(status);
    const auto& holding = status.holding;
    // A migration that was begun keeps its aim.
    bool moving = holding && holding->moves_slot && request_.issuer.empty();
    const auto* aim = moving ? targets_.issuer(holding->issuer_id) : nullptr;
    decision.issuer = aim != nullptr ? *aim : targets_.issuer(status, rules, request_.issuer);
    decision.planned.issuer = decision.issuer.name;
    targets_.require_able(decision.issuer, rules, now_);
    auto ends = facts_of(decision.issuer);
    auto life = policy::lifetime(rules, decision.issuer.facts.not_before, ends, now_);
    decision.planned.new_expires = life.not_after;
    decision.planned.shortened = shortening_in_words(life, ends);
}

/// Whether a migration has nothing to do: the slot is pinned to the issuer that was asked for, and uses a certificate
/// of it.
bool Planner::is_moved(const Decision& decision) const {
    if (request_.reason != store::Reason::migration || request_.issuer.empty()) return false;
    const auto& in_use = decision.status.in_use;
    const auto& pinned = decision.status.slot.issuer_id;
    if (!in_use || !pinned || in_use->issuer_id != pinned || targets_.revocation(in_use->id) != nullptr) return false;
    const auto* issuer = targets_.issuer(*pinned);
    return issuer != nullptr && issuer->name == request_.issuer;
}

std::optional<Decision> Planner::decide_new(Decision decision) {
    const auto& status = decision.status;
    auto& planned = decision.planned;
    if (request_.kind == Request::Kind::generate) {
        if (status.in_use) {
            planned.action = Action::keep;
            planned.why = "filled";
            return decision;
        }
        planned.action = Action::generate;
        // A slip in a type's name is seen here, before it makes one more slot.
        planned.why = status.slot.id == 0 ? "new slot" : "empty slot";
        set_target(decision);
        return decision;
    }
    if (!status.in_use) return std::nullopt;
    const auto& in_use = *status.in_use;
    if (request_.kind == Request::Kind::chain) return decide_chain(std::move(decision));
    if (is_moved(decision)) {
        planned.action = Action::keep;
        planned.issuer = request_.issuer;
        planned.why = fmt::format("is at issuer '{}' already", request_.issuer);
        return decision;
    }
    if (!request_.selection.due) {
        planned.action = Action::renew;
        planned.reason = request_.reason.value_or(store::Reason::manual);
        planned.why = request_.comment.empty() ? "asked for" : request_.comment;
        set_target(decision);
        return decision;
    }

    // What others signed and somebody put there is replaced when somebody says so, not by itself.
    if (in_use.state == store::CertificateState::foreign && !in_use.issuer_id) return std::nullopt;
    auto rules = targets_.rules(status);
    const auto& issuer = targets_.issuer(status, rules);
    auto verdict = targets_.judge(in_use, rules, issuer, now_);
    if (verdict.due == policy::Due::no) return std::nullopt;
    planned.why = verdict.why;
    planned.issuer = issuer.name;
    planned.reason = verdict.due == policy::Due::policy ? store::Reason::policy : store::Reason::expiry;
    const auto* revocation = targets_.revocation(in_use.id);
    if (revocation != nullptr && is_of_key(revocation->reason)) planned.reason = store::Reason::compromise;
    if (verdict.due == policy::Due::issuer_expiring) {
        planned.action = Action::refuse;
        return decision;
    }
    if (verdict.chain_is_enough) return decide_due_chain(std::move(decision));
    if (status.next_attempt && *status.next_attempt > now_) {
        planned.action = Action::wait;
        planned.why += fmt::format("; unit offline, next attempt {}", to_rfc3339(*status.next_attempt));
        return decision;
    }
    planned.action = Action::renew;
    set_target(decision);
    return decision;
}

}  // namespace rekey::renewal
