#include "renewal/crew.hpp"

#include "rekey/base/error.hpp"

namespace rekey::renewal {

Crew::Crew(Voyage& voyage, Journal& journal, int size, const units::Reaching& reaching)
    : voyage_(voyage), journal_(journal), reaching_(reaching), size_(static_cast<std::size_t>(size)) {
    for (int i = 0; i < size; ++i) threads_.emplace_back([this] { work(); });
}

Crew::~Crew() { dismiss(); }

void Crew::dismiss() {
    {
        std::lock_guard lock(mutex_);
        closed_ = true;
        queue_.clear();
    }
    changed_.notify_all();
    while (!idle()) {
        if (!journal_.write_waiting()) journal_.wait(std::chrono::milliseconds{50});
    }
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

bool Crew::wants_work() {
    std::lock_guard lock(mutex_);
    return queue_.size() < size_;
}

void Crew::give(UnitWork work) {
    {
        std::lock_guard lock(mutex_);
        queue_.push_back(std::move(work));
    }
    changed_.notify_one();
}

std::vector<Ended> Crew::take_ended() {
    std::lock_guard lock(mutex_);
    return std::exchange(ended_, {});
}

bool Crew::idle() {
    std::lock_guard lock(mutex_);
    return queue_.empty() && busy_ == 0;
}

void Crew::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return closed_ || !queue_.empty(); });
        if (queue_.empty()) return;
        auto unit = std::move(queue_.front());
        queue_.pop_front();
        ++busy_;
        lock.unlock();
        try {
            work_on(unit);
        } catch (const Voyage::Stopped&) {
            // The cause is with the voyage.
        } catch (...) {
            voyage_.give_up(std::current_exception());
        }
        lock.lock();
        --busy_;
        journal_.poke();
    }
}

void Crew::work_on(UnitWork& unit) {
    std::optional<Error> silence;
    std::unique_ptr<units::Driver> driver;
    for (auto& task : unit.tasks) {
        if (voyage_.stopping()) return;
        if (!driver && !silence) {
            try {
                driver = units::connect(unit.address, reaching_);
            } catch (const Error& e) {
                silence = e;
            }
        }
        if (silence) {
            tell(defer(voyage_, task, *silence));
            continue;
        }
        Passage passage(voyage_, task, *driver);
        auto ended = passage.go();
        if (passage.unit_is_silent()) silence = Error(Code::unreachable, ended->error);
        if (ended) tell(std::move(*ended));
    }
}

void Crew::tell(Ended ended) {
    {
        std::lock_guard lock(mutex_);
        ended_.push_back(std::move(ended));
    }
    journal_.poke();
}

}  // namespace rekey::renewal
