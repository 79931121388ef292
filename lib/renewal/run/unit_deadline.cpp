#include "renewal/run/unit_deadline.hpp"

namespace rekey::renewal {

namespace {

class WatchedDriver : public units::Driver {
public:
    WatchedDriver(std::unique_ptr<Driver> driver, Watch& watch) : driver_(std::move(driver)), watch_(watch) {}

    units::Description describe() override {
        return watch_.over([&] { return driver_->describe(); });
    }
    std::vector<units::Holding> list() override {
        return watch_.over([&] { return driver_->list(); });
    }
    std::optional<units::Holding> read(const units::Place& place) override {
        return watch_.over([&] { return driver_->read(place); });
    }
    Bytes create_key(const units::Place& place, const units::KeySpec& spec) override {
        return watch_.over([&] { return driver_->create_key(place, spec); });
    }
    void apply(const units::Place& place, const units::Delivery& delivery) override {
        watch_.over([&] { driver_->apply(place, delivery); });
    }
    bool replace_chain(const units::Place& place, const units::Delivery& delivery) override {
        return watch_.over([&] { return driver_->replace_chain(place, delivery); });
    }
    void reload(const units::Place& place, const std::string& command) override {
        watch_.over([&] { driver_->reload(place, command); });
    }
    void confirm(const units::Place& place, const Sha256& leaf) override {
        watch_.over([&] { driver_->confirm(place, leaf); });
    }
    bool retire(const units::Place& place, const Sha256& leaf) override {
        return watch_.over([&] { return driver_->retire(place, leaf); });
    }
    bool revert(const units::Place& place, const Sha256& leaf, bool was_empty) override {
        return watch_.over([&] { return driver_->revert(place, leaf, was_empty); });
    }
    void discard(const units::Place& place, const std::string& token) override {
        watch_.over([&] { driver_->discard(place, token); });
    }

private:
    std::unique_ptr<Driver> driver_;
    Watch& watch_;
};

}  // namespace

Watch::Question::Question(Watch& over) : watch(over) {
    std::lock_guard lock(watch.mutex_);
    if (watch.given_up_) throw Stopped{};
    watch.asked_at_ = Clock::now();
}

Watch::Question::~Question() {
    std::lock_guard lock(watch.mutex_);
    watch.spent_ += Clock::now() - *watch.asked_at_;
    watch.asked_at_.reset();
}

void Watch::begin_task() {
    std::lock_guard lock(mutex_);
    spent_ = {};
}

std::optional<Watch::Clock::duration> Watch::waiting_locked(Clock::time_point now) const {
    if (!asked_at_) return std::nullopt;
    return spent_ + (now - *asked_at_);
}

std::optional<Watch::Clock::duration> Watch::waiting(Clock::time_point now) const {
    std::lock_guard lock(mutex_);
    return waiting_locked(now);
}

bool Watch::give_up_after(Clock::duration deadline, Clock::time_point now) {
    std::lock_guard lock(mutex_);
    auto waited = waiting_locked(now);
    if (!waited || *waited < deadline || given_up_) return false;
    given_up_ = true;
    return true;
}

std::unique_ptr<units::Driver> watched(std::unique_ptr<units::Driver> driver, Watch& watch) {
    return std::make_unique<WatchedDriver>(std::move(driver), watch);
}

}  // namespace rekey::renewal
