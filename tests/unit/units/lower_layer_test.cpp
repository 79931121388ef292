#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "base/faulty_folder.hpp"
#include "base/temporary_folder.hpp"
#include "rekey/base/base.hpp"
#include "units/folder/dir_driver.hpp"
#include "units/online_slot.hpp"

using namespace rekey;
using namespace rekey::test;
using units::DirDriver;
using units::SlotPath;
namespace fs = std::filesystem;

namespace {

using Kind = Faults::Kind;
/// What was there when the image was made; only what is newer can be renamed.
std::set<std::pair<dev_t, ino_t>> folders_below(const std::string& path) {
    std::set<std::pair<dev_t, ino_t>> found;
    for (const auto& each : fs::recursive_directory_iterator(path)) {
        struct stat status {};
        if (each.is_directory() && ::stat(each.path().c_str(), &status) == 0)
            found.insert({status.st_dev, status.st_ino});
    }
    return found;
}

std::function<bool(Folder&, const std::string&)> from(const std::set<std::pair<dev_t, ino_t>>& lower) {
    return [lower](Folder& folder, const std::string& name) {
        auto entry = folder.look(name);
        return entry && lower.contains({entry->device, entry->inode});
    };
}

std::size_t keys_below(const std::string& root) {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.is_regular_file() && content_of(entry.path()).find("PRIVATE KEY") != std::string::npos) ++count;
    return count;
}

}  // namespace

TEST_CASE("where folders cannot be renamed, a slot is renewed by copies, and no old key piles up") {
    for (int renewals : {1, 2, 3, 4}) {
        CAPTURE(renewals);
        TemporaryFolder place;
        auto made = DirDriver(open_folder(place.path()));
        for (int i = 0; i < renewals; ++i) renew(made, "before-" + std::to_string(i));
        Faults faults;
        faults.lower = from(folders_below(place.path()));
        DirDriver unit(std::make_unique<FaultyFolder>(open_folder(place.path()), faults));
        for (std::string token : {"a", "b", "c", "d"}) {
            auto chain = renew(unit, "token-" + token);
            CHECK(unit.read(online)->chain == chain);
            CHECK(unit.list().front().concerns.empty());
            CHECK(keys_below(place.path()) <= 2);
            CHECK_FALSE(fs::exists(place / "online/pending"));
        }
    }
}

TEST_CASE("a pending pair from a lower layer is put in use by a copy, whatever happens on the way") {
    for (Kind kind : {Kind::error, Kind::kill, Kind::power_loss})
        for (int at = 1;; ++at) {
            CAPTURE(static_cast<int>(kind));
            CAPTURE(at);
            TemporaryFolder place;
            auto made = DirDriver(open_folder(place.path()));
            auto before = renew(made, "before");
            auto request = made.create_key(online, {"ec-p256", "new-token"});
            auto chain = authority().issue(request);
            Faults faults;
            faults.kind = kind;
            faults.at = at;
            faults.lower = from(folders_below(place.path()));
            bool done = false;
            try {
                DirDriver unit(std::make_unique<FaultyFolder>(open_folder(place.path()), faults));
                unit.apply(online, chain);
                unit.confirm(online, sha256(chain.front()));
                done = true;
            } catch (const Error&) {
            } catch (const Killed&) {
            }
            bool got_through = done && faults.points < at;
            if (done && kind == Kind::power_loss && !faults.dead) faults.lose_power();

            // The old pair or the new one, whole; and the same again finishes it.
            Faults none;
            none.lower = faults.lower;
            DirDriver unit(std::make_unique<FaultyFolder>(open_folder(place.path()), none));
            auto holding = unit.read(online);
            REQUIRE(holding);
            CHECK(holding->trouble == "");
            CHECK(holding->key_matches);
            CHECK((holding->chain == before || holding->chain == chain));
            CHECK(unit.create_key(online, {"ec-p256", "new-token"}) == request);
            unit.apply(online, chain);
            unit.confirm(online, sha256(chain.front()));
            CHECK(unit.read(online)->chain == chain);
            CHECK(keys_below(place.path()) == 2);
            CHECK_FALSE(fs::exists(place / "online/pending"));
            CHECK(open_folder(place / "online/gen")->names().size() == 2);
            if (got_through) {
                CHECK(at > 10);
                break;
            }
        }
}
