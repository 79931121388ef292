#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Sets `id`. Throws Code::busy when the slot has an item that is open or deferred.
void add_item(Transaction& transaction, Item& item);
/// Writes step, outcome, error, certificates, numbers. An item that no longer holds its slot keeps no request. Throws
/// Code::busy when another item holds the slot.
void update_item(Transaction& transaction, const Item& item);
/// Keeps the request of an item that holds its slot.
void keep_request(Transaction& transaction, const Item& item);
/// The item of a slot that is open or deferred.
std::optional<Item> item_holding(Reader& store, Id slot_id);
/// The id of the item that was added last; 0 when there is none.
Id newest_item(Reader& store);
std::optional<Item> find_item(Reader& store, Id id);

/// A unit for which a run has, or had, something to do.
struct UnitTurn {
    Time urgency{};  ///< the earliest expiry among what is to be replaced there; an empty slot comes before all
    Id unit_id = 0;
};
/// The most urgent first, at most `limit`, behind `after`. Kept from the first `add_item` until the run is finished.
std::vector<UnitTurn> unit_turns(Reader& store, Id run_id, const std::optional<UnitTurn>& after, int limit);
/// Open items of a run on one unit, with their requests, in order of node and type.
std::vector<Item> open_items(Reader& store, Id run_id, Id unit_id);
std::int64_t count_open_items(Reader& store, Id run_id);

}  // namespace rekey::store
