#include "store/certificates/revocations.hpp"

#include "rekey/store/fleet.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/issuers.hpp"
#include "store/certificates/revocation_lists.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/sample.hpp"
#include "store/schema/migrations.hpp"
#include "store/sql/query.hpp"
#include "store/sqlite/open.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

Certificate made_here(Fleet& fleet, const Slot& slot, const std::string& number, CertificateState state) {
    auto certificate = certificate_in(slot, number, state);
    certificate.issuer_id = fleet.ca.id;
    fleet.store.write(
        [&](Transaction& transaction) { add_certificate(transaction, certificate, {der("leaf " + number)}); });
    return certificate;
}

CertificateState state_of(Fleet& fleet, Id id) { return find_certificate(fleet.store, id)->state; }

std::vector<std::string> listed(Fleet& fleet, Time alive_at = noon) {
    std::vector<std::string> found;
    each_revocation(fleet.store, fleet.ca.id, alive_at, [&](const Revocation& each) {
        found.push_back(each.number + " " + std::string(to_string(each.reason)));
    });
    return found;
}

}  // namespace

TEST_CASE("reasons have the names of RFC 5280, and no other word is one") {
    for (const char* name : {"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded",
                             "cessationOfOperation", "privilegeWithdrawn", "aACompromise"})
        CHECK(to_string(revocation_reason(name).value()) == name);
    for (const char* name : {"certificateHold", "removeFromCRL", "keycompromise", ""})
        CHECK_FALSE(revocation_reason(name));
}

TEST_CASE("what is out of use is revoked at once") {
    Fleet fleet;
    auto old = made_here(fleet, fleet.online, "A1", CertificateState::superseded);
    auto now = made_here(fleet, fleet.online, "A2", CertificateState::active);
    CHECK(last_revocation(fleet.store, fleet.ca.id) == 0);
    fleet.store.write(
        [&](Transaction& transaction) { revoke(transaction, old.id, RevocationReason::key_compromise, noon + day); });
    CHECK(state_of(fleet, old.id) == CertificateState::revoked);
    CHECK(find_certificate(fleet.store, old.id)->ended_at == noon);
    CHECK(state_of(fleet, now.id) == CertificateState::active);
    auto revocation = revocation_of(fleet.store, old.id);
    REQUIRE(revocation);
    CHECK(revocation->revoked_at == noon + day);
    CHECK(listed(fleet) == std::vector<std::string>{"A1 keyCompromise"});
    CHECK_FALSE(revocation_of(fleet.store, now.id));
    each_revocation_in_use(fleet.store, [](const Revocation&) { FAIL("none is in use"); });
    CHECK(fleet.store.problems().empty());
}

TEST_CASE("what is in use stays in use, and is revoked when it was replaced") {
    Fleet fleet;
    auto used = made_here(fleet, fleet.online, "A1", CertificateState::active);
    fleet.store.write([&](Transaction& transaction) {
        revoke(transaction, used.id, RevocationReason::privilege_withdrawn, noon + day);
    });
    CHECK(state_of(fleet, used.id) == CertificateState::active);
    CHECK(certificate_in_use(fleet.store, fleet.online.id)->id == used.id);
    int in_use = 0;
    each_revocation_in_use(fleet.store, [&](const Revocation& each) { in_use += each.certificate_id == used.id; });
    CHECK(in_use == 1);
    fleet.store.write([&](Transaction& transaction) {
        set_certificate_state(transaction, used.id, CertificateState::superseded, noon + 2 * day);
    });
    CHECK(state_of(fleet, used.id) == CertificateState::revoked);
    CHECK(revocation_of(fleet.store, used.id)->revoked_at == noon + day);
    each_revocation_in_use(fleet.store, [](const Revocation&) { FAIL("none is in use"); });
}

TEST_CASE("another reason keeps the time, and is news for the next list") {
    Fleet fleet;
    auto old = made_here(fleet, fleet.online, "A1", CertificateState::superseded);
    auto other = made_here(fleet, fleet.other, "B1", CertificateState::superseded);
    fleet.store.write([&](Transaction& transaction) {
        revoke(transaction, old.id, RevocationReason::superseded, noon);
        revoke(transaction, other.id, RevocationReason::superseded, noon);
    });
    auto before = last_revocation(fleet.store, fleet.ca.id);
    fleet.store.write(
        [&](Transaction& transaction) { revoke(transaction, other.id, RevocationReason::superseded, noon + day); });
    CHECK(last_revocation(fleet.store, fleet.ca.id) == before);
    fleet.store.write(
        [&](Transaction& transaction) { revoke(transaction, old.id, RevocationReason::key_compromise, noon + day); });
    CHECK(last_revocation(fleet.store, fleet.ca.id) > before);
    CHECK(revocation_of(fleet.store, old.id)->revoked_at == noon);
    // The newest as well: its number is never given out twice.
    auto newest = last_revocation(fleet.store, fleet.ca.id);
    fleet.store.write(
        [&](Transaction& transaction) { revoke(transaction, old.id, RevocationReason::superseded, noon + day); });
    CHECK(last_revocation(fleet.store, fleet.ca.id) > newest);
    CHECK(listed(fleet) == std::vector<std::string>{"B1 superseded", "A1 superseded"});
    // What had expired is left out.
    CHECK(listed(fleet, noon + 365 * day + Seconds{1}).empty());
    CHECK(listed(fleet, noon + 365 * day).size() == 2);
}

TEST_CASE(
    "what was signed elsewhere cannot be revoked here, what was rejected stays so, removed units hold nothing up") {
    Fleet fleet;
    auto foreign = fleet.add(fleet.online, "F1", CertificateState::foreign);
    CHECK(code_of([&] {
              fleet.store.write([&](Transaction& transaction) {
                  revoke(transaction, foreign.id, RevocationReason::superseded, noon);
              });
          }) == Code::refused);
    CHECK(state_of(fleet, foreign.id) == CertificateState::foreign);
    auto rejected = made_here(fleet, fleet.online, "R1", CertificateState::rejected);
    auto away = made_here(fleet, fleet.other, "B1", CertificateState::active);
    fleet.store.write([&](Transaction& transaction) {
        revoke(transaction, rejected.id, RevocationReason::key_compromise, noon);
        auto unit = find_unit(fleet.store, "unit-2");
        unit->removed_at = noon;
        update_unit(transaction, *unit);
        revoke(transaction, away.id, RevocationReason::cessation_of_operation, noon);
    });
    CHECK(state_of(fleet, rejected.id) == CertificateState::rejected);
    CHECK(state_of(fleet, away.id) == CertificateState::revoked);
    CHECK(listed(fleet).size() == 2);
}

TEST_CASE("the number of a list only grows, also where the list was never written") {
    Fleet fleet;
    auto number = [&] { return signer_lists(fleet.store, fleet.ca.id).number; };
    CHECK(number().is_zero());
    const auto largest = ListNumber::from_hex("7F" + std::string(38, 'F')).value();
    for (const auto& next : {ListNumber(7), ListNumber(1772366400000000), largest}) {
        fleet.store.write([&](Transaction& transaction) { set_list_number(transaction, fleet.ca.id, next); });
        CHECK(number() == next);
    }
    CHECK(code_of([&] {
              fleet.store.write(
                  [&](Transaction& transaction) { set_list_number(transaction, fleet.ca.id, ListNumber(8)); });
          }) == Code::failed);
    CHECK(number() == largest);
    CHECK_FALSE(signer_lists(fleet.store, fleet.ca.id).written);
    fleet.store.write([&](Transaction& transaction) { mark_lists_restored(transaction); });
    CHECK(signer_lists(fleet.store, fleet.ca.id).restored);
    fleet.store.write([&](Transaction& transaction) {
        record_list_written(transaction, fleet.ca.id, {largest, 7, noon, noon + day});
    });
    auto lists = signer_lists(fleet.store, fleet.ca.id);
    REQUIRE(lists.written);
    CHECK(lists.written->number == largest);
    CHECK(lists.written->covers == 7);
    CHECK(lists.written->next_update == noon + day);
    CHECK_FALSE(lists.restored);
    CHECK_FALSE(published_list(fleet.store, fleet.ca.id));
    fleet.store.write([&](Transaction& transaction) {
        record_list_published(transaction, fleet.ca.id, {largest, "AB"});
    });
    CHECK(published_list(fleet.store, fleet.ca.id)->fingerprint_sha256 == "AB");
    CHECK(fleet.store.problems().empty());
}

TEST_CASE("issuers of one signer revoke together, and what one of them knew goes over to it") {
    Fleet fleet;
    auto again = fleet.ca;
    again.name = "again";
    again.uid = "another";
    fleet.store.write([&](Transaction& transaction) { add_issuer(transaction, again); });
    auto first = made_here(fleet, fleet.online, "A1", CertificateState::superseded);
    auto second = certificate_in(fleet.other, "B1", CertificateState::superseded);
    second.issuer_id = again.id;
    fleet.store.write([&](Transaction& transaction) {
        add_certificate(transaction, second, {der("leaf B1")});
        revoke(transaction, first.id, RevocationReason::superseded, noon);
        revoke(transaction, second.id, RevocationReason::superseded, noon);
        set_list_number(transaction, again.id, ListNumber(9));
        add_listed_revocation(transaction, again.id, {"C1", noon, 1});
    });
    CHECK(listed(fleet) == std::vector<std::string>{"A1 superseded"});
    fleet.store.write([&](Transaction& transaction) {
        set_list_signer(transaction, fleet.ca.id, fleet.ca.id);
        set_list_signer(transaction, again.id, fleet.ca.id);
    });
    CHECK(listed(fleet) == std::vector<std::string>{"A1 superseded", "B1 superseded"});
    CHECK(last_revocation(fleet.store, fleet.ca.id) == revocation_of(fleet.store, second.id)->seq);
    CHECK(signer_lists(fleet.store, fleet.ca.id).number == ListNumber(9));
    CHECK(is_listed(fleet.store, fleet.ca.id, "C1"));
    CHECK(certificates_of_signer(fleet.store, fleet.ca.id, "B1") == std::vector<Id>{second.id});
    CHECK(fleet.store.problems().empty());
}

TEST_CASE("a certificate that was listed before it came in is revoked when it comes") {
    Fleet fleet;
    fleet.store.write([&](Transaction& transaction) {
        CHECK(add_listed_revocation(transaction, fleet.ca.id, {"A1", noon, 1}));
        CHECK_FALSE(add_listed_revocation(transaction, fleet.ca.id, {"A1", noon + day, 4}));
        add_listed_revocation(transaction, fleet.ca.id, {"A2", noon, 6});
        add_listed_revocation(transaction, fleet.ca.id, {"A3", noon, 1});
    });
    auto used = made_here(fleet, fleet.online, "A1", CertificateState::active);
    auto old = made_here(fleet, fleet.other, "A2", CertificateState::superseded);
    auto foreign = fleet.add(fleet.other, "A3", CertificateState::foreign);
    CHECK(state_of(fleet, used.id) == CertificateState::active);
    CHECK(revocation_of(fleet.store, used.id)->reason == RevocationReason::key_compromise);
    CHECK(revocation_of(fleet.store, used.id)->revoked_at == noon);
    CHECK(state_of(fleet, old.id) == CertificateState::revoked);
    // What was only held is revoked for good.
    CHECK(revocation_of(fleet.store, old.id)->reason == RevocationReason::unspecified);
    CHECK_FALSE(revocation_of(fleet.store, foreign.id));
    CHECK(count_listed_revocations(fleet.store, fleet.ca.id) == 1);
    int in_use = 0;
    each_revocation_in_use(fleet.store, [&](const Revocation& each) { in_use += each.certificate_id == used.id; });
    CHECK(in_use == 1);
}

TEST_CASE("lists of an older version go on") {
    StoreFolder home;
    {
        auto then = open_database(home.path, Purpose::create, noon, schema_steps().first(6));
        home.sql(
            "INSERT INTO issuers VALUES(1, 'uid', 'ca', 'local', 'C', '', '', 1, 2, '', '', '[]', '[]', '', 1, x'00', "
            "1); INSERT INTO issuers VALUES(2, 'vid', 'cb', 'local', 'D', '', '', 1, 2, '', '', '[]', '[]', '', 1, "
            "x'00', 1); INSERT INTO revocation_lists VALUES(1, 300, 299, 5, 6, 7, 1), (2, 1, NULL, NULL, NULL, NULL, "
            "NULL);");
    }
    Store store = Store::open(home.path, Store::Mode::write, noon + day);
    CHECK(signer_lists(store, 1).number == ListNumber(300));
    CHECK(signer_lists(store, 1).written->number == ListNumber(299));
    CHECK(signer_lists(store, 1).written->covers == 5);
    CHECK(signer_lists(store, 2).number == ListNumber(1));
    CHECK_FALSE(signer_lists(store, 2).written);
    CHECK_FALSE(published_list(store, 1));
}

TEST_CASE("what an older version recorded as revoked has a reason afterwards") {
    StoreFolder home;
    {
        auto then = open_database(home.path, Purpose::create, noon, schema_steps().first(4));
        home.sql(
            "INSERT INTO units(id, name, address, reload, probe, added_at, offline_cause, attempts) "
            "VALUES(1, 'u', 'dir:/srv', '', '', 1, '', 0); INSERT INTO slots(id, unit_id, node, type) VALUES(1, 1, '', "
            "'x');"
            "INSERT INTO issuers VALUES(1, 'uid', 'ca', 'local', 'C', '', '', 1, 2, '', '', '[]', '[]', '', 1, x'00', "
            "1);");
        for (const char* row : {"'A1', 1, 'revoked', NULL, '', 5", "'A2', 1, 'revoked', 'rotation', 'A1', 6",
                                "'A3', 1, 'active', 'expiry', 'A2', NULL", "'F1', NULL, 'revoked', NULL, '', 5"})
            home.sql(
                std::string("INSERT INTO certificates(slot_id, subject, issuer_name, not_before, not_after, key, "
                            "signature, sans, usages, fingerprint, is_ca, recorded_at, actor, comment, number, "
                            "issuer_id, state, reason, predecessor, ended_at) VALUES(1, '', '', 1, 99, '', '', '[]', "
                            "'[]', '', 0, 1, '', '', ") +
                row + ");");
    }
    Store store = Store::open(home.path, Store::Mode::write, noon + day);
    CHECK(store.problems().empty());
    CHECK(home.sql("SELECT number, revoked_at, v.reason, v.in_use FROM revocations v JOIN certificates c "
                   "ON c.id = certificate_id ORDER BY seq") == "A1|5|keyCompromise|0\nA2|6|superseded|0");
}
