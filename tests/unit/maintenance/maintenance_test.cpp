#include "rekey/maintenance/maintenance.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "../scratch.hpp"
#include "base/files/folder.hpp"
#include "errors.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/store/store.hpp"
#include "store/sql/settings.hpp"

using namespace rekey;
using namespace rekey::test;
namespace fs = std::filesystem;

namespace {

struct Ward {
    Ward() { issuers::create(home, "local", stamp()); }

    Scratch scratch;
    Time now = *from_rfc3339("2030-01-01T00:00:00Z");
    std::string path = scratch / "home";
    bool made = false;
    Home home = Home::create(path, "Acme", stamp(), made);

    Stamp stamp() const { return {now, "tester@bench"}; }
    static Secret passphrase() { return Secret::copy_of(view_of("correct horse")); }
    maintenance::Subject subject() const {
        return {path, [] { return policy::Config{}; }, [] { return Secret(); }, false};
    }
    std::vector<std::string> abouts() const {
        std::vector<std::string> list;
        for (const auto& finding : maintenance::examine(subject(), now).findings) list.push_back(finding.about);
        return list;
    }
};

}  // namespace

TEST_CASE("a backup holds what is committed while others write and read") {
    Ward ward;
    auto other = store::Store::open(ward.path + "/rekey.db", store::Store::Mode::write, ward.now);
    auto reader = store::Store::open(ward.path + "/rekey.db", store::Store::Mode::read, ward.now);
    store::Snapshot snapshot(reader);
    other.write([](store::Transaction& transaction) { store::set_setting(transaction, "word", "committed"); });
    auto made = maintenance::back_up(ward.home, ward.scratch / "file", Ward::passphrase(), ward.stamp());
    CHECK(made.organization == "Acme");
    CHECK_FALSE(fs::exists(ward.path + "/rekey.db.backup"));
    other.write([](store::Transaction& transaction) { store::set_setting(transaction, "word", "later"); });
    auto restored = maintenance::restore(
        ward.scratch / "file", ward.scratch / "new", [] { return Ward::passphrase(); }, {}, ward.stamp());
    CHECK(restored.backup.id == made.id);
    CHECK_FALSE(restored.already);
    auto fresh = Home::open(ward.scratch / "new", store::Store::Mode::read, ward.now);
    CHECK(store::setting(fresh.store(), "word") == "committed");
    CHECK(store::verify_audit(fresh.store()).problems.empty());
}

TEST_CASE("what a live backup or restore works with is not a leftover") {
    Ward ward;
    auto copy = ward.path + "/rekey.db.backup";
    std::ofstream(copy) << "copy";
    fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write);
    fs::create_directory(ward.scratch / ".home.restoring");
    {
        auto home_lock = open_folder(ward.path)->lock(0);
        auto above_lock = open_folder(ward.scratch.path())->lock(0);
        CHECK(ward.abouts().empty());
        CHECK(maintenance::repair(ward.subject(), ward.stamp()).empty());
        CHECK(fs::exists(copy));
        CHECK(fs::exists(ward.scratch / ".home.restoring"));
        CHECK(error_of([&] {
                  maintenance::back_up(ward.home, ward.scratch / "file", Ward::passphrase(), ward.stamp());
              }).code() == Code::busy);
        CHECK_FALSE(fs::exists(ward.scratch / "file"));
    }
    CHECK(ward.abouts() == std::vector<std::string>{"leftovers", "leftovers"});
    CHECK(maintenance::repair(ward.subject(), ward.stamp()).size() == 2);
    CHECK_FALSE(fs::exists(copy));
    CHECK_FALSE(fs::exists(ward.scratch / ".home.restoring"));
    CHECK(ward.abouts().empty());
}

TEST_CASE("an examination changes nothing") {
    Ward ward;
    fs::permissions(ward.path, fs::perms::all);
    std::ofstream(ward.path + "/.seal.key.new") << "half";
    auto entries = store::verify_audit(ward.home.store()).entries;
    CHECK(ward.abouts().size() == 3);
    CHECK(ward.abouts().size() == 3);
    CHECK(fs::exists(ward.path + "/.seal.key.new"));
    CHECK(fs::status(ward.path).permissions() == fs::perms::all);
    CHECK(store::verify_audit(ward.home.store()).entries == entries);
}
