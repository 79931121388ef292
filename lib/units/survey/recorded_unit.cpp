#include "units/survey/recorded_unit.hpp"

#include "store/certificates/certificates.hpp"
#include "store/fleet/units_and_slots.hpp"

namespace rekey::units {

SlotName name_on(const store::Unit& unit, const SlotPath& place) { return {unit.name, place.node, place.type}; }

bool is_being_adopted(store::Reader& store, const store::Slot& slot) {
    auto adoption = store::find_adoption(store, slot.id);
    return adoption && adoption->state == store::AdoptionState::open;
}

RecordedUnit::RecordedUnit(store::Reader& store, const store::Unit& unit) : store_(store), name_(unit.name) {
    for (auto& slot : store::slots_of(store, unit.id)) {
        SlotPath place{slot.name.node, slot.name.type};
        auto adopted = is_being_adopted(store, slot);
        auto in_use = store::certificate_in_use(store, slot.id);
        slots_.emplace_hint(slots_.end(), std::move(place), RecordedSlot{std::move(slot), adopted, std::move(in_use)});
    }
}

const RecordedSlot* RecordedUnit::find(const SlotPath& place) const {
    auto found = slots_.find(place);
    return found == slots_.end() ? nullptr : &found->second;
}

std::optional<store::Certificate> RecordedUnit::known(const RecordedSlot& slot,
                                                      const std::string& fingerprint_sha256) const {
    if (slot.in_use && slot.in_use->facts.fingerprint_sha256 == fingerprint_sha256) return slot.in_use;
    return store::find_in_slot(store_, slot.slot.id, fingerprint_sha256);
}

}  // namespace rekey::units
