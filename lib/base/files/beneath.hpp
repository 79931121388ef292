#pragma once

#include <sys/types.h>

#include <string>

namespace rekey {

/// openat2(2) that stays beneath `folder` and follows no link, also none that the system makes up. Where that call is
/// not there (Linux before 5.6, or a filter that forbids it), openat(2) with O_NOFOLLOW: as `name` is one component,
/// that is as strict. Returns a descriptor, or -1 with errno.
int open_beneath(int folder, const std::string& name, int flags, mode_t mode = 0);

/// Opens a path of any length whose parts are all no links. -1 also where openat2(2) is not there.
int open_without_links(const std::string& path, int flags);

}  // namespace rekey
