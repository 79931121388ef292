#pragma once

#include <vector>

#include "payload/value.hpp"
#include "rekey/payload/payload.hpp"

namespace rekey::payload {

/// Finds the entries where device management puts them, and checks each. Throws as `parse` does.
std::vector<Entry> read_entries(const PayloadValue& root);

/// What the ciphertext of a key made here is bound to.
Bytes bound_to(std::string_view id, std::string_view client_id, std::string_view key_id, std::int64_t version);

}  // namespace rekey::payload
