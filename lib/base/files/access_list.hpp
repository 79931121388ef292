#pragma once

#include <string>

#include "rekey/base/base.hpp"

/// The access ACL of an open file (acl(5)): who may use it beyond owner, group and others. It is handled as the system
/// keeps it, `system.posix_acl_access`, so that a copy says exactly the same.
namespace rekey {

/// Empty where there is none, or the file system knows none. `path` is for messages. Throws Error.
Bytes access_list_of(int fd, const std::string& path);

/// The file has exactly this one afterwards; an empty one removes what it inherited from its folder. An ACL sets the
/// mode too. Throws Error, as where the file system knows no ACLs and one is asked for.
void set_access_list(int fd, ByteView list, const std::string& path);

}  // namespace rekey
