#include "input/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/files/file_errors.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

constexpr std::size_t largest_secret = 64 << 10;

/// A file descriptor that is closed, unless it is standard input.
class SecretFile {
public:
    explicit SecretFile(const std::string& path)
        : descriptor_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~SecretFile() {
        if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
    }
    SecretFile(const SecretFile&) = delete;
    SecretFile& operator=(const SecretFile&) = delete;
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

}  // namespace

Secret read_secret(const std::string& path, std::string_view what) {
    auto fail = [&] {
        auto from = path == "-" ? "standard input" : printable(path);
        throw unreadable(fmt::format("{} cannot be read from {}", what, from), errno,
                         "name a file that is there and that you may read, or - for standard input");
    };
    SecretFile file(path);
    if (file.get() < 0) fail();
    Secret content(largest_secret + 1);
    std::size_t size = 0;
    while (size < content.size()) {
        auto got = ::read(file.get(), content.data() + size, content.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail();
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > largest_secret)
        throw Error(Code::usage, fmt::format("{} is larger than {} bytes", what, largest_secret),
                    "name the file with the private key");
    content.shrink(size);
    return content;
}

Secret read_passphrase(const std::string& path) {
    auto content = read_secret(path, "the passphrase");
    auto text = text_of(content.view());
    content.shrink(std::min(text.size(), text.find_first_of("\r\n")));
    if (content.empty())
        throw Error(Code::usage, fmt::format("{} holds no passphrase", printable(path)),
                    "its first line is the passphrase");
    return content;
}

}  // namespace rekey::cli
