#include "home/seal_file.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

namespace {

std::optional<Secret> read_private(Folder& folder, const char* name) {
    auto entry = folder.look(name);
    if (!entry) return std::nullopt;
    // A link has the mode of none; reading refuses it.
    if (entry->kind != FolderEntry::Kind::link && (entry->mode & 077) != 0)
        throw Error(Code::refused, fmt::format("{}/{} can be read by others", printable(folder.path()), name),
                    fmt::format("chmod 600 {}/{}", folder.path(), name));
    return folder.read_secret(name, limits::seal_key);
}

std::string id_in(const Secret& text) { return to_hex(crypto::SealKey::id_in(text.view())); }

}  // namespace

Secret read_seal_file(Folder& folder, const std::optional<std::string>& id) {
    // The next one first: once the store names it, the other is being destroyed.
    auto next = id ? read_private(folder, next_seal_file) : std::nullopt;
    if (next && id_in(*next) == *id) return std::move(*next);
    auto present = read_private(folder, seal_file);
    if (present && (!id || id_in(*present) == *id)) return std::move(*present);
    if (!present)
        throw Error(Code::failed, fmt::format("{}/{} is missing", printable(folder.path()), seal_file),
                    "put it back from a backup; without it nothing sealed can be opened");
    throw Error(Code::refused,
                fmt::format("{}/{} is key {}, and the store is sealed with {}", printable(folder.path()), seal_file,
                            id_in(*present), *id),
                "put back the seal.key that belongs to this store, from a backup");
}

void stage_seal_file(Folder& folder, const crypto::SealKey& key) {
    replace_file(folder, next_seal_file, key.to_text().view());
}

void settle_seal_file(Folder& folder, const std::string& id) {
    auto next = read_private(folder, next_seal_file);
    if (!next) return;
    if (id_in(*next) != id) {
        // Staged by a change that the store never took.
        folder.destroy(next_seal_file);
        folder.sync();
        return;
    }
    // Until the rename, readers find the next one by its id.
    folder.destroy(seal_file);
    folder.rename(next_seal_file, folder, seal_file);
    folder.sync();
}

}  // namespace rekey
