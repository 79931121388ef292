#include <algorithm>

#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/revocations.hpp"
#include "store/fleet/fleet_scan.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/items.hpp"
#include "store/sample.hpp"
#include "store/schema/migrations.hpp"
#include "store/schema/step_sql.hpp"
#include "store/sql/query.hpp"
#include "store/sqlite/open.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// The same certificate for the same number.
Certificate signed_here(Fleet& fleet, const Slot& slot, const std::string& number, CertificateState state) {
    auto certificate = certificate_in(slot, number, state);
    certificate.issuer_id = fleet.ca.id;
    fleet.store.write([&](Transaction& transaction) {
        add_certificate(transaction, certificate, {der("leaf " + number), der("ca")});
    });
    return *find_certificate(fleet.store, certificate.id);
}

CertificateState state_of(Fleet& fleet, Id id) { return find_certificate(fleet.store, id)->state; }

std::vector<Id> revoked_in_use(Fleet& fleet) {
    std::vector<Id> found;
    each_revocation_in_use(fleet.store, [&](const Revocation& each) { found.push_back(each.certificate_id); });
    return found;
}

Slot found_place(Fleet& fleet, const std::string& type) {
    Slot slot;
    fleet.store.write([&](Transaction& transaction) { slot = ensure_found(transaction, fleet.first, "", type); });
    return slot;
}

}  // namespace

TEST_CASE("nobody who does not ask for found places sees one") {
    Fleet fleet;
    auto& store = fleet.store;
    auto place = found_place(fleet, "web");
    fleet.add(place, "F1", CertificateState::foreign);
    CHECK_FALSE(place.declared);
    CHECK_FALSE(find_slot(store, place.name));
    CHECK(find_shown(store, place.name));
    CHECK(slots_of(store, fleet.first.id).size() == 2);
    REQUIRE(found_of(store, fleet.first.id).size() == 1);
    CHECK(found_of(store, fleet.first.id)[0].name.type == "web");
    each_slot(store, {}, [](const SlotStatus& status) { CHECK(status.slot.name.type != "web"); });
    each_unit_status(store, {}, [](const UnitStatus& unit) { CHECK(unit.slots.size() == 2); });
    each_name(store, NameKind::slot, "unit-1/", [](const std::string& name) { CHECK(name != "unit-1/web"); });
    each_name(store, NameKind::type, "", [](const std::string& name) { CHECK(name != "web"); });
    int listed = 0;
    each_certificate(store, {}, [&](const Certificate&) { ++listed; });
    CHECK(listed == 0);
    CertificateFilter filter;
    filter.found = true;
    each_certificate(store, filter, [&](const Certificate& certificate) { listed += certificate.found ? 1 : 0; });
    CHECK(listed == 1);

    store.write([&](Transaction& transaction) { ensure_slot(transaction, fleet.first, "", "web"); });
    CHECK(find_slot(store, place.name));
    CHECK(found_of(store, fleet.first.id).empty());
    CHECK(certificate_in_use(store, place.id)->state == CertificateState::foreign);
    CHECK(fleet.scratch.sql("PRAGMA foreign_key_check; SELECT count(*) FROM slots WHERE type = 'web'") == "1");
}

TEST_CASE("what an issuer of this home signed is the slot's own as soon as the place is declared") {
    Fleet fleet;
    auto place = found_place(fleet, "web");
    auto certificate = signed_here(fleet, place, "A1", CertificateState::foreign);
    fleet.store.write([&](Transaction& transaction) { ensure_slot(transaction, fleet.first, "", "web"); });
    CHECK(state_of(fleet, certificate.id) == CertificateState::active);
}

TEST_CASE("a certificate that is met again has the issuer, the number and the revocation of its first record") {
    Fleet fleet;
    auto& store = fleet.store;
    auto first = signed_here(fleet, fleet.online, "A1", CertificateState::active);
    auto again = signed_here(fleet, fleet.other, "A1", CertificateState::active);
    CHECK(again.same_as == first.id);
    CHECK(again.issuer_id == fleet.ca.id);
    CHECK_FALSE(first.same_as);
    CHECK(find_by_number(store, "A1", 10).size() == 1);
    CHECK(find_by_number(store, "A1", 10)[0].id == first.id);
    CHECK(find_signed(store, "A1", {fleet.ca.id})->id == first.id);
    CHECK(records_of(store, again.id).size() == 2);
    CHECK(uses_of(store, first.id).size() == 2);
    each_slot(store, {"unit-2"}, [&](const SlotStatus& status) {
        if (status.in_use) CHECK(status.in_use->issuer_id == fleet.ca.id);
    });

    SUBCASE("revoked by either record, it is once in the list, and due in both slots") {
        store.write(
            [&](Transaction& transaction) { revoke(transaction, again.id, RevocationReason::key_compromise, noon); });
        CHECK(revocation_of(store, first.id)->certificate_id == first.id);
        CHECK(revocation_of(store, again.id)->certificate_id == first.id);
        int listed = 0;
        each_revocation(store, fleet.ca.id, noon, [&](const Revocation&) { ++listed; });
        CHECK(listed == 1);
        CHECK(revoked_in_use(fleet) == std::vector{first.id, again.id});
        store.write([&](Transaction& transaction) {
            set_certificate_state(transaction, first.id, CertificateState::superseded, noon);
        });
        CHECK(state_of(fleet, first.id) == CertificateState::revoked);
        CHECK(state_of(fleet, again.id) == CertificateState::active);
        CHECK(revoked_in_use(fleet) == std::vector{again.id});
        store.write([&](Transaction& transaction) {
            set_certificate_state(transaction, again.id, CertificateState::superseded, noon);
        });
        CHECK(state_of(fleet, again.id) == CertificateState::revoked);
        CHECK(revoked_in_use(fleet).empty());
        CHECK(fleet.scratch.sql("SELECT in_use FROM revocations") == "0");
    }
    SUBCASE("a unit that was removed uses nothing") {
        store.write([&](Transaction& transaction) {
            fleet.first.removed_at = noon;
            update_unit(transaction, fleet.first);
            revoke(transaction, first.id, RevocationReason::superseded, noon);
        });
        CHECK(state_of(fleet, first.id) == CertificateState::revoked);
        CHECK(state_of(fleet, again.id) == CertificateState::active);
        CHECK(revoked_in_use(fleet) == std::vector{again.id});
    }
    SUBCASE("another certificate of the same number is refused") {
        auto other = certificate_in(fleet.offline, "A1", CertificateState::pending);
        other.issuer_id = fleet.ca.id;
        other.facts.fingerprint_sha256 = to_hex(sha256(view_of("another")));
        CHECK(code_of([&] {
                  store.write([&](Transaction& transaction) { add_certificate(transaction, other, {der("x")}); });
              }) == Code::refused);
    }
    CHECK(store.problems().empty());
}

TEST_CASE("met when it was revoked already, it is revoked and in use") {
    Fleet fleet;
    auto first = signed_here(fleet, fleet.online, "A1", CertificateState::superseded);
    fleet.store.write(
        [&](Transaction& transaction) { revoke(transaction, first.id, RevocationReason::key_compromise, noon); });
    CHECK(revoked_in_use(fleet).empty());
    auto again = signed_here(fleet, fleet.other, "A1", CertificateState::active);
    CHECK(revoked_in_use(fleet) == std::vector{again.id});
}

TEST_CASE("what is attributed later is the slot's own, or a superseded one, or the same as an earlier record") {
    Fleet fleet;
    auto& store = fleet.store;
    auto alone = fleet.add(fleet.online, "A1", CertificateState::foreign);
    auto kept = signed_here(fleet, fleet.other, "B1", CertificateState::active);
    auto drift = fleet.add(fleet.other, "A1", CertificateState::foreign);
    store.write([&](Transaction& transaction) {
        attribute_certificate(transaction, alone.id, fleet.ca.id, {fleet.ca.id}, noon);
        attribute_certificate(transaction, drift.id, fleet.ca.id, {fleet.ca.id}, noon);
        attribute_certificate(transaction, kept.id, fleet.ca.id, {fleet.ca.id}, noon);
    });
    CHECK(state_of(fleet, alone.id) == CertificateState::active);
    CHECK(state_of(fleet, drift.id) == CertificateState::superseded);
    CHECK(find_certificate(store, drift.id)->same_as == alone.id);
    CHECK(state_of(fleet, kept.id) == CertificateState::active);
    CHECK(store.problems().empty());
}

TEST_CASE("what nobody here signed is forgotten with its chain, unless something refers to it") {
    Fleet fleet;
    auto& store = fleet.store;
    auto foreign = fleet.add(fleet.online, "F1", CertificateState::foreign);
    auto shared = fleet.add(fleet.offline, "F2", CertificateState::foreign);
    auto ours = signed_here(fleet, fleet.other, "A1", CertificateState::superseded);
    auto rows = [&] { return fleet.scratch.sql("SELECT count(*) FROM chain_certificates"); };
    auto before = rows();
    store.write([&](Transaction& transaction) { CHECK(forget_certificate(transaction, foreign.id)); });
    CHECK_FALSE(find_certificate(store, foreign.id));
    CHECK(rows() == before);  // the other one has the same chain
    auto item = fleet.item_for(fleet.offline);
    item.old_certificate_id = shared.id;
    store.write([&](Transaction& transaction) {
        add_item(transaction, item);
        CHECK_FALSE(forget_certificate(transaction, shared.id));
        CHECK_FALSE(forget_certificate(transaction, ours.id));
    });
    CHECK(find_certificate(store, shared.id));
    CHECK(chain_of(store, shared.id).size() == 3);
    CHECK(store.problems().empty());
}

TEST_CASE("of an older home, what a survey made is found, and what anybody named is declared") {
    StoreFolder old;
    auto before = std::ranges::find(schema_steps(), step_sql::found_places, &SchemaStep::sql) - schema_steps().begin();
    open_database(old.path, Purpose::create, noon, schema_steps().first(static_cast<std::size_t>(before)));
    old.sql(R"sql(
INSERT INTO units(id, name, address, reload, probe, added_at, offline_cause, attempts)
    VALUES(7, 'unit-1', 'dir:/srv', '', '', 1, '', 0);
INSERT INTO slots(id, unit_id, node, type) VALUES(1, 7, '', 'shown'), (2, 7, 'n', 'named'), (3, 7, '', 'set'),
    (4, 7, '', 'generated'), (5, 7, '', 'empty'), (6, 7, '', 'taken'), (7, 7, '', 'adopted'), (8, 7, '', 'run');
UPDATE slots SET identity_subject = 'CN=x', identity_sans = '[]' WHERE id = 7;
INSERT INTO certificates(slot_id, number, subject, issuer_name, not_before, not_after, key, signature, sans, usages,
    fingerprint, is_ca, state, predecessor, recorded_at, actor, comment)
    SELECT id, '0' || id, '', '', 1, 2, '', '', '[]', '[]', 'F' || id, 0,
        CASE WHEN id = 6 THEN 'active' ELSE 'foreign' END, '', 1, 'a', '' FROM slots WHERE id <> 5;
INSERT INTO runs(id, command, selection, issuer, comment, actor, started_at, ending)
    VALUES(5, 'renew', 'unit-1', '', '', 'a', 1, '');
INSERT INTO items(run_id, slot_id, token, step, outcome, why, moves_slot, old_number, new_number, error, updated_at)
    VALUES(5, 8, 't', 'planned', 'failed', '', 0, '', '', '', 1);
INSERT INTO audit(seq, at, actor, action, subject, detail, hash) VALUES
    (1, 1, 'a', 'unit.add', 'unit-1', '{"slots":["n/named"]}', zeroblob(32)),
    (2, 1, 'a', 'unit.set', 'unit-1', '{"slots":["set"]}', zeroblob(32)),
    (3, 1, 'a', 'slot.declare', 'unit-1/generated', '{}', zeroblob(32)),
    (4, 1, 'a', 'unit.add', 'unit-2', 'no JSON', zeroblob(32));
)sql");
    Store store = Store::open(old.path, Store::Mode::write, noon);
    CHECK(store.problems().empty());
    CHECK(old.sql("SELECT group_concat(type) FROM slots WHERE declared = 0") == "shown");
    CHECK(slots_of(store, 7).size() == 7);
}
