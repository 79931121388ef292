#include "units/survey/comparison.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "crypto/certificates/certificate.hpp"
#include "crypto/keys/key.hpp"
#include "crypto/sealing/seal.hpp"
#include "errors.hpp"
#include "rekey/units/units.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/issuers.hpp"
#include "units/connect/connect.hpp"
#include "units/fleet.hpp"

using namespace rekey;
using namespace rekey::test;
using store::CertificateState;
using units::Signatures;
namespace fs = std::filesystem;

namespace {

using Texts = std::vector<std::string>;

/// A unit with one slot, whose certificates an issuer of the home signs if `known`.
struct OneSlot {
    Fleet fleet;
    std::optional<store::Id> issuer;

    explicit OneSlot(bool known) {
        if (known) issuer = add_authority(fleet.authority().authority().certificate());
        fleet.add("unit-1", {{"", "online"}});
    }

    store::Id add_authority(const crypto::X509Certificate& certificate, const std::string& name = "test") {
        return fleet.store().write([&](store::Transaction& transaction) {
            store::Issuer added;
            added.uid = to_hex(random_bytes(16));
            added.name = name;
            added.kind = "local";
            added.facts = certificate.facts();
            added.chain = {certificate.der()};
            added.sealed_key = fleet.home().seal_key().seal(view_of("no key"), "context");
            added.added_at = fleet.now;
            store::add_issuer(transaction, added);
            return added.id;
        });
    }

    std::string current() const { return fleet.folder("unit-1") + "/online/current/"; }

    /// A pair in use, whose chain is as `change` makes it.
    template <class Change>
    std::vector<Bytes> put(Change change) {
        auto driver = units::connect(fleet.address("unit-1"));
        auto chain = fleet.authority().issue(driver->create_key({"", "online"}, {"ec-p256", "token"}));
        change(chain);
        driver->apply({"", "online"}, chain);
        driver->confirm({"", "online"}, sha256(chain.front()));
        return chain;
    }

    /// As a service's own tools would, beside the key.
    void write_chain(const std::vector<Bytes>& chain) const {
        std::vector<Bytes> above(chain.begin() + 1, chain.end());
        write_to(current() + "cert.pem", crypto::to_pem({&chain.front(), 1}));
        write_to(current() + "chain.pem", crypto::to_pem(above));
        write_to(current() + "fullchain.pem", crypto::to_pem(chain));
    }

    /// Records the chain as the active one of the slot, without a look at any signature.
    void record_active(const std::vector<Bytes>& chain, std::optional<store::Id> signer) {
        fleet.store().write([&](store::Transaction& transaction) {
            store::Certificate record;
            record.slot_id = fleet.slot("unit-1/online").id;
            record.slot = fleet.slot("unit-1/online").name;
            record.facts = crypto::X509Certificate::from_der(chain.front()).facts();
            record.issuer_id = signer;
            record.state = CertificateState::active;
            record.recorded_at = fleet.now;
            record.actor = fleet.stamp().actor;
            store::add_certificate(transaction, record, chain);
        });
    }

    /// By one look at the unit; the same has to come of a look at many.
    Texts verify(Signatures signatures) {
        auto report = units::verify(fleet.store(), "unit-1", fleet.now, {}, signatures);
        Texts one;
        for (const auto& finding : report.findings) one.push_back(finding.what);
        Texts many;
        auto tell = [&](const units::Visit& visit) {
            CHECK_FALSE(visit.trouble);
            for (const auto& finding : visit.report.findings) many.push_back(finding.what);
        };
        CHECK_FALSE(units::verify_each(fleet.store(), {"unit-1"}, fleet.now, {}, tell, signatures));
        CHECK(one == many);
        return one;
    }
    void check_both(const Texts& expected) {
        CHECK(verify(Signatures::unless_recorded) == expected);
        CHECK(verify(Signatures::all) == expected);
    }
};

void damage_signature(std::vector<Bytes>& chain) { chain.front().back() ^= 1; }

std::string number_of(const Bytes& der) { return crypto::X509Certificate::from_der(der).facts().number; }

bool begins(const Texts& texts, const std::string& beginning) {
    return texts.size() == 1 && texts.front().starts_with(beginning);
}

}  // namespace

TEST_CASE("a signature that nobody verified when it was recorded is verified: the issuer is not of this home") {
    OneSlot slot(false);
    auto chain = slot.put(damage_signature);
    slot.record_active(chain, std::nullopt);
    slot.check_both({"the chain is broken: certificate " + number_of(chain.front()) + " is not signed by the next"});
}

TEST_CASE("of what this home recorded as its own, the signature is verified again where all are asked for") {
    OneSlot slot(true);
    auto chain = slot.put(damage_signature);
    slot.record_active(chain, slot.issuer);
    CHECK(slot.verify(Signatures::unless_recorded).empty());
    CHECK(begins(slot.verify(Signatures::all), "the chain is broken: "));
}

TEST_CASE("a byte of the certificate that changed on the unit is found") {
    OneSlot slot(true);
    auto chain = slot.put([](auto&) {});
    units::check(slot.fleet.home(), "unit-1", slot.fleet.stamp());
    slot.check_both({});
    auto number = number_of(chain.front());
    damage_signature(chain);
    slot.write_chain(chain);
    slot.check_both({"holds certificate " + number + " of 'CN=Test CA', which is not recorded; recorded is " + number,
                     "the chain is broken: certificate " + number + " is not signed by the next"});
}

TEST_CASE("a key of the same kind that is not the certificate's is found") {
    OneSlot slot(true);
    slot.put([](auto&) {});
    units::check(slot.fleet.home(), "unit-1", slot.fleet.stamp());
    auto other = crypto::PrivateKey::generate("ec-p256").to_pem();
    write_to(slot.current() + "key.pem", std::string(text_of(other.view())));
    slot.check_both({"the private key on the unit is not the certificate's"});
}

TEST_CASE("a recorded certificate below another CA of its issuer's name is verified, and found") {
    OneSlot slot(true);
    auto chain = slot.put([](auto&) {});
    units::check(slot.fleet.home(), "unit-1", slot.fleet.stamp());
    chain.back() = TestAuthority().authority().certificate().der();
    slot.write_chain(chain);
    CHECK(begins(slot.verify(Signatures::unless_recorded), "the chain is broken: "));
    CHECK(begins(slot.verify(Signatures::all), "the chain is broken: "));
}

TEST_CASE("a chain that was recorded with the certificate, and does not belong to it, is found each time") {
    OneSlot slot(true);
    auto chain = slot.put([](auto& whole) { whole.back() = TestAuthority().authority().certificate().der(); });
    slot.record_active(chain, slot.issuer);
    CHECK(begins(slot.verify(Signatures::unless_recorded), "the chain is broken: "));
}

TEST_CASE("what was read of a unit before it was asked counts until somebody changes it") {
    OneSlot slot(true);
    auto chain = slot.put([](auto&) {});
    units::check(slot.fleet.home(), "unit-1", slot.fleet.stamp());
    auto unit = *store::find_unit(slot.fleet.store(), "unit-1");
    units::Comparison comparison(slot.fleet.store(), slot.fleet.now, Signatures::unless_recorded);
    auto examine = comparison.examiner(unit);
    auto answer = units::ask(unit, {});
    examine(answer);
    REQUIRE(answer.recorded);
    CHECK(comparison.report_unless_moved(unit, answer).value().findings.empty());
    auto active = *store::certificate_in_use(slot.fleet.store(), slot.fleet.slot("unit-1/online").id);
    slot.fleet.store().write([&](store::Transaction& transaction) {
        store::set_certificate_state(transaction, active.id, CertificateState::superseded, slot.fleet.now);
    });
    for (const auto& report : {comparison.report_unless_moved(unit, answer).value(), comparison.report(unit, answer)}) {
        REQUIRE(report.findings.size() == 1);
        CHECK(report.findings[0].what.starts_with("holds certificate " + number_of(chain.front())));
    }
}

TEST_CASE("what a unit said is compared with its own record alone: not when it was moved, or another has its name") {
    OneSlot slot(true);
    slot.put([](auto&) {});
    units::check(slot.fleet.home(), "unit-1", slot.fleet.stamp());
    auto unit = slot.fleet.unit("unit-1");
    units::Comparison comparison(slot.fleet.store(), slot.fleet.now, Signatures::unless_recorded);
    auto examine = comparison.examiner(unit);
    auto answer = units::ask(unit, {});
    examine(answer);
    units::UnitChange move;
    move.address = slot.fleet.address("elsewhere");
    units::set(slot.fleet.home(), "unit-1", move, slot.fleet.stamp());
    CHECK_FALSE(comparison.report_unless_moved(unit, answer));
    CHECK_FALSE(comparison.report_unless_moved(unit, units::Inventory{}));
    units::remove(slot.fleet.home(), "unit-1", slot.fleet.stamp());
    CHECK(error_of([&] { comparison.report_unless_moved(unit, answer); }).code() == Code::not_found);
    slot.fleet.add("unit-1", {{"", "online"}});
    CHECK(slot.fleet.unit("unit-1").address == unit.address);
    CHECK_FALSE(comparison.report_unless_moved(unit, answer));
}

TEST_CASE("while units are asked, what they should trust follows what is planned for others") {
    OneSlot slot(true);
    auto chain = slot.put([](auto&) {});
    write_to(slot.current() + "trust.pem", crypto::to_pem({&chain.back(), 1}));
    units::check(slot.fleet.home(), "unit-1", slot.fleet.stamp());
    auto unit = *store::find_unit(slot.fleet.store(), "unit-1");
    auto answer = units::ask(unit, {});
    units::Comparison comparison(slot.fleet.store(), slot.fleet.now, Signatures::unless_recorded);
    CHECK(comparison.report(unit, answer).trust.empty());
    auto next = slot.add_authority(TestAuthority().authority().certificate(), "next");
    CHECK(comparison.report(unit, answer).trust.empty());
    // Nothing in the trail says so.
    slot.fleet.add_item("unit-1/online", store::Step::planned, next);
    auto found = comparison.report(unit, answer).trust;
    REQUIRE(found.size() == 1);
    CHECK(found[0].what == "does not trust 'CN=Test CA', from which certificates are in use");
    CHECK(found[0].slot == slot.fleet.slot("unit-1/online").name);
}
