#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/sql/backend.hpp"
#include "units/driver/driver.hpp"

namespace rekey::units {

SlotName name_on(const store::Unit& unit, const SlotPath& place);

/// What is in such a slot will be on the record, or gone.
bool is_being_adopted(store::Reader& store, const store::Slot& slot);

/// What the store says of a declared slot.
struct RecordedSlot {
    store::Slot slot;
    bool being_adopted = false;
    std::optional<store::Certificate> in_use;  ///< the active certificate, else the newest foreign one
};

/// What the store says of the declared slots of a unit: read once for all that is compared with it, so within one
/// snapshot or transaction.
class RecordedUnit {
public:
    RecordedUnit(store::Reader& store, const store::Unit& unit);

    store::Reader& store() const { return store_; }
    const std::string& name() const { return name_; }
    const std::map<SlotPath, RecordedSlot>& slots() const { return slots_; }
    /// Null for a place that nobody declared.
    const RecordedSlot* find(const SlotPath& place) const;
    /// The record of the certificate with this fingerprint in the slot, whatever its state.
    std::optional<store::Certificate> known(const RecordedSlot& slot, const std::string& fingerprint_sha256) const;

private:
    store::Reader& store_;
    std::string name_;
    std::map<SlotPath, RecordedSlot> slots_;
};

/// What was recorded of a unit before it was asked.
struct UnitBefore {
    store::Unit unit;
    store::DataVersion version;
    RecordedUnit recorded;
    std::map<store::Id, std::vector<Bytes>> chains;  ///< of the certificates in use; DER, leaf first
};

}  // namespace rekey::units
