#include "renewal/context/unit_deadline.hpp"

namespace rekey::renewal {

namespace {

class DeadlineDriver : public units::Driver {
public:
    DeadlineDriver(std::unique_ptr<Driver> driver, UnitDeadline& deadline)
        : driver_(std::move(driver)), deadline_(deadline) {}

    units::DriverDescription describe() override {
        return deadline_.over([&] { return driver_->describe(); });
    }
    std::vector<units::Holding> list() override {
        return deadline_.over([&] { return driver_->list(); });
    }
    std::optional<units::Holding> read(const units::SlotPath& place) override {
        return deadline_.over([&] { return driver_->read(place); });
    }
    Bytes create_key(const units::SlotPath& place, const units::KeySpec& spec) override {
        return deadline_.over([&] { return driver_->create_key(place, spec); });
    }
    std::optional<units::NewKey> create_key_beside(const units::SlotPath& place, const units::KeySpec& spec,
                                                   const Sha256& seen) override {
        return deadline_.over([&] { return driver_->create_key_beside(place, spec, seen); });
    }
    void apply(const units::SlotPath& place, const units::Delivery& delivery) override {
        deadline_.over([&] { driver_->apply(place, delivery); });
    }
    bool apply_over(const units::SlotPath& place, const units::Delivery& delivery, const Sha256& seen) override {
        return deadline_.over([&] { return driver_->apply_over(place, delivery, seen); });
    }
    bool replace_chain(const units::SlotPath& place, const units::Delivery& delivery) override {
        return deadline_.over([&] { return driver_->replace_chain(place, delivery); });
    }
    void reload(const units::SlotPath& place, const units::Reload& reload) override {
        deadline_.over([&] { driver_->reload(place, reload); });
    }
    void confirm(const units::SlotPath& place, const Sha256& leaf) override {
        deadline_.over([&] { driver_->confirm(place, leaf); });
    }
    bool retire(const units::SlotPath& place, const Sha256& leaf) override {
        return deadline_.over([&] { return driver_->retire(place, leaf); });
    }
    bool revert(const units::SlotPath& place, const Sha256& leaf, bool was_empty) override {
        return deadline_.over([&] { return driver_->revert(place, leaf, was_empty); });
    }
    void discard(const units::SlotPath& place, const std::string& token) override {
        deadline_.over([&] { driver_->discard(place, token); });
    }

private:
    std::unique_ptr<Driver> driver_;
    UnitDeadline& deadline_;
};

}  // namespace

UnitDeadline::Question::Question(UnitDeadline& over) : deadline(over) {
    std::lock_guard lock(deadline.mutex_);
    if (deadline.given_up_) throw Cancelled{};
    deadline.asked_at_ = Clock::now();
}

UnitDeadline::Question::~Question() {
    std::lock_guard lock(deadline.mutex_);
    if (deadline.asked_at_) deadline.spent_ += Clock::now() - *deadline.asked_at_;
    deadline.asked_at_.reset();
}

void UnitDeadline::begin_task() {
    std::lock_guard lock(mutex_);
    spent_ = {};
}

std::optional<UnitDeadline::Clock::duration> UnitDeadline::waiting_locked(Clock::time_point now) const {
    if (!asked_at_) return std::nullopt;
    return spent_ + (now - *asked_at_);
}

std::optional<UnitDeadline::Clock::duration> UnitDeadline::waiting(Clock::time_point now) const {
    std::lock_guard lock(mutex_);
    return waiting_locked(now);
}

bool UnitDeadline::give_up_after(Clock::duration deadline, Clock::time_point now) {
    std::lock_guard lock(mutex_);
    auto waited = waiting_locked(now);
    if (!waited || *waited < deadline || given_up_) return false;
    given_up_ = true;
    return true;
}

std::unique_ptr<units::Driver> with_deadline(std::unique_ptr<units::Driver> driver, UnitDeadline& deadline) {
    return std::make_unique<DeadlineDriver>(std::move(driver), deadline);
}

}  // namespace rekey::renewal
