#include "maintenance/stale_files.hpp"

#include <algorithm>
#include <charconv>

#include "base/files/folder.hpp"
#include "maintenance/home_files.hpp"
#include "rekey/store/runs.hpp"

namespace rekey::maintenance {

namespace {

// `journal_size_limit` of the store.
constexpr std::uint64_t usual_log = 64U << 20U;

}  // namespace

std::vector<std::int64_t> ended_runs_with_files(Home& home) {
    std::vector<std::int64_t> found;
    auto folder = open_folder(home.path());
    auto runs = folder->look("runs");
    if (!runs || runs->kind != Entry::Kind::folder) return found;
    for (const auto& name : folder->open("runs")->names()) {
        std::int64_t id = 0;
        auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
        if (error != std::errc{} || end != name.data() + name.size()) continue;
        // One that is not recorded yet may be about to begin.
        auto run = store::find_run(home.store(), id);
        if (run && run->finished_at && !home.run_lives(id)) found.push_back(id);
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::optional<std::uint64_t> large_log(const std::string& home) {
    auto entry = open_folder(home)->look(std::string(database_name) + "-wal");
    if (!entry || entry->size <= usual_log) return std::nullopt;
    return entry->size;
}

}  // namespace rekey::maintenance
