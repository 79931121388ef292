#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace rekey {

/// Passes values from some threads to others, in order. Holds up to `room` of weight, or one thing that is heavier.
template <class T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t room) : room_(room) {}

    /// Waits for room. False: closed, nobody wants it any more.
    bool push(T thing, std::size_t weight = 1) {
        std::unique_lock lock(mutex_);
        taken_.wait(lock, [&] { return closed_ || held_ == 0 || held_ + weight <= room_; });
        if (closed_) return false;
        held_ += weight;
        things_.emplace_back(std::move(thing), weight);
        given_.notify_one();
        return true;
    }

    /// Waits until everything was taken. False: closed, nobody wants it any more.
    bool wait_until_taken() {
        std::unique_lock lock(mutex_);
        taken_.wait(lock, [&] { return closed_ || things_.empty(); });
        return !closed_;
    }

    /// Nothing when none came in time, or it is closed.
    std::optional<T> pop(std::chrono::milliseconds patience) {
        std::unique_lock lock(mutex_);
        given_.wait_for(lock, patience, [&] { return closed_ || !things_.empty(); });
        if (things_.empty()) return std::nullopt;
        auto [thing, weight] = std::move(things_.front());
        things_.pop_front();
        held_ -= weight;
        taken_.notify_one();
        return std::move(thing);
    }

    /// Takes nothing more. What is in it can still be taken.
    void close() {
        std::lock_guard lock(mutex_);
        closed_ = true;
        given_.notify_all();
        taken_.notify_all();
    }
    bool closed() {
        std::lock_guard lock(mutex_);
        return closed_;
    }

private:
    const std::size_t room_;
    std::mutex mutex_;
    std::condition_variable given_;
    std::condition_variable taken_;
    std::deque<std::pair<T, std::size_t>> things_;
    std::size_t held_ = 0;
    bool closed_ = false;
};

}  // namespace rekey
