#include "maintenance/stale_files.hpp"

#include "base/files/folder.hpp"
#include "home/finished_runs.hpp"
#include "maintenance/home_files.hpp"

namespace rekey::maintenance {

namespace {

// `journal_size_limit` of the store.
constexpr std::uint64_t usual_log = 64U << 20U;

}  // namespace

std::vector<std::int64_t> ended_runs_with_files(Home& home) {
    auto folder = open_folder(home.path());
    auto runs = folder->look("runs");
    if (!runs || runs->kind != FolderEntry::Kind::folder) return {};
    return finished_runs_in(home, *folder->open("runs"));
}

std::optional<std::uint64_t> large_log(const std::string& home) {
    auto entry = open_folder(home)->look(std::string(database_name) + "-wal");
    if (!entry || entry->size <= usual_log) return std::nullopt;
    return entry->size;
}

}  // namespace rekey::maintenance
