#pragma once

#include <cstdint>
#include <string>

#include "rekey/home/home.hpp"
#include "rekey/store/tenants.hpp"

/// Devices that lists brought under other names than a provider has for them: their ids are not their serial numbers,
/// or are not written as the provider writes them. Imports do not make such any more.
namespace rekey::tenants {

struct MisnamedDevices {
    std::int64_t count = 0;
    std::string example;  ///< id of one
    std::string name;     ///< what it should be
};
MisnamedDevices misnamed_devices(store::Reader& store, const store::Tenant& tenant);

/// Names all of them as it should be, joining them with what is there under that name; in short transactions, each
/// with its audit entry. How many devices.
std::int64_t rename_devices(Home& home, const store::Tenant& tenant, const Stamp& stamp);

}  // namespace rekey::tenants
