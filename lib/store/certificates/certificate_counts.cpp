#include "store/certificates/certificate_counts.hpp"

#include <fmt/format.h>

#include <set>

#include "store/fleet/certificate_rows.hpp"
#include "store/fleet/fleet_rows.hpp"
#include "store/fleet/selection_sql.hpp"
#include "store/sql/dialect.hpp"

namespace rekey::store {

namespace {

constexpr const char* state_and_end = "c.state, coalesce(c.chain_end, c.not_after)";

/// Certificates that are in the indexes and do not count: of removed units, and of places that nobody declared.
constexpr const char* left_out_of_certificates =
    "units u CROSS JOIN slots s CROSS JOIN certificates c WHERE u.removed_at IS NOT NULL AND s.unit_id = u.id "
    "AND c.slot_id = s.id";
constexpr const char* undeclared_certificates =
    "slots s CROSS JOIN units u CROSS JOIN certificates c WHERE s.declared = 0 AND u.id = s.unit_id "
    "AND u.removed_at IS NULL AND c.slot_id = s.id";

constexpr const char* certificates_in_order =
    "units u CROSS JOIN slots s CROSS JOIN certificates c WHERE s.unit_id = u.id AND c.slot_id = s.id "
    "AND s.declared = 1 AND u.removed_at IS NULL";

/// The same, what ends first first.
std::string by_end(Reader& store) {
    return fmt::format(
        "certificates c{} CROSS JOIN slots s CROSS JOIN units u WHERE c.ended_at IS NULL AND s.id = c.slot_id "
        "AND s.declared = 1 AND u.id = s.unit_id AND u.removed_at IS NULL",
        store.backend().dialect().by_index("certificates_ending"));
}

bool is_used(CertificateState state) { return state == CertificateState::active || state == CertificateState::foreign; }

/// Counts one certificate, or takes one away that was counted among others.
void count_one(CertificateCounts& counts, const std::vector<Time>& ends, CertificateState state, Time end,
               std::int64_t step) {
    counts.by_state[state] += step;
    if (!is_used(state)) return;
    for (std::size_t i = 0; i < ends.size(); ++i)
        if (end <= ends[i]) counts.ending[i] += step;
}

void count_rows(CertificateCounts& counts, const std::vector<Time>& ends, Query& rows, std::int64_t step) {
    while (rows.next()) {
        CertificateState state{};
        read_field(rows, state);
        count_one(counts, ends, state, rows.time(), step);
    }
}

/// Each by an index that has nothing but such rows.
void count_by_state(Reader& store, CertificateCounts& counts) {
    counts.by_state[CertificateState::pending] =
        count(store, "SELECT count(*) FROM certificates WHERE state = 'pending'");
    counts.by_state[CertificateState::active] =
        count(store, "SELECT count(*) FROM certificates WHERE state = 'active'");
    counts.by_state[CertificateState::foreign] =
        count(store, "SELECT count(*) FROM certificates WHERE state = 'foreign'");
    Query past(store, "SELECT state, count(*) FROM certificates WHERE ended_at IS NOT NULL GROUP BY state");
    while (past.next()) {
        CertificateState state{};
        read_field(past, state);
        counts.by_state[state] = past.integer();
    }
}

/// All that is pending or in use, then without what is pending.
void count_endings(Reader& store, CertificateCounts& counts, const std::vector<Time>& ends) {
    auto all_present = fmt::format(
        "SELECT count(*) FROM certificates c{} WHERE c.ended_at IS NULL AND coalesce(c.chain_end, c.not_after) <= ?",
        store.backend().dialect().by_index("certificates_ending"));
    for (std::size_t i = 0; i < ends.size(); ++i) counts.ending[i] = count(store, all_present, ends[i]);
    Query pending(store, "SELECT coalesce(chain_end, not_after) FROM certificates WHERE state = 'pending'");
    while (pending.next()) {
        auto end = pending.time();
        for (std::size_t i = 0; i < ends.size(); ++i)
            if (end <= ends[i]) --counts.ending[i];
    }
}

CertificateCounts count_whole_fleet(Reader& store, const std::vector<Time>& ends) {
    CertificateCounts counts{{}, std::vector<std::int64_t>(ends.size())};
    count_by_state(store, counts);
    count_endings(store, counts, ends);
    for (const auto* left_out : {left_out_of_certificates, undeclared_certificates}) {
        Query rows(store, fmt::format("SELECT {} FROM {}", state_and_end, left_out));
        count_rows(counts, ends, rows, -1);
    }
    return counts;
}

}  // namespace

CertificateCounts count_certificates(Reader& store, const Selection& selection, const std::vector<Time>& ends) {
    Snapshot snapshot(store);
    if (selection.is_empty()) return count_whole_fleet(store, ends);
    CertificateCounts counts{{}, std::vector<std::int64_t>(ends.size())};
    auto condition = slot_condition(store.backend().dialect(), selection);
    Query rows(store, fmt::format("SELECT {} FROM {}{}", state_and_end, certificates_in_order, condition.sql));
    condition.bind(rows);
    count_rows(counts, ends, rows, 1);
    return counts;
}

std::int64_t count_in_use(Reader& store, const Selection& selection) {
    if (selection.is_empty()) {
        auto counts = count_certificates(store, selection, {});
        return counts.by_state[CertificateState::active] + counts.by_state[CertificateState::foreign];
    }
    auto condition = slot_condition(store.backend().dialect(), selection);
    Query number(store, fmt::format("SELECT count(*) FROM {} AND c.ended_at IS NULL AND c.state <> 'pending'{}",
                                    certificates_in_order, condition.sql));
    condition.bind(number);
    number.next();
    return number.integer();
}

std::optional<Certificate> first_to_end(Reader& store, const Selection& selection) {
    Snapshot snapshot(store);
    auto condition = slot_condition(store.backend().dialect(), selection);
    auto from = (selection.is_empty() ? by_end(store) : std::string(certificates_in_order)) +
                " AND c.ended_at IS NULL AND c.state <> 'pending'" + condition.sql;
    constexpr const char* end = "coalesce(c.chain_end, c.not_after)";
    Query first(store, fmt::format("SELECT {0} FROM {1} ORDER BY {0} LIMIT 1", end, from));
    condition.bind(first);
    if (!first.next()) return std::nullopt;
    auto at = first.time();
    // Of those that end together, the first by name.
    Query query(store, fmt::format("SELECT u.name, s.node, s.type, {} FROM {} AND {} = ? "
                                   "ORDER BY u.name, u.id, s.node, s.type, c.id LIMIT 1",
                                   certificate_columns(), from, end));
    condition.bind(query);
    query.bind(at);
    if (!query.next()) return std::nullopt;
    return read_certificate(query, query.slot_name());
}

std::int64_t count_slots(Reader& store, const Selection& selection) {
    Snapshot snapshot(store);
    if (selection.is_empty())
        return count(store, "SELECT count(*) FROM slots WHERE declared = 1") -
               count(store,
                     "SELECT count(*) FROM units u CROSS JOIN slots s WHERE u.removed_at IS NOT NULL "
                     "AND s.unit_id = u.id AND s.declared = 1");
    auto condition = slot_condition(store.backend().dialect(), selection);
    Query number(store, fmt::format("SELECT count(*) FROM units u CROSS JOIN slots s {}WHERE s.unit_id = u.id "
                                    "AND s.declared = 1 AND u.removed_at IS NULL{}",
                                    join_in_use(), condition.sql));
    condition.bind(number);
    number.next();
    return number.integer();
}

std::int64_t count_deferred_units(Reader& store, const Selection& selection) {
    auto condition = slot_condition(store.backend().dialect(), selection);
    Query waiting(store,
                  fmt::format("SELECT s.unit_id FROM items i{} CROSS JOIN slots s CROSS JOIN units u {}"
                              "WHERE i.outcome IN ('open', 'deferred') AND i.outcome = 'deferred' AND s.id = i.slot_id "
                              "AND s.declared = 1 AND u.id = s.unit_id AND u.removed_at IS NULL{}",
                              store.backend().dialect().by_index("items_holding"), join_in_use(), condition.sql));
    condition.bind(waiting);
    std::set<Id> units;
    while (waiting.next()) units.insert(waiting.integer());
    return static_cast<std::int64_t>(units.size());
}

}  // namespace rekey::store
