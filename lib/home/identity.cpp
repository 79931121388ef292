#include "home/identity.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "rekey/base/base.hpp"

namespace rekey {

namespace {

bool look_at(const std::string& home, struct stat& status) {
    return ::stat((home + "/rekey.db").c_str(), &status) == 0;
}

}  // namespace

HomeIdentity::HomeIdentity(const std::string& home) : home_(home) {
    struct stat status {};
    if (!look_at(home_, status)) return;
    device_ = status.st_dev;
    inode_ = status.st_ino;
}

void HomeIdentity::require_in_place() const {
    struct stat status {};
    if (look_at(home_, status) && status.st_dev == device_ && status.st_ino == inode_) return;
    throw Error(
        Code::failed,
        fmt::format("{} is not the home any more that this command began with: it was moved or replaced",
                    printable(home_)),
        "what was done before is recorded in the home that was moved; repeat the command for the home you mean");
}

}  // namespace rekey
