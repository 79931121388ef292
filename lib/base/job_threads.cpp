#include "base/job_threads.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "base/start_thread.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

/// What the owner and the threads share; an abandoned thread keeps it alive. Guarded by `mutex`.
struct JobThreads::Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::pair<JobId, std::function<void()>>> waiting;
    std::map<JobId, std::thread::id> being_done;  ///< and by which thread
    bool closed = false;
    std::function<void()> ended;
};

JobThreads::JobThreads(std::function<void()> ended) : shared_(std::make_shared<Shared>()) {
    shared_->ended = std::move(ended);
}

JobThreads::~JobThreads() { join(); }

void JobThreads::add(JobId id, std::function<void()> job) {
    {
        std::lock_guard lock(shared_->mutex);
        shared_->waiting.emplace_back(id, std::move(job));
    }
    shared_->changed.notify_one();
}

std::size_t JobThreads::start(std::size_t threads) {
    threads_.reserve(std::max(threads, threads_.size()));
    while (threads_.size() < threads) {
        try {
            threads_.push_back(start_thread([shared = shared_] { do_jobs(shared); }));
        } catch (const Error&) {
            if (threads_.empty()) throw;
            break;
        }
    }
    return threads_.size();
}

std::size_t JobThreads::waiting() const {
    std::lock_guard lock(shared_->mutex);
    return shared_->waiting.size();
}

std::size_t JobThreads::jobs() const {
    std::lock_guard lock(shared_->mutex);
    return shared_->waiting.size() + shared_->being_done.size();
}

bool JobThreads::abandon(JobId id) {
    std::lock_guard lock(shared_->mutex);
    // On a machine with too much to do, a job may have waited for its thread all the time.
    if (std::erase_if(shared_->waiting, [&](const auto& each) { return each.first == id; }) > 0) return true;
    auto job = shared_->being_done.find(id);
    if (job == shared_->being_done.end()) return false;
    auto thread = std::ranges::find(threads_, job->second, &std::thread::get_id);
    thread->detach();
    threads_.erase(thread);
    shared_->being_done.erase(job);
    ++abandoned_;
    return true;
}

void JobThreads::drop_waiting() {
    std::deque<std::pair<JobId, std::function<void()>>> dropped;
    std::lock_guard lock(shared_->mutex);
    dropped.swap(shared_->waiting);
}

void JobThreads::join() {
    drop_waiting();
    {
        std::lock_guard lock(shared_->mutex);
        shared_->closed = true;
    }
    shared_->changed.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void JobThreads::do_jobs(const std::shared_ptr<Shared>& shared) {
    std::unique_lock lock(shared->mutex);
    for (;;) {
        shared->changed.wait(lock, [&] { return shared->closed || !shared->waiting.empty(); });
        if (shared->waiting.empty()) return;
        auto [id, job] = std::move(shared->waiting.front());
        shared->waiting.pop_front();
        shared->being_done.emplace(id, std::this_thread::get_id());
        lock.unlock();
        job();
        job = nullptr;
        lock.lock();
        if (shared->being_done.erase(id) == 0) return;  // abandoned, and this thread with it
        lock.unlock();
        shared->ended();
        lock.lock();
    }
}

}  // namespace rekey
