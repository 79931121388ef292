#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <mutex>

#include "rekey/store/store.hpp"

namespace rekey::renewal {

/// A change of the store, made in a transaction of the one thread that writes; perhaps made again, in another.
using StoreChange = std::function<void(store::Transaction&)>;

/// Where workers submit their changes and wait until they are durable, and where the thread that
/// owns the store commits them: whatever waits goes into one transaction, so that one sync serves
/// many, and a change that fails takes none of the others with it.
class CommitQueue {
public:
    explicit CommitQueue(store::Store& store) : store_(store) {}

    /// For workers. Returns once the change is durable; throws what it threw, or what the commit did.
    void commit(StoreChange change);

    /// For the owner of the store: commits what waits. False when nothing did.
    bool write_waiting();

    /// For the owner: waits until something is submitted, `poke` is called, or the time is over.
    void wait(std::chrono::milliseconds longest);
    /// Wakes the owner for another reason.
    void poke();

private:
    struct Entry {
        StoreChange change;
        std::promise<void> done;
    };
    void write_together(std::deque<Entry>& entries);
    void write_alone(Entry& entry);

    store::Store& store_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Entry> waiting_;
    bool poked_ = false;
};

}  // namespace rekey::renewal
