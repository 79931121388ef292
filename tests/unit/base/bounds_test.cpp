#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/files/beneath.hpp"
#include "base/files/descriptor.hpp"
#include "base/files/folder.hpp"
#include "base/temporary_folder.hpp"
#include "base/text/shell_quote.hpp"
#include "errors.hpp"

using namespace rekey;
using namespace rekey::test;
namespace fs = std::filesystem;

namespace {

std::int64_t blocks_of(int file) {
    struct stat status {};
    REQUIRE(::fstat(file, &status) == 0);
    return status.st_blocks;
}

}  // namespace

TEST_CASE("a hole is removed, and not filled with zeros") {
    for (std::uint64_t size : {most_overwritten + 1, std::uint64_t{1} << 30, std::uint64_t{1} << 36}) {
        CAPTURE(size);
        TemporaryFolder place;
        auto folder = open_folder(place.path());
        folder->create("key", view_of("x"));
        REQUIRE(::truncate((place / "key").c_str(), static_cast<off_t>(size)) == 0);
        Descriptor witness(::open((place / "key").c_str(), O_RDONLY | O_CLOEXEC));
        auto before = blocks_of(witness.get());
        folder->destroy("key");
        CHECK_FALSE(fs::exists(place / "key"));
        CHECK(blocks_of(witness.get()) == before);
        // Also where whoever calls has large files of his own to destroy.
        folder->create("copy", view_of("x"));
        REQUIRE(::truncate((place / "copy").c_str(), static_cast<off_t>(size)) == 0);
        Descriptor other(::open((place / "copy").c_str(), O_RDONLY | O_CLOEXEC));
        folder->destroy("copy", std::uint64_t{1} << 40);
        CHECK(blocks_of(other.get()) == before);
    }
}

TEST_CASE("a temporary file of somebody else is no work for us") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    write_to(place / ".metrics.new", "x");
    REQUIRE(::truncate((place / ".metrics.new").c_str(), off_t{1} << 40) == 0);
    replace_file(*folder, "metrics", view_of("new"));
    CHECK(content_of(place / "metrics") == "new");
}

TEST_CASE("nothing beneath a folder is opened through a link, or above it") {
    TemporaryFolder place;
    fs::create_directory(place / "unit");
    write_to(place / "outside", "x");
    write_to(place / "unit/inside", "x");
    fs::create_symlink("inside", place / "unit/link");
    fs::create_symlink("/proc/self/cwd", place / "unit/magic");
    Descriptor folder(::open((place / "unit").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    auto opens = [&](const std::string& name) {
        return Descriptor(open_beneath(folder.get(), name, O_RDONLY | O_CLOEXEC)).get() >= 0;
    };
    CHECK(opens("inside"));
    CHECK_FALSE(opens("link"));
    CHECK_FALSE(opens("magic"));
    CHECK_FALSE(opens("none"));
    CHECK_FALSE(opens("../outside"));
    Descriptor made(open_beneath(folder.get(), "made", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    CHECK(made.get() >= 0);
    CHECK(open_beneath(folder.get(), "made", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) < 0);
}

TEST_CASE("words for a shell come back as they were") {
    for (std::string word : {"plain/path-1.pem", "with space", "it's", "$(reboot)", "", "-rf", "a;b", "*", "ä"}) {
        CAPTURE(word);
        auto pipe = ::popen(("printf %s " + shell_quote(word)).c_str(), "r");
        REQUIRE(pipe != nullptr);
        char buffer[64] = {};
        auto got = std::fread(buffer, 1, sizeof buffer, pipe);
        CHECK(::pclose(pipe) == 0);
        CHECK(std::string(buffer, got) == word);
    }
}
