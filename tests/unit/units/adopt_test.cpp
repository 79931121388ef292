#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "errors.hpp"
#include "rekey/units/units.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/adoptions.hpp"
#include "store/runs/items.hpp"
#include "units/connect/connect.hpp"
#include "units/fleet.hpp"
#include "units/folder/dir_driver.hpp"
#include "units/folder/pair_folder.hpp"

using namespace rekey;
using namespace rekey::test;
using store::CertificateState;
namespace fs = std::filesystem;

namespace {

const units::Declared online{"", "online"};

/// A pair as a web server has it, made by openssl: leaf and CA in `site.pem`, key in `site.key`.
class Site {
public:
    explicit Site(Fleet& fleet, const std::string& name = "site") : folder(fleet / name) {
        fs::create_directory(folder);
        certificate = folder + "/" + name + ".pem";
        key = folder + "/" + name + ".key";
        must("cd " + folder +
             " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=Old CA' -days 3650 "
             "-keyout ca.key -out ca.pem && openssl req -newkey rsa:2048 -nodes -subj '/O=Example/CN=" +
             name + ".example' -addext subjectAltName=DNS:" + name + ".example -keyout " + key +
             " -out csr && openssl x509 -req -in csr -CA ca.pem -CAkey ca.key -copy_extensions copy -days 400 -out "
             "leaf.pem && cat leaf.pem ca.pem > " +
             certificate);
        key_before = content_of(key);
        certificate_before = content_of(certificate);
    }

    void check_untouched() const {
        CHECK(fs::is_regular_file(fs::symlink_status(key)));
        CHECK(fs::is_regular_file(fs::symlink_status(certificate)));
        CHECK(content_of(key) == key_before);
        CHECK(content_of(certificate) == certificate_before);
    }

    std::string folder, certificate, key, key_before, certificate_before;
};

void check_adopted(Fleet& fleet, const Site& site) {
    auto current = fleet.folder("unit-1") + "/online/current/";
    CHECK(fs::read_symlink(site.key) == current + "key.pem");
    CHECK(fs::read_symlink(site.certificate) == current + "fullchain.pem");
    CHECK(content_of(site.key) == site.key_before);
    CHECK(must("openssl x509 -in " + site.certificate) == must("openssl x509 -in " + site.folder + "/leaf.pem"));
    CHECK(must("openssl pkey -pubout -in " + site.key) == must("openssl x509 -noout -pubkey -in " + site.certificate));
    for (const auto& entry : fs::directory_iterator(site.folder))
        CHECK(entry.path().filename().string().front() != '.');
    auto history = store::history_of(fleet.store(), fleet.slot("unit-1/online").id);
    REQUIRE(history.size() == 1);
    CHECK(history[0].state == CertificateState::active);
    CHECK(store::verify_audit(fleet.store()).problems.empty());
    CHECK(units::verify(fleet.store(), "unit-1", from_unix(::time(nullptr) + 3600)).findings.empty());
}

store::Certificate adopt(Fleet& fleet, const Site& site) {
    return units::adopt(fleet.home(), "unit-1", online, site.certificate, site.key, fleet.stamp());
}

}  // namespace

TEST_CASE("nothing is adopted into a folder that two units have") {
    Fleet fleet;
    fleet.add("unit-1");
    fleet.add("unit-2");
    fs::remove(fleet.folder("unit-2"));
    fs::create_directory_symlink(fleet.folder("unit-1"), fleet.folder("unit-2"));
    Site site(fleet);
    Error error = error_of([&] { adopt(fleet, site); });
    CHECK(error.code() == Code::refused);
    CHECK(error.message() == "unit 'unit-1' lies where unit 'unit-2' does");
    site.check_untouched();
    CHECK(fs::is_empty(fleet.folder("unit-1")));
}

TEST_CASE("what is no pair is refused, and nothing is touched") {
    Fleet fleet;
    fleet.add("unit-1");
    Site site(fleet);
    Site other(fleet, "other");
    auto entries = fleet.audited();
    auto code_of = [&](const std::string& certificate, const std::string& key, const units::Declared& slot = online,
                       const std::string& unit = "unit-1") {
        return error_of([&] { units::adopt(fleet.home(), unit, slot, certificate, key, fleet.stamp()); }).code();
    };
    must("cd " + site.folder + " && cat ca.pem leaf.pem > reversed.pem && cat " + site.key +
         " leaf.pem > both.pem && cat leaf.pem " + site.key +
         " > other_order.pem && cat both.pem csr > strange.pem && openssl pkey -aes128 -passout pass:x -in " +
         site.key + " -out locked.key");
    CHECK(code_of(site.certificate, other.key) == Code::refused);
    CHECK(code_of(site.folder + "/reversed.pem", site.key) == Code::refused);
    CHECK(code_of(site.key, site.certificate) == Code::usage);
    CHECK(code_of(site.certificate, site.certificate) == Code::usage);
    CHECK(code_of(site.folder + "/strange.pem", site.folder + "/strange.pem") == Code::refused);
    CHECK(code_of(site.folder + "/both.pem", site.folder + "/other_order.pem") == Code::refused);
    CHECK(code_of(site.folder + "/none", site.key) == Code::usage);
    CHECK(code_of(site.certificate, site.folder + "/none") == Code::usage);
    CHECK(code_of(site.certificate, site.folder + "/locked.key") == Code::usage);
    CHECK(code_of("/dev/zero", site.key) == Code::failed);
    CHECK(code_of(site.folder, site.key) == Code::failed);
    CHECK(code_of(site.certificate, site.key, {"", "gen"}) == Code::usage);
    CHECK(code_of(site.certificate, site.key, online, "unit-2") == Code::not_found);
    Error error =
        error_of([&] { units::adopt(fleet.home(), "unit-1", online, site.certificate, other.key, fleet.stamp()); });
    CHECK(error.message() == other.key + " is not the private key of the first certificate in " + site.certificate);
    error = error_of([&] { units::adopt(fleet.home(), "unit-1", online, site.key, site.key + "x", fleet.stamp()); });
    CHECK(error.code() == Code::usage);

    site.check_untouched();
    other.check_untouched();
    CHECK(fs::is_empty(fleet.folder("unit-1")));
    CHECK(store::slots_of(fleet.store(), fleet.unit("unit-1").id).empty());
    CHECK(fleet.audited() == entries);
    fs::remove(fleet.folder("unit-1"));
    CHECK(code_of(site.certificate, site.key) == Code::unreachable);
    site.check_untouched();
}

TEST_CASE("a pair is adopted with its access, its identity and its history") {
    Fleet fleet;
    fleet.add("unit-1");
    Site site(fleet);
    ::chmod(site.key.c_str(), 0640);
    if (::geteuid() == 0) REQUIRE(::chown(site.key.c_str(), 0, 5678) == 0);
    mode_t mask = ::umask(0);
    auto adopted = adopt(fleet, site);
    ::umask(mask);
    CHECK(adopted.id != 0);
    CHECK(adopted.state == CertificateState::active);
    CHECK_FALSE(adopted.reason);
    CHECK(adopted.facts.sans == std::vector<std::string>{"dns:site.example"});
    CHECK(adopted.facts.key == "rsa-2048");
    check_adopted(fleet, site);
    CHECK(store::chain_of(fleet.store(), adopted.id).size() == 2);
    auto identity = fleet.slot("unit-1/online").identity;
    REQUIRE(identity);
    CHECK(identity->subject == adopted.facts.subject);
    CHECK(identity->sans == adopted.facts.sans);
    CHECK(fleet.audited() == std::vector<std::string>{"unit.add unit-1", "certificate.adopt unit-1/online"});
    auto detail = nlohmann::json::parse(fleet.last_entry().detail);
    CHECK(detail["number"] == adopted.facts.number);
    CHECK(detail["key_file"] == site.key);

    struct stat status {};
    REQUIRE(::stat(site.key.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
    if (::geteuid() == 0) CHECK(status.st_gid == 5678);

    // Again, and after a renewal: it is done.
    CHECK(adopt(fleet, site).id == adopted.id);
    CHECK(fleet.audited().size() == 2);
}

TEST_CASE("the old key's bytes are overwritten where they were") {
    Fleet fleet;
    fleet.add("unit-1");
    Site site(fleet);
    auto witness = fleet / "witness";
    std::FILE* open = std::fopen(site.key.c_str(), "r");
    REQUIRE(open != nullptr);
    adopt(fleet, site);
    std::string left(site.key_before.size(), 'x');
    CHECK(std::fread(left.data(), 1, left.size(), open) == left.size());
    std::fclose(open);
    CHECK(left == std::string(site.key_before.size(), '\0'));
}

TEST_CASE("a filled slot is not adopted into") {
    Fleet fleet;
    fleet.add("unit-1");
    auto held = fleet.put_pair("unit-1", {"", "online"});
    Site site(fleet);
    CHECK(error_of([&] { adopt(fleet, site); }).code() == Code::refused);  // not recorded, but there
    units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(error_of([&] { adopt(fleet, site); }).code() == Code::refused);
    site.check_untouched();
    CHECK(units::connect(fleet.address("unit-1"))->read({"", "online"})->chain == held);

    Site second(fleet, "second");
    fs::remove_all(fleet.folder("unit-1") + "/online");
    units::check(fleet.home(), "unit-1", fleet.stamp());
    adopt(fleet, site);
    Error error = error_of([&] { adopt(fleet, second); });
    CHECK(error.code() == Code::refused);
    CHECK(error.message().find("unit-1/online has certificate") == 0);
    second.check_untouched();
}

TEST_CASE("a slot that a run is filling is busy") {
    Fleet fleet;
    fleet.add("unit-1", {online});
    fleet.add_item("unit-1/online");
    Site site(fleet);
    CHECK(error_of([&] { adopt(fleet, site); }).code() == Code::busy);
    site.check_untouched();
    CHECK(fs::is_empty(fleet.folder("unit-1")));
}

TEST_CASE("links that a service uses are replaced, and what they led to stays") {
    Fleet fleet;
    fleet.add("unit-1");
    Site site(fleet);
    fs::create_directory(site.folder + "/archive");
    fs::rename(site.key, site.folder + "/archive/1.key");
    fs::create_symlink("archive/1.key", site.key);
    adopt(fleet, site);
    check_adopted(fleet, site);
    CHECK(content_of(site.folder + "/archive/1.key") == site.key_before);
}

TEST_CASE("a relative path leads to an absolute link") {
    Fleet fleet;
    fleet.add("unit-1");
    Site site(fleet);
    auto before = fs::current_path();
    fs::current_path(site.folder);
    units::adopt(fleet.home(), "unit-1", online, "site.pem", "./site.key", fleet.stamp());
    fs::current_path(before);
    check_adopted(fleet, site);
}

namespace {

/// What the files of an adoption are after each of its steps, as an end there leaves them.
enum class Ended { begun, copied, first_link, both_links };

/// An adoption of `site` that ended so.
void leave_as(Ended ended, Fleet& fleet, const Site& site) {
    auto current = fleet.folder("unit-1") + "/online/current";
    fleet.store().write([&](store::Transaction& transaction) {
        auto slot = store::ensure_slot(transaction, *store::find_unit(transaction, "unit-1"), "", "online");
        store::AdoptionRecord adoption;
        adoption.slot_id = slot.id;
        adoption.certificate_file = site.certificate;
        adoption.key_file = site.key;
        adoption.fingerprint = must("openssl x509 -outform DER -in " + site.folder +
                                    "/leaf.pem | sha256sum | cut -c1-64 | "
                                    "tr a-f A-F | tr -d '\\n'");
        adoption.makes_slot = true;
        adoption.actor = "somebody";
        store::begin_adoption(transaction, adoption);
    });
    if (ended == Ended::begun) return;
    units::DirDriver driver(open_folder(fleet.folder("unit-1")));
    std::vector<Bytes> chain;
    for (const auto& certificate : crypto::X509Certificate::from_pem(view_of(site.certificate_before)))
        chain.push_back(certificate.der());
    driver.adopt({"", "online"}, {view_of(site.key_before), chain, {}}, [] {});
    if (ended == Ended::copied) return;
    auto link = [&](const std::string& path, const std::string& name) {
        fs::path file(path);
        fs::rename(file, file.parent_path() / ("." + file.filename().string() + ".rekey"));
        fs::create_symlink(current + "/" + name, file);
    };
    link(site.key, "key.pem");
    if (ended == Ended::first_link) return;
    link(site.certificate, "fullchain.pem");
}

const std::vector<std::string> adopted_once{"unit.add unit-1", "certificate.adopt unit-1/online"};

}  // namespace

TEST_CASE("an adoption that ended anywhere is finished by the same command, and recorded once") {
    for (auto ended : {Ended::begun, Ended::copied, Ended::first_link, Ended::both_links}) {
        CAPTURE(static_cast<int>(ended));
        Fleet fleet;
        fleet.add("unit-1");
        Site site(fleet);
        leave_as(ended, fleet, site);
        CHECK(fleet.audited() == std::vector<std::string>{"unit.add unit-1"});
        adopt(fleet, site);
        check_adopted(fleet, site);
        CHECK(fleet.audited() == adopted_once);
        CHECK_FALSE(store::find_adoption(fleet.store(), fleet.slot("unit-1/online").id));
        adopt(fleet, site);
        CHECK(fleet.audited() == adopted_once);
    }
}

TEST_CASE("an adoption that ended anywhere can be taken back") {
    for (auto ended : {Ended::begun, Ended::copied, Ended::first_link, Ended::both_links}) {
        CAPTURE(static_cast<int>(ended));
        Fleet fleet;
        fleet.add("unit-1");
        Site site(fleet);
        leave_as(ended, fleet, site);
        units::undo_adoption(fleet.home(), "unit-1", online, fleet.stamp());
        site.check_untouched();
        CHECK_FALSE(fs::is_symlink(fleet.folder("unit-1") + "/online/current"));
        auto pairs = fleet.folder("unit-1") + "/online/gen";
        CHECK((!fs::exists(pairs) || fs::is_empty(pairs)));
        CHECK(store::slots_of(fleet.store(), fleet.unit("unit-1").id).empty());
        CHECK(fleet.audited() == std::vector<std::string>{"unit.add unit-1", "adoption.undo unit-1/online"});
        CHECK(error_of([&] { units::undo_adoption(fleet.home(), "unit-1", online, fleet.stamp()); }).code() ==
              Code::not_found);
        adopt(fleet, site);
        check_adopted(fleet, site);
    }
}

TEST_CASE("nobody else adopts into the slot, removes the unit or moves it before an adoption has ended") {
    Fleet fleet;
    fleet.add("unit-1");
    Site site(fleet);
    Site other(fleet, "other");
    leave_as(Ended::first_link, fleet, site);
    auto error = error_of([&] { adopt(fleet, other); });
    CHECK(error.code() == Code::refused);
    CHECK(error.hint() == "finish it: rekey units adopt unit-1 online --cert " + site.certificate + " --key " +
                              site.key + "; or take it back: rekey units adopt unit-1 online --undo");
    other.check_untouched();
    CHECK(error_of([&] { units::remove(fleet.home(), "unit-1", fleet.stamp()); }).code() == Code::busy);
    units::UnitChange change;
    change.address = "dir:" + fleet.folder("unit-1") + "x";
    CHECK(error_of([&] { units::set(fleet.home(), "unit-1", change, fleet.stamp()); }).code() == Code::busy);
    CHECK(error_of([&] { units::take(fleet.home(), "unit-1", fleet.stamp()); }).code() == Code::busy);
    CHECK(units::check(fleet.home(), "unit-1", fleet.stamp()).findings.empty());
    CHECK(store::history_of(fleet.store(), fleet.slot("unit-1/online").id).empty());
    store::Item item;
    item.slot_id = fleet.slot("unit-1/online").id;
    store::Transaction transaction(fleet.store());
    CHECK(error_of([&] { store::add_item(transaction, item); }).code() == Code::busy);
}

TEST_CASE("a link that cannot be made takes the other one back, and nothing is on the record") {
    Fleet fleet;
    fleet.add("unit-1");
    Site site(fleet);
    // Something else has the name that the certificate would be parked under.
    auto taken = site.folder + "/." + fs::path(site.certificate).filename().string() + ".rekey";
    write_to(taken, "precious");
    auto error = error_of([&] { adopt(fleet, site); });
    CHECK(error.code() == Code::refused);
    CHECK(error.message().find("nothing was adopted, and the files are what they were") != std::string::npos);
    site.check_untouched();
    CHECK(content_of(taken) == "precious");
    CHECK(store::slots_of(fleet.store(), fleet.unit("unit-1").id).empty());
    CHECK(fleet.audited() == std::vector<std::string>{"unit.add unit-1", "adoption.undo unit-1/online"});
    fs::remove(taken);
    adopt(fleet, site);
    check_adopted(fleet, site);
}

TEST_CASE("files of another slot are not adopted, by whatever path they are given") {
    Fleet fleet;
    fleet.add("unit-1");
    fleet.add("unit-2");
    Site site(fleet);
    adopt(fleet, site);
    auto into_second = [&](const std::string& certificate, const std::string& key) {
        return error_of([&] { units::adopt(fleet.home(), "unit-2", online, certificate, key, fleet.stamp()); }).code();
    };
    auto slot = fleet.folder("unit-1") + "/online/";
    CHECK(into_second(site.certificate, site.key) == Code::refused);
    CHECK(into_second(slot + "gen/000001/fullchain.pem", slot + "gen/000001/key.pem") == Code::refused);
    CHECK(into_second(slot + "current/cert.pem", slot + "current/key.pem") == Code::refused);
    check_adopted(fleet, site);
    CHECK(fs::is_empty(fleet.folder("unit-2")));
}

TEST_CASE("one file with key, certificates and parameters stays one, in its order") {
    Fleet fleet;
    fleet.add("unit-1");
    Site site(fleet);
    must("cd " + site.folder + " && openssl dhparam -dsaparam -out dh.pem 512 && cat leaf.pem " + site.key +
         " dh.pem ca.pem > one.pem && chmod 640 one.pem");
    auto one = site.folder + "/one.pem";
    auto before = content_of(one);
    auto labels = [&] { return must("grep BEGIN " + one); };
    auto order = labels();
    units::adopt(fleet.home(), "unit-1", online, one, one, fleet.stamp());
    CHECK(fs::read_symlink(one) == fleet.folder("unit-1") + "/online/current/combined.pem");
    CHECK(content_of(one) == before);
    CHECK(must("openssl pkey -in " + fleet.folder("unit-1") + "/online/current/key.pem -pubout") ==
          must("openssl x509 -noout -pubkey -in " + one));
    fleet.put_pair("unit-1", {"", "online"});
    CHECK(labels() == order);
    CHECK(content_of(one) != before);
    CHECK(must("openssl pkey -pubout -in " + one) == must("openssl x509 -noout -pubkey -in " + one));
    CHECK(must("sed -n '/BEGIN.* DH/,/END.* DH/p' " + one) == content_of(site.folder + "/dh.pem"));
    struct stat status {};
    REQUIRE(::stat(one.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("another pair may be adopted after an attempt that was never recorded") {
    Fleet fleet;
    fleet.add("unit-1");
    Site first(fleet, "first");
    Site second(fleet, "second");
    units::DirDriver driver(open_folder(fleet.folder("unit-1")));
    auto pem = content_of(first.certificate);
    std::vector<Bytes> chain{crypto::X509Certificate::from_pem(view_of(pem)).front().der()};
    units::DirDriver::Pair pair{view_of(first.key_before), chain, {}};
    struct Stopped {};
    CHECK_THROWS_AS(driver.adopt(
                        {"", "online"}, pair, [] {}, [] { throw Stopped{}; }),
                    Stopped);
    fs::remove(fleet.folder("unit-1") + "/online/current");
    adopt(fleet, second);
    check_adopted(fleet, second);
    first.check_untouched();
}

TEST_CASE("an adopted slot is renewed under its old access") {
    Fleet fleet;
    fleet.add("unit-1");
    Site site(fleet);
    ::chmod(site.key.c_str(), 0640);
    adopt(fleet, site);
    auto chain = fleet.put_pair("unit-1", {"", "online"});
    struct stat status {};
    REQUIRE(::stat(site.key.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
    CHECK(must("openssl pkey -pubout -in " + site.key) == must("openssl x509 -noout -pubkey -in " + site.certificate));
    CHECK(content_of(site.key) != site.key_before);
}
