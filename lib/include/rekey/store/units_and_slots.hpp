#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/facts.hpp"
#include "rekey/base/names.hpp"
#include "rekey/base/time.hpp"
#include "rekey/store/selection.hpp"
#include "rekey/store/store.hpp"

namespace rekey::store {

using Id = std::int64_t;
using Labels = std::map<std::string, std::string>;

/// Rules that hold for one unit or one slot alone, as texts by the name of the rule: `san` → `dns:a`, `ip:192.0.2.1`.
using OwnRules = std::map<std::string, std::vector<std::string>>;

/// A machine in the field that holds certificates.
struct Unit {
    Id id = 0;
    std::string name;
    std::string address;
    Labels labels;
    std::string reload;  ///< command that makes services take up a new pair; may be empty
    std::string probe;   ///< `host:port` that serves the certificate; may be empty
    OwnRules rules;      ///< of all its slots
    Time added_at{};
    std::optional<Time> removed_at;

    std::optional<Time> seen_at;        ///< last time that it answered
    std::optional<Time> offline_since;  ///< none: online as far as known
    std::string offline_cause;
    int attempts = 0;                  ///< without an answer, since it was last online
    std::optional<Time> next_attempt;  ///< unattended runs leave it alone until then
};

/// What an adopted certificate was, beside its names.
struct KeptDetails {
    std::string key;  ///< kind, as `rsa-2048`
    std::vector<std::string> usages;
    CertificateDetails details;
};

/// What an adopted certificate said of its slot; stands in for the profile's defaults.
struct Identity {
    std::string subject;  ///< RFC 4514
    std::vector<std::string> sans;
    std::optional<KeptDetails> more = {};  ///< none: adopted before it was kept
};

struct Slot {
    Id id = 0;
    Id unit_id = 0;
    SlotName name;
    std::optional<Id> issuer_id;  ///< that it is pinned to, by a migration or by hand; none: what the profile says
    std::optional<Identity> identity;
    bool declared = true;  ///< false: a place that the unit shows and nobody here gave it
    OwnRules rules = {};
};

/// Throws Code::refused when the name is taken. Sets `unit.id`.
REKEY_EXPORT void add_unit(Transaction& transaction, Unit& unit);
/// Writes every field but `id`, `name` and `added_at`.
REKEY_EXPORT void update_unit(Transaction& transaction, const Unit& unit);
/// Gives it another name; throws Code::refused when that is taken. Sets `unit.name`.
REKEY_EXPORT void rename_unit(Transaction& transaction, Unit& unit, const std::string& name);
/// By name, among those not removed.
REKEY_EXPORT std::optional<Unit> find_unit(Reader& store, const std::string& name);
/// In order of name; those not removed that are selected, or have a slot that is.
REKEY_EXPORT void each_unit(Reader& store, const Selection& selection, const std::function<void(const Unit&)>& visit);
REKEY_EXPORT std::int64_t count_units(Reader& store);
/// What the unit is called today that last had this name and was renamed; none when there is no such unit any more.
/// Looks through the audit trail.
REKEY_EXPORT std::optional<std::string> name_after_renames(Reader& store, const std::string& name);

/// The slot of that name, declared from now on (the unit must exist). What a found place held of an issuer of this
/// home becomes its active certificate.
REKEY_EXPORT Slot ensure_slot(Transaction& transaction, const Unit& unit, const std::string& node,
                              const std::string& type);
REKEY_EXPORT std::optional<Slot> find_slot(Reader& store, const SlotName& name);
/// In order of node and type.
REKEY_EXPORT std::vector<Slot> slots_of(Reader& store, Id unit_id);

/// Places that a unit shows, or showed with something that was signed here, and nobody declared. No other function but
/// these, `certificates` with the id of such a place, and lists that ask for them know of them: nothing is planned for
/// them, and no name of theirs is looked up.
REKEY_EXPORT Slot ensure_found(Transaction& transaction, const Unit& unit, const std::string& node,
                               const std::string& type);
REKEY_EXPORT std::vector<Slot> found_of(Reader& store, Id unit_id);
/// A slot or a found place.
REKEY_EXPORT std::optional<Slot> find_shown(Reader& store, const SlotName& name);
REKEY_EXPORT void set_slot_issuer(Transaction& transaction, Id slot_id, std::optional<Id> issuer_id);
REKEY_EXPORT void set_slot_rules(Transaction& transaction, Id slot_id, const OwnRules& rules);
/// Slots that are pinned to another issuer than this one.
REKEY_EXPORT std::int64_t count_slots_pinned_elsewhere(Reader& store, Id issuer_id);
REKEY_EXPORT void set_slot_identity(Transaction& transaction, Id slot_id, const std::optional<Identity>& identity);
/// Undoes that a found place was declared: what it holds is only shown again.
REKEY_EXPORT void undeclare_slot(Transaction& transaction, Id slot_id);
/// Only a slot that never held a certificate and has no items; false otherwise.
REKEY_EXPORT bool remove_empty_slot(Transaction& transaction, Id slot_id);

}  // namespace rekey::store
