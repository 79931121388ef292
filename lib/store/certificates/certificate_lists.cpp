#include <fmt/format.h>

#include "store/fleet/certificate_rows.hpp"
#include "store/fleet/fleet_rows.hpp"
#include "store/fleet/selection_sql.hpp"
#include "store/sql/dialect.hpp"

namespace rekey::store {

namespace {

/// Up to this many are put in order in memory; beyond, the fleet is walked in order instead.
constexpr std::int64_t most_by_index = 10'000;

Condition condition_of(const Dialect& dialect, const CertificateFilter& filter) {
    Condition condition;
    if (!filter.removed_units) condition.add(" AND u.removed_at IS NULL");
    if (!filter.found) condition.add(" AND s.declared = 1");
    if (!filter.which.state && !filter.history) condition.add(" AND c.ended_at IS NULL");
    condition.add(slot_condition(dialect, filter.which));
    return condition;
}

/// Whether the index over what is pending, active or foreign finds all that the filter wants, and
/// finds few: then they cost nothing but themselves.
bool index_finds_few(Reader& store, const CertificateFilter& filter) {
    const auto& state = filter.which.state;
    bool only_present = state ? *state == CertificateState::pending || *state == CertificateState::active ||
                                    *state == CertificateState::foreign
                              : !filter.history;
    if (!filter.which.expires_before || !only_present || !filter.which.names.empty()) return false;
    return count(store,
                 "SELECT count(*) FROM (SELECT 1 FROM certificates WHERE ended_at IS NULL "
                 "AND coalesce(chain_end, not_after) < ? LIMIT ?)",
                 *filter.which.expires_before, most_by_index + 1) <= most_by_index;
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

}  // namespace

void each_certificate(Reader& store, const CertificateFilter& filter,
                      const std::function<void(const Certificate&)>& visit) {
    Snapshot snapshot(store);
    auto condition = condition_of(store.backend().dialect(), filter);
    Query query(
        store,
        fmt::format("SELECT u.id, u.name, s.node, s.type, {} FROM {}{} ORDER BY u.name, u.id, s.node, s.type, c.id",
                    filter.details ? certificate_columns() : certificate_columns_without_details(),
                    index_finds_few(store, filter) ? by_expiry(store) : by_name, condition.sql));
    condition.bind(query);
    std::int64_t visited = 0;
    auto limit = filter.which.limit;
    LabelsOfUnit labels(store);
    while ((limit == 0 || visited++ < limit) && query.next()) {
        auto unit_id = query.integer();
        auto certificate = read_certificate(query, query.slot_name());
        if (filter.unit_labels) certificate.unit_labels = labels.of(unit_id);
        visit(certificate);
    }
}

}  // namespace rekey::store
