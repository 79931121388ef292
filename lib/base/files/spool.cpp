#include "base/files/spool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/files/descriptor.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

namespace {

constexpr std::size_t most_in_memory = std::size_t{1} << 20;

using Length = std::uint64_t;

std::string folder() {
    const char* named = std::getenv("TMPDIR");
    return named != nullptr && *named == '/' ? named : "/var/tmp";
}

[[noreturn]] void fail(std::string_view what) {
    throw Error(Code::failed, fmt::format("{}: {}: {}", printable(folder()), what, std::strerror(errno)),
                "make room there, or name another folder in TMPDIR");
}

/// Without a name from the beginning; where the file system has no such files, it loses its name at once.
Descriptor nameless_file() {
    Descriptor file(::open(folder().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file) return file;
    auto path = folder() + "/rekey-XXXXXX";
    file = Descriptor(::mkostemp(path.data(), O_CLOEXEC));
    if (!file) fail("no file can be made for what waits to be printed");
    ::unlink(path.c_str());
    return file;
}

}  // namespace

/// Each text follows its length, in memory as in the file; what is in the file is older.
struct Spool::State {
    Descriptor file;
    std::uint64_t in_file = 0;
    std::uint64_t taken_from_file = 0;
    std::string newest;
    std::size_t taken_from_newest = 0;

    bool empty() const { return taken_from_file == in_file && taken_from_newest == newest.size(); }

    void write_out() {
        if (!file) file = nameless_file();
        for (auto done = taken_from_newest; done < newest.size();) {
            auto written =
                ::pwrite(file.get(), newest.data() + done, newest.size() - done, static_cast<off_t>(in_file));
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) fail("what waits to be printed cannot be written");
            done += static_cast<std::size_t>(written);
            in_file += static_cast<std::uint64_t>(written);
        }
        newest.clear();
        taken_from_newest = 0;
    }

    /// The next bytes, wherever they are.
    void take(char* into, std::size_t size) {
        if (taken_from_file == in_file) {
            std::memcpy(into, newest.data() + taken_from_newest, size);
            taken_from_newest += size;
            return;
        }
        for (std::size_t done = 0; done < size;) {
            auto got = ::pread(file.get(), into + done, size - done, static_cast<off_t>(taken_from_file));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) fail("what waits to be printed cannot be read");
            done += static_cast<std::size_t>(got);
            taken_from_file += static_cast<std::uint64_t>(got);
        }
    }
};

Spool::Spool() : state_(std::make_unique<State>()) {}
Spool::~Spool() = default;
Spool::Spool(Spool&&) noexcept = default;
Spool& Spool::operator=(Spool&&) noexcept = default;

void Spool::add(std::string_view text) {
    Length length = text.size();
    state_->newest.append(reinterpret_cast<const char*>(&length), sizeof length).append(text);
    if (state_->newest.size() > most_in_memory) state_->write_out();
}

bool Spool::empty() const { return state_->empty(); }

std::optional<std::string> Spool::next() {
    if (state_->empty()) {
        // The room is given back.
        *state_ = State{};
        return std::nullopt;
    }
    Length length = 0;
    state_->take(reinterpret_cast<char*>(&length), sizeof length);
    std::string text(length, '\0');
    state_->take(text.data(), text.size());
    return text;
}

}  // namespace rekey
