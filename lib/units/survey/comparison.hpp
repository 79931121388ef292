#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "units/survey/chain_check.hpp"
#include "units/survey/recorded_unit.hpp"
#include "units/survey/survey.hpp"

namespace rekey::units {

/// Compares what units hold with what is recorded, and records nothing. Remembers from one unit to the next what is
/// the same for all of them. Used by the thread of the store alone.
class Comparison {
public:
    Comparison(store::Reader& store, Time now, Signatures signatures)
        : store_(store), now_(now), signatures_(signatures) {}

    /// What is recorded of a unit; of many, within one snapshot. Only where `unit` is of that snapshot too does
    /// `is_current` speak of the unit itself.
    std::shared_ptr<const UnitBefore> read(const store::Unit& unit);
    /// Whether nobody has changed anything since: in the snapshot that is under way; without one, until this moment.
    bool is_current(const UnitBefore& recorded);

    /// Checks the chains in an answer of the unit by what was read of it, and leaves that in the answer. What it
    /// returns needs neither this nor the store, and may be called in any thread. Where it is not called, `report`
    /// checks them.
    std::function<void(Inventory&)> examiner(std::shared_ptr<const UnitBefore> recorded);
    std::function<void(Inventory&)> examiner(const store::Unit& unit) { return examiner(read(unit)); }

    /// By what is recorded at this moment: what was read before counts as long as nobody has changed anything since.
    CheckReport report(const store::Unit& unit, const Inventory& answer);
    /// The same. None where the unit of that name is another one by now, or is at another address: it is to be asked
    /// anew, as this is no answer of it. Throws Code::not_found when there is no such unit any more.
    std::optional<CheckReport> report_unless_moved(const store::Unit& asked, const Inventory& answer);

private:
    /// A root by what chains are verified with: its name and key, whichever of its certificates it is.
    using Root = std::pair<std::string, Bytes>;
    /// What every pair should trust.
    struct Needed {
        /// When it was read: whatever changes it has an entry in the trail, or is a new item.
        std::int64_t trail_end = 0;
        store::Id newest_item = 0;
        store::DataVersion version;  ///< at which this was found to be so
        std::vector<Bytes> certificates;
        std::set<Root> roots;
    };

    static std::set<Root> roots_of(const std::vector<Bytes>& certificates);
    bool is_recorded_chain(const UnitBefore& before, store::Id certificate, const std::vector<Bytes>& shown);
    CheckReport compare(const UnitBefore& before, const Inventory& answer);
    const Needed& needed_trust(const store::DataVersion& version);
    ChainTerms terms_for(const RecordedLeaf& leaf);
    std::shared_ptr<const Bytes> key_of(store::Id issuer);
    void add_defects(const UnitBefore& before, const Inventory& answer, std::vector<UnitFinding>& findings);
    std::vector<UnitFinding> stale_trust(const UnitBefore& before, const Inventory& answer);

    store::Reader& store_;
    Time now_;
    Signatures signatures_;
    std::optional<Needed> needed_;
    std::map<store::Id, std::shared_ptr<const Bytes>> issuer_keys_;
};

}  // namespace rekey::units
