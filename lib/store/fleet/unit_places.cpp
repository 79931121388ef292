#include "store/fleet/unit_places.hpp"

#include <fmt/format.h>

#include "store/sql/query.hpp"

namespace rekey::store {

void each_place_to_compare(Reader& store, std::string_view scheme, const std::function<void(const UnitPlace&)>& visit) {
    // In the order of texts, ';' comes next after ':'.
    Query query(store,
                "SELECT name, address FROM units WHERE removed_at IS NULL AND address >= ? AND address < ? "
                "UNION SELECT u.name, u.address FROM shared_addresses a CROSS JOIN units u "
                "WHERE u.removed_at IS NULL AND u.address = a.address ORDER BY 1",
                fmt::format("{}:", scheme), fmt::format("{};", scheme));
    while (query.next()) {
        UnitPlace place;
        place.unit = query.text();
        place.address = query.text();
        visit(place);
    }
}

std::optional<std::string> other_unit_at(Reader& store, const UnitPlace& place) {
    Query query(store,
                "SELECT name FROM units WHERE removed_at IS NULL AND address = ? AND name <> ? ORDER BY name LIMIT 1",
                place.address, place.unit);
    if (!query.next()) return std::nullopt;
    return query.text();
}

}  // namespace rekey::store
