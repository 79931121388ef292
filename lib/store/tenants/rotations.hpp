#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/store/tenants.hpp"

namespace rekey::store {

/// From the word that an archive has for it.
std::optional<RotationState> rotation_state(std::string_view text);

/// Sets `id`. Throws Code::busy when the tenant has an open one.
void add_rotation(Transaction& transaction, Rotation& rotation);
void update_rotation(Transaction& transaction, const Rotation& rotation);
/// Failed, with the key of the new credential still there; oldest first.
std::vector<Rotation> failed_rotations_with_key(Reader& store);

}  // namespace rekey::store
