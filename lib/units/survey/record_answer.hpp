#pragma once

#include <cstdint>
#include <string>

#include "rekey/units/units.hpp"
#include "units/survey/survey.hpp"

namespace rekey::units {

/// A unit, and where the trail ended before it was asked.
struct AskedUnit {
    store::Unit unit;
    std::int64_t trail_end = 0;
};

/// Throws Code::not_found.
AskedUnit about_to_ask(store::Reader& store, const std::string& name);

/// What a unit said becomes what is recorded; that it was silent, too. Throws Code::busy when what is recorded of it
/// has changed since it was asked.
CheckReport record_answer(store::Transaction& transaction, const AskedUnit& asked, const Inventory& answer,
                          const Stamp& stamp);
/// The same, and what the unit holds is from now on what its slots have.
CheckReport take_answer(Home& home, store::Transaction& transaction, const AskedUnit& asked, const Inventory& answer,
                        const Stamp& stamp);

}  // namespace rekey::units
