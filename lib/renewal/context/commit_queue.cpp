#include "renewal/context/commit_queue.hpp"

namespace rekey::renewal {

void CommitQueue::commit(StoreChange change) {
    std::future<void> durable;
    {
        std::lock_guard lock(mutex_);
        waiting_.push_back({std::move(change), {}});
        durable = waiting_.back().done.get_future();
    }
    arrived_.notify_one();
    durable.get();
}

bool CommitQueue::write_waiting() {
    std::deque<Entry> entries;
    {
        std::lock_guard lock(mutex_);
        entries.swap(waiting_);
    }
    if (entries.empty()) return false;
    write_together(entries);
    return true;
}

void CommitQueue::write_together(std::deque<Entry>& entries) {
    if (entries.size() == 1) return write_alone(entries.front());
    try {
        store_.write([&](store::Transaction& transaction) {
            for (auto& entry : entries) entry.change(transaction);
        });
    } catch (...) {
        // One of them is at fault, or the store is; each learns its own answer.
        for (auto& entry : entries) write_alone(entry);
        return;
    }
    for (auto& entry : entries) entry.done.set_value();
}

void CommitQueue::write_alone(Entry& entry) {
    try {
        store_.write(entry.change);
    } catch (...) {
        entry.done.set_exception(std::current_exception());
        return;
    }
    entry.done.set_value();
}

void CommitQueue::wait(std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, longest, [&] { return poked_ || !waiting_.empty(); });
    poked_ = false;
}

void CommitQueue::poke() {
    {
        std::lock_guard lock(mutex_);
        poked_ = true;
    }
    arrived_.notify_one();
}

}  // namespace rekey::renewal
