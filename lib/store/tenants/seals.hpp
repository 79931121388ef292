#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "rekey/store/store.hpp"

namespace rekey::store {

/// Id of the key that seals this store's secrets, upper-case hex; nothing in a home that was made
/// before it was recorded. Once it is there, nothing that another key sealed is taken in: Code::busy,
/// as then the seal was changed while the caller was at work.
std::optional<std::string> seal_key_id(Reader& store);
void set_seal_key_id(Transaction& transaction, const std::string& id);

/// How many sealed values (keys of issuers and of credentials) there are of each key id.
std::map<std::string, std::int64_t> sealed_values(Reader& store);

/// Is `1` while a destroyed key may still be in the log of the database; `tenants::finish_destroying` ends that.
inline constexpr const char* destroyed_keys_setting = "destroyed_keys_in_log";

/// Before a sealed value is stored, in the same transaction.
void require_current_seal(Transaction& transaction, ByteView sealed);

}  // namespace rekey::store
