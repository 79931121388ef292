#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/store/certificates.hpp"

namespace rekey::store {

/// One invocation that renews (or generates).
struct Run {
    Id id = 0;
    std::string command;           ///< `renew`, `generate` or `chain`
    std::string selection;         ///< canonical text of what was asked for; equal for equal requests
    std::optional<Reason> reason;  ///< as given; none with `--due`, which finds its own
    std::string issuer;            ///< name given with --issuer; may be empty
    std::string comment;
    std::string actor;
    Time started_at{};
    std::optional<Time> finished_at;  ///< none: alive, or dead and to be continued
    std::string ending;               ///< `done`, `interrupted`, `taken over`; empty while open
};

/// How far an item is; each is durable before the next begins. One that is confirmed and still
/// open has its new certificate in use, and the old key yet to be removed from the unit.
enum class Step { planned, keyed, issued, installed, confirmed };
/// How an item ended. `deferred` still holds its slot, and a later run takes it over (`continued`).
enum class Outcome { open, renewed, deferred, failed, refused, continued };

REKEY_EXPORT std::string_view to_string(Step step);
REKEY_EXPORT std::string_view to_string(Outcome outcome);

/// The way of one slot from old to new.
struct Item {
    Id id = 0;
    Id run_id = 0;
    Id slot_id = 0;
    SlotName slot;
    std::string token;  ///< random; names the key request on the unit, and stays when it is continued
    Step step = Step::planned;
    Outcome outcome = Outcome::open;
    std::optional<Reason> reason;  ///< none: the first certificate of the slot
    std::string why;               ///< in words: `expires in 20 days`
    Id issuer_id = 0;
    bool moves_slot = false;  ///< the slot stays with `issuer_id` afterwards (migration)
    bool keeps_old = false;   ///< what it replaces is not revoked, and keeps its key
    /// Key and certificate stay, and get another chain: its steps are `planned` and `installed`, and it names no new
    /// certificate.
    bool chain_only = false;
    std::optional<Id> old_certificate_id;
    std::optional<Id> new_certificate_id;  ///< from `issued` on
    std::string old_number;
    std::string new_number;
    Bytes request;  ///< the CSR, from `keyed` on; filled by `find_item`, `item_holding` and `open_items` only
    std::string error;
    Time updated_at{};
};

/// Sets `id`.
REKEY_EXPORT void add_run(Transaction& transaction, Run& run);
REKEY_EXPORT void finish_run(Transaction& transaction, Id id, const std::string& ending, Time now);
REKEY_EXPORT std::optional<Run> find_run(Reader& store, Id id);
/// Not finished, oldest first: alive or dead, which only the lock on `runs/<id>` tells.
REKEY_EXPORT std::vector<Run> unfinished_runs(Reader& store);
/// Newest first, at most `limit`; 0: all.
REKEY_EXPORT void each_run(Reader& store, int limit, const std::function<void(const Run&)>& visit);

/// Sets `id`. Throws Code::busy when the slot has an item that is open or deferred.
REKEY_EXPORT void add_item(Transaction& transaction, Item& item);
/// Writes step, outcome, error, request, certificates, numbers. An empty request leaves what is kept;
/// an item that no longer holds its slot keeps none.
REKEY_EXPORT void update_item(Transaction& transaction, const Item& item);
/// The item of a slot that is open or deferred.
REKEY_EXPORT std::optional<Item> item_holding(Reader& store, Id slot_id);
REKEY_EXPORT std::optional<Item> find_item(Reader& store, Id id);
/// The runs that worked on it, and on what it continues, oldest first.
REKEY_EXPORT std::vector<Run> runs_of(Reader& store, const Item& item);

/// A unit for which a run has, or had, something to do.
struct UnitTurn {
    Time urgency{};  ///< the earliest expiry among what is to be replaced there; an empty slot comes before all
    Id unit_id = 0;
};
/// The most urgent first, at most `limit`, behind `after`. Kept from the first `add_item` until the run is finished.
REKEY_EXPORT std::vector<UnitTurn> unit_turns(Reader& store, Id run_id, const std::optional<UnitTurn>& after,
                                              int limit);
/// Open items of a run on one unit, with their requests, in order of node and type.
REKEY_EXPORT std::vector<Item> open_items(Reader& store, Id run_id, Id unit_id);
REKEY_EXPORT std::int64_t count_open_items(Reader& store, Id run_id);
/// In order of slot. The visitor may not write.
REKEY_EXPORT void each_item(Reader& store, Id run_id, const std::function<void(const Item&)>& visit);
/// How many items of the run ended so.
REKEY_EXPORT std::int64_t count_items(Reader& store, Id run_id, Outcome outcome);

/// Items alike, of all runs.
struct ItemCount {
    std::string month;  ///< in which they ended so, UTC: `2036-03`
    std::optional<Reason> reason;
    Outcome outcome = Outcome::open;
    std::int64_t items = 0;
};
/// What came to its outcome at `since` or later, in order of month; without what another run continued.
REKEY_EXPORT std::vector<ItemCount> count_items_since(Reader& store, Time since);

/// A slot with all that planning needs to know of it; one row of one pass over the fleet.
struct SlotStatus {
    Slot slot;
    std::string address;
    Labels labels;
    OwnRules unit_rules;
    std::optional<Time> next_attempt;   ///< of the unit
    std::optional<Certificate> in_use;  ///< active, else newest foreign; facts complete
    std::optional<Item> holding;        ///< open or deferred, without its request
    bool adopting = false;              ///< an adoption into it has not ended
};
/// In order of unit, node and type; those that are selected, never of removed units. Memory does not grow with the
/// fleet.
REKEY_EXPORT void each_slot(Reader& store, const Selection& selection,
                            const std::function<void(const SlotStatus&)>& visit);

/// A unit with all its slots, in order of node and type; without what holds them.
struct UnitStatus {
    Unit unit;
    std::vector<SlotStatus> slots;
};
/// In order of name; those that are selected or have a slot that is, never removed ones. All their slots are told.
REKEY_EXPORT void each_unit_status(Reader& store, const Selection& selection,
                                   const std::function<void(const UnitStatus&)>& visit);

}  // namespace rekey::store
