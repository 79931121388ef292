#pragma once

#include <optional>
#include <string>

#include "base/files/folder.hpp"
#include "units/driver/driver.hpp"

/// Who may use a new key: exactly who may use the one in use. Its owner, group, mode and access ACL are copied; where
/// that cannot be, nothing is changed.
namespace rekey::units {

/// Rights of a new key beside `key`. Whether all users may use a key is kept only where `keep_mode` says that it is
/// meant; nobody may run one, and its owner can always read it.
Access rights_like(const HeldFile& key, bool keep_mode);

/// What keeps us from giving a new key the rights of `key`, which is at `path`; nothing when we can.
std::optional<Concern> hindrance(const HeldFile& key, const std::string& path);

/// That all users may use the key at `path`, which a new key's rights leave out unless it is meant.
std::optional<Concern> open_to_all(const HeldFile& key, const std::string& path, const std::string& type);

/// All three at once. Throws Code::refused with what prevents it.
Access require_rights_like(const HeldFile& key, const std::string& path, const std::string& type, bool keep_mode);

}  // namespace rekey::units
