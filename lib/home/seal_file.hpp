#pragma once

#include <optional>
#include <string>

#include "base/files/folder.hpp"
#include "crypto/sealing/seal.hpp"

namespace rekey {

// The seal key is in `seal.key`. While it is changed, the next one waits in `seal.key.next`: the store
// says which of the two belongs to it, so that one transaction switches keys and values together.

inline constexpr const char* seal_file = "seal.key";
inline constexpr const char* next_seal_file = "seal.key.next";

/// Text of the key with `id`, or of `seal.key` when the store names none. Throws Code::failed when no
/// file has it, Code::refused when others can read it.
Secret read_seal_file(Folder& folder, const std::optional<std::string>& id);

/// Durable beside the one in use.
void stage_seal_file(Folder& folder, const crypto::SealKey& key);

/// Makes the file of the key with `id` the only one, and destroys the other; nothing when it is so already.
void settle_seal_file(Folder& folder, const std::string& id);

}  // namespace rekey
