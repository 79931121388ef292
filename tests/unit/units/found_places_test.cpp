#include "units/survey/found_places.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "base/limits.hpp"
#include "crypto/sealing/seal.hpp"
#include "errors.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/fleet.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/issuers.hpp"
#include "store/certificates/revocations.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "units/connect/connect.hpp"
#include "units/fleet.hpp"

using namespace rekey;
using namespace rekey::test;
using store::CertificateState;
namespace fs = std::filesystem;

namespace {

const units::Declared online{"", "online"};

/// Brings the CA of the test along, without a key.
store::Id add_authority(Fleet& fleet) {
    return fleet.store().write([&](store::Transaction& transaction) {
        const auto& certificate = fleet.authority().authority().certificate();
        store::Issuer issuer;
        issuer.uid = to_hex(random_bytes(16));
        issuer.name = "test";
        issuer.kind = "local";
        issuer.facts = certificate.facts();
        issuer.chain = {certificate.der()};
        issuer.sealed_key = fleet.home().seal_key().seal(view_of("no key"), "context");
        issuer.added_at = fleet.now;
        store::add_issuer(transaction, issuer);
        return issuer.id;
    });
}

std::optional<store::Certificate> in_use(Fleet& fleet, const std::string& slot) {
    return store::certificate_in_use(fleet.store(), fleet.slot(slot).id);
}

void remove_key(Fleet& fleet, const std::string& unit) {
    must("openssl genpkey -algorithm ed25519 -out " + fleet.folder(unit) + "/online/current/key.pem");
}

}  // namespace

TEST_CASE("what an issuer of this home signed is the slot's own") {
    Fleet fleet;
    auto issuer = add_authority(fleet);
    fs::create_directory(fleet.folder("unit-1"));
    auto chain = fleet.put_pair("unit-1", {"", "online"});
    fleet.add("unit-1", {online});
    auto held = in_use(fleet, "unit-1/online");
    REQUIRE(held);
    CHECK(held->state == CertificateState::active);
    CHECK(held->issuer_id == issuer);

    // Under another name it is the same certificate, and the history stays.
    auto first = *held;
    units::remove(fleet.home(), "unit-1", fleet.stamp());
    store::Unit unit;
    unit.name = "unit-2";
    unit.address = fleet.address("unit-1");
    units::add(fleet.home(), unit, {online}, fleet.stamp());
    held = in_use(fleet, "unit-2/online");
    REQUIRE(held);
    CHECK(held->state == CertificateState::active);
    CHECK(held->same_as == first.id);
    CHECK(store::history_of(fleet.store(), first.slot_id).size() == 1);
}

TEST_CASE("without its key, or beside an active one, it is superseded and can be revoked") {
    Fleet fleet;
    auto issuer = add_authority(fleet);
    fs::create_directory(fleet.folder("unit-1"));
    auto chain = fleet.put_pair("unit-1", {"", "online"});
    remove_key(fleet, "unit-1");
    CHECK(fleet.add("unit-1", {online}).findings.size() == 2);
    CHECK_FALSE(in_use(fleet, "unit-1/online"));
    auto history = store::history_of(fleet.store(), fleet.slot("unit-1/online").id);
    REQUIRE(history.size() == 1);
    CHECK(history[0].state == CertificateState::superseded);
    CHECK(history[0].issuer_id == issuer);

    auto second = fleet.put_pair("unit-1", {"", "online"});
    CHECK(units::check(fleet.home(), "unit-1", fleet.stamp()).findings.empty());
    CHECK(in_use(fleet, "unit-1/online")->facts.fingerprint_sha256 == to_hex(sha256(second.front())));

    auto third = fleet.put_pair("unit-1", {"", "online"});
    auto report = units::check(fleet.home(), "unit-1", fleet.stamp());
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].drift);
    CHECK(in_use(fleet, "unit-1/online")->facts.fingerprint_sha256 == to_hex(sha256(second.front())));
    CHECK(units::take(fleet.home(), "unit-1", fleet.stamp()).taken == 1);
    CHECK(in_use(fleet, "unit-1/online")->facts.fingerprint_sha256 == to_hex(sha256(third.front())));
    CHECK(store::verify_audit(fleet.store()).problems.empty());
}

TEST_CASE("a CA that comes later knows what it signed") {
    Fleet fleet;
    fs::create_directory(fleet.folder("unit-1"));
    fleet.put_pair("unit-1", {"", "online"});
    fleet.add("unit-1", {online});
    CHECK(in_use(fleet, "unit-1/online")->state == CertificateState::foreign);
    CHECK(attribute_certificates(fleet.home(), fleet.stamp()) == 0);
    auto issuer = add_authority(fleet);
    CHECK(attribute_certificates(fleet.home(), fleet.stamp()) == 1);
    CHECK(attribute_certificates(fleet.home(), fleet.stamp()) == 0);
    CHECK(in_use(fleet, "unit-1/online")->state == CertificateState::active);
    CHECK(in_use(fleet, "unit-1/online")->issuer_id == issuer);
    CHECK(fleet.audited().back() == "certificate.attribute unit-1/online");
}

TEST_CASE("a place that nobody declared is found, stays out of every plan, and goes when it is gone") {
    Fleet fleet;
    fleet.add("unit-1", {online});
    fleet.put_pair("unit-1", {"bank", "gateway"});
    auto report = units::check(fleet.home(), "unit-1", fleet.stamp());
    REQUIRE(report.found.size() == 1);
    CHECK(report.found[0].slot.to_string() == "unit-1/bank/gateway");
    CHECK(report.findings.empty());
    CHECK(fleet.audited().back() == "unit.find unit-1");
    CHECK(store::slots_of(fleet.store(), fleet.unit("unit-1").id).size() == 1);
    CHECK(units::take(fleet.home(), "unit-1", fleet.stamp()).taken == 0);
    CHECK(units::verify(fleet.store(), "unit-1", fleet.now).findings.empty());
    auto error = error_of([&] { units::get_slot(fleet.store(), *SlotName::parse("unit-1/bank/gateway")); });
    CHECK(error.code() == Code::not_found);
    CHECK(error.hint() == "to add it: rekey units set unit-1 --type bank/gateway");

    auto entries = fleet.audited();
    units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(fleet.audited() == entries);
    fs::remove_all(fleet.folder("unit-1") + "/bank");
    CHECK(units::check(fleet.home(), "unit-1", fleet.stamp()).found.empty());
    CHECK(store::found_of(fleet.store(), fleet.unit("unit-1").id).empty());
    CHECK(fleet.audited().size() == entries.size() + 1);
    CHECK(fleet.store().problems().empty());
}

TEST_CASE("however many places a unit shows, few are recorded; what was signed here and is unknown always is") {
    Fleet fleet;
    auto issuer = add_authority(fleet);
    fleet.add("unit-1");
    TestAuthority other;
    auto driver = units::connect(fleet.address("unit-1"));
    constexpr int shown = static_cast<int>(limits::found_places) + 8;
    for (int i = 0; i < shown; ++i) {
        units::SlotPath place{"", "t" + std::to_string(1000 + i)};
        driver->apply(place, other.issue(driver->create_key(place, {"ec-p256", "put"})));
    }
    auto ours = fleet.put_pair("unit-1", {"", "zzz"});
    auto report = units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(report.found.size() == limits::found_places);
    CHECK(report.found_beyond == 9);
    CHECK(store::found_of(fleet.store(), fleet.unit("unit-1").id).size() == limits::found_places + 1);
    auto number = crypto::X509Certificate::from_der(ours.front()).facts().number;
    auto known = store::find_signed(fleet.store(), number, {issuer});
    REQUIRE(known);
    CHECK(known->found);
    fleet.store().write([&](store::Transaction& transaction) {
        store::revoke(transaction, known->id, store::RevocationReason::key_compromise, fleet.now);
    });
    CHECK(store::revocation_of(fleet.store(), known->id).has_value());
}
