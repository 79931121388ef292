#pragma once

#include <string>
#include <vector>

#include "rekey/store/records.hpp"

namespace rekey::store {

/// The devices of a tenant say which organisation it is. Those that only a credential has returned that is not
/// confirmed (`Credential::confirmed`) do not count. At most `limit` ids, in order of id.
enum class Presence { active, inactive };
std::vector<std::string> some_device_ids(Reader& store, Id tenant_id, Presence presence, int limit);
/// Which of `ids` are among these.
std::vector<std::string> known_device_ids(Reader& store, Id tenant_id, Presence presence,
                                          const std::vector<std::string>& ids);

}  // namespace rekey::store
