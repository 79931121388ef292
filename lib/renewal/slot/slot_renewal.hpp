#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "renewal/slot/item_result.hpp"
#include "renewal/slot/unit_proof.hpp"

namespace rekey::renewal {

/// The way of one slot from old to new: planned, keyed, issued, installed, confirmed, and after a compromise the old
/// key removed; each step is durable on the unit and in the store before the next begins, and is safe to repeat.
class SlotRenewal {
public:
    SlotRenewal(RunContext& context, Task& task, UnitDeadline& deadline, units::Driver& driver);

    /// Continues from the item's step, until it ended (and that is recorded) or the run stops
    /// between two steps: then nothing.
    std::optional<ItemResult> go();
    /// Whether it was deferred because the unit did not answer.
    bool unit_is_silent() const { return unit_is_silent_; }

private:
    void step();
    void make_key();
    void issue();
    void install();
    void confirm();
    void remove_old_key();
    void finish_with_old_key(const std::string& trouble);
    void require_recorded_holding(bool about_to_replace);
    void create_key(const units::KeySpec& spec);
    void apply(const units::Delivery& delivery);
    void check_issued(const std::vector<Bytes>& chain);
    void warn(std::string warning);
    void record_confirmed();
    std::optional<store::RevocationReason> revocation() const;
    const crypto::RequestKey& request_key();
    void require_new_key();
    void load_chain();
    /// That was made for this item. Throws Code::failed before there is one.
    store::Id new_certificate() const;
    bool undo();
    void withdraw();
    bool slot_was_empty();
    bool unit_holds_new();
    void put_in_use(store::Transaction& transaction, const Stamp& now, const std::string& cause);
    void keep_new(const std::string& cause);
    void begin_anew();
    ItemResult fail(const Error& error);
    ItemResult defer_with(const Error& error);
    void end(const units::ItemEnd& how, const std::function<void(store::Transaction&, const Stamp&)>& also = {});
    void save(const std::function<void(store::Transaction&, const Stamp&)>& more = {});

    RunContext& context_;
    Task& task_;
    UnitDeadline& deadline_;
    store::Item& item_;
    units::Driver& driver_;
    units::SlotPath place_;
    std::vector<Bytes> chain_;  ///< of the new certificate, from `issued` on
    Bytes old_leaf_;            ///< the recorded certificate in use, once it was read from the unit or the store
    std::optional<ProbeTerms> probe_;
    std::optional<crypto::RequestKey> request_key_;
    std::string warning_;
    std::string shortened_;      ///< as `ItemResult` has it
    std::string no_way_back_;    ///< after undo(): why the new pair stays in use
    bool unit_is_back_ = false;  ///< after undo(): it uses the old pair, whatever failed then
    bool unit_is_silent_ = false;
};

/// `trust`, and the root of `chain`.
std::vector<Bytes> trust_with(std::vector<Bytes> trust, const std::vector<Bytes>& chain);

}  // namespace rekey::renewal
