#include <doctest/doctest.h>

#include <filesystem>

#include "base/temporary_folder.hpp"
#include "crypto/certificates/authority.hpp"
#include "errors.hpp"
#include "units/folder/dir_driver.hpp"
#include "units/pki.hpp"

using namespace rekey;
using namespace rekey::test;
using units::Delivery;
using units::DirDriver;
using units::SlotPath;
namespace fs = std::filesystem;

namespace {

const SlotPath online{"", "online"};

/// A slot in use, and the same leaf below a CA certificate that was renewed.
struct Slot {
    TemporaryFolder place;
    TestAuthority authority;
    DirDriver unit{open_folder(place.path())};
    std::vector<Bytes> first = authority.issue(unit.create_key(online, {"ec-p256", "token-1"}));
    std::vector<Bytes> other{first.front(), renewed().der()};
    std::string slot = place / "online";

    Slot() {
        unit.apply(online, {first, {first.back()}});
        unit.confirm(online, sha256(first.front()));
    }
    crypto::X509Certificate renewed() const {
        const auto& ca = authority.authority();
        return ca.renew_root(crypto::make_number(), ca.not_before(), test_now() + std::chrono::days(9000));
    }
    std::string in_use() const { return fs::read_symlink(slot + "/current"); }
    std::string content(const std::string& name) const { return content_of(slot + "/current/" + name); }
    void judge(const std::vector<Bytes>& chain) {
        auto holding = unit.read(online);
        REQUIRE(holding);
        CHECK(holding->trouble == "");
        CHECK(holding->chain == chain);
        CHECK(holding->key_matches);
        must("openssl verify -no_check_time -CAfile " + slot + "/current/chain.pem " + slot + "/current/cert.pem");
        CHECK(must("openssl pkey -pubout -in " + slot + "/current/key.pem") ==
              must("openssl x509 -pubkey -noout -in " + slot + "/current/cert.pem"));
    }
};

}  // namespace

TEST_CASE("a pair gets another chain beside the same key and leaf") {
    Slot slot;
    auto key = slot.content("key.pem");
    auto leaf = slot.content("cert.pem");
    CHECK(slot.unit.replace_chain(online, {slot.other, {slot.other.back(), slot.first.back()}}));
    CHECK(slot.in_use() == "gen/000002");
    slot.judge(slot.other);
    CHECK(slot.content("key.pem") == key);
    CHECK(slot.content("cert.pem") == leaf);
    CHECK(slot.unit.read(online)->trust == std::vector<Bytes>{slot.other.back(), slot.first.back()});
    CHECK(fs::status(slot.slot + "/current/key.pem").permissions() == fs::perms(0600));

    SUBCASE("again, nothing happens") {
        CHECK(slot.unit.replace_chain(online, {slot.other, {slot.other.back(), slot.first.back()}}));
        CHECK(slot.unit.replace_chain(online, Delivery(slot.other)));
        CHECK(slot.in_use() == "gen/000002");
    }
    SUBCASE("other roots alone are a new pair, too") {
        CHECK(slot.unit.replace_chain(online, {slot.other, {slot.other.back()}}));
        CHECK(slot.in_use() == "gen/000003");
        slot.judge(slot.other);
    }
    SUBCASE("the way back is to the pair before, and what was given up goes") {
        CHECK(slot.unit.replace_chain(online, Delivery(slot.first)));
        CHECK(slot.in_use() == "gen/000001");
        slot.judge(slot.first);
        CHECK_FALSE(fs::exists(slot.slot + "/gen/000002"));
        CHECK(slot.unit.replace_chain(online, Delivery(slot.first)));
        CHECK(slot.in_use() == "gen/000001");
    }
    SUBCASE("a renewal that fails after it comes back to it") {
        auto next = slot.authority.issue(slot.unit.create_key(online, {"ec-p256", "token-2"}));
        slot.unit.apply(online, next);
        CHECK(slot.unit.revert(online, sha256(next.front())));
        slot.judge(slot.other);
    }
    SUBCASE("the pair that no confirmation keeps is removed") {
        slot.unit.replace_chain(online, {slot.other, {slot.other.back()}});
        slot.unit.confirm(online, sha256(slot.first.front()));
        CHECK_FALSE(fs::exists(slot.slot + "/gen/000001"));
        slot.judge(slot.other);
    }
}

TEST_CASE("a chain is replaced for the leaf in use only") {
    Slot slot;
    auto stranger = slot.authority.issue(crypto::make_request(crypto::PrivateKey::generate("ec-p256")), "stranger");
    CHECK(error_of([&] { slot.unit.replace_chain(online, stranger); }).code() == Code::refused);
    CHECK(error_of([&] { slot.unit.replace_chain({"", "iam"}, slot.other); }).code() == Code::refused);
    CHECK(slot.in_use() == "gen/000001");
    slot.judge(slot.first);

    auto other_key = crypto::PrivateKey::generate("ec-p256").to_pem();
    write_to(slot.slot + "/current/key.pem", std::string(text_of(other_key.view())));
    CHECK(error_of([&] { slot.unit.replace_chain(online, slot.other); }).code() == Code::failed);
    CHECK(slot.in_use() == "gen/000001");
}

TEST_CASE("a pair that was made here and has no trust.pem says that nobody is trusted, and gets it with its chain") {
    Slot slot;
    fs::remove(slot.slot + "/current/trust.pem");
    CHECK(slot.unit.read(online)->trouble == "");
    CHECK(slot.unit.read(online)->trust == std::vector<Bytes>());
    CHECK(slot.unit.replace_chain(online, {slot.first, {slot.first.back()}}));
    CHECK(slot.unit.read(online)->trust == std::vector<Bytes>{slot.first.back()});
    slot.judge(slot.first);

    fs::remove(slot.slot + "/current/trust.pem");
    fs::remove(slot.slot + "/current/token");
    CHECK_FALSE(slot.unit.read(online)->trust);
}

TEST_CASE("while a fleet moves, a chain.pem goes on trusting what it did") {
    Slot slot;
    TestAuthority next;
    auto issued = next.issue(slot.unit.create_key(online, {"ec-p256", "token-2"}));
    slot.unit.apply(online, {issued, {slot.first.back(), issued.back()}});
    slot.judge(issued);
    CHECK(slot.content("chain.pem").find(crypto::to_pem(std::vector<Bytes>{slot.first.back()})) != std::string::npos);
    CHECK(slot.content("fullchain.pem") == crypto::to_pem(issued));

    // Until nobody has anything from there.
    slot.unit.replace_chain(online, {issued, {issued.back()}});
    slot.judge(issued);
    CHECK(slot.content("chain.pem") == crypto::to_pem(std::vector<Bytes>{issued.back()}));
    CHECK(slot.content("trust.pem") == slot.content("chain.pem"));

    // Roots in chain.pem that nobody gave are a contradiction, as before.
    auto holding = slot.unit.read(online);
    write_to(slot.slot + "/current/chain.pem", slot.content("chain.pem") + crypto::to_pem(slot.first).substr(0));
    CHECK(slot.unit.read(online)->trouble.find("contradict") != std::string::npos);
}
