#pragma once

#include <condition_variable>
#include <limits>
#include <mutex>

namespace rekey::test {

/// Where threads hang until it is opened, by somebody or by the last of so many.
class Gate {
public:
    explicit Gate(int opens_for = std::numeric_limits<int>::max()) : opens_for_(opens_for) {}
    void wait() {
        std::unique_lock lock(mutex_);
        open_ = ++waiting_ >= opens_for_ || open_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
    }
    void open() {
        std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    /// One of those who waited has come to its end.
    void leave() {
        std::lock_guard lock(mutex_);
        ++left_;
        changed_.notify_all();
    }
    void await_left(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return left_ >= count; });
    }
    int waiting() {
        std::lock_guard lock(mutex_);
        return waiting_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int opens_for_;
    bool open_ = false;
    int waiting_ = 0;
    int left_ = 0;
};

}  // namespace rekey::test
