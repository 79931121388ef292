/// In place of libFuzzer's main: each file named, and each in a folder named, once. A folder may be missing.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz.hpp"

namespace {

std::vector<std::filesystem::path> files_of(const std::filesystem::path& place) {
    if (!std::filesystem::is_directory(place))
        return std::filesystem::exists(place) ? std::vector{place} : std::vector<std::filesystem::path>{};
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(place)) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

}  // namespace

int main(int count, char** arguments) {
    std::size_t ran = 0;
    for (int i = 1; i < count; ++i) {
        for (const auto& path : files_of(arguments[i])) {
            std::ifstream file(path, std::ios::binary);
            std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
            // On its own line and at once, so that it is known what was being read when the process ends.
            std::fprintf(stderr, "%s\n", path.c_str());
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
            ++ran;
        }
    }
    std::printf("%zu files\n", ran);
    return ran == 0 ? 1 : 0;
}
