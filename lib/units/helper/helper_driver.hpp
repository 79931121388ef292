#pragma once

#include "units/driver/driver.hpp"
#include "units/helper/helper_process.hpp"
#include "units/helper/protocol.hpp"

namespace rekey::units {

/// The driver of units behind a helper: another program, which speaks rekey-unit-protocol(7). It alone
/// knows that page on this side, and trusts nothing that it reads: what breaks the page ends the helper and
/// is Code::failed, with its cause; a helper that is silent or gone is Code::unreachable, and so is, after
/// either, every later call, as nobody knows then how far the unit came.
class HelperDriver : public Driver {
public:
    /// Starts the helper and says hello to it. `deadline`: for each answer.
    HelperDriver(Launch launch, std::chrono::milliseconds deadline);

    DriverDescription describe() override;
    /// As the last `list` brought them.
    std::vector<Concern> concerns() override { return concerns_; }
    std::vector<Holding> list() override;
    std::optional<Holding> read(const SlotPath& place) override;
    Bytes create_key(const SlotPath& place, const KeySpec& spec) override;
    void apply(const SlotPath& place, const Delivery& delivery) override;
    bool replace_chain(const SlotPath& place, const Delivery& delivery) override;
    void reload(const SlotPath& place, const Reload& reload) override;
    void confirm(const SlotPath& place, const Sha256& leaf) override;
    bool retire(const SlotPath& place, const Sha256& leaf) override;
    bool revert(const SlotPath& place, const Sha256& leaf, bool was_empty = true) override;
    void discard(const SlotPath& place, const std::string& token) override;

    /// As the helper calls itself.
    const std::string& name() const { return name_; }
    /// Whether it knows the operation `retire`, which is younger than the others.
    bool can_retire() const { return can_retire_; }
    /// The same for `replace_chain`.
    bool can_replace_chain() const { return can_replace_chain_; }
    /// Whether it has not been given up.
    bool lives() const { return child_.lives(); }

private:
    protocol::Json ask(const char* operation, protocol::Json request, std::chrono::milliseconds deadline);
    protocol::Json ask(const char* operation, protocol::Json request);
    protocol::Json understand(const std::string& line);
    void shake_hands();
    /// Runs `read`, and gives the helper up when the answer is not what the page says.
    template <class Read>
    auto checked(const char* operation, const Read& read);

    Child child_;
    std::chrono::milliseconds deadline_;
    std::int64_t id_ = 0;
    std::string name_;
    std::vector<Concern> concerns_;
    bool can_retire_ = false;
    bool can_replace_chain_ = false;
};

}  // namespace rekey::units
