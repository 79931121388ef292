#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace rekey::test {

/// A new folder that goes away with its content. In memory where there is such a place, because
/// fault tests sync thousands of times; `REKEY_TEST_FOLDER` names another one.
class TemporaryFolder {
public:
    explicit TemporaryFolder(const std::string& parent = usual_parent()) {
        std::string pattern = parent + "/rekey-test-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder: " + pattern);
        path_ = pattern;
    }
    static std::string usual_parent() {
        if (const char* named = std::getenv("REKEY_TEST_FOLDER")) return named;
        return std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/var/tmp";
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

inline std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_to(const std::string& path, const std::string& content) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

}  // namespace rekey::test
