#include "units/folder/key_rights.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/files/privilege.hpp"
#include "base/text/shell_quote.hpp"
#include "rekey/base/base.hpp"

namespace rekey::units {

namespace {

constexpr mode_t for_all = 0006;

[[noreturn]] void refuse(const Concern& concern) { throw Error(Code::refused, concern.what, concern.remedy); }

}  // namespace

Access rights_like(const HeldFile& key, bool keep_mode) {
    // A key that its owner cannot read is of no use to anybody.
    mode_t kept = keep_mode ? 0666 : 0660;
    Access access{(key.entry.mode & kept) | 0400, key.entry.owner, key.entry.group, key.acl};
    if (!key.acl.empty()) access.mode = key.entry.mode & 0777;
    return access;
}

std::optional<Concern> hindrance(const HeldFile& key, const std::string& path) {
    auto us = ::geteuid();
    bool in_group = is_in_group(key.entry.group);
    if ((key.entry.owner == us && in_group) || may_give_files()) return std::nullopt;
    if (key.entry.owner != us)
        return Concern{
            Concern::Kind::rights,
            fmt::format("{} belongs to user {}, and user {} cannot give a new key to another user", printable(path),
                        key.entry.owner, us),
            fmt::format("renew it as root, who may give files away; or, if it is to be user {}'s, as root: chown {} {}",
                        us, us, printable(shell_quote(path)))};
    return Concern{
        Concern::Kind::rights,
        fmt::format("{} belongs to group {}, and user {} is not in it, so that a new key cannot be given to it",
                    printable(path), key.entry.group, us),
        fmt::format("renew it as root, or have root put the user into the group, and log in anew: "
                    "usermod -a -G {} \"$(id -nu {})\"",
                    key.entry.group, us)};
}

std::optional<Concern> open_to_all(const HeldFile& key, const std::string& path, const std::string& type) {
    if ((key.entry.mode & for_all) == 0) return std::nullopt;
    return Concern{
        Concern::Kind::open_to_all,
        fmt::format("all users of the machine may use the key {} (mode {:o})", printable(path), key.entry.mode),
        fmt::format("take that away: chmod o= {}; or have it kept: rekey units set UNIT --keep-mode {}",
                    printable(shell_quote(path)), type)};
}

Access require_rights_like(const HeldFile& key, const std::string& path, const std::string& type, bool keep_mode) {
    if (auto found = hindrance(key, path)) refuse(*found);
    if (auto found = open_to_all(key, path, type); found && !keep_mode)
        refuse({found->kind, found->what + ", and a new one would be narrower", found->remedy});
    return rights_like(key, keep_mode);
}

}  // namespace rekey::units
