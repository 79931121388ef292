#include "renewal/run/worker_pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <mutex>

#include "base/text/foreign_errors.hpp"
#include "rekey/base/base.hpp"
#include "renewal/slot/chain_replacement.hpp"

namespace rekey::renewal {

namespace {

/// A unit that is waited for longer than this part of the deadline does not count as one that is worked on.
/// Not less: the number of workers is also how many services are reloaded at once.
constexpr int part_of_deadline = 2;
/// So many may be silent and still have others in their place, however few workers there are. There is an
/// end to it because a machine that is too slow for what its units ask of it is not helped by more threads.
constexpr std::size_t most_set_aside = 16;

}  // namespace

/// The work on one unit.
struct WorkerPool::Job {
    Job(RunContext& context, JobThreads::JobId number, UnitWork given)
        : id(number), work(std::move(given)), deadline([&context] { context.require_home(); }) {
        for (const auto& task : work.tasks) items.push_back(task.item.id);
    }

    JobThreads::JobId id;
    UnitWork work;
    std::vector<store::Id> items;
    std::size_t handed_in = 0;  ///< results, of `items` in their order
    UnitDeadline deadline;
};

/// What the owner and the workers share; an abandoned worker keeps it alive. Guarded by `mutex`.
struct WorkerPool::State {
    std::shared_ptr<RunContext> context;
    Connect connect;
    std::mutex mutex;
    std::list<std::shared_ptr<Job>> being_done;
    std::vector<ItemResult> ended;

    void hand_in(Job& job, ItemResult result);
};

WorkerPool::WorkerPool(std::shared_ptr<RunContext> context, Connect connect, Terms terms)
    : state_(std::make_shared<State>()), terms_(terms), threads_([context] { context->commits().poke(); }) {
    state_->context = std::move(context);
    state_->connect = std::move(connect);
}

WorkerPool::~WorkerPool() { dismiss(); }

void WorkerPool::dismiss() {
    close();
    auto& commits = state_->context->commits();
    while (!idle()) {
        if (!commits.write_waiting()) commits.wait(std::chrono::milliseconds{50});
        give_up_silent();
    }
    threads_.join();
}

bool WorkerPool::wants_work() { return threads_.waiting() < static_cast<std::size_t>(terms_.size); }

void WorkerPool::give(UnitWork work) {
    auto job = std::make_shared<Job>(*state_->context, ++given_, std::move(work));
    auto id = job->id;
    threads_.add(id, [state = state_, job = std::move(job)] { do_job(*state, job); });
    start_threads();
}

void WorkerPool::start_threads() {
    auto places = static_cast<std::size_t>(terms_.size) + set_aside_;
    threads_.start(std::min(threads_.jobs(), places));
}

std::vector<ItemResult> WorkerPool::take_ended() {
    std::lock_guard lock(state_->mutex);
    return std::exchange(state_->ended, {});
}

void WorkerPool::close() { threads_.drop_waiting(); }

bool WorkerPool::idle() { return threads_.jobs() == 0; }

std::vector<WorkerPool::Silent> WorkerPool::give_up_silent() {
    std::vector<Silent> silent;
    {
        std::lock_guard lock(state_->mutex);
        auto now = UnitDeadline::Clock::now();
        std::size_t slow = 0;
        for (auto each = state_->being_done.begin(); each != state_->being_done.end();) {
            auto& job = **each;
            auto waited = job.deadline.waiting(now);
            if (waited && *waited > terms_.deadline / part_of_deadline) ++slow;
            if (!job.deadline.give_up_after(terms_.deadline, now)) {
                ++each;
                continue;
            }
            --slow;
            threads_.abandon(job.id);
            silent.push_back({job.work.tasks.front().unit.name,
                              {job.items.begin() + static_cast<std::ptrdiff_t>(job.handed_in), job.items.end()}});
            each = state_->being_done.erase(each);
        }
        set_aside_ = std::min(slow, std::max(most_set_aside, static_cast<std::size_t>(terms_.size)));
    }
    start_threads();
    return silent;
}

void WorkerPool::do_job(State& state, const std::shared_ptr<Job>& job) {
    {
        std::lock_guard lock(state.mutex);
        state.being_done.push_back(job);
    }
    try_work_on(state, *job);
    std::lock_guard lock(state.mutex);
    state.being_done.remove(job);
}

/// How the item ended. What cannot even be recorded as its failure ends it for this run, and not the run: it waits, and
/// somebody hears of it.
template <class Way>
std::optional<ItemResult> WorkerPool::end_of(Way& way, RunContext& context, const UnitDeadline& deadline, Task& task) {
    try {
        return for_one([&] { return way.go(); });
    } catch (const Error& e) {
        return defer_as_failed(context, deadline, task, Error(Code::failed, e.message(), e.hint()));
    }
}

void WorkerPool::try_work_on(State& state, Job& job) {
    try {
        work_on(state, job);
    } catch (const Cancelled&) {
        return;  // the run context has the cause, or the unit was given up
    } catch (...) {
        if (!job.deadline.given_up()) state.context->give_up(std::current_exception());
    }
}

void WorkerPool::work_on(State& state, Job& job) {
    auto& context = *state.context;
    auto& deadline = job.deadline;
    std::optional<Error> no_answer;
    std::unique_ptr<units::Driver> driver;
    for (auto& task : job.work.tasks) {
        if (context.stopping() || deadline.given_up()) return;
        deadline.begin_task();
        if (!driver && !no_answer) {
            try {
                driver = for_one([&] {
                    return with_deadline(deadline.over([&] { return state.connect(job.work.address); }), deadline);
                });
            } catch (const Error& e) {
                no_answer = e;
            }
        }
        if (no_answer && asking_later_helps(*no_answer)) {
            state.hand_in(job, defer(context, deadline, task, *no_answer));
            continue;
        }
        if (no_answer) {
            // Somebody has to look at it: another host key, a helper that is not installed.
            context.commit(
                [&](store::Transaction& transaction) { refuse(transaction, task, *no_answer, context.stamp()); },
                deadline);
            state.hand_in(job, to_result(task.item));
            continue;
        }
        if (task.item.chain_only) {
            ChainReplacement renewal(context, task, deadline, *driver);
            auto ended = end_of(renewal, context, deadline, task);
            if (renewal.unit_is_silent() && ended) no_answer = Error(Code::unreachable, ended->error);
            if (ended) state.hand_in(job, std::move(*ended));
            if (!renewal.is_renewal()) continue;
        }
        SlotRenewal renewal(context, task, deadline, *driver);
        auto ended = end_of(renewal, context, deadline, task);
        if (renewal.unit_is_silent() && ended) no_answer = Error(Code::unreachable, ended->error);
        if (ended) state.hand_in(job, std::move(*ended));
    }
}

void WorkerPool::State::hand_in(Job& job, ItemResult result) {
    {
        std::lock_guard lock(mutex);
        if (job.deadline.given_up()) return;  // the owner of the pool ends its items
        ++job.handed_in;
        ended.push_back(std::move(result));
    }
    context->commits().poke();
}

}  // namespace rekey::renewal
