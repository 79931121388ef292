#include "rekey/store/record_filters.hpp"

#include <fmt/format.h>

#include <vector>

#include "store/records/record_rows.hpp"

namespace rekey::store {

namespace {

/// Conditions with the values for their parameters, in order.
class Conditions {
public:
    template <class... Values>
    void add(std::string_view condition, const Values&... values) {
        sql_ += " AND ";
        sql_ += condition;
        (binders_.push_back([values](Query& query) { query.bind(values); }), ...);
    }
    const std::string& sql() const { return sql_; }
    void bind(Query& query) const {
        for (const auto& binder : binders_) binder(query);
    }

private:
    std::string sql_;
    std::vector<std::function<void(Query&)>> binders_;
};

// Whether a text, in any (ASCII) case, is somewhere in a value of a JSON object; first of all whether it is anywhere.
constexpr std::string_view in_attributes =
    "(instr(lower({0}.attributes), lower(?)) AND EXISTS(SELECT 1 FROM json_tree({0}.attributes) a "
    "WHERE instr(lower(a.atom), lower(?))))";

/// Of `devices d`: none that is active ends then or later.
void add_without(Conditions& conditions, Time then) {
    conditions.add(fmt::format("NOT EXISTS(SELECT 1 FROM coverage c WHERE c.tenant_id = d.tenant_id AND "
                               "c.device_id = d.id AND {})",
                               fmt::format(coverage_in_force, "?")),
                   then);
}

/// Of `devices d`: coverage in force ends before `soon`, which renews itself or not.
void add_ending(Conditions& conditions, Id tenant_id, Time now, Time soon, bool renews) {
    conditions.add(
        fmt::format("d.id IN (SELECT c.device_id FROM coverage c INDEXED BY coverage_ends "
                    "WHERE c.tenant_id = ? AND c.ends >= ? AND c.ends < ? AND c.status = 'ACTIVE' COLLATE NOCASE "
                    "AND {}{})",
                    renews ? "" : "NOT ", coverage_renews),
        tenant_id, now, soon);
}

/// Of `devices d`: the coverage in force that ends last ends before `soon`; what renews itself does not end.
void add_expiring(Conditions& conditions, Id tenant_id, Time now, Time soon) {
    add_ending(conditions, tenant_id, now, soon, false);
    add_without(conditions, soon);
    conditions.add(fmt::format("NOT EXISTS(SELECT 1 FROM coverage c WHERE c.tenant_id = d.tenant_id AND "
                               "c.device_id = d.id AND {} AND {})",
                               fmt::format(coverage_in_force, "?"), coverage_renews),
                   now);
}

/// Of `devices d`: something in force renews itself.
void add_renewing(Conditions& conditions, Time now) {
    conditions.add(fmt::format("EXISTS(SELECT 1 FROM coverage c WHERE c.tenant_id = d.tenant_id AND "
                               "c.device_id = d.id AND {} AND {})",
                               fmt::format(coverage_in_force, "?"), coverage_renews),
                   now);
}

Conditions conditions_of(Id tenant_id, const DeviceFilter& filter) {
    Conditions conditions;
    if (filter.active) conditions.add(*filter.active ? "d.inactive_since IS NULL" : "d.inactive_since IS NOT NULL");
    if (filter.without_coverage) add_without(conditions, filter.now);
    if (filter.expires_before && filter.renews)
        add_ending(conditions, tenant_id, filter.now, *filter.expires_before, true);
    else if (filter.expires_before)
        add_expiring(conditions, tenant_id, filter.now, *filter.expires_before);
    else if (filter.renews)
        add_renewing(conditions, filter.now);
    if (!filter.model.empty()) conditions.add("instr(lower(d.model || char(10) || d.family), lower(?))", filter.model);
    if (!filter.search.empty())
        conditions.add("(instr(lower(d.id || char(10) || d.serial || char(10) || d.model), lower(?)) OR " +
                           fmt::format(in_attributes, "d") + ")",
                       filter.search, filter.search, filter.search);
    return conditions;
}

Conditions conditions_of(const CoverageFilter& filter) {
    Conditions conditions;
    if (filter.in_force)
        conditions.add((*filter.in_force ? "" : "NOT ") + fmt::format(coverage_in_force, "?"), filter.now);
    if (filter.expires_before)
        conditions.add(fmt::format("c.status = 'ACTIVE' COLLATE NOCASE AND c.ends >= ? AND c.ends < ? AND {}{}",
                                   filter.renews ? "" : "NOT ", coverage_renews),
                       filter.now, *filter.expires_before);
    else if (filter.renews)
        conditions.add(std::string(coverage_renews));
    if (!filter.model.empty())
        conditions.add(
            "EXISTS(SELECT 1 FROM devices d WHERE d.tenant_id = c.tenant_id AND d.id = c.device_id "
            "AND instr(lower(d.model || char(10) || d.family), lower(?)))",
            filter.model);
    if (!filter.search.empty())
        conditions.add("(instr(lower(c.device_id || char(10) || c.id || char(10) || c.description), lower(?)) OR " +
                           fmt::format(in_attributes, "c") + ")",
                       filter.search, filter.search, filter.search);
    return conditions;
}

std::int64_t count_devices(Reader& store, Id tenant_id, const Conditions& conditions) {
    Query query(store,
                "SELECT count(*) FROM devices d WHERE d.tenant_id = ? AND d.inactive_since IS NULL" + conditions.sql(),
                tenant_id);
    conditions.bind(query);
    query.next();
    return query.integer();
}

}  // namespace

void each_device(Reader& store, Id tenant_id, const DeviceFilter& filter,
                 const std::function<void(const Device&)>& visit) {
    auto conditions = conditions_of(tenant_id, filter);
    Query query(store,
                fmt::format("SELECT {} FROM devices d WHERE d.tenant_id = ?{} ORDER BY d.id", device_columns(),
                            conditions.sql()),
                tenant_id);
    conditions.bind(query);
    visit_records(query, visit);
}

void each_coverage(Reader& store, Id tenant_id, const CoverageFilter& filter,
                   const std::function<void(const Coverage&)>& visit) {
    auto conditions = conditions_of(filter);
    Query query(
        store,
        fmt::format("SELECT {} FROM coverage c{} WHERE c.tenant_id = ?{} ORDER BY c.device_id, c.id",
                    coverage_columns(), filter.expires_before ? " INDEXED BY coverage_ends" : "", conditions.sql()),
        tenant_id);
    conditions.bind(query);
    visit_records(query, visit);
}

CoverageStatus coverage_status(Reader& store, Id tenant_id, Time now, Time soon) {
    Conditions without;
    add_without(without, now);
    Conditions expiring;
    add_expiring(expiring, tenant_id, now, soon);
    Conditions renewing;
    add_ending(renewing, tenant_id, now, soon, true);
    return {count_devices(store, tenant_id, without), count_devices(store, tenant_id, expiring),
            count_devices(store, tenant_id, renewing)};
}

}  // namespace rekey::store
