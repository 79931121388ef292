#pragma once

#include <sys/types.h>

#include <string>

namespace rekey {

/// What tells a home from every other, whatever its path leads to later: the device and the inode of its store. May be
/// asked by several threads.
class HomeIdentity {
public:
    explicit HomeIdentity(const std::string& home);

    /// Throws Code::failed when another home, or none, is at the path now.
    void require_in_place() const;

private:
    std::string home_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace rekey
