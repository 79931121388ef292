#pragma once

#include <cstdint>
#include <string>

#include "rekey/store/records.hpp"

namespace rekey::tenants {

struct Imported {
    std::int64_t records = 0;
    std::int64_t batches = 0;
};

/// Reads device or coverage records from JSON Lines or CSV (RFC 4180), told by the first character, and
/// commits them in batches, each with its audit entry: memory does not grow with the file. Fields are
/// called as the provider's API calls them; those that are not known are kept with the others. Nothing
/// is ever deleted. Throws Code::usage with the line that is wrong; what was read before it stays.
REKEY_EXPORT Imported import_devices(store::Store& store, const store::Tenant& tenant, const std::string& path,
                                     const Stamp& stamp);
REKEY_EXPORT Imported import_coverage(store::Store& store, const store::Tenant& tenant, const std::string& path,
                                      const Stamp& stamp);

}  // namespace rekey::tenants
