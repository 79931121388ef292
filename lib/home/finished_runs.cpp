#include "home/finished_runs.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "rekey/store/fleet.hpp"

namespace rekey {

std::vector<std::int64_t> finished_runs_in(Home& home, Folder& runs) {
    std::vector<std::int64_t> found;
    for (const auto& name : runs.names()) {
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

}  // namespace rekey
