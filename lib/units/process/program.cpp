#include "units/process/program.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::units {

namespace {

bool can_run(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<std::string> find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) return can_run(name) ? std::optional(name) : std::nullopt;
    const char* variable = std::getenv("PATH");
    std::string_view folders = variable == nullptr ? "/usr/local/bin:/usr/bin:/bin" : variable;
    while (!folders.empty()) {
        auto colon = std::min(folders.find(':'), folders.size());
        auto folder = folders.substr(0, colon);
        folders.remove_prefix(std::min(colon + 1, folders.size()));
        if (folder.empty() || folder.front() != '/') continue;
        auto path = fmt::format("{}/{}", folder, name);
        if (can_run(path)) return path;
    }
    return std::nullopt;
}

std::string helper_folder() {
    // Found from where this library is, as the program finds the library.
    Dl_info self{};
    if (::dladdr(reinterpret_cast<const void*>(&find_helper), &self) == 0 || self.dli_fname == nullptr)
        return REKEY_HELPER_FOLDER;
    std::error_code error;
    auto library = std::filesystem::canonical(self.dli_fname, error);
    if (error) return REKEY_HELPER_FOLDER;
    return (library.parent_path() / REKEY_LIBRARY_TO_HELPERS).lexically_normal().string();
}

std::string find_helper(const std::string& scheme) {
    auto name = "rekey-unit-" + scheme;
    auto installed = fmt::format("{}/{}", helper_folder(), name);
    if (can_run(installed)) return installed;
    if (auto found = find_program(name)) return *found;
    throw Error(Code::usage, fmt::format("there is no helper for '{}' addresses", scheme),
                fmt::format("{} is neither {} nor in a folder of $PATH; see rekey-unit-protocol(7)", name, installed));
}

}  // namespace rekey::units
