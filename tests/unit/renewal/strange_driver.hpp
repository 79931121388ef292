#pragma once

#include <functional>
#include <memory>
#include <string>

#include "../gate.hpp"
#include "units/driver/driver.hpp"

namespace rekey::test {

/// A real driver with something before each call: it may wait, throw, or be counted. `call` is the name of the
/// function, `connect` among them.
class StrangeDriver : public units::Driver {
public:
    using Before = std::function<void(const std::string& call)>;
    StrangeDriver(std::unique_ptr<Driver> real, Before before) : real_(std::move(real)), before_(std::move(before)) {}
    ~StrangeDriver() override { before_("end"); }

    units::DriverDescription describe() override { return (before_("describe"), real_->describe()); }
    std::vector<units::Holding> list() override { return (before_("list"), real_->list()); }
    std::optional<units::Holding> read(const units::SlotPath& place) override {
        return (before_("read"), real_->read(place));
    }
    Bytes create_key(const units::SlotPath& place, const units::KeySpec& spec) override {
        return (before_("create_key"), real_->create_key(place, spec));
    }
    void apply(const units::SlotPath& place, const units::Delivery& delivery) override {
        before_("apply"), real_->apply(place, delivery);
    }
    bool replace_chain(const units::SlotPath& place, const units::Delivery& delivery) override {
        return (before_("replace_chain"), real_->replace_chain(place, delivery));
    }
    void reload(const units::SlotPath& place, const units::Reload& reload) override {
        before_("reload"), real_->reload(place, reload);
    }
    void confirm(const units::SlotPath& place, const Sha256& leaf) override {
        before_("confirm"), real_->confirm(place, leaf);
    }
    bool retire(const units::SlotPath& place, const Sha256& leaf) override {
        return (before_("retire"), real_->retire(place, leaf));
    }
    bool revert(const units::SlotPath& place, const Sha256& leaf, bool was_empty) override {
        return (before_("revert"), real_->revert(place, leaf, was_empty));
    }
    void discard(const units::SlotPath& place, const std::string& token) override {
        before_("discard"), real_->discard(place, token);
    }

private:
    std::unique_ptr<Driver> real_;
    Before before_;
};

}  // namespace rekey::test
