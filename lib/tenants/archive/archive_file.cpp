#include "tenants/archive/archive_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/files/file_errors.hpp"
#include "base/limits.hpp"

namespace rekey::tenants {

namespace {

Descriptor open_archive(const std::string& path) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file && errno == ENOENT)
        throw Error(Code::usage, fmt::format("there is no file {}", printable(path)), "is the path right?");
    if (!file) throw unreadable("cannot open " + printable(path), errno, "name a file that you may read");
    return file;
}

std::size_t read_some(const Descriptor& file, std::uint8_t* to, std::size_t size) {
    for (;;) {
        ssize_t got = ::read(file.get(), to, size);
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR)
            throw Error(Code::failed,
                        fmt::format("cannot read the archive: {}", std::generic_category().message(errno)));
    }
}

}  // namespace

ArchiveFile::ArchiveFile(const std::string& path, const AskPassphrase& ask)
    : file_(open_archive(path)),
      stream_(archive_purpose, ask, [this](std::uint8_t* to, std::size_t size) { return read_some(file_, to, size); }) {
}

ArchiveFile::Record ArchiveFile::next() {
    std::uint8_t head[5];
    fill(head, sizeof head);
    Unpacker unpack(head);
    auto kind = static_cast<Kind>(unpack.number(1));
    auto size = static_cast<std::size_t>(unpack.number(4));
    if (size > limits::archive_record)
        throw Error(Code::refused,
                    fmt::format("the archive has a record of more than {} MiB", limits::archive_record / limits::mib));
    if (kind != Kind::credential) {
        record_.resize(size);
        fill(record_.data(), size);
        return {kind, record_};
    }
    secret_ = Secret(size);
    fill(secret_.data(), size);
    return {kind, secret_.view()};
}

void ArchiveFile::finish() {
    if (!piece_.empty() || !stream_.next().empty()) refuse();
}

void ArchiveFile::refuse() { throw Error(Code::corrupt, "the archive contradicts itself"); }

void ArchiveFile::fill(std::uint8_t* to, std::size_t size) {
    while (size > 0) {
        if (piece_.empty()) piece_ = stream_.next();
        if (piece_.empty()) refuse();
        auto count = std::min(size, piece_.size());
        std::copy_n(piece_.begin(), count, to);
        piece_ = piece_.subspan(count);
        to += count;
        size -= count;
    }
}

}  // namespace rekey::tenants
