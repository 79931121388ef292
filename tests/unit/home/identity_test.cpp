#include "home/identity.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "base/temporary_folder.hpp"
#include "errors.hpp"

using namespace rekey;
namespace fs = std::filesystem;

TEST_CASE("a home that was moved, replaced or copied over is another one") {
    rekey::test::TemporaryFolder folder;
    std::string home = folder / "home";
    fs::create_directory(home);
    rekey::test::write_to(home + "/rekey.db", "one");
    HomeIdentity identity(home);
    identity.require_in_place();
    auto refused = [&] { return rekey::test::error_of([&] { identity.require_in_place(); }).code() == Code::failed; };
    fs::rename(home, folder / "away");
    CHECK(refused());
    fs::copy(folder / "away", home, fs::copy_options::recursive);
    CHECK(refused());
    fs::remove_all(home);
    fs::rename(folder / "away", home);
    identity.require_in_place();
    fs::copy_file(home + "/rekey.db", home + "/copy");
    fs::rename(home + "/copy", home + "/rekey.db");
    CHECK(refused());
}
