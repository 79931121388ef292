#pragma once

#include "rekey/store/units_and_slots.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

/// For `units u`, as `read_unit` expects them; labels are apart.
constexpr const char* unit_columns =
    "u.id, u.name, u.address, u.reload, u.probe, u.added_at, u.removed_at, u.seen_at, u.offline_since, "
    "u.offline_cause, u.attempts, u.next_attempt";
Unit read_unit(Query& row);

/// For `slots s`, as `read_slot` expects them.
constexpr const char* slot_columns =
    "s.id, s.unit_id, s.issuer_id, s.declared, s.identity_subject, s.identity_sans, s.identity_more";
Slot read_slot(Query& row, SlotName name);

/// For messages; throws Code::not_found.
std::string slot_text(Reader& store, Id slot_id);

Labels labels_of(Reader& store, Id unit_id);
/// A condition on `units u` that holds for units with all of `labels`, to be bound with `bind_labels`.
std::string with_labels(const Labels& labels);
void bind_labels(Query& query, const Labels& labels);

/// Names that were asked for, in order, each once.
std::vector<std::string> in_order(std::vector<std::string> names);

}  // namespace rekey::store
