#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "rekey/base/time.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/certificates.hpp"
#include "rekey/store/units_and_slots.hpp"
#include "rekey/units/reaching.hpp"

namespace rekey::units {

/// The unit of that name. Throws Code::not_found, naming the one that was meant if one is near.
REKEY_EXPORT store::Unit get_unit(store::Reader& store, const std::string& name);
/// The same. Where the name was a unit's that is called otherwise today, the error says so; that costs a look through
/// the audit trail.
REKEY_EXPORT store::Unit get_unit_once_named(store::Reader& store, const std::string& name);
/// The same for a slot. For a place that was only found, the error says how it is added.
REKEY_EXPORT store::Slot get_slot(store::Reader& store, const SlotName& name);
/// A slot, or a place that was found.
REKEY_EXPORT store::Slot get_shown(store::Reader& store, const SlotName& name);
/// The places that the unit showed when it was asked last, and nobody declared; in order of node and type.
REKEY_EXPORT std::vector<store::Slot> found_places(store::Reader& store, const store::Unit& unit);
/// How places that were found are added: `rekey units set pump-1 --type online --type iam`.
REKEY_EXPORT std::string how_to_declare(const std::string& unit, const std::vector<store::Slot>& found);

/// A slot of a unit that a command declares: `type` or `node/type`.
struct Declared {
    std::string node;
    std::string type;
};

/// Throws Code::usage. `node` stands in where `text` names none.
REKEY_EXPORT Declared parse_declared(const std::string& text, const std::string& node);

/// A difference between what a unit holds and what the store says.
struct Finding {
    SlotName slot;
    std::string what;         ///< in words
    bool drift = false;       ///< the unit holds another certificate than the recorded one
    bool spoilt = false;      ///< and that was revoked or rejected: it can be overwritten, and not taken
    std::string remedy = {};  ///< as the unit names it; may be empty
};

/// A place that a unit shows and nobody declared.
struct Found {
    SlotName slot;
    std::string what;  ///< what it holds, in words
};

/// What asking a unit brought.
struct CheckReport {
    std::string unit;
    bool reached = false;
    std::string cause;       ///< why not; and since when and until when it is left alone
    int certificates = 0;    ///< that the unit holds
    int newly_recorded = 0;  ///< of these, unknown until now
    int taken = 0;           ///< of these, now the recorded ones of their slots
    std::vector<Finding> findings;
    std::vector<Finding> trust{};  ///< `verify`: pairs whose `trust.pem` is not today's, which `--chain-only` mends
    std::vector<Found> found{};    ///< in order of node and type; as many as are recorded of a unit
    int found_beyond = 0;          ///< further ones, not recorded
};

/// Records the unit and, when it answers, every certificate that its slots hold. A unit that does not
/// answer is recorded as offline. One that is recorded just so already is checked. Throws Code::usage (name,
/// address, type), Code::refused (name taken).
REKEY_EXPORT CheckReport add(Home& home, const store::Unit& unit, const std::vector<Declared>& slots,
                             const Stamp& stamp, const Reaching& reaching = {});

/// What `units set` changes; what is not given stays. An empty reload or probe takes it away;
/// a label with an empty value is removed.
struct Change {
    std::optional<std::string> address;
    std::optional<std::string> reload;
    std::optional<std::string> probe;
    store::Labels labels;
    std::vector<Declared> slots;
    std::vector<Declared> keep_mode = {};  ///< slots whose new keys all users may use, as they may the one in use
    store::OwnRules rules = {};            ///< for all its slots; no text removes a rule. The caller has checked them
};
REKEY_EXPORT store::Unit set(Home& home, const std::string& name, const Change& change, const Stamp& stamp);

/// What may be changed of one slot.
struct SlotChange {
    store::OwnRules rules = {};  ///< no text removes a rule; the caller has checked them
    /// The issuer that it is pinned to; an id of none lets rules and home choose again.
    std::optional<std::optional<store::Id>> issuer = {};
};
/// Throws Code::not_found.
REKEY_EXPORT void set_slot(Home& home, const SlotName& name, const SlotChange& change, const Stamp& stamp);

/// The unit's certificates and their history stay in the store; the unit itself is not touched.
/// Throws Code::busy while a live run works on it; open items of dead runs are ended.
REKEY_EXPORT void remove(Home& home, const std::string& name, const Stamp& stamp);

/// The unit is called `new_name` from now on. Slots, certificates, their history and what dead runs left open follow
/// it, as they belong to the unit and not to its name; audit entries keep the name that it had. The names that its next
/// certificates get may come from its name. Throws Code::usage (no name, or its own), Code::refused (taken),
/// Code::busy while a live run works on the unit, or an adoption has not ended. Returns it with its new name.
REKEY_EXPORT store::Unit rename(Home& home, const std::string& name, const std::string& new_name, const Stamp& stamp);

/// Asks the unit now and records what its slots hold: what an issuer of this home signed as that issuer's, anything
/// else as `foreign` until it is gone. Places that nobody declared are listed as found. Reaching it ends its backoff;
/// not reaching it begins or goes on with one (5 minutes doubling up to a day, with a jitter that is stable for the
/// unit).
REKEY_EXPORT CheckReport check(Home& home, const std::string& name, const Stamp& stamp, const Reaching& reaching = {});

/// `check`, and what the unit holds becomes what is recorded, where the store has another certificate as its
/// slot's, or none of its own; not what was revoked or rejected, nor a certificate without its key. An
/// item that a dead run left for such a slot ends. Throws Code::busy while a live run works on the unit.
REKEY_EXPORT CheckReport take(Home& home, const std::string& name, const Stamp& stamp, const Reaching& reaching = {});

/// Asks the unit now, compares, and records nothing: pair does not match, other certificate than
/// recorded, chain broken, expired, recorded but not there, there but not recorded.
REKEY_EXPORT CheckReport verify(store::Reader& store, const std::string& name, Time now, const Reaching& reaching = {});

/// What came of one unit of several; told in the order in which they were named.
struct Visit {
    CheckReport report;
    std::optional<Error> trouble;  ///< instead of a report: it could not be asked, or what it said not be recorded
};
using VisitSink = std::function<void(const Visit&)>;

/// `check`, `take` and `verify` of several units, some at the same time, so that one that hangs holds up nobody: it is
/// silent when it has not answered within the deadline. True when it still keeps one of the process's threads, perhaps
/// for ever: end the process then without what a process does at its end for others (std::_Exit).
REKEY_EXPORT bool check_each(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
                             const Reaching& reaching, const VisitSink& sink);
REKEY_EXPORT bool take_each(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
                            const Reaching& reaching, const VisitSink& sink);
REKEY_EXPORT bool verify_each(store::Reader& store, const std::vector<std::string>& names, Time now,
                              const Reaching& reaching, const VisitSink& sink);

}  // namespace rekey::units
