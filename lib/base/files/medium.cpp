#include "base/files/medium.hpp"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include <cstdint>

#include "rekey/base/base.hpp"

namespace rekey {

const char* const another_medium = "put it on a file system that has modes and symbolic links, as ext4 or XFS";

std::optional<Obstacle> obstacle_of_medium(int fd, const std::string& path) {
    struct statfs kind {};
    if (::fstatfs(fd, &kind) != 0) return std::nullopt;
    if ((kind.f_flags & ST_RDONLY) != 0)
        return Obstacle{fmt::format("{} is on a medium that is read-only", printable(path)),
                        "mount it so that it can be written"};
    auto type = static_cast<std::uint32_t>(kind.f_type);
    constexpr std::uint32_t exfat = 0x2011BAB0;
    if (type != MSDOS_SUPER_MAGIC && type != exfat) return std::nullopt;
    return Obstacle{fmt::format("{} is on a {} file system, which has neither symbolic links nor modes of files",
                                printable(path), type == exfat ? "exFAT" : "FAT"),
                    another_medium};
}

}  // namespace rekey
