#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "rekey/store/records.hpp"
#include "store/records/coverage_conditions.hpp"
#include "store/records/record_rows.hpp"

namespace rekey::store {

namespace {

/// Conditions with the values for their parameters, in order.
class Conditions {
public:
    explicit Conditions(Reader& store) : dialect(store.backend().dialect()) {}

    const Dialect& dialect;

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

/// Whether one of `columns`, in any (ASCII) case, has the parameter somewhere. Between them is what no parameter has.
std::string columns_mention(const Dialect& dialect, std::string_view columns) {
    return dialect.contains(fmt::format("lower({})", columns), "lower(?)");
}

/// The same of the values of a JSON object; first of all whether the text is anywhere in it. Takes the parameter twice.
std::string attributes_mention(const Dialect& dialect, std::string_view attributes) {
    return fmt::format("({} AND {})", columns_mention(dialect, attributes), dialect.json_mentions(attributes, "?"));
}

constexpr std::string_view model_columns = "d.model || '\n' || d.family";

/// Of `devices d`: none that is active ends then or later.
void add_without(Conditions& conditions, Time then) {
    conditions.add(fmt::format("NOT EXISTS(SELECT 1 FROM coverage c WHERE c.tenant_id = d.tenant_id AND "
                               "c.device_id = d.id AND {})",
                               coverage_in_force(conditions.dialect, "?")),
                   then);
}

/// What ended before now is in force no more.
template <class Filter>
Time first_end_of(const Filter& filter) {
    return std::max(filter.now, filter.expires_from.value_or(filter.now));
}

/// Of `devices d`: coverage in force ends from `from` on, which is not before now, and before `soon`; it renews itself
/// or not.
void add_ending(Conditions& conditions, Id tenant_id, Time from, Time soon, bool renews) {
    conditions.add(fmt::format("d.id IN (SELECT c.device_id FROM coverage c{} "
                               "WHERE c.tenant_id = ? AND c.ends >= ? AND c.ends < ? AND {} AND {}{})",
                               conditions.dialect.by_index("coverage_ends"), coverage_is_active(conditions.dialect),
                               renews ? "" : "NOT ", coverage_renews(conditions.dialect)),
                   tenant_id, from, soon);
}

/// Of `devices d`: the coverage in force that ends last ends from `from` on, before `soon`; what renews itself does not
/// end.
void add_expiring(Conditions& conditions, Id tenant_id, Time now, Time from, Time soon) {
    add_ending(conditions, tenant_id, from, soon, false);
    add_without(conditions, soon);
    conditions.add(fmt::format("NOT EXISTS(SELECT 1 FROM coverage c WHERE c.tenant_id = d.tenant_id AND "
                               "c.device_id = d.id AND {} AND {})",
                               coverage_in_force(conditions.dialect, "?"), coverage_renews(conditions.dialect)),
                   now);
}

/// Of `devices d`: something in force renews itself.
void add_renewing(Conditions& conditions, Time now) {
    conditions.add(fmt::format("EXISTS(SELECT 1 FROM coverage c WHERE c.tenant_id = d.tenant_id AND "
                               "c.device_id = d.id AND {} AND {})",
                               coverage_in_force(conditions.dialect, "?"), coverage_renews(conditions.dialect)),
                   now);
}

Conditions conditions_of(Reader& store, Id tenant_id, const DeviceFilter& filter) {
    Conditions conditions(store);
    const auto& dialect = conditions.dialect;
    if (filter.active) conditions.add(*filter.active ? "d.inactive_since IS NULL" : "d.inactive_since IS NOT NULL");
    if (filter.without_coverage) add_without(conditions, filter.now);
    if (filter.expires_before && filter.renews)
        add_ending(conditions, tenant_id, first_end_of(filter), *filter.expires_before, true);
    else if (filter.expires_before)
        add_expiring(conditions, tenant_id, filter.now, first_end_of(filter), *filter.expires_before);
    else if (filter.renews)
        add_renewing(conditions, filter.now);
    if (!filter.model.empty()) conditions.add(columns_mention(dialect, model_columns), filter.model);
    if (!filter.search.empty())
        conditions.add(
            fmt::format("({} OR {})", columns_mention(dialect, "d.id || '\n' || d.serial || '\n' || d.model"),
                        attributes_mention(dialect, "d.attributes")),
            filter.search, filter.search, filter.search);
    return conditions;
}

Conditions conditions_of(Reader& store, const CoverageFilter& filter) {
    Conditions conditions(store);
    const auto& dialect = conditions.dialect;
    if (filter.in_force)
        conditions.add((*filter.in_force ? "" : "NOT ") + coverage_in_force(conditions.dialect, "?"), filter.now);
    if (filter.expires_before)
        conditions.add(fmt::format("{} AND c.ends >= ? AND c.ends < ? AND {}{}", coverage_is_active(dialect),
                                   filter.renews ? "" : "NOT ", coverage_renews(dialect)),
                       first_end_of(filter), *filter.expires_before);
    else if (filter.renews)
        conditions.add(coverage_renews(dialect));
    if (!filter.model.empty())
        conditions.add(
            fmt::format("EXISTS(SELECT 1 FROM devices d WHERE d.tenant_id = c.tenant_id AND d.id = c.device_id AND {})",
                        columns_mention(dialect, model_columns)),
            filter.model);
    if (!filter.search.empty())
        conditions.add(
            fmt::format("({} OR {})", columns_mention(dialect, "c.device_id || '\n' || c.id || '\n' || c.description"),
                        attributes_mention(dialect, "c.attributes")),
            filter.search, filter.search, filter.search);
    return conditions;
}

/// Of the columns that `select_covered` has for it; nothing where the device has none.
std::optional<Cover> read_cover(Query& row) {
    if (!row.flag()) {
        row.skip(4);
        return std::nullopt;
    }
    Cover cover;
    cover.in_force = row.flag();
    cover.renews = row.flag();
    cover.status = row.text();
    cover.ends = row.optional_time();
    return cover;
}

/// In force before all others; then what ends last, or never.
bool covers_better(const Cover& one, const Cover& other) {
    auto rank = [](const Cover& cover) {
        return std::tuple(cover.in_force, !cover.ends, cover.ends.value_or(Time{}), cover.renews);
    };
    return rank(one) > rank(other);
}

/// A row for each coverage of a device, or one for a device without any. The id comes first, the device at the end.
std::string select_covered(const Conditions& conditions) {
    return fmt::format(
        "SELECT d.id, c.device_id IS NOT NULL, {}, {}, c.status, c.ends, {} FROM devices d LEFT JOIN coverage c "
        "ON c.tenant_id = d.tenant_id AND c.device_id = d.id WHERE d.tenant_id = ?{} ORDER BY d.id",
        coverage_in_force(conditions.dialect, "?"), coverage_renews(conditions.dialect), device_columns(),
        conditions.sql());
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
    auto conditions = conditions_of(store, tenant_id, filter);
    Query query(store,
                fmt::format("SELECT {} FROM devices d WHERE d.tenant_id = ?{} ORDER BY d.id", device_columns(),
                            conditions.sql()),
                tenant_id);
    conditions.bind(query);
    visit_records(query, visit);
}

void each_covered_device(Reader& store, Id tenant_id, const DeviceFilter& filter,
                         const std::function<void(const Device&, const std::optional<Cover>&)>& visit) {
    auto conditions = conditions_of(store, tenant_id, filter);
    Query query(store, select_covered(conditions), filter.now, tenant_id);
    conditions.bind(query);
    bool any = false;
    Device device;
    std::optional<Cover> best;
    while (query.next()) {
        bool is_next = query.text() != device.id || !any;
        auto cover = read_cover(query);
        if (!is_next) {
            if (cover && (!best || covers_better(*cover, *best))) best = std::move(cover);
            continue;
        }
        if (any) visit(device, best);
        any = true;
        read_fields(query, device_fields, device);
        best = std::move(cover);
    }
    if (any) visit(device, best);
}

void each_coverage(Reader& store, Id tenant_id, const CoverageFilter& filter,
                   const std::function<void(const Coverage&)>& visit) {
    auto conditions = conditions_of(store, filter);
    Query query(
        store,
        fmt::format("SELECT {} FROM coverage c{} WHERE c.tenant_id = ?{} ORDER BY c.device_id, c.id",
                    coverage_columns(), filter.expires_before ? conditions.dialect.by_index("coverage_ends") : "",
                    conditions.sql()),
        tenant_id);
    conditions.bind(query);
    visit_records(query, visit);
}

CoverageStatus coverage_status(Reader& store, Id tenant_id, Time now, Time soon) {
    Conditions without(store);
    add_without(without, now);
    Conditions expiring(store);
    add_expiring(expiring, tenant_id, now, now, soon);
    Conditions renewing(store);
    add_ending(renewing, tenant_id, now, soon, true);
    return {count_devices(store, tenant_id, without), count_devices(store, tenant_id, expiring),
            count_devices(store, tenant_id, renewing)};
}

}  // namespace rekey::store
