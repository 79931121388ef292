#include "units/agent/confined.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "rekey/base/base.hpp"

namespace rekey::units {

namespace {

namespace fs = std::filesystem;

/// Without links and `..`, as far as it is there.
fs::path resolved(const std::string& path) {
    std::error_code error;
    auto real = fs::weakly_canonical(path, error);
    if (error) throw Error(Code::unreachable, fmt::format("cannot open {}: {}", printable(path), error.message()));
    return real.has_filename() || real == real.root_path() ? real : real.parent_path();
}

/// The way from `root` down to `path`; nothing when it is not below.
std::optional<fs::path> way_down(const fs::path& root, const fs::path& path) {
    auto [rest, at] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
    if (rest != root.end()) return std::nullopt;
    fs::path way;
    for (; at != path.end(); ++at) way /= *at;
    return way;
}

struct FoundFolder {
    fs::path root;
    fs::path way;
};

FoundFolder find_below(const std::vector<std::string>& roots, const fs::path& path, const std::string& asked) {
    for (const auto& each : roots) {
        auto root = resolved(each);
        if (auto way = way_down(root, path)) return {root, *way};
    }
    throw Error(Code::refused, fmt::format("{} is outside of the roots of this agent", printable(asked)),
                "see agent_roots in rekey.toml(5) on that machine, and --root where the agent is started");
}

}  // namespace

std::unique_ptr<Folder> open_confined(const std::string& path, const std::vector<std::vector<std::string>>& roots) {
    std::optional<FoundFolder> found;
    for (const auto& list : roots)
        if (!list.empty()) found = find_below(list, resolved(path), path);
    if (!found) return open_folder(path);
    auto folder = open_folder(found->root.string());
    // Step by step, so that no link that was put there since then is followed.
    for (const auto& part : found->way) {
        auto next = folder->open(part.string());
        if (!next)
            throw Error(Code::unreachable, fmt::format("cannot open {}: No such file or directory", printable(path)));
        folder = std::move(next);
    }
    return folder;
}

}  // namespace rekey::units
