#include "units/folder/dir_driver.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/faulty_folder.hpp"
#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "units/pki.hpp"

using namespace rekey;
using namespace rekey::test;
using units::DirDriver;
using units::SlotPath;
namespace fs = std::filesystem;

namespace {

const SlotPath online{"", "online"};
const SlotPath iam{"main", "iam"};

DirDriver open_unit(const std::string& path) { return DirDriver(open_folder(path)); }

const TestAuthority& authority() {
    static const TestAuthority made;
    return made;
}

/// One whole renewal; the chain that is in use then.
std::vector<Bytes> renew(DirDriver& unit, const std::string& token, const SlotPath& place = online) {
    auto chain = authority().issue(unit.create_key(place, {"ec-p256", token}));
    unit.apply(place, chain);
    unit.confirm(place, sha256(chain.front()));
    return chain;
}

struct stat status_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status;
}

mode_t mode_of(const std::string& path) { return status_of(path).st_mode & 07777; }

/// What the openssl command says of a slot: pair, order and chain.
void judge(const std::string& slot) {
    std::string current = slot + "/current/";
    CHECK(must("openssl pkey -pubout -in " + current + "key.pem") ==
          must("openssl x509 -pubkey -noout -in " + current + "cert.pem"));
    CHECK(must("openssl x509 -in " + current + "cert.pem") == must("openssl x509 -in " + current + "fullchain.pem"));
    CHECK(content_of(current + "cert.pem") + content_of(current + "chain.pem") ==
          content_of(current + "fullchain.pem"));
    must("openssl verify -partial_chain -no_check_time -CAfile " + current + "chain.pem " + current + "cert.pem");
}

bool is_anywhere(const std::string& root, const std::string& content) {
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.is_regular_file() && content_of(entry.path()).find(content) != std::string::npos) return true;
    return false;
}

}  // namespace

TEST_CASE("a unit without slots holds nothing") {
    TemporaryFolder place;
    fs::create_directories(place / "notes/deep/deeper");
    write_to(place / "README", "x");
    auto unit = open_unit(place.path());
    CHECK(unit.list().empty());
    CHECK_FALSE(unit.read(online));
    CHECK_FALSE(unit.read(iam));
    CHECK(unit.describe().driver == "dir");
    CHECK(unit.describe().detail == place.path());
}

TEST_CASE("names that a slot needs for itself, and paths, are refused") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    for (const SlotPath& bad :
         {SlotPath{"", "gen"}, SlotPath{"current", "online"}, SlotPath{"", "pending"}, SlotPath{"", "spare"},
          SlotPath{"..", "online"}, SlotPath{"", "../x"}, SlotPath{"", ""}, SlotPath{"", ".hidden"}}) {
        CAPTURE(bad.node);
        CAPTURE(bad.type);
        CHECK(error_of([&] { unit.create_key(bad, {"ec-p256", "t"}); }).code() == Code::usage);
        CHECK(error_of([&] { unit.read(bad); }).code() == Code::usage);
        CHECK(error_of([&] { unit.apply(bad, {{to_bytes(view_of("x"))}}); }).code() == Code::usage);
    }
    CHECK(error_of([&] { unit.create_key(online, {"ec-p256", "../t"}); }).code() == Code::usage);
    CHECK(error_of([&] { unit.create_key(online, {"dsa-1024", "t"}); }).code() == Code::usage);
    CHECK(fs::is_empty(place.path()));
}

TEST_CASE("one renewal after the other, judged by openssl") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    std::vector<std::string> old_keys;
    for (int i = 1; i <= 5; ++i) {
        CAPTURE(i);
        auto chain = renew(unit, "token-" + std::to_string(i));
        judge(place / "online");
        auto holding = unit.read(online);
        REQUIRE(holding);
        CHECK(holding->trouble == "");
        CHECK(holding->chain == chain);
        CHECK(holding->key_matches);
        std::string target = "gen/00000" + std::to_string(i);
        CHECK(fs::read_symlink(place / "online/current") == target);
        CHECK_FALSE(fs::exists(place / "online/pending"));
        auto generations = open_folder(place / "online/gen")->names();
        CHECK(generations.size() == std::min<std::size_t>(static_cast<std::size_t>(i), 2));
        // Of the keys before the last two, no byte is left.
        old_keys.push_back(content_of(place / "online/current/key.pem"));
        for (std::size_t k = 0; k + 2 < old_keys.size(); ++k) CHECK_FALSE(is_anywhere(place.path(), old_keys[k]));
    }
}

TEST_CASE("retiring leaves no key but the one in use, and the one that waits") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    auto first = renew(unit, "token-1");
    auto old_key = content_of(place / "online/current/key.pem");
    auto second = renew(unit, "token-2");
    auto request = unit.create_key(online, {"ec-p256", "token-3"});
    CHECK(error_of([&] { unit.retire(online, sha256(first.front())); }).code() == Code::refused);
    CHECK(is_anywhere(place.path(), old_key));
    CHECK(unit.retire(online, sha256(second.front())));
    CHECK(unit.retire(online, sha256(second.front())));
    CHECK_FALSE(is_anywhere(place.path(), old_key));
    CHECK(open_folder(place / "online/gen")->names() == std::vector<std::string>{"000002"});
    CHECK(unit.create_key(online, {"ec-p256", "token-3"}) == request);
    judge(place / "online");
    // There is no way back any more; the next renewal goes on from here.
    unit.apply(online, authority().issue(request));
    judge(place / "online");
    CHECK(unit.revert(online, sha256(unit.read(online)->chain.front())));
    CHECK(unit.read(online)->chain == second);
}

TEST_CASE("all kinds of keys are made, and of each the one asked for") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    for (std::string key : {"ec-p256", "ec-p384", "ed25519", "rsa-3072"}) {
        CAPTURE(key);
        auto request = unit.create_key(online, {key, "t-" + key});
        CHECK(crypto::verify_request(request).name == key);
        unit.apply(online, authority().issue(request));
        judge(place / "online");
    }
}

TEST_CASE("the same token never makes another key") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    auto request = unit.create_key(online, {"ec-p256", "t1"});
    auto key = content_of(place / "online/pending/key.pem");
    CHECK(unit.create_key(online, {"ec-p256", "t1"}) == request);
    CHECK(open_unit(place.path()).create_key(online, {"ec-p384", "t1"}) == request);
    CHECK(content_of(place / "online/pending/key.pem") == key);

    auto chain = authority().issue(request);
    unit.apply(online, chain);
    CHECK(unit.create_key(online, {"ec-p256", "t1"}) == request);
    CHECK_FALSE(fs::exists(place / "online/pending"));
    unit.apply(online, chain);
    CHECK(unit.read(online)->chain == chain);
    CHECK(open_folder(place / "online/gen")->names().size() == 1);
}

TEST_CASE("a key that waits for another token is destroyed") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    auto first = unit.create_key(online, {"ec-p256", "t1"});
    auto key = content_of(place / "online/pending/key.pem");
    auto second = unit.create_key(online, {"ec-p256", "t2"});
    CHECK(first != second);
    CHECK_FALSE(is_anywhere(place.path(), key));
    Error error = error_of([&] { unit.apply(online, authority().issue(first)); });
    CHECK(error.code() == Code::refused);
    CHECK_FALSE(unit.read(online));
    unit.apply(online, authority().issue(second));
    judge(place / "online");
}

TEST_CASE("an incomplete pending key is made anew") {
    for (std::string file : {"key.pem", "token", "request.der"}) {
        for (bool remove : {true, false}) {
            CAPTURE(file);
            CAPTURE(remove);
            TemporaryFolder place;
            auto unit = open_unit(place.path());
            auto old = unit.create_key(online, {"ec-p256", "t1"});
            if (remove)
                fs::remove(place / ("online/pending/" + file));
            else
                fs::resize_file(place / ("online/pending/" + file), file == "token" ? 0 : 1);
            if (file == "token") {
                // Without it, nobody knows whose the folder is.
                CHECK(error_of([&] { unit.create_key(online, {"ec-p256", "t1"}); }).code() == Code::refused);
                CHECK(fs::exists(place / "online/pending/key.pem"));
                continue;
            }
            auto made = unit.create_key(online, {"ec-p256", "t1"});
            CHECK(made != old);
            unit.apply(online, authority().issue(made));
            judge(place / "online");
        }
    }
}

TEST_CASE("nothing is applied but a certificate for the waiting key") {
    TemporaryFolder place;
    TemporaryFolder elsewhere;
    auto unit = open_unit(place.path());
    auto in_use = renew(unit, "t1");
    auto key = content_of(place / "online/current/key.pem");
    auto strange = authority().issue(open_unit(elsewhere.path()).create_key(online, {"ec-p256", "t"}));

    CHECK(error_of([&] { unit.apply(online, std::vector<Bytes>{}); }).code() == Code::refused);
    CHECK(error_of([&] { unit.apply(online, {{to_bytes(view_of("junk"))}}); }).code() == Code::usage);
    CHECK(error_of([&] { unit.apply(online, strange); }).code() == Code::refused);
    CHECK(error_of([&] { unit.apply(iam, strange); }).code() == Code::refused);
    unit.create_key(online, {"ec-p256", "t2"});
    CHECK(error_of([&] { unit.apply(online, strange); }).code() == Code::refused);
    CHECK(error_of([&] { unit.confirm(online, sha256(strange.front())); }).code() == Code::refused);
    CHECK(error_of([&] { unit.confirm(iam, sha256(strange.front())); }).code() == Code::refused);
    CHECK_FALSE(unit.revert(online, sha256(strange.front())));
    CHECK_FALSE(unit.revert(iam, sha256(strange.front())));

    CHECK(unit.read(online)->chain == in_use);
    CHECK(content_of(place / "online/current/key.pem") == key);
    judge(place / "online");
}

TEST_CASE("reverting goes back to the pair before and destroys the new key") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    auto old = renew(unit, "t1");
    auto old_key = content_of(place / "online/current/key.pem");
    auto chain = authority().issue(unit.create_key(online, {"ec-p256", "t2"}));
    unit.apply(online, chain);
    auto new_key = content_of(place / "online/current/key.pem");

    CHECK(unit.revert(online, sha256(chain.front())));
    CHECK(unit.read(online)->chain == old);
    CHECK(content_of(place / "online/current/key.pem") == old_key);
    CHECK_FALSE(is_anywhere(place.path(), new_key));
    CHECK_FALSE(unit.revert(online, sha256(chain.front())));
    CHECK(unit.read(online)->chain == old);
    CHECK(error_of([&] { unit.apply(online, chain); }).code() == Code::refused);

    // A retry makes a new key, also under the same token.
    auto retry = authority().issue(unit.create_key(online, {"ec-p256", "t2"}));
    unit.apply(online, retry);
    unit.confirm(online, sha256(retry.front()));
    judge(place / "online");
}

TEST_CASE("reverting the first pair leaves an empty slot") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    auto chain = authority().issue(unit.create_key(online, {"ec-p256", "t1"}));
    unit.apply(online, chain);
    CHECK(unit.revert(online, sha256(chain.front())));
    CHECK_FALSE(unit.read(online));
    CHECK(unit.list().empty());
    CHECK(fs::is_empty(place / "online/gen"));
    renew(unit, "t2");
    judge(place / "online");
}

TEST_CASE("reverting never goes to a damaged pair; what is in use stays") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    renew(unit, "t1");
    write_to(place / "online/gen/000001/key.pem", "damaged");
    auto chain = authority().issue(unit.create_key(online, {"ec-p256", "t2"}));
    unit.apply(online, chain);
    Error error = error_of([&] { unit.revert(online, sha256(chain.front())); });
    CHECK(error.code() == Code::refused);
    CHECK(unit.read(online)->chain == chain);
    judge(place / "online");
}

TEST_CASE("a new pair that was damaged on the way can still be reverted") {
    for (std::string file : {"cert.pem", "fullchain.pem", "chain.pem", "key.pem"}) {
        CAPTURE(file);
        TemporaryFolder place;
        auto unit = open_unit(place.path());
        auto old = renew(unit, "t1");
        auto chain = authority().issue(unit.create_key(online, {"ec-p256", "t2"}));
        unit.apply(online, chain);
        fs::resize_file(place / ("online/current/" + file), 10);
        auto holding = unit.read(online);
        REQUIRE(holding);
        CHECK_FALSE(holding->key_matches);
        CHECK(unit.revert(online, sha256(chain.front())));
        CHECK(unit.read(online)->chain == old);
        judge(place / "online");
    }
}

TEST_CASE("a pair that was made here and lost one of its files is no pair; one that was put by hand is") {
    for (std::string file : {"cert.pem", "fullchain.pem", "chain.pem", "key.pem"}) {
        CAPTURE(file);
        TemporaryFolder place;
        auto unit = open_unit(place.path());
        renew(unit, "t1");
        fs::remove(place / ("online/current/" + file));
        auto holding = unit.read(online);
        REQUIRE(holding);
        CHECK(holding->chain.empty());
        CHECK(holding->trouble.ends_with(file + " is missing"));
        CHECK(holding->damage == units::Damage::incomplete);
        renew(unit, "t2");
        CHECK(unit.read(online)->trouble.empty());
        judge(place / "online");
    }
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    auto chain = renew(unit, "t1");
    for (std::string file : {"cert.pem", "token"}) fs::remove(place / ("online/current/" + file));
    CHECK(unit.read(online)->chain == chain);
}

TEST_CASE("files are judged by what they say; one that cannot be read, or is not the slot's alone, is not damaged") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    renew(unit, "t1");
    auto chain_file = place / "online/current/chain.pem";
    fs::create_hard_link(chain_file, place / "linked");
    CHECK(unit.read(online)->trouble.find("2 hard links") != std::string::npos);
    CHECK(unit.read(online)->damage == units::Damage::none);
    fs::remove(place / "linked");

    write_to(chain_file, "junk");
    CHECK(unit.read(online)->damage == units::Damage::incomplete);
    CHECK(unit.read(online)->remedy == "");
    fs::remove(chain_file);
    fs::create_directory(chain_file);
    CHECK(unit.read(online)->damage == units::Damage::none);
    fs::remove(chain_file);
    renew(unit, "t2");

    must("openssl req -x509 -newkey ed25519 -nodes -subj /CN=x -keyout /dev/null -out " +
         (place / "online/current/cert.pem"));
    CHECK(unit.read(online)->damage == units::Damage::contradiction);
    CHECK(unit.list().front().damage == units::Damage::contradiction);
}

TEST_CASE("discarding destroys the key of that token and no other") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    unit.discard(online, "t1");
    unit.create_key(online, {"ec-p256", "t1"});
    auto key = content_of(place / "online/pending/key.pem");
    unit.discard(online, "t2");
    CHECK(content_of(place / "online/pending/key.pem") == key);
    unit.discard(online, "t1");
    unit.discard(online, "t1");
    CHECK_FALSE(fs::exists(place / "online/pending"));
    CHECK_FALSE(is_anywhere(place.path(), key));
    CHECK(unit.list().empty());
}

TEST_CASE("a new key follows owner, group and mode of the key in use") {
    struct Case {
        mode_t in_use;
        mode_t expected;
    };
    for (mode_t mask : {0000u, 0077u}) {
        for (auto [in_use, expected] : {Case{0600, 0600}, Case{0640, 0640}, Case{0644, 0644}, Case{0777, 0666},
                                        Case{0440, 0440}, Case{0000, 0400}}) {
            CAPTURE(mask);
            CAPTURE(in_use);
            TemporaryFolder place;
            mode_t before = ::umask(mask);
            auto unit = open_unit(place.path());
            renew(unit, "t1");
            CHECK(mode_of(place / "online/current/key.pem") == 0600);
            ::chmod((place / "online/current/key.pem").c_str(), in_use);
            bool root = ::geteuid() == 0;
            if (root) REQUIRE(::chown((place / "online/current/key.pem").c_str(), 1234, 5678) == 0);
            bool keep_mode = (in_use & 0006) != 0;
            if (keep_mode) {
                auto error = error_of([&] { unit.create_key(online, {"ec-p256", "t2"}); });
                CHECK(error.code() == Code::refused);
                CHECK(error.message().find("all users") != std::string::npos);
                CHECK_FALSE(fs::exists(place / "online/pending"));
                CHECK(mode_of(place / "online/current/key.pem") == in_use);
            }
            for (std::string token : {"t2", "t3", "t4", "t5"}) {  // the last ones take up old files
                auto chain = authority().issue(unit.create_key(online, {"ec-p256", token, keep_mode}));
                unit.apply(online, chain);
                unit.confirm(online, sha256(chain.front()));
                auto status = status_of(place / "online/current/key.pem");
                CHECK((status.st_mode & 07777) == expected);
                if (root) CHECK(status.st_uid == 1234);
                if (root) CHECK(status.st_gid == 5678);
            }
            CHECK(mode_of(place / "online/current/fullchain.pem") == 0644);
            CHECK(mode_of(place / "online") == 0755);
            CHECK(mode_of(place / "online/gen/000005") == 0755);
            ::umask(before);
        }
    }
}

TEST_CASE("services of another user reach the pair, and only those allowed the key") {
    if (::geteuid() != 0) return;
    TemporaryFolder place;
    ::chmod(place.path().c_str(), 0755);
    auto unit = open_unit(place.path());
    renew(unit, "t1");
    ::chmod((place / "online/current/key.pem").c_str(), 0640);
    REQUIRE(::chown((place / "online/current/key.pem").c_str(), 0, 5678) == 0);
    renew(unit, "t2");
    std::string as = "setpriv --reuid 1234 --clear-groups --regid ";
    must(as + "5678 cat " + (place / "online/current/key.pem"));
    must(as + "4321 cat " + (place / "online/current/fullchain.pem"));
    CHECK_FALSE(shell(as + "4321 cat " + (place / "online/current/key.pem")).second);
}

TEST_CASE("slots are found on the unit and on its nodes, in order") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    for (const SlotPath& slot :
         {SlotPath{"main", "iam"}, SlotPath{"", "online"}, SlotPath{"main", "cm"}, SlotPath{"", "main"}})
        renew(unit, "t", slot);
    unit.create_key({"", "waiting"}, {"ec-p256", "t"});
    auto list = unit.list();
    REQUIRE(list.size() == 4);
    CHECK(list[0].place == SlotPath{"", "main"});  // a type may be called like a node
    CHECK(list[1].place == SlotPath{"", "online"});
    CHECK(list[2].place == SlotPath{"main", "cm"});
    CHECK(list[3].place == SlotPath{"main", "iam"});
    for (const auto& holding : list) CHECK((holding.key_matches && holding.chain.size() == 2));
}

TEST_CASE("one damaged slot is told with its trouble, and hides none of the others") {
    struct Case {
        std::string what;
        std::function<void(const std::string& slot)> damage;
    };
    const Case cases[] = {
        {"certificate gone", [](auto& slot) { fs::remove(slot + "/gen/000001/fullchain.pem"); }},
        {"certificate is junk", [](auto& slot) { write_to(slot + "/gen/000001/fullchain.pem", "junk"); }},
        {"certificate is huge", [](auto& slot) { fs::resize_file(slot + "/gen/000001/fullchain.pem", 1 << 30); }},
        {"certificates contradict",
         [](auto& slot) {
             must("openssl req -x509 -newkey ed25519 -nodes -subj /CN=x -keyout /dev/null -out " + slot +
                  "/gen/000001/cert.pem");
         }},
        {"key gone", [](auto& slot) { fs::remove(slot + "/gen/000001/key.pem"); }},
        {"key is a pipe",
         [](auto& slot) {
             fs::remove(slot + "/gen/000001/key.pem");
             ::mkfifo((slot + "/gen/000001/key.pem").c_str(), 0600);
         }},
        {"key is a link",
         [](auto& slot) {
             fs::rename(slot + "/gen/000001/key.pem", slot + "/moved");
             fs::create_symlink("../../moved", slot + "/gen/000001/key.pem");
         }},
        {"key has another name",
         [](auto& slot) { fs::create_hard_link(slot + "/gen/000001/key.pem", slot + "/copy"); }},
        {"chain is a folder",
         [](auto& slot) {
             fs::remove(slot + "/gen/000001/fullchain.pem");
             fs::create_directory(slot + "/gen/000001/fullchain.pem");
         }},
        {"current is a file",
         [](auto& slot) {
             fs::remove(slot + "/current");
             write_to(slot + "/current", "x");
         }},
        {"current leads out",
         [](auto& slot) {
             fs::remove(slot + "/current");
             fs::create_symlink("/etc", slot + "/current");
         }},
        {"current leads out below gen",
         [](auto& slot) {
             fs::remove(slot + "/current");
             fs::create_symlink("gen/../../other/gen/000001", slot + "/current");
         }},
        {"current dangles",
         [](auto& slot) {
             fs::remove(slot + "/current");
             fs::create_symlink("gen/000007", slot + "/current");
         }},
        {"generations elsewhere",
         [](auto& slot) {
             fs::rename(slot + "/gen", slot + "/moved");
             fs::create_symlink("moved", slot + "/gen");
         }},
        {"generation elsewhere",
         [](auto& slot) {
             fs::rename(slot + "/gen/000001", slot + "/moved");
             fs::create_symlink("../moved", slot + "/gen/000001");
         }},
    };
    for (const auto& [what, damage] : cases) {
        CAPTURE(what);
        TemporaryFolder place;
        auto unit = open_unit(place.path());
        auto before = renew(unit, "t", {"", "aaa"});
        renew(unit, "t", {"", "bad"});
        auto after = renew(unit, "t", {"zzz", "iam"});
        damage(place / "bad");
        auto list = unit.list();
        REQUIRE(list.size() == 3);
        CHECK(list[0].chain == before);
        CHECK(list[1].place == SlotPath{"", "bad"});
        CHECK(list[1].trouble != "");
        CHECK(list[1].trouble.find(place / "bad") != std::string::npos);
        CHECK(list[1].chain.empty());
        CHECK(list[2].chain == after);
        auto alone = unit.read({"", "bad"});
        REQUIRE(alone);
        CHECK(alone->trouble == list[1].trouble);
    }
}

TEST_CASE("a key of another certificate is no match, which is no trouble") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    auto chain = renew(unit, "t1");
    must("openssl genpkey -algorithm ed25519 -out " + (place / "online/current/key.pem"));
    auto holding = unit.read(online);
    CHECK(holding->chain == chain);
    CHECK_FALSE(holding->key_matches);
    CHECK(holding->trouble == "");
    write_to(place / "online/current/key.pem", "junk");
    CHECK_FALSE(unit.read(online)->key_matches);
}

TEST_CASE("the same chain in other words is the same chain") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    auto chain = renew(unit, "t1");
    auto file = place / "online/current/fullchain.pem";
    write_to(file, "written by hand\n" + content_of(file) + "\n\n");
    auto holding = unit.read(online);
    CHECK(holding->trouble == "");
    CHECK(holding->chain == chain);
}

TEST_CASE("files that are a chain only when each is read alone are no chain") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    renew(unit, "t1");
    auto current = place / "online/current/";
    auto certificate = content_of(current + "cert.pem");
    certificate.pop_back();  // its last line ends where the next file begins
    write_to(current + "cert.pem", certificate);
    write_to(current + "fullchain.pem", certificate + content_of(current + "chain.pem"));
    auto holding = unit.read(online);
    CHECK(holding->chain.empty());
    CHECK(holding->trouble.find("fullchain.pem") != std::string::npos);
}

TEST_CASE("links that were planted are refused, and what they lead to is not touched") {
    struct Case {
        std::string what;
        std::function<void(const std::string& slot, const std::string& target)> plant;
    };
    const Case cases[] = {
        {"pending", [](auto& slot, auto& target) { fs::create_directory_symlink(target, slot + "/pending"); }},
        {"key",
         [](auto& slot, auto& target) {
             fs::create_directory(slot + "/pending");
             fs::create_symlink(target + "/key.pem", slot + "/pending/key.pem");
         }},
        {"generations",
         [](auto& slot, auto& target) {
             fs::rename(slot + "/gen", slot + "/moved");
             fs::create_directory_symlink(target, slot + "/gen");
         }},
        {"current",
         [](auto& slot, auto& target) {
             fs::remove(slot + "/current");
             fs::create_directory_symlink(target, slot + "/current");
         }},
        {"slot",
         [](auto& slot, auto& target) {
             fs::rename(slot, slot + ".moved");
             fs::create_directory_symlink(target, slot);
         }},
    };
    for (const auto& [what, plant] : cases) {
        CAPTURE(what);
        TemporaryFolder place;
        TemporaryFolder outside;
        write_to(outside / "key.pem", "untouched");
        auto unit = open_unit(place.path());
        renew(unit, "t1");
        plant(place / "online", outside.path());
        auto code = error_of([&] { unit.create_key(online, {"ec-p256", "t2"}); }).code();
        CHECK((code == Code::failed || code == Code::refused));
        if (what == "pending" || what == "slot") CHECK_THROWS_AS(unit.discard(online, "t2"), Error);
        if (what == "key") unit.discard(online, "t2");
        CHECK(fs::exists(fs::symlink_status(place / (what == "key" ? "online/pending/key.pem" : "online"))));
        CHECK(content_of(outside / "key.pem") == "untouched");
        CHECK(open_folder(outside.path())->names().size() == 1);
    }
}

TEST_CASE("planted hard links are not written through") {
    TemporaryFolder place;
    TemporaryFolder outside;
    auto unit = open_unit(place.path());
    for (std::string token : {"t1", "t2", "t3"}) renew(unit, token);
    REQUIRE(fs::exists(place / "online/spare/cert.pem"));
    CHECK_FALSE(fs::exists(place / "online/spare/key.pem"));
    for (std::string file : {"cert.pem", "token"}) {
        fs::rename(place / ("online/spare/" + file), outside / file);
        fs::create_hard_link(outside / file, place / ("online/spare/" + file));
    }
    auto token = content_of(outside / "token");
    renew(unit, "t4");
    judge(place / "online");
    CHECK(content_of(outside / "token") == token);
    CHECK(must("openssl x509 -noout -in " + (outside / "cert.pem")) == "");
}

TEST_CASE("a spare that is not as it was left is not taken up") {
    using Damage = std::function<void(const std::string& slot)>;
    for (const Damage& damage : {Damage([](auto& slot) { write_to(slot + "/spare/more", "x"); }),
                                 Damage([](auto& slot) { fs::create_directory(slot + "/spare/more"); }),
                                 Damage([](auto& slot) { fs::remove_all(slot + "/spare"); }), Damage([](auto& slot) {
                                     fs::remove_all(slot + "/spare");
                                     fs::create_directory_symlink("/etc", slot + "/spare");
                                 }),
                                 Damage([](auto& slot) {
                                     fs::remove_all(slot + "/spare");
                                     write_to(slot + "/spare", "x");
                                 })}) {
        TemporaryFolder place;
        auto unit = open_unit(place.path());
        for (std::string token : {"t1", "t2", "t3"}) renew(unit, token);
        damage(place / "online");
        bool strange = fs::exists(fs::symlink_status(place / "online/spare"));
        for (std::string token : {"t4", "t5", "t6"}) renew(unit, token);
        judge(place / "online");
        CHECK_FALSE(fs::exists(place / "online/current/more"));
        // It is somebody else's now: left, and told.
        CHECK(unit.list().front().concerns.size() == (strange ? 1 : 0));
        if (strange) CHECK(unit.list().front().concerns.front().kind == units::Concern::Kind::not_ours);
        CHECK(fs::exists("/etc/passwd"));
    }
}

TEST_CASE("a slot at which somebody else is at work is busy") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    auto chain = renew(unit, "t1");
    auto held = open_folder(place / "online")->lock(0);
    REQUIRE(held);
    CHECK(error_of([&] { unit.create_key(online, {"ec-p256", "t2"}); }).code() == Code::busy);
    CHECK(unit.read(online)->chain == chain);
    held.reset();
    renew(unit, "t2");
}

TEST_CASE("a slot with a damaged pair can be renewed") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    renew(unit, "t1");
    write_to(place / "online/current/fullchain.pem", "junk");
    write_to(place / "online/current/cert.pem", "junk");
    write_to(place / "online/current/key.pem", "junk");
    renew(unit, "t2");
    judge(place / "online");
}

TEST_CASE("a pair that was made elsewhere is adopted into an empty slot only") {
    TemporaryFolder place;
    auto made = open_unit(place.path());
    auto chain = renew(made, "t", {"", "source"});
    auto key = content_of(place / "source/current/key.pem");
    auto other = renew(made, "t", {"", "other"});
    auto other_key = content_of(place / "other/current/key.pem");
    fs::create_directory(place / "unit");
    auto unit = open_unit(place / "unit");
    int recorded = 0;
    DirDriver::Pair pair{view_of(key), chain, {.mode = 0640, .owner = {}, .group = {}, .acl = {}}};
    auto record = [&] {
        ++recorded;
        CHECK_FALSE(fs::is_symlink(place / "unit/online/current"));
    };
    unit.adopt(online, pair, record);
    CHECK(recorded == 1);
    judge(place / "unit/online");
    CHECK(mode_of(place / "unit/online/current/key.pem") == 0640);
    CHECK(fs::read_symlink(place / "unit/online/current") == "gen/000001");
    CHECK(unit.current_path(online) == place / "unit/online/current");
    CHECK(unit.current_path(iam) == place / "unit/main/iam/current");

    unit.adopt(online, pair, [&] { ++recorded; });
    CHECK(recorded == 2);
    DirDriver::Pair another{view_of(other_key), other, {}};
    CHECK(error_of([&] { unit.adopt(online, another, [&] { ++recorded; }); }).code() == Code::refused);
    CHECK(recorded == 2);
    CHECK(unit.read(online)->chain == chain);

    renew(unit, "t2");
    judge(place / "unit/online");
    CHECK(error_of([&] { unit.adopt(online, pair, [&] { ++recorded; }); }).code() == Code::refused);
    judge(place / "unit/online");
}

TEST_CASE("what cannot be recorded is not adopted, and leaves the slot empty") {
    TemporaryFolder place;
    auto unit = open_unit(place.path());
    auto chain = renew(unit, "t", {"", "source"});
    auto key = content_of(place / "source/current/key.pem");
    DirDriver::Pair pair{view_of(key), chain, {}};
    CHECK_THROWS_AS(unit.adopt(online, pair, [] { throw Error(Code::refused, "no"); }), Error);
    CHECK_FALSE(unit.read(online));
    unit.adopt(online, pair, [] {});
    judge(place / "online");
    CHECK(open_folder(place / "online/gen")->names().size() == 1);
}
