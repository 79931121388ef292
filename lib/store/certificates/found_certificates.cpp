#include "store/certificates/found_certificates.hpp"

#include <fmt/format.h>

#include "store/fleet/selection_sql.hpp"
#include "store/sql/dialect.hpp"

namespace rekey::store {

void each_found_certificate(Reader& store, const Selection& selection,
                            const std::function<void(const SlotName&, const std::string&)>& visit) {
    Snapshot snapshot(store);
    auto condition = slot_condition(store.backend().dialect(), selection);
    Query query(store, fmt::format("SELECT u.name, s.node, s.type, c.number FROM slots s CROSS JOIN units u CROSS JOIN "
                                   "certificates c WHERE s.declared = 0 AND u.id = s.unit_id AND u.removed_at IS NULL "
                                   "AND c.slot_id = s.id{}{} ORDER BY u.name, s.node, s.type, c.id",
                                   selection.state ? "" : " AND c.ended_at IS NULL", condition.sql));
    condition.bind(query);
    while (query.next()) {
        auto place = query.slot_name();
        visit(place, query.text());
    }
}

}  // namespace rekey::store
