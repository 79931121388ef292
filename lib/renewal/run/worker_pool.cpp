#include "renewal/run/worker_pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <list>
#include <system_error>

#include "rekey/base/error.hpp"
#include "rekey/base/foreign_errors.hpp"
#include "renewal/run/chain_replacement.hpp"

namespace rekey::renewal {

namespace {

/// A unit that is waited for longer than this part of the deadline does not count as one that is worked on.
/// Not less: whoever sets the size of the crew also says how many services are reloaded at once.
constexpr int part_of_deadline = 2;
/// So many may be silent and still have others in their place, however small the crew is. There is an
/// end to it because a machine that is too slow for what its units ask of it is not helped by more threads.
constexpr std::size_t most_set_aside = 16;

}  // namespace

/// A unit that is worked on, and who does it.
struct Crew::Engagement {
    explicit Engagement(Voyage& voyage) : watch([&voyage] { voyage.require_home(); }) {}

    UnitWork work;
    std::vector<store::Id> items;
    std::string unit;
    std::thread::id worker;
    std::size_t told = 0;  ///< of `items`
    Watch watch;
};

/// What the threads share, and keep alive for the one that wakes too late. Guarded by `mutex`.
struct Crew::State {
    std::shared_ptr<Voyage> voyage;
    Connect connect;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<UnitWork> queue;
    std::list<std::shared_ptr<Engagement>> engaged;
    std::vector<Ended> ended;
    std::size_t free = 0;  ///< workers that wait for work
    bool closed = false;

    void tell(Engagement& engagement, Ended what);
};

Crew::Crew(std::shared_ptr<Voyage> voyage, Connect connect, Terms terms)
    : state_(std::make_shared<State>()), terms_(terms) {
    state_->voyage = std::move(voyage);
    state_->connect = std::move(connect);
}

Crew::~Crew() { dismiss(); }

void Crew::dismiss() {
    close();
    auto& journal = state_->voyage->journal();
    while (!idle()) {
        if (!journal.write_waiting()) journal.wait(std::chrono::milliseconds{50});
        give_up_silent();
    }
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

bool Crew::wants_work() {
    std::lock_guard lock(state_->mutex);
    return state_->queue.size() < static_cast<std::size_t>(terms_.size);
}

void Crew::give(UnitWork work) {
    {
        std::lock_guard lock(state_->mutex);
        state_->queue.push_back(std::move(work));
    }
    call_in();
    state_->changed.notify_one();
}

/// Threads are made when there is work for them.
void Crew::call_in() {
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

std::vector<Ended> Crew::take_ended() {
    std::lock_guard lock(state_->mutex);
    return std::exchange(state_->ended, {});
}

void Crew::close() {
    {
        std::lock_guard lock(state_->mutex);
        state_->closed = true;
        state_->queue.clear();
    }
    state_->changed.notify_all();
}

bool Crew::idle() {
    std::lock_guard lock(state_->mutex);
    return state_->queue.empty() && state_->engaged.empty();
}

std::vector<Crew::Silent> Crew::give_up_silent() {
    std::vector<Silent> silent;
    {
        std::lock_guard lock(state_->mutex);
        auto now = Watch::Clock::now();
        std::size_t slow = 0;
        for (auto each = state_->engaged.begin(); each != state_->engaged.end();) {
            auto& engagement = **each;
            auto waited = engagement.watch.waiting(now);
            if (waited && *waited > terms_.deadline / part_of_deadline) ++slow;
            if (!engagement.watch.give_up_after(terms_.deadline, now)) {
                ++each;
                continue;
            }
            --slow;
            auto thread = std::find_if(threads_.begin(), threads_.end(),
                                       [&](const std::thread& t) { return t.get_id() == engagement.worker; });
            thread->detach();
            threads_.erase(thread);
            silent.push_back(
                {engagement.unit,
                 {engagement.items.begin() + static_cast<std::ptrdiff_t>(engagement.told), engagement.items.end()}});
            each = state_->engaged.erase(each);
        }
        set_aside_ = std::min(slow, std::max(most_set_aside, static_cast<std::size_t>(terms_.size)));
    }
    call_in();
    return silent;
}

void Crew::work(const std::shared_ptr<State>& state) {
    std::unique_lock lock(state->mutex);
    for (;;) {
        ++state->free;
        state->changed.wait(lock, [&] { return state->closed || !state->queue.empty(); });
        --state->free;
        if (state->queue.empty()) return;
        auto engagement = std::make_shared<Engagement>(*state->voyage);
        engagement->work = std::move(state->queue.front());
        state->queue.pop_front();
        engagement->unit = engagement->work.tasks.front().unit.name;
        for (const auto& task : engagement->work.tasks) engagement->items.push_back(task.item.id);
        engagement->worker = std::this_thread::get_id();
        state->engaged.push_back(engagement);
        lock.unlock();
        try {
            work_on(*state, *engagement);
        } catch (const Stopped&) {
            // The cause is with the voyage, or the unit was given up.
        } catch (...) {
            if (!engagement->watch.given_up()) state->voyage->give_up(std::current_exception());
        }
        lock.lock();
        if (engagement->watch.given_up()) return;  // nobody counts on this thread any more
        state->engaged.remove(engagement);
        state->voyage->journal().poke();
    }
}

/// How the item ended. What cannot even be recorded as its failure ends it for this run, and not the run: it waits, and
/// somebody hears of it.
template <class Way>
std::optional<Ended> Crew::end_of(Way& way, Voyage& voyage, const Watch& watch, Task& task) {
    try {
        return for_one([&] { return way.go(); });
    } catch (const Error& e) {
        auto ended = defer(voyage, watch, task, Error(Code::failed, e.message(), e.hint()));
        ended.outcome = store::to_string(store::Outcome::failed);
        return ended;
    }
}

void Crew::work_on(State& state, Engagement& engagement) {
    auto& voyage = *state.voyage;
    auto& watch = engagement.watch;
    std::optional<Error> silence;
    std::unique_ptr<units::Driver> driver;
    for (auto& task : engagement.work.tasks) {
        if (voyage.stopping() || watch.given_up()) return;
        watch.begin_task();
        if (!driver && !silence) {
            try {
                driver = for_one(
                    [&] { return watched(watch.over([&] { return state.connect(engagement.work.address); }), watch); });
            } catch (const Error& e) {
                silence = e;
            }
        }
        if (silence && asking_later_helps(*silence)) {
            state.tell(engagement, defer(voyage, watch, task, *silence));
            continue;
        }
        if (silence) {
            // Somebody has to look at it: another host key, a helper that is not installed.
            voyage.commit([&](store::Store& store) { refuse(store, task, *silence, voyage.stamp()); }, watch);
            state.tell(engagement, told(task.item));
            continue;
        }
        if (task.item.chain_only) {
            ChainPassage passage(voyage, task, watch, *driver);
            auto ended = end_of(passage, voyage, watch, task);
            if (passage.unit_is_silent()) silence = Error(Code::unreachable, ended->error);
            if (ended) state.tell(engagement, std::move(*ended));
            if (!passage.is_renewal()) continue;
        }
        Passage passage(voyage, task, watch, *driver);
        auto ended = end_of(passage, voyage, watch, task);
        if (passage.unit_is_silent()) silence = Error(Code::unreachable, ended->error);
        if (ended) state.tell(engagement, std::move(*ended));
    }
}

void Crew::State::tell(Engagement& engagement, Ended what) {
    {
        std::lock_guard lock(mutex);
        if (engagement.watch.given_up()) return;  // told by the one who gave it up
        ++engagement.told;
        ended.push_back(std::move(what));
    }
    voyage->journal().poke();
}

}  // namespace rekey::renewal
