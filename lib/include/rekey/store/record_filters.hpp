#pragma once

#include <functional>
#include <optional>
#include <string>

#include "rekey/store/record_counts.hpp"

namespace rekey::store {

/// Which devices to show; all conditions hold together. Coverage is in force when its status is
/// `ACTIVE` and its end, if it has one, is not before `now`.
struct DeviceFilter {
    Time now{};
    std::optional<bool> active;     ///< only those, or only inactive ones
    bool without_coverage = false;  ///< none that is in force
    std::optional<Time>
        expires_before;   ///< the coverage in force that ends last ends before, and does not renew itself
    bool renews = false;  ///< coverage in force renews itself; with `expires_before`, before that time
    std::string model;    ///< part of the model or product family, in any case
    std::string search;   ///< part of id, serial number, model or any attribute, in any case
};
/// In order of id; streams.
REKEY_EXPORT void each_device(Reader& store, Id tenant_id, const DeviceFilter& filter,
                              const std::function<void(const Device&)>& visit);

/// Which coverage records to show.
struct CoverageFilter {
    Time now{};
    std::optional<bool> in_force;        ///< only those, or only others
    std::optional<Time> expires_before;  ///< in force, and ends before without renewing itself
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

}  // namespace rekey::store
