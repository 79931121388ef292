#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "rekey/store/fleet.hpp"
#include "store/sql/field_list.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

/// What `units` has of a unit; labels are apart.
inline constexpr std::tuple unit_fields{
    record_field<Kept::for_good>("name", &Unit::name),
    record_field<Kept::changing>("address", &Unit::address),
    record_field<Kept::changing>("reload", &Unit::reload),
    record_field<Kept::changing>("probe", &Unit::probe),
    record_field<Kept::for_good>("added_at", &Unit::added_at),
    record_field<Kept::changing>("removed_at", &Unit::removed_at),
    record_field<Kept::changing>("seen_at", &Unit::seen_at),
    record_field<Kept::changing>("offline_since", &Unit::offline_since),
    record_field<Kept::shortened>("offline_cause", &Unit::offline_cause),
    record_field<Kept::changing>("attempts", &Unit::attempts),
    record_field<Kept::changing>("next_attempt", &Unit::next_attempt),
    record_field<Kept::changing>("rules", &Unit::rules),
};
/// What `slots` has of a slot, beside its name. Each part is written by a function of its own.
inline constexpr std::tuple slot_fields{
    record_field("unit_id", &Slot::unit_id),   record_field("issuer_id", &Slot::issuer_id),
    record_field("declared", &Slot::declared), record_field("probe", &Slot::probe),
    record_field("rules", &Slot::rules),
};
inline constexpr std::tuple difference_fields{
    record_field<Kept::shortened>("difference", &SlotDifference::what),
    record_field("difference_of", &SlotDifference::number),
    record_field("holds_nothing", &SlotDifference::empty),
};
inline constexpr std::tuple identity_fields{
    record_field("identity_subject", &Identity::subject),
    record_field("identity_sans", &Identity::sans),
    record_field("identity_more", &Identity::more),
};

void bind_field(Query& query, const OwnRules& rules);
void read_field(Query& row, OwnRules& rules);
void bind_field(Query& query, const KeptDetails& kept);
void read_field(Query& row, KeptDetails& kept);

/// For `units u`, as `read_unit` expects them.
const std::string& unit_columns();
Unit read_unit(Query& row);

/// For `slots s`, as `read_slot` expects them.
const std::string& slot_columns();
Slot read_slot(Query& row, SlotName name);

/// For messages; throws Code::not_found.
std::string slot_text(Reader& store, Id slot_id);

/// The id of the certificate in use of `slots s`, found by indexes; NULL: there is none.
constexpr const char* in_use_id =
    "coalesce((SELECT a.id FROM certificates a WHERE a.slot_id = s.id AND a.state = 'active'), "
    "(SELECT max(f.id) FROM certificates f WHERE f.slot_id = s.id AND f.state = 'foreign'))";
/// The certificate in use of `slots s`, as `certificates c`; finds at most one row.
inline std::string join_in_use() { return std::string("LEFT JOIN certificates c ON c.id = ") + in_use_id + " "; }

Labels labels_of(Reader& store, Id unit_id);
/// The same for rows of which those of one unit come one behind the other: its labels are read once.
class LabelsOfUnit {
public:
    explicit LabelsOfUnit(Reader& store) : store_(store) {}
    /// Valid until the next call.
    const Labels& of(Id unit_id);

private:
    Reader& store_;
    Id unit_id_ = 0;
    Labels labels_;
};

/// Names that were asked for, in order, each once.
std::vector<std::string> in_order(std::vector<std::string> names);

}  // namespace rekey::store
