#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/units/units.hpp"
#include "units/driver/driver.hpp"
#include "units/survey/chain_check.hpp"

/// What a unit holds, beside what the store says of it.
namespace rekey::units {

/// A slot of the unit with what its certificate says.
struct Seen {
    Holding holding;
    std::optional<CertificateFacts> facts;  ///< none: nothing there that can be read, and `oddity` says why
    std::string oddity;
    std::optional<ChainVerdict> chain = std::nullopt;  ///< where it was checked already
};

/// Of one whose certificate can be read. Throws Code::failed for others.
const CertificateFacts& facts_of(const Seen& seen);

/// Reads the certificate, within the bounds of what is kept of a unit.
Seen look_at(Holding holding);

struct UnitBefore;

/// What asking a unit brought. Units that are silent are no error; everything else is.
struct Inventory {
    bool reached = false;
    std::string cause;
    std::vector<Seen> seen;
    std::vector<Concern> concerns;                         ///< about the unit as a whole
    std::shared_ptr<const UnitBefore> recorded = nullptr;  ///< where it was read before the unit was asked
};
Inventory ask(const store::Unit& unit, const Reaching& reaching);

/// Records the answer of a unit that was reached: it is online; what its slots hold is recorded by who signed it, and
/// what they do not hold any more and nobody here signed is forgotten; places that nobody declared are found.
void record(store::Transaction& transaction, store::Unit& unit, const Inventory& answer, const Stamp& stamp,
            CheckReport& report);

/// After `record`: what the unit holds becomes what is recorded.
void take_as_recorded(store::Transaction& transaction, const store::Unit& unit, const Inventory& answer,
                      const Stamp& stamp, CheckReport& report);

/// Why a unit was not reached, since when, and until when it is left alone.
std::string explain_silence(const store::Unit& unit);

}  // namespace rekey::units
