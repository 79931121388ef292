#pragma once

#include <string>

#include "rekey/store/fleet.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

/// For `units u`, as `read_unit` expects them; labels are apart.
constexpr const char* unit_columns =
    "u.id, u.name, u.address, u.reload, u.probe, u.added_at, u.removed_at, u.seen_at, u.offline_since, "
    "u.offline_cause, u.attempts, u.next_attempt, u.rules";
Unit read_unit(Query& row);

/// For `slots s`, as `read_slot` expects them.
constexpr const char* slot_columns =
    "s.id, s.unit_id, s.issuer_id, s.declared, s.probe, s.rules, s.difference, s.difference_of, s.holds_nothing, "
    "s.identity_subject, s.identity_sans, s.identity_more";
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
