// What a tenant's provider and its files say of devices and of their coverage (warranty), with the history of both.
//
// All of it is for looking up. rekey/tenants/records.hpp syncs with a provider and imports files. Functions stream, as
// a tenant may have millions of records; filters become SQL. Each record has a list of its fields, from which columns,
// JSON and CSV follow.
//
//     rekey::store::DeviceFilter filter{.now = now, .without_coverage = true};
//     rekey::store::each_device(home.store(), tenant.id, filter, [](const rekey::store::Device& device) {
//         std::cout << device.serial << ' ' << device.model << '\n';
//     });
//
// What is looked up and is not there is an empty optional.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "rekey/store/tenants.hpp"

namespace rekey::store {

// Devices and coverage
// --------------------

// The store's columns, what is bound and read, how records are compared and merged, JSON, CSV and archives follow from
// the list of a record's fields, in its order. lib/store/records/record_rows.hpp says what a new field takes.

/// What becomes of a field when the provider returns a record again.
enum class Role {
    key,         ///< tells the records of a tenant apart; keys come first
    content,     ///< where it differs, the record gets a new state, and the one before goes to the history
    attributes,  ///< content as well: a JSON object with everything that the provider said
    state,       ///< taken over without a new state
    earliest,    ///< a time that never moves later
    latest       ///< a time that never moves earlier
};

constexpr bool is_content(Role role) { return role == Role::content || role == Role::attributes; }
constexpr bool is_seen_time(Role role) { return role == Role::earliest || role == Role::latest; }

/// A device as a provider or a file tells it.
struct Device {
    std::string id;  ///< the provider's; the serial number where it gives none
    std::string serial;
    std::string model;
    std::string family;
    std::string status;
    std::string attributes;              ///< a JSON object: everything that the provider said, unknown fields too
    std::optional<Time> inactive_since;  ///< the provider no longer returns it
    Time first_seen{};
    Time last_seen{};
};

inline constexpr std::tuple device_fields{
    record_field<Role::key>("id", &Device::id),
    record_field<Role::content>("serial", &Device::serial),
    record_field<Role::content>("model", &Device::model),
    record_field<Role::content>("family", &Device::family),
    record_field<Role::content>("status", &Device::status),
    record_field<Role::attributes>("attributes", &Device::attributes),
    record_field<Role::state>("inactive_since", &Device::inactive_since),
    record_field<Role::earliest>("first_seen", &Device::first_seen),
    record_field<Role::latest>("last_seen", &Device::last_seen),
};

/// A coverage (warranty) record of a device.
struct Coverage {
    std::string id;
    std::string device_id;
    std::string status;  ///< `ACTIVE`, `INACTIVE`
    std::string description;
    std::optional<Time> starts;
    std::optional<Time> ends;
    std::string attributes;  ///< a JSON object
    Time last_seen{};
};

inline constexpr std::tuple coverage_fields{
    record_field<Role::key>("device_id", &Coverage::device_id),
    record_field<Role::key>("id", &Coverage::id),
    record_field<Role::content>("status", &Coverage::status),
    record_field<Role::content>("description", &Coverage::description),
    record_field<Role::content>("starts", &Coverage::starts),
    record_field<Role::content>("ends", &Coverage::ends),
    record_field<Role::attributes>("attributes", &Coverage::attributes),
    record_field<Role::latest>("last_seen", &Coverage::last_seen),
};

/// Of a record that is one of these, or has one as its base.
constexpr const auto& fields_of(const Device&) { return device_fields; }
constexpr const auto& fields_of(const Coverage&) { return coverage_fields; }

/// As a record that the provider returns at this time, for the first time as far as the record says.
template <class Record>
void set_seen(Record& record, Time at) {
    each_field(fields_of(record), [&](auto field) {
        if constexpr (is_seen_time(field.role)) record.*field.member = at;
    });
}

// Looking up records
// ------------------

REKEY_EXPORT std::optional<Device> find_device(Reader& store, Id tenant_id, const std::string& id);
REKEY_EXPORT std::optional<Coverage> find_coverage(Reader& store, Id tenant_id, const std::string& device_id,
                                                   const std::string& id);

/// Whether coverage renews itself at its end, as its attributes say: the provider's `isRenewable`, and neither
/// `isCanceled` nor a date of that.
REKEY_EXPORT bool renews(const Coverage& coverage);

/// What covers a device, of all that is recorded: what is in force and ends last; else what was last in force.
struct Cover {
    bool in_force = false;
    bool renews = false;  ///< by itself, at its end
    std::string status;   ///< `ACTIVE`, `INACTIVE`, as the provider has it
    std::optional<Time> ends;
};

struct RecordCounts {
    std::int64_t devices = 0;
    std::int64_t inactive = 0;
    std::int64_t coverage = 0;
};
/// O(1): kept with the tenant by triggers or counters, not counted.
REKEY_EXPORT RecordCounts count_records(Reader& store, Id tenant_id);
/// In order of id; streams.
REKEY_EXPORT void each_device(Reader& store, Id tenant_id, const std::function<void(const Device&)>& visit);
/// In order of device and id; streams.
REKEY_EXPORT void each_coverage(Reader& store, Id tenant_id, const std::function<void(const Coverage&)>& visit);

/// What records were before their content changed, with the time when the provider said that last: in order of
/// the records, of each the oldest first; streams.
REKEY_EXPORT void each_earlier_device(Reader& store, Id tenant_id, const std::function<void(const Device&)>& visit);
REKEY_EXPORT void each_earlier_coverage(Reader& store, Id tenant_id, const std::function<void(const Coverage&)>& visit);

// Filters
// -------

/// Which devices to show; all conditions hold together. Coverage is in force when its status is
/// `ACTIVE` and its end, if it has one, is not before `now`.
struct DeviceFilter {
    Time now{};
    std::optional<bool> active;     ///< only those, or only inactive ones
    bool without_coverage = false;  ///< none that is in force
    /// The coverage in force that ends last ends before, and does not renew itself.
    std::optional<Time> expires_before;
    std::optional<Time> expires_from;  ///< with `expires_before`: and not earlier
    bool renews = false;               ///< coverage in force renews itself; with `expires_before`, before that time
    std::string model;                 ///< part of the model or product family, in any case
    std::string search;                ///< part of id, serial number, model or any attribute, in any case
};
/// In order of id; streams.
REKEY_EXPORT void each_device(Reader& store, Id tenant_id, const DeviceFilter& filter,
                              const std::function<void(const Device&)>& visit);
/// The same, each with what covers it at `filter.now`; nothing when no coverage is recorded.
REKEY_EXPORT void each_covered_device(Reader& store, Id tenant_id, const DeviceFilter& filter,
                                      const std::function<void(const Device&, const std::optional<Cover>&)>& visit);

/// Which coverage records to show.
struct CoverageFilter {
    Time now{};
    std::optional<bool> in_force;        ///< only those, or only others
    std::optional<Time> expires_before;  ///< in force, and ends before without renewing itself
    std::optional<Time> expires_from;    ///< with `expires_before`: and not earlier
    bool renews = false;                 ///< renews itself; with `expires_before`, before that time
    std::string model;                   ///< of the device
    std::string search;                  ///< part of device, id, description or any attribute, in any case
};
/// In order of device and id; streams.
REKEY_EXPORT void each_coverage(Reader& store, Id tenant_id, const CoverageFilter& filter,
                                const std::function<void(const Coverage&)>& visit);

/// Of the active devices: how many have no coverage in force, and of how many the last that is in force
/// ends before `soon`, or renews itself by then.
struct CoverageStatus {
    std::int64_t without = 0;
    std::int64_t expiring = 0;
    std::int64_t renewing = 0;
};
REKEY_EXPORT CoverageStatus coverage_status(Reader& store, Id tenant_id, Time now, Time soon);

// Syncs
// -----

/// How far a sync is: it pages through devices, marks those that the provider did not return, and asks for
/// coverage. `abandoned`: given up before its end, and another took its place.
enum class SyncPhase { devices, marking, coverage, done, abandoned };
REKEY_EXPORT std::string_view to_string(SyncPhase phase);

/// One sync of a tenant with its provider. What it needs to go on after any crash is here and in the
/// devices; counts are of the whole sync, however often it was interrupted.
struct Sync {
    Id tenant_id = 0;
    std::int64_t generation = 0;  ///< 1, 2, 3, … within a tenant
    SyncPhase phase = SyncPhase::devices;
    std::string cursor;         ///< of the page to ask for next; empty: the first
    std::int64_t pages = 0;     ///< recorded
    std::int64_t seen = 0;      ///< devices that the provider returned, each counted once
    std::int64_t added = 0;     ///< of these: not known before
    std::int64_t changed = 0;   ///< whose content is another now
    std::int64_t returned = 0;  ///< that were inactive
    std::int64_t gone = 0;      ///< devices that became inactive
    std::int64_t asked = 0;     ///< devices whose coverage was learned
    std::string actor;
    Time started_at{};
    std::optional<Time> finished_at;
};
/// The newest, finished or not.
REKEY_EXPORT std::optional<Sync> last_sync(Reader& store, Id tenant_id);
/// The newest that was done.
REKEY_EXPORT std::optional<Sync> last_done_sync(Reader& store, Id tenant_id);

}  // namespace rekey::store
