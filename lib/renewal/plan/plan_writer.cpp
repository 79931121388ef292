#include "renewal/plan/plan_writer.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "renewal/plan/request_scope.hpp"
#include "store/runs/items.hpp"
#include "store/runs/runs.hpp"
#include "units/registry/item_end.hpp"

namespace rekey::renewal {

namespace {

constexpr std::size_t token_size = 16;

std::string command_of(const Request& request) {
    switch (request.kind) {
        case Request::Kind::generate:
            return "generate";
        case Request::Kind::chain:
            return "chain";
        case Request::Kind::renew:
            break;
    }
    return "renew";
}

}  // namespace

bool is_same(const store::Run& run, const Request& request) {
    return run.command == command_of(request) && run.selection == canonical(request.selection) &&
           run.reason == request.reason && run.issuer == request.issuer;
}

RunHandle find_dead_run(Home& home, const Request& request) {
    for (auto& run : store::unfinished_runs(home.store())) {
        if (!is_same(run, request)) continue;
        if (auto lock = home.lock_run(run.id)) return {std::move(run), std::move(lock)};
    }
    return {};
}

PlanWriter::PlanWriter(Home& home, store::Transaction& transaction, const Request& request, RunHandle& handle,
                       const Stamp& stamp)
    : home_(home), transaction_(transaction), request_(request), handle_(handle), stamp_(stamp) {}

const store::Run& PlanWriter::run() {
    if (!handle_.run) {
        store::Run run;
        run.command = command_of(request_);
        run.selection = canonical(request_.selection);
        run.reason = request_.reason;
        run.issuer = request_.issuer;
        run.comment = request_.comment;
        run.actor = stamp_.actor;
        run.started_at = stamp_.at;
        store::add_run(transaction_, run);
        // Locked before anyone can see the run, so that nobody takes it for dead.
        handle_.lock = home_.lock_run(run.id);
        if (!handle_.lock) throw Error(Code::busy, fmt::format("run {} is locked by somebody else", run.id));
        handle_.run = std::move(run);
    }
    return *handle_.run;
}

void PlanWriter::record(const Decision& decision) {
    if (decision.status.holding) return take_over(decision);
    const auto& planned = decision.planned;
    store::Item item;
    item.run_id = run().id;
    item.slot_id = decision.status.slot.id;
    item.slot = planned.slot;
    item.token = to_hex(random_bytes(token_size));
    item.reason = planned.reason;
    item.why = planned.why;
    // A run that goes on after a crash plans what it had not come to; what was said the second time is about that.
    item.comment = request_.comment.empty() ? run().comment : request_.comment;
    item.issuer_id = decision.issuer.id;
    item.moves_slot = decision.moves_slot;
    item.keeps_old = request_.keep_old;
    item.chain_only = decision.chain_only;
    if (decision.status.in_use) item.old_certificate_id = decision.status.in_use->id;
    item.old_number = planned.old_number;
    if (item.chain_only) item.new_number = item.old_number;
    item.updated_at = stamp_.at;
    store::add_item(transaction_, item);
}

void PlanWriter::take_over(const Decision& decision) {
    using Holding = Decision::Holding;
    auto run_id = run().id;
    auto held = holding_of(decision);
    const auto& in_use = decision.status.in_use;
    auto next = held;
    // A reason that was given again comes with what was said about the old certificate.
    next.keeps_old = request_.reason ? request_.keep_old : held.keeps_old || request_.keep_old;
    if (decision.planned.reason == store::Reason::compromise) next.keeps_old = false;
    // The comment of its plan stays, whichever run finishes it.
    if (next.comment.empty()) next.comment = request_.comment;
    bool anew = decision.holding == Holding::anew;
    bool is_proven = held.step == store::Step::confirmed;
    if (in_use && (is_proven ? anew : held.step != store::Step::installed)) {
        next.old_certificate_id = in_use->id;
        next.old_number = in_use->facts.number;
    }
    if (decision.holding != Holding::go_on) {
        next.issuer_id = decision.issuer.id;
        next.moves_slot = decision.moves_slot;
    }
    next.chain_only = decision.chain_only;
    if (held.chain_only && !next.chain_only) next.new_number.clear();
    if (next.chain_only && in_use) {
        // Done from its beginning again, wherever it is.
        next.step = store::Step::planned;
        next.issuer_id = decision.issuer.id;
        next.old_certificate_id = in_use->id;
        next.old_number = next.new_number = in_use->facts.number;
    }
    bool own = held.run_id == run_id && held.outcome == store::Outcome::open;
    bool same = next.issuer_id == held.issuer_id && next.old_certificate_id == held.old_certificate_id &&
                next.keeps_old == held.keeps_old && next.chain_only == held.chain_only && next.comment == held.comment;
    if (own && same && !anew) return;

    units::end_item(transaction_, held, {.outcome = store::Outcome::continued, .error = held.error}, stamp_);

    next.id = 0;
    next.run_id = run_id;
    next.outcome = store::Outcome::open;
    next.error.clear();
    next.reason = decision.planned.reason;
    next.why = decision.planned.why;
    next.updated_at = stamp_.at;
    if (anew) {
        // A certificate that was made stays named, so that it is taken back first; not so one that is proven.
        if (is_proven) {
            next.new_certificate_id.reset();
            next.new_number.clear();
        }
        next.step = store::Step::planned;
        next.token = to_hex(random_bytes(token_size));
        next.request.clear();
    }
    store::add_item(transaction_, next);
    store::update_item(transaction_, next);
}

store::Item PlanWriter::holding_of(const Decision& decision) {
    auto held = store::item_holding(transaction_, decision.status.slot.id);
    if (!held) throw Error(Code::corrupt, fmt::format("{} lost its open item", decision.planned.slot.to_string()));
    return *held;
}

void PlanWriter::record_end(const Decision& decision) {
    if (!decision.status.holding) return;
    auto held = holding_of(decision);
    const auto& why = decision.planned.why;
    bool dropped = decision.planned.action == Action::drop;
    // What may have reached the unit waits for better times, and keeps no dead run from ending.
    bool begun = held.new_certificate_id || (held.chain_only && held.step != store::Step::planned);
    units::end_item(transaction_, held,
                    {.outcome = dropped ? store::Outcome::continued
                                : begun ? store::Outcome::deferred
                                        : store::Outcome::refused,
                     .error = why,
                     .action = dropped ? "renewal.drop" : "renewal.fail",
                     .detail = {{"cause", why}, {"run", held.run_id}}},
                    stamp_);
}

std::vector<store::Id> close_dead_runs(Home& home, store::Transaction& transaction, std::optional<store::Id> but,
                                       Time now) {
    std::vector<store::Id> closed;
    for (const auto& run : store::unfinished_runs(transaction)) {
        if (but && run.id == *but) continue;
        if (store::count_open_items(transaction, run.id) != 0 || home.run_lives(run.id)) continue;
        store::finish_run(transaction, run.id, "taken over", now);
        closed.push_back(run.id);
    }
    return closed;
}

}  // namespace rekey::renewal
