#pragma once

#include "renewal/slot/slot_renewal.hpp"

namespace rekey::renewal {

/// The way of one slot to another chain: key and certificate stay. The chain is its issuer's, so that it is on the
/// record before the unit has it; each step is safe to repeat, and an interrupted one begins again.
class ChainReplacement {
public:
    ChainReplacement(RunContext& context, Task& task, UnitDeadline& deadline, units::Driver& driver);

    /// Until the item ended (and that is recorded) or the run stops between two steps: then nothing. Nothing as well
    /// when it is to become a renewal, because the unit cannot replace a chain and nobody asked for only that:
    /// `is_renewal`.
    std::optional<ItemResult> go();
    bool is_renewal() const { return !item_.chain_only; }
    /// Whether it was deferred because the unit did not answer.
    bool unit_is_silent() const { return unit_is_silent_; }

private:
    bool bring();
    void load();
    void require_recorded_holding();
    bool install();
    /// The one in use. Throws Code::refused when there is none any more.
    const store::Certificate& certificate() const;
    void confirm();
    void record();
    void become_renewal();
    void undo();
    ItemResult fail(const Error& error);
    ItemResult end(const Error& error, const std::string& cause);
    void save(const std::function<void(store::Transaction&, const Stamp&)>& more = {});

    RunContext& context_;
    Task& task_;
    UnitDeadline& deadline_;
    store::Item& item_;
    units::Driver& driver_;
    units::SlotPath place_;
    std::vector<Bytes> old_chain_;
    std::vector<Bytes> new_chain_;
    std::string warning_;
    bool unit_is_back_ = false;  ///< after undo(): it uses the old chain, whatever failed then
    bool unit_is_silent_ = false;
};

}  // namespace rekey::renewal
