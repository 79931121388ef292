#include "rekey/maintenance/maintenance.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/files/folder.hpp"
#include "errors.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "shell.hpp"
#include "store/runs/runs.hpp"
#include "store/sql/settings.hpp"

using namespace rekey;
using namespace rekey::test;
namespace fs = std::filesystem;

namespace {

struct Ward {
    Ward() { issuers::create(home, "local", stamp()); }

    TemporaryFolder scratch;
    Time now = *from_rfc3339("2030-01-01T00:00:00Z");
    std::string path = scratch / "home";
    bool made = false;
    Home home = Home::create(path, "Acme", stamp(), made);

    Stamp stamp() const { return {now, "tester@bench"}; }
    static Secret passphrase() { return Secret::copy_of(view_of("correct horse")); }
    maintenance::DoctorSubject subject() const {
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

TEST_CASE("a retired home is looked at only, and what is restored of it goes on") {
    Ward ward;
    auto file = ward.scratch / "file";
    auto already_open = store::Store::open(ward.path + "/rekey.db", store::Store::Mode::write, ward.now);
    auto made = maintenance::retire(ward.home, file, Ward::passphrase(), "to the new server", ward.stamp());
    CHECK(made.retires);

    auto retired = store::retirement(ward.home.store());
    REQUIRE(retired);
    CHECK(retired->file == file);
    CHECK(retired->backup == made.id);
    CHECK(retired->actor == "tester@bench");
    CHECK(retired->comment == "to the new server");
    auto write = [](store::Store& store) {
        store.write([](store::Transaction& transaction) { store::set_setting(transaction, "word", "late"); });
    };
    // Also who opened it before.
    CHECK(error_of([&] { write(already_open); }).code() == Code::refused);
    CHECK(error_of([&] { Home::open(ward.path, store::Store::Mode::write, ward.now); }).code() == Code::refused);
    auto looked = Home::open(ward.path, store::Store::Mode::read, ward.now);
    CHECK_FALSE(store::setting(looked.store(), "word"));
    CHECK(store::verify_audit(looked.store()).problems.empty());

    maintenance::restore(
        file, ward.scratch / "new", [] { return Ward::passphrase(); }, {}, ward.stamp(),
        [](const maintenance::Backup& backup) { CHECK(backup.retires); });
    auto fresh = Home::open(ward.scratch / "new", store::Store::Mode::write, ward.now);
    CHECK_FALSE(store::retirement(fresh.store()));
    CHECK_FALSE(store::setting(fresh.store(), "retiring"));
    write(fresh.store());

    CHECK(maintenance::unretire(ward.path, ward.stamp()).file == file);
    write(already_open);
    CHECK(error_of([&] { maintenance::unretire(ward.path, ward.stamp()); }).code() == Code::refused);
}

TEST_CASE("a backup of a retirement that was cut short after it was recorded gets its name later") {
    Ward ward;
    auto file = ward.scratch / "file";
    auto made = maintenance::retire(ward.home, file, Ward::passphrase(), "", ward.stamp());
    auto waiting = ward.scratch / (".file.retiring-" + made.id);
    CHECK_FALSE(fs::exists(waiting));
    fs::rename(file, waiting);
    CHECK_FALSE(maintenance::finish_retirement(ward.home.store(), ward.scratch / "other"));
    CHECK(fs::exists(waiting));
    CHECK(maintenance::finish_retirement(ward.home.store(), file));
    CHECK(fs::exists(file));
    CHECK_FALSE(fs::exists(waiting));
    // Nothing is left to do.
    CHECK(maintenance::finish_retirement(ward.home.store(), file));
}

TEST_CASE("a home at which a run is at work is not retired") {
    Ward ward;
    store::Run run;
    run.command = "renew";
    run.actor = "tester@bench";
    run.started_at = ward.now;
    ward.home.store().write([&](store::Transaction& transaction) { store::add_run(transaction, run); });
    auto lives = ward.home.lock_run(run.id);
    auto retire = [&] { maintenance::retire(ward.home, ward.scratch / "file", Ward::passphrase(), "", ward.stamp()); };
    CHECK(error_of(retire).code() == Code::busy);
    CHECK_FALSE(fs::exists(ward.scratch / "file"));
    CHECK_FALSE(store::retirement(ward.home.store()));
    // A dead one goes along, and is continued where the home is restored.
    lives.reset();
    retire();
    CHECK(store::retirement(ward.home.store()));
}

TEST_CASE("a restore that is not agreed to makes nothing") {
    Ward ward;
    maintenance::back_up(ward.home, ward.scratch / "file", Ward::passphrase(), ward.stamp());
    auto refuse = [](const maintenance::Backup& backup) {
        CHECK_FALSE(backup.retires);
        throw Error(Code::usage, "not confirmed");
    };
    CHECK(error_of([&] {
              maintenance::restore(
                  ward.scratch / "file", ward.scratch / "new", [] { return Ward::passphrase(); }, {}, ward.stamp(),
                  refuse);
          }).code() == Code::usage);
    CHECK_FALSE(fs::exists(ward.scratch / "new"));
    CHECK_FALSE(fs::exists(ward.scratch / ".new.restoring"));
}
