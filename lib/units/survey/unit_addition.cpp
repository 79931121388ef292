#include <algorithm>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "units/connect/connect.hpp"
#include "units/registry/unit_probes.hpp"
#include "units/registry/unit_requirements.hpp"
#include "units/survey/backoff.hpp"
#include "units/survey/differences.hpp"
#include "units/survey/survey.hpp"

namespace rekey::units {

namespace {

/// Whether the unit is recorded just as it would be added.
bool is_added(store::Reader& store, const store::Unit& unit, const std::vector<Declared>& slots) {
    auto known = store::find_unit(store, unit.name);
    return known && known->address == unit.address && known->labels == unit.labels && known->reload == unit.reload &&
           probe_text(*known, store::slots_of(store, known->id)) == unit.probe &&
           std::all_of(slots.begin(), slots.end(), [&](const Declared& slot) {
               return store::find_slot(store, {unit.name, slot.node, slot.type}).has_value();
           });
}

}  // namespace

CheckReport add(Home& home, const store::Unit& given, const std::vector<Declared>& slots, const Stamp& stamp,
                const Reaching& reaching) {
    store::Unit unit;
    require_name(given.name, "unit");
    unit.name = given.name;
    unit.address = normalised_address(given.address);
    unit.labels = given.labels;
    unit.reload = given.reload;
    unit.probe = given.probe;
    unit.added_at = stamp.at;
    require_labels(unit.labels);
    require_reload(unit.reload);
    require_probe(unit.probe);
    require_slots(slots);
    if (!unit.probe.empty() && slots.size() > 1) refuse_probe_of_several(unit.name, names_of(slots), unit.probe);

    // AskedUnit first, so that nobody who writes waits for a slow unit.
    auto& store = home.store();
    if (is_added(store, unit, slots)) return check(home, unit.name, stamp, reaching);
    bool taken = store::find_unit(store, unit.name).has_value();
    auto answer = taken ? Inventory{} : ask(unit, reaching);
    return store.write([&](store::Transaction& transaction) {
        CheckReport report{.unit = unit.name, .reached = answer.reached, .cause = {}, .findings = {}, .trust = {}};
        auto added = unit;
        require_own_folder(transaction, added);
        store::add_unit(transaction, added);
        for (const auto& slot : slots) store::ensure_slot(transaction, added, slot.node, slot.type);
        move_probe_to_slot(transaction, added);
        store::audit(transaction, stamp, "unit.add", unit.name,
                     {{"address", unit.address},
                      {"labels", labels_detail(unit.labels)},
                      {"reload", unit.reload},
                      {"probe", unit.probe},
                      {"slots", names_of(slots)},
                      {"reached", answer.reached}});
        if (answer.reached) {
            record(transaction, added, answer, stamp, report);
            report.findings = differences(RecordedUnit(transaction, added), answer, false);
        } else {
            mark_offline(transaction, added, answer.cause, stamp.at);
            report.cause = explain_silence(added);
        }
        return report;
    });
}

}  // namespace rekey::units
