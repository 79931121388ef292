#include "renewal/run/worker_pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <list>
#include <system_error>

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

/// A unit that is worked on, and who does it.
struct WorkerPool::Job {
    explicit Job(RunContext& context) : deadline([&context] { context.require_home(); }) {}

    UnitWork work;
    std::vector<store::Id> items;
    std::string unit;
    std::thread::id worker;
    std::size_t told = 0;  ///< of `items`
    UnitDeadline deadline;
};

/// What the threads share, and keep alive for the one that wakes too late. Guarded by `mutex`.
struct WorkerPool::State {
    std::shared_ptr<RunContext> context;
    Connect connect;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<UnitWork> queue;
    std::list<std::shared_ptr<Job>> engaged;
    std::vector<ItemResult> ended;
    std::size_t free = 0;  ///< workers that wait for work
    bool closed = false;

    void tell(Job& job, ItemResult what);
};

WorkerPool::WorkerPool(std::shared_ptr<RunContext> context, Connect connect, Terms terms)
    : state_(std::make_shared<State>()), terms_(terms) {
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
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

bool WorkerPool::wants_work() {
    std::lock_guard lock(state_->mutex);
    return state_->queue.size() < static_cast<std::size_t>(terms_.size);
}

void WorkerPool::give(UnitWork work) {
    {
        std::lock_guard lock(state_->mutex);
        state_->queue.push_back(std::move(work));
    }
    call_in();
    state_->changed.notify_one();
}

/// Threads are made when there is work for them.
void WorkerPool::call_in() {
    std::lock_guard lock(state_->mutex);
    auto places = static_cast<std::size_t>(terms_.size) + set_aside_;
    auto wanted = state_->queue.size() - std::min(state_->queue.size(), state_->free);
    for (; wanted > 0 && threads_.size() < places; --wanted) {
        try {
            threads_.emplace_back([state = state_] { work(state); });
        } catch (const std::system_error& e) {
            if (!threads_.empty()) return;  // fewer will do
            throw Error(Code::failed, fmt::format("no thread can be started: {}", e.what()));
        }
    }
}

std::vector<ItemResult> WorkerPool::take_ended() {
    std::lock_guard lock(state_->mutex);
    return std::exchange(state_->ended, {});
}

void WorkerPool::close() {
    {
        std::lock_guard lock(state_->mutex);
        state_->closed = true;
        state_->queue.clear();
    }
    state_->changed.notify_all();
}

bool WorkerPool::idle() {
    std::lock_guard lock(state_->mutex);
    return state_->queue.empty() && state_->engaged.empty();
}

std::vector<WorkerPool::Silent> WorkerPool::give_up_silent() {
    std::vector<Silent> silent;
    {
        std::lock_guard lock(state_->mutex);
        auto now = UnitDeadline::Clock::now();
        std::size_t slow = 0;
        for (auto each = state_->engaged.begin(); each != state_->engaged.end();) {
            auto& job = **each;
            auto waited = job.deadline.waiting(now);
            if (waited && *waited > terms_.deadline / part_of_deadline) ++slow;
            if (!job.deadline.give_up_after(terms_.deadline, now)) {
                ++each;
                continue;
            }
            --slow;
            auto thread = std::find_if(threads_.begin(), threads_.end(),
                                       [&](const std::thread& t) { return t.get_id() == job.worker; });
            thread->detach();
            threads_.erase(thread);
            silent.push_back({job.unit, {job.items.begin() + static_cast<std::ptrdiff_t>(job.told), job.items.end()}});
            each = state_->engaged.erase(each);
        }
        set_aside_ = std::min(slow, std::max(most_set_aside, static_cast<std::size_t>(terms_.size)));
    }
    call_in();
    return silent;
}

void WorkerPool::work(const std::shared_ptr<State>& state) {
    std::unique_lock lock(state->mutex);
    for (;;) {
        ++state->free;
        state->changed.wait(lock, [&] { return state->closed || !state->queue.empty(); });
        --state->free;
        if (state->queue.empty()) return;
        auto job = std::make_shared<Job>(*state->context);
        job->work = std::move(state->queue.front());
        state->queue.pop_front();
        job->unit = job->work.tasks.front().unit.name;
        for (const auto& task : job->work.tasks) job->items.push_back(task.item.id);
        job->worker = std::this_thread::get_id();
        state->engaged.push_back(job);
        lock.unlock();
        try_work_on(*state, *job);
        lock.lock();
        if (job->deadline.given_up()) return;  // nobody counts on this thread any more
        state->engaged.remove(job);
        state->context->commits().poke();
    }
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
            state.tell(job, defer(context, deadline, task, *no_answer));
            continue;
        }
        if (no_answer) {
            // Somebody has to look at it: another host key, a helper that is not installed.
            context.commit(
                [&](store::Transaction& transaction) { refuse(transaction, task, *no_answer, context.stamp()); },
                deadline);
            state.tell(job, told(task.item));
            continue;
        }
        if (task.item.chain_only) {
            ChainReplacement renewal(context, task, deadline, *driver);
            auto ended = end_of(renewal, context, deadline, task);
            if (renewal.unit_is_silent() && ended) no_answer = Error(Code::unreachable, ended->error);
            if (ended) state.tell(job, std::move(*ended));
            if (!renewal.is_renewal()) continue;
        }
        SlotRenewal renewal(context, task, deadline, *driver);
        auto ended = end_of(renewal, context, deadline, task);
        if (renewal.unit_is_silent() && ended) no_answer = Error(Code::unreachable, ended->error);
        if (ended) state.tell(job, std::move(*ended));
    }
}

void WorkerPool::State::tell(Job& job, ItemResult what) {
    {
        std::lock_guard lock(mutex);
        if (job.deadline.given_up()) return;  // told by the one who gave it up
        ++job.told;
        ended.push_back(std::move(what));
    }
    context->commits().poke();
}

}  // namespace rekey::renewal
