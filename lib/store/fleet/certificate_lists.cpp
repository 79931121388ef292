#include <fmt/format.h>

#include <algorithm>

#include "store/fleet/certificate_rows.hpp"
#include "store/fleet/fleet_rows.hpp"
#include "store/sql/dialect.hpp"

namespace rekey::store {

namespace {

/// Up to this many are put in order in memory; beyond, the fleet is walked in order instead.
constexpr std::int64_t most_by_index = 10'000;

/// The part of a filter that is in the text of the SQL, and the values that belong to it.
struct Selection {
    const CertificateFilter& filter;
    const std::string* unit;  ///< only this one; none: all

    std::string conditions() const {
        std::string sql;
        if (!filter.removed_units) sql += " AND u.removed_at IS NULL";
        if (!filter.found) sql += " AND s.declared = 1";
        if (unit != nullptr) sql += " AND u.name = ?";
        if (!filter.type.empty()) sql += " AND s.type = ?";
        if (filter.state)
            sql += " AND c.state = ?";
        else if (!filter.history)
            sql += " AND c.ended_at IS NULL";
        if (filter.expires_before) sql += " AND coalesce(c.chain_end, c.not_after) < ?";
        return sql + with_labels(filter.labels);
    }

    void bind(Query& query) const {
        if (unit != nullptr) query.bind(*unit);
        if (!filter.type.empty()) query.bind(filter.type);
        if (filter.state) query.bind(to_string(*filter.state));
        if (filter.expires_before) query.bind(*filter.expires_before);
        bind_labels(query, filter.labels);
    }
};

/// Whether the index over what is pending, active or foreign finds all that the filter wants, and
/// finds few: then they cost nothing but themselves.
bool index_finds_few(Reader& store, const CertificateFilter& filter) {
    bool only_present = filter.state
                            ? *filter.state == CertificateState::pending || *filter.state == CertificateState::active ||
                                  *filter.state == CertificateState::foreign
                            : !filter.history;
    if (!filter.expires_before || !only_present || !filter.units.empty()) return false;
    return count(store,
                 "SELECT count(*) FROM (SELECT 1 FROM certificates WHERE ended_at IS NULL "
                 "AND coalesce(chain_end, not_after) < ? LIMIT ?)",
                 *filter.expires_before, most_by_index + 1) <= most_by_index;
}

// SQLite visits tables that are joined by CROSS JOIN in the order of the text.
std::string by_expiry(Reader& store) {
    return fmt::format(
        "certificates c{} CROSS JOIN slots s CROSS JOIN units u WHERE s.id = c.slot_id AND u.id = s.unit_id "
        "AND c.ended_at IS NULL",
        store.backend().dialect().by_index("certificates_ending"));
}
constexpr const char* by_name =
    "units u CROSS JOIN slots s CROSS JOIN certificates c WHERE s.unit_id = u.id AND c.slot_id = s.id";

void visit_selection(Reader& store, std::string_view tables, const Selection& selection,
                     const std::function<void(const Certificate&)>& visit) {
    Query query(store, fmt::format("SELECT u.name, s.node, s.type, {} FROM {}{} "
                                   "ORDER BY u.name, u.id, s.node, s.type, c.id",
                                   certificate_columns(), tables, selection.conditions()));
    selection.bind(query);
    while (query.next()) visit(read_certificate(query, query.slot_name()));
}

}  // namespace

void each_certificate(Reader& store, const CertificateFilter& filter,
                      const std::function<void(const Certificate&)>& visit) {
    Snapshot snapshot(store);
    if (filter.units.empty()) {
        visit_selection(store, index_finds_few(store, filter) ? by_expiry(store) : by_name, {filter, nullptr}, visit);
        return;
    }
    for (const std::string& name : in_order(filter.units)) visit_selection(store, by_name, {filter, &name}, visit);
}

}  // namespace rekey::store
