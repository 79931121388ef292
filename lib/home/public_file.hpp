#pragma once

#include <string>

#include "base/internal_export.hpp"
#include "rekey/base/base.hpp"

namespace rekey {
inline namespace internals {

/// Replaces the file at `path` by `content`, readable by all: a reader finds the old one or the new one,
/// also after a crash. Durable on return. One caller at a time for one file.
REKEY_INTERNAL_EXPORT void replace_public_file(const std::string& path, ByteView content);

}  // namespace internals
}  // namespace rekey
