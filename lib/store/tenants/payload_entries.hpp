#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rekey/store/tenants.hpp"

namespace rekey::store {

/// What was last accepted from a managed payload's entry.
struct AcceptedEntry {
    std::string entry_id;
    std::int64_t version = 0;
    Sha256 digest{};       ///< of the entry as delivered: tells a changed one
    Id credential_id = 0;  ///< that it last fed
    Time accepted_at{};
};
std::optional<AcceptedEntry> accepted_entry(Reader& store, const std::string& entry_id);
void accept_entry(Transaction& transaction, const AcceptedEntry& entry);

}  // namespace rekey::store
