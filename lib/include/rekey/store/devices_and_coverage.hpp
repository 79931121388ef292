#pragma once

#include <optional>
#include <string>

#include "rekey/base/time.hpp"
#include "rekey/store/fields.hpp"

/// Devices and coverage (warranty) records, each with the list of its fields. The store's columns, what is bound and
/// read, how records are compared and merged, JSON, CSV and archives follow from the list, in its order. A new field
/// takes a member and a line here, a step of the schema, and a golden test; besides:
/// - archives without it are still read, so it goes to the end of a record there (tenants/archive/archive_fields.hpp);
/// - where a list or a provider has it is said in tenants/records.
namespace rekey::store {

/// What becomes of a field when a record is told again.
enum class Role {
    key,         ///< tells the records of a tenant apart; keys come first
    content,     ///< where it differs, the record gets a new state, and the one before goes to the history
    attributes,  ///< content as well: a JSON object with everything that was told
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
    std::string attributes;              ///< a JSON object: everything that was told, unknown fields too
    std::optional<Time> inactive_since;  ///< no longer told by the provider
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

/// As a record that is told at this time, for the first time as far as it knows.
template <class Record>
void set_seen(Record& record, Time at) {
    each_field(fields_of(record), [&](auto field) {
        if constexpr (is_seen_time(field.role)) record.*field.member = at;
    });
}

}  // namespace rekey::store
