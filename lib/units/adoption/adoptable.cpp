#include "units/adoption/adoptable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/files/folder.hpp"
#include "rekey/base/base.hpp"
#include "units/folder/pair_folder.hpp"

namespace rekey::units {

namespace {

namespace fs = std::filesystem;

bool is_below(const fs::path& folder, const fs::path& file) {
    auto [rest, at] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    return rest == folder.end();
}

}  // namespace

void require_adoptable(const std::string& file, const std::string& slot) {
    std::error_code ignored;
    auto folder = open_folder(fs::path(file).parent_path());
    bool this_slot = is_below(fs::weakly_canonical(slot, ignored), file);
    if (!this_slot && pair_folder::is_ours(*folder))
        throw Error(
            Code::refused, fmt::format("{} belongs to a slot that rekey keeps", printable(file)),
            "record the unit that has it: rekey units add NAME dir:FOLDER; then: rekey units check NAME --adopt");
    if (folder->look("rekey.db"))
        throw Error(Code::refused,
                    fmt::format("{} is a file of the home {}", printable(file), printable(folder->path())),
                    "name the files that a service reads");
}

}  // namespace rekey::units
