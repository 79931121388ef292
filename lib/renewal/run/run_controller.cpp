#include "renewal/run/run_controller.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/files/spool.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/renewal/renewal.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "renewal/judgement/kept_times.hpp"
#include "renewal/plan/plan_writer.hpp"
#include "renewal/plan/planner.hpp"
#include "renewal/plan/request_scope.hpp"
#include "renewal/plan/undeclared_slots.hpp"
#include "renewal/run/planned_result.hpp"
#include "renewal/run/work_queue.hpp"
#include "renewal/run/worker_pool.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/items.hpp"
#include "store/runs/runs.hpp"
#include "units/connect/connect.hpp"
#include "units/survey/backoff.hpp"

namespace rekey::renewal {

namespace {

/// The dead run that an equal request would go on with.
std::optional<store::Id> dead_run(Home& home, const Request& request) {
    for (const auto& run : store::unfinished_runs(home.store()))
        if (is_same(run, request) && !home.run_lives(run.id)) return run.id;
    return std::nullopt;
}

/// Declares the slots that `generate` names. Refuses before anything is done when one is filled, or when the request
/// cannot be planned.
void prepare_generate(Home& home, const Request& request, const Stamp& stamp) {
    auto& store = home.store();
    bool continuing = dead_run(home, request).has_value();
    auto undeclared = undeclared_slots(store, request, continuing);
    if (undeclared.empty()) return;
    // It refuses what cannot be planned.
    auto policy = current_policy(store);
    [[maybe_unused]] const Planner planner(home, policy, request, stamp.at, undeclared);
    store.write([&](store::Transaction& transaction) {
        for (const auto& status : undeclared) {
            const auto& name = status.slot.name;
            if (store::find_slot(transaction, name)) continue;  // somebody else declared it meanwhile
            auto unit = units::get_unit(transaction, name.unit);
            auto slot = store::ensure_slot(transaction, unit, name.node, name.type);
            if (!continuing) require_empty(transaction, name, slot.id);
            store::audit(transaction, stamp, "slot.declare", name.to_string());
        }
    });
}

const std::string chain_renewed = "chain_renewed";

std::chrono::seconds deadline_of(const Request& request, const policy::Config& config) {
    return request.deadline.count() > 0 ? request.deadline : config.unit_deadline.approximate();
}

int jobs_of(const Request& request, const policy::Config& config) {
    if (request.jobs > 0) return request.jobs;
    return config.jobs > 0 ? config.jobs : usual_jobs;
}

void count(Result& result, const std::string& outcome) {
    if (outcome == "renewed" || outcome == "generated" || outcome == chain_renewed) ++result.done;
    if (outcome == "deferred") ++result.deferred;
    if (outcome == "failed") ++result.failed;
    if (outcome == "refused") ++result.refused;
    if (outcome == "held") ++result.held;
}

/// One invocation, from the plan to the last item.
class Invocation {
public:
    Invocation(Home& home, const policy::Config& config, const Request& request, const Clock& clock,
               const std::string& actor, Observer& observer, const StopToken& stop, Connect connect)
        : home_(home),
          config_(config),
          request_(request),
          clock_(clock),
          actor_(actor),
          observer_(observer),
          stop_(stop),
          connect_(std::move(connect)),
          context_(std::make_shared<RunContext>(home, clock, actor)) {}

    Result go() {
        record_plan();
        if (handle_.run) {
            result_.run = handle_.run->id;
            try {
                work();
            } catch (const Error& e) {
                if (!begun()) throw;
                // No failure that leaves everything as it was.
                result_.trouble = e.message();
                result_.remedy = e.hint();
                result_.interrupted = true;
                return result_;
            }
            finish();
        }
        if (!config_.crl_folder.empty() && !result_.interrupted) publish_lists();
        return result_;
    }

private:
    /// All of it in one transaction: a plan that was cut short is no plan, and what is due cannot
    /// change between the look and the claim.
    void record_plan() {
        Stamp now{clock_(), actor_};
        if (request_.kind == Request::Kind::generate) prepare_generate(home_, request_, now);
        auto unjudged = judge_slots(now.at);
        auto reader = Home::open(home_.path(), store::Store::Mode::read, now.at);
        Spool untold;  // until it is durable, and the store is free
        // Not a closure that may run twice: it takes the lock of the run, and spools what the observer gets later.
        store::Transaction transaction(home_.store());
        home_.check_clock(transaction, now.at);
        policy_ = current_policy(transaction);
        Planner planner(reader, policy_, request_, now.at);
        handle_ = find_dead_run(home_, request_);
        PlanWriter recorder(home_, transaction, request_, handle_, now);
        if (request_.selection.due) planner.pass_over_not_due();
        auto continuing = handle_.run ? std::optional{handle_.run->id} : std::nullopt;
        planner.each(continuing, [&](const Decision& decision) {
            switch (decision.planned.action) {
                case Action::renew:
                case Action::generate:
                case Action::chain:
                case Action::resume:
                    recorder.record(decision);
                    break;
                case Action::drop:
                    recorder.record_end(decision);
                    break;
                case Action::refuse:
                    recorder.record_end(decision);
                    [[fallthrough]];
                case Action::held:
                case Action::wait:
                case Action::keep:
                    untold.add(to_line(to_result(decision.planned)));
            }
        });
        auto closed =
            close_dead_runs(home_, transaction, handle_.run ? std::optional{handle_.run->id} : std::nullopt, now.at);
        judge(transaction, unjudged, now.at);
        transaction.commit();
        for (auto id : closed) home_.forget_run(id);
        while (auto line = untold.next()) tell(from_line(*line));
    }

    /// So that the plan, which keeps others from writing, has few to judge. Returns those that it has to.
    std::vector<store::Id> judge_slots(Time now) {
        if (!request_.selection.due || request_.kind == Request::Kind::generate) return {};
        return judge_all_but_few(home_, scope_of(request_), now, stop_);
    }

    /// Of the run that was begun, or goes on.
    store::Id run_id() const {
        if (!handle_.run) throw Error(Code::failed, "no run was begun");
        return handle_.run->id;
    }

    void work() {
        // Without it no item could be issued: that is the run's trouble, and the items wait.
        home_.seal_key();
        progress_.total = store::count_open_items(home_.store(), run_id());
        observer_.work_begins();
        WorkQueue queue(home_, policy_, request_, run_id(), clock_(),
                        [this](Task& task, const Error& error) { refuse(task, error); });
        {
            WorkerPool workers(context_, connect_, {jobs_of(request_, config_), deadline_of(request_, config_)});
            bool more = true;
            while (more || !workers.idle()) {
                while (more && workers.wants_work()) {
                    auto work = queue.next();
                    more = work.has_value();
                    if (work) workers.give(std::move(*work));
                }
                if (!context_->commits().write_waiting()) context_->commits().wait(std::chrono::milliseconds{100});
                tell_all(workers.take_ended());
                for (const auto& silent : workers.give_up_silent()) defer_silent(silent);
                if (!heed_stop()) continue;
                more = false;
                workers.close();
            }
            tell_all(workers.take_ended());
        }
        context_->rethrow();
    }

    /// Whether any item of the run got beyond its plan.
    bool begun() {
        bool any = false;
        store::each_item(home_.store(), run_id(),
                         [&](const store::Item& item) { any = any || item.step != store::Step::planned; });
        return any;
    }

    /// Also when nothing was due: a list has an end too, and an earlier run may have died before this.
    void publish_lists() {
        try {
            auto lists = issuers::publish_lists(home_, config_.crl_folder, policy_.crl_validity, {clock_(), actor_});
            for (const auto& failure : lists.failures) {
                if (!result_.lists_error.empty()) result_.lists_error += "; ";
                result_.lists_error += failure.message();
                if (!failure.hint().empty()) result_.lists_error += " (" + failure.hint() + ")";
            }
        } catch (const Error& e) {
            result_.lists_error = e.message();
        }
    }

    bool heed_stop() {
        if (stop_.requested() && !context_->stopping()) {
            context_->stop();
            observer_.stopping();
        }
        return context_->stopping();
    }

    /// The items of a unit that was given up, each as the store has it: this thread alone writes there,
    /// and takes nothing more from the unit's own.
    void defer_silent(const WorkerPool::Silent& silent) {
        auto now = clock_();
        auto seconds = deadline_of(request_, config_).count();
        auto cause = fmt::format("did not answer within {}", Period{0, Seconds{seconds}}.to_string());
        auto items = home_.store().write([&](store::Transaction& transaction) {
            home_.check_clock(transaction, now);
            std::vector<store::Item> deferred;
            for (auto id : silent.items) {
                auto item = store::find_item(transaction, id);
                if (!item) continue;
                if (item->outcome == store::Outcome::open)
                    units::end_item(transaction, *item, {.outcome = store::Outcome::deferred, .error = cause},
                                    {now, actor_});
                deferred.push_back(std::move(*item));
            }
            if (auto unit = store::find_unit(transaction, silent.unit))
                units::mark_offline(transaction, *unit, cause, now);
            return deferred;
        });
        observer_.gave_up(silent.unit);
        for (const auto& item : items) {
            bool done = item.outcome == store::Outcome::renewed;
            tell_item(renewal::to_result(item, done ? "the unit fell silent after it" : ""));
        }
    }

    void finish() {
        auto& store = home_.store();
        auto run = run_id();
        result_.interrupted = store::count_open_items(store, run) != 0;
        if (result_.interrupted) return;
        store.write([&](store::Transaction& transaction) { store::finish_run(transaction, run, "done", clock_()); });
        home_.forget_run(run, std::move(handle_.lock));
    }

    /// An item whose rules or issuer are broken.
    void refuse(Task& task, const Error& error) {
        home_.store().write([&](store::Transaction& transaction) {
            renewal::refuse(transaction, task, error, {clock_(), actor_});
        });
        tell_item(renewal::to_result(task.item));
    }

    void tell_all(const std::vector<ItemResult>& all) {
        for (const auto& ended : all) tell_item(ended);
    }

    /// Of the run, not only of its plan.
    void tell_item(const ItemResult& ended) {
        Result so_far;
        count(so_far, ended.outcome);
        progress_.done += so_far.done;
        progress_.deferred += so_far.deferred;
        progress_.failed += so_far.failed + so_far.refused;
        tell(ended);
        observer_.progress(progress_);
    }

    void tell(const ItemResult& ended) {
        count(result_, ended.outcome);
        if (ended.key_left) ++result_.keys_left;
        observer_.ended(ended);
    }

    Home& home_;
    const policy::Config& config_;
    policy::Policy policy_;  ///< in force when the plan was recorded
    const Request& request_;
    const Clock& clock_;
    const std::string& actor_;
    Observer& observer_;
    const StopToken stop_;
    Connect connect_;
    std::shared_ptr<RunContext> context_;
    RunHandle handle_;
    Result result_;
    Progress progress_;
};

}  // namespace

Observer::~Observer() = default;
void Observer::work_begins() {}
void Observer::progress(const Progress&) {}
void Observer::stopping() {}
void Observer::gave_up(const std::string&) {}

std::string_view to_string(Action action) {
    switch (action) {
        case Action::renew:
            return "renew";
        case Action::generate:
            return "generate";
        case Action::resume:
            return "resume";
        case Action::drop:
            return "drop";
        case Action::wait:
            return "wait";
        case Action::held:
            return "held";
        case Action::refuse:
            return "refuse";
        case Action::keep:
            return "keep";
        case Action::chain:
            return "chain";
    }
    return "";
}

std::string outcome_of(const store::Item& item) {
    if (item.outcome == store::Outcome::renewed && item.chain_only) return chain_renewed;
    if (item.outcome == store::Outcome::renewed) return item.old_certificate_id ? "renewed" : "generated";
    return std::string(store::to_string(item.outcome));
}

void plan(Home& home, const policy::Policy& policy, const Request& request, Time now,
          const std::function<void(const PlanEntry&)>& visit) {
    store::Snapshot snapshot(home.store());
    auto continuing = dead_run(home, request);
    std::vector<store::SlotStatus> undeclared;
    if (request.kind == Request::Kind::generate)
        undeclared = undeclared_slots(home.store(), request, continuing.has_value());
    Planner planner(home, policy, request, now, std::move(undeclared));
    if (request.selection.due && is_in_force(home.store(), policy)) planner.pass_over_not_due();
    planner.each(continuing, [&](const Decision& decision) { visit(decision.planned); });
}

Result run(Home& home, const policy::Config& config, const Request& request, const Clock& clock,
           const std::string& actor, Observer& observer, const StopToken& stop) {
    return run_with(home, config, request, clock, actor, observer, stop,
                    [reaching = units::Reaching{config.answer_deadline}](const std::string& address) {
                        return units::connect(address, reaching);
                    });
}

Result run_with(Home& home, const policy::Config& config, const Request& request, const Clock& clock,
                const std::string& actor, Observer& observer, const StopToken& stop, const Connect& connect) {
    return Invocation(home, config, request, clock, actor, observer, stop, connect).go();
}

}  // namespace rekey::renewal
