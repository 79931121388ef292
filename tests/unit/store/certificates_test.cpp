#include "store/certificates/certificates.hpp"

#include "rekey/store/fleet.hpp"
#include "store/certificates/revocations.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

std::string listed(Store& store, const CertificateFilter& filter = {}) {
    std::string all;
    each_certificate(store, filter, [&](const Certificate& certificate) {
        all += certificate.slot.unit + "/" + certificate.slot.type + ":" + certificate.facts.number + " ";
    });
    return all;
}

std::string numbers(const std::vector<Certificate>& certificates) {
    std::string all;
    for (const auto& certificate : certificates) all += certificate.facts.number + " ";
    return all;
}

Code adding(Fleet& fleet, Certificate certificate) {
    Transaction transaction(fleet.store);
    return code_of([&] { add_certificate(transaction, certificate, {}); });
}

}  // namespace

TEST_CASE("words for states and reasons go both ways") {
    for (auto state : {CertificateState::pending, CertificateState::active, CertificateState::superseded,
                       CertificateState::revoked, CertificateState::rejected, CertificateState::foreign})
        CHECK(certificate_state(to_string(state)) == state);
    for (auto each : {Reason::expiry, Reason::policy, Reason::migration, Reason::rotation, Reason::manual,
                      Reason::audit, Reason::compromise})
        CHECK(reason(to_string(each)) == each);
    CHECK_FALSE(certificate_state("expired"));
    CHECK_FALSE(certificate_state(""));
    CHECK_FALSE(reason("Expiry"));
}

TEST_CASE("an issuer gives a number once, a slot has one active certificate") {
    Fleet fleet;
    Certificate first = certificate_in(fleet.online, "A1");
    first.issuer_id = fleet.ca.id;
    fleet.store.write([&](Transaction& transaction) { add_certificate(transaction, first, {der("leaf")}); });
    std::string before = fleet.scratch.sql(".dump");

    Certificate same_number = certificate_in(fleet.other, "A1", CertificateState::pending);
    same_number.issuer_id = fleet.ca.id;
    same_number.facts.fingerprint_sha256 = std::string(64, 'E');
    fleet.store.write([&](Transaction& transaction) {
        Error error = error_of([&] { add_certificate(transaction, same_number, {der("x")}); });
        CHECK(error.code() == Code::refused);
        CHECK(contains(error.message(), "A1"));
        CHECK(contains(error.message(), "unit-1/online"));
    });
    {
        fleet.store.write([&](Transaction& transaction) {
            Certificate second = certificate_in(fleet.online, "B2");
            Error error = error_of([&] { add_certificate(transaction, second, {der("x")}); });
            CHECK(error.code() == Code::refused);
            CHECK(contains(error.message(), "unit-1/online"));
            CHECK(contains(error.message(), "A1"));
        });
    }
    Certificate nowhere = certificate_in(fleet.online, "C3");
    nowhere.slot_id = 4711;
    CHECK(adding(fleet, nowhere) == Code::not_found);
    CHECK(fleet.scratch.sql(".dump") == before);

    // A number means nothing without its issuer.
    fleet.add(fleet.other, "A1", CertificateState::foreign);
    fleet.add(fleet.offline, "A1", CertificateState::foreign);
    CHECK(numbers(find_by_number(fleet.store, "A1", 10)) == "A1 A1 A1 ");
}

TEST_CASE("a certificate comes back as it was recorded, with its chain") {
    Fleet fleet;
    Certificate certificate = certificate_in(fleet.online, "00FF", CertificateState::pending);
    certificate.issuer_id = fleet.ca.id;
    certificate.reason = Reason::migration;
    certificate.predecessor = "AA";
    certificate.comment = "line\nbreak, 'quote'";
    certificate.facts.sans = {"dns:\"x\"", "uri:a\\b", "email:ä@b"};
    certificate.facts.usages = {};
    certificate.facts.subject = "";
    certificate.facts.is_ca = true;
    certificate.facts.not_before = from_unix(-62'135'596'800);
    certificate.facts.not_after = from_unix(253'402'300'799);
    std::vector<Bytes> chain = {der("leaf"), der("intermediate"), Bytes{}, der("root")};
    fleet.store.write([&](Transaction& transaction) { add_certificate(transaction, certificate, chain); });

    auto found = find_certificate(fleet.store, certificate.id);
    REQUIRE(found);
    CHECK(found->id == certificate.id);
    CHECK(found->slot_id == fleet.online.id);
    CHECK(found->slot == fleet.online.name);
    CHECK(found->issuer_id == fleet.ca.id);
    CHECK(found->state == CertificateState::pending);
    CHECK(found->reason == Reason::migration);
    CHECK(found->predecessor == "AA");
    CHECK(found->recorded_at == noon);
    CHECK(found->actor == "alice@host");
    CHECK(found->comment == certificate.comment);
    CHECK_FALSE(found->ended_at);
    CHECK(found->facts.number == "00FF");
    CHECK(found->facts.subject == "");
    CHECK(found->facts.issuer == certificate.facts.issuer);
    CHECK(found->facts.not_before == certificate.facts.not_before);
    CHECK(found->facts.not_after == certificate.facts.not_after);
    CHECK(found->facts.key == "ec-p256");
    CHECK(found->facts.signature == "ecdsa-with-SHA256");
    CHECK(found->facts.sans == certificate.facts.sans);
    CHECK(found->facts.usages.empty());
    CHECK(found->facts.fingerprint_sha256 == certificate.facts.fingerprint_sha256);
    CHECK(found->facts.is_ca);
    CHECK(chain_of(fleet.store, certificate.id) == chain);
    CHECK(chain_of(fleet.store, 4711).empty());
    CHECK_FALSE(find_certificate(fleet.store, 4711));
    CHECK_FALSE(find_certificate(fleet.store, fleet.add(fleet.other, "B2").id)->reason);
}

TEST_CASE("what is above the leaf is kept once") {
    Fleet fleet;
    auto shared = fleet.scratch.sql("SELECT count(*) FROM chain_certificates");
    CHECK(shared == "2");  // the issuer's own
    auto a = fleet.add(fleet.online, "A1");
    auto b = fleet.add(fleet.other, "B2");
    CHECK(fleet.scratch.sql("SELECT count(*) FROM chain_certificates") == "3");
    CHECK(fleet.scratch.sql("SELECT count(*) FROM certificate_leaves") == "2");
    CHECK(chain_of(fleet.store, a.id) == std::vector<Bytes>{der("leaf A1"), der("ca"), der("root")});
    CHECK(chain_of(fleet.store, b.id) == std::vector<Bytes>{der("leaf B2"), der("ca"), der("root")});
    Certificate bare = certificate_in(fleet.offline, "C3");
    fleet.store.write([&](Transaction& transaction) { add_certificate(transaction, bare, {}); });
    CHECK(chain_of(fleet.store, bare.id).empty());
}

TEST_CASE("a state change keeps the slot's one active certificate, and the time of the end") {
    Fleet fleet;
    auto old = fleet.add(fleet.online, "A1");
    auto fresh = fleet.add(fleet.online, "B2", CertificateState::pending);
    auto state_of = [&](const Certificate& certificate) { return find_certificate(fleet.store, certificate.id); };
    fleet.store.write([&](Transaction& transaction) {
        Error error = error_of([&] { set_certificate_state(transaction, fresh.id, CertificateState::active, noon); });
        CHECK(error.code() == Code::refused);
        CHECK(contains(error.message(), "unit-1/online"));
        CHECK(code_of([&] { set_certificate_state(transaction, 4711, CertificateState::active, noon); }) ==
              Code::not_found);
    });
    CHECK(state_of(fresh)->state == CertificateState::pending);
    CHECK(certificate_in_use(fleet.store, fleet.online.id)->id == old.id);

    fleet.store.write([&](Transaction& transaction) {
        set_certificate_state(transaction, old.id, CertificateState::superseded, noon + day);
        set_certificate_state(transaction, fresh.id, CertificateState::active, noon + day);
        // Once more is no other.
        set_certificate_state(transaction, fresh.id, CertificateState::active, noon + day);
    });
    CHECK(state_of(old)->state == CertificateState::superseded);
    CHECK(state_of(old)->ended_at == noon + day);
    CHECK_FALSE(state_of(fresh)->ended_at);
    CHECK(certificate_in_use(fleet.store, fleet.online.id)->id == fresh.id);

    fleet.store.write([&](Transaction& transaction) {
        set_certificate_state(transaction, old.id, CertificateState::revoked, noon + 2 * day);
    });
    CHECK(state_of(old)->ended_at == noon + day);

    for (auto state : {CertificateState::rejected, CertificateState::revoked, CertificateState::superseded}) {
        auto found = fleet.add(fleet.other, "F" + std::to_string(static_cast<int>(state)), CertificateState::foreign);
        fleet.store.write(
            [&](Transaction& transaction) { set_certificate_state(transaction, found.id, state, noon + day); });
        CHECK(state_of(found)->ended_at == noon + day);
    }
    // The old one taken back.
    fleet.store.write([&](Transaction& transaction) {
        set_certificate_state(transaction, fresh.id, CertificateState::rejected, noon + 3 * day);
        set_certificate_state(transaction, old.id, CertificateState::active, noon + 3 * day);
    });
    CHECK_FALSE(state_of(old)->ended_at);
    CHECK(fleet.store.problems().empty());
}

TEST_CASE("history that is recorded afterwards has an end") {
    Fleet fleet;
    auto past = fleet.add(fleet.online, "A1", CertificateState::superseded);
    CHECK(find_certificate(fleet.store, past.id)->ended_at == noon);
    Certificate known = certificate_in(fleet.online, "B2", CertificateState::revoked);
    known.ended_at = noon - day;
    Certificate live = certificate_in(fleet.online, "C3", CertificateState::active);
    live.ended_at = noon;
    fleet.store.write([&](Transaction& transaction) {
        add_certificate(transaction, known, {});
        add_certificate(transaction, live, {});
    });
    CHECK(find_certificate(fleet.store, known.id)->ended_at == noon - day);
    CHECK_FALSE(find_certificate(fleet.store, live.id)->ended_at);
}

TEST_CASE("in use is the active one, else the newest foreign one") {
    Fleet fleet;
    auto in_use = [&] { return certificate_in_use(fleet.store, fleet.online.id); };
    CHECK_FALSE(in_use());
    fleet.add(fleet.online, "A1", CertificateState::pending);
    fleet.add(fleet.online, "A2", CertificateState::rejected);
    CHECK_FALSE(in_use());
    fleet.add(fleet.online, "B1", CertificateState::foreign);
    fleet.add(fleet.online, "B2", CertificateState::foreign);
    CHECK(in_use()->facts.number == "B2");
    fleet.add(fleet.online, "C1", CertificateState::active);
    fleet.add(fleet.online, "B3", CertificateState::foreign);
    CHECK(in_use()->facts.number == "C1");
    CHECK_FALSE(certificate_in_use(fleet.store, fleet.other.id));
}

TEST_CASE("by fingerprint the last record in this slot is found") {
    Fleet fleet;
    auto first = fleet.add(fleet.online, "A1");
    auto elsewhere = fleet.add(fleet.other, "A1", CertificateState::foreign);
    fleet.store.write([&](Transaction& transaction) {
        set_certificate_state(transaction, first.id, CertificateState::superseded, noon);
    });
    auto again = fleet.add(fleet.online, "A1", CertificateState::foreign);
    const auto& fingerprint = first.facts.fingerprint_sha256;
    CHECK(find_in_slot(fleet.store, fleet.online.id, fingerprint)->id == again.id);
    CHECK(find_in_slot(fleet.store, fleet.other.id, fingerprint)->id == elsewhere.id);
    CHECK_FALSE(find_in_slot(fleet.store, fleet.offline.id, fingerprint));
    CHECK_FALSE(find_in_slot(fleet.store, fleet.online.id, ""));
    CHECK(numbers(history_of(fleet.store, fleet.online.id)) == "A1 A1 ");
}

TEST_CASE("by the beginning of the number, taken literally") {
    Fleet fleet;
    for (const char* number : {"0A", "9F", "A1", "A10B", "A1FF", "A2", "AB", "B0", "FF", "FFFF"})
        fleet.add(fleet.online, number, CertificateState::foreign);
    auto found = [&](const std::string& prefix, int limit = 100) {
        return numbers(find_by_number(fleet.store, prefix, limit));
    };
    CHECK(found("a1") == "A1 A10B A1FF ");
    CHECK(found("A") == "A1 A10B A1FF A2 AB ");
    CHECK(found("ff") == "FF FFFF ");
    CHECK(found("A10B") == "A10B ");
    CHECK(found("A10B0") == "");
    CHECK(found("A", 2) == "A1 A10B ");
    CHECK(found("", 3) == "0A 9F A1 ");
    CHECK(found("A", 0) == "");
    CHECK(found("A", -1) == "");
    for (const char* wild : {"%", "A%", "_", "*", "A?", "[A]", "A' OR '1'='1", "G", "a:1"}) CHECK(found(wild) == "");
}

TEST_CASE("a number is shown by the first digits that no other begins with") {
    Fleet fleet;
    for (const char* number : {"1001", "8A0000000000000011", "8A0000000000000012", "8A00000000000000121",
                               "B0000000000000FF", "B0000000000001FF", "-7700000000000055"})
        fleet.add(fleet.online, number, CertificateState::foreign);
    fleet.add(fleet.other, "B0000000000000FF", CertificateState::foreign);
    auto shortest = [&](const char* number) { return short_number(fleet.store, number); };
    CHECK(shortest("1001") == "1001");
    CHECK(shortest("8A0000000000000011") == "8A0000000000000011");
    // Another begins with all of it; whole, it is meant.
    CHECK(shortest("8A0000000000000012") == "8A0000000000000012");
    CHECK(shortest("8A00000000000000121") == "8A00000000000000121");
    CHECK(shortest("B0000000000000FF") == "B0000000000000");
    CHECK(shortest("B0000000000001FF") == "B0000000000001");
    CHECK(shortest("-7700000000000055") == "-770000000000");
    // One that the home does not have.
    CHECK(shortest("C00000000000000000") == "C00000000000");
    CHECK(numbers(find_by_number(fleet.store, shortest("B0000000000001FF"), 10)) == "B0000000000001FF ");
}

TEST_CASE("a number is known from a certificate, a reservation or an issuer") {
    Fleet fleet;
    Item item = fleet.add(fleet.item_for(fleet.online));
    fleet.add(fleet.other, "A1", CertificateState::rejected);
    fleet.store.write([&](Transaction& transaction) {
        reserve_number(transaction, "B2", item.id, noon);
        reserve_number(transaction, "C3", 0, noon);
        for (const char* used : {"A1", "B2", "C3", fleet.ca.facts.number.c_str()}) {
            CHECK(number_known(fleet.store, used));
            Error error = error_of([&] { reserve_number(transaction, used, item.id, noon); });
            CHECK(error.code() == Code::refused);
            CHECK(contains(error.message(), used));
        }
        CHECK_FALSE(number_known(fleet.store, "D4"));
    });
    CHECK(fleet.scratch.sql("SELECT number, item_id FROM reserved_numbers ORDER BY number") ==
          "B2|" + std::to_string(item.id) + "\nC3|");
    // It is reserved for just this.
    Certificate certificate = certificate_in(fleet.online, "B2", CertificateState::pending);
    certificate.issuer_id = fleet.ca.id;
    fleet.store.write([&](Transaction& transaction) { add_certificate(transaction, certificate, {}); });
}

TEST_CASE("the list is in order, and holds what was asked for") {
    Fleet fleet;
    Store& store = fleet.store;
    fleet.add(fleet.other, "E1");
    fleet.add(fleet.online, "A1", CertificateState::superseded);
    fleet.add(fleet.online, "A2", CertificateState::revoked);
    fleet.add(fleet.online, "A3", CertificateState::active);
    fleet.add(fleet.online, "A4", CertificateState::pending);
    fleet.add(fleet.online, "A5", CertificateState::rejected);
    fleet.add(fleet.offline, "B1", CertificateState::foreign);

    CHECK(listed(store) == "unit-1/offline:B1 unit-1/online:A3 unit-1/online:A4 unit-2/online:E1 ");
    CertificateFilter filter;
    filter.history = true;
    CHECK(listed(store, filter) ==
          "unit-1/offline:B1 unit-1/online:A1 unit-1/online:A2 unit-1/online:A3 unit-1/online:A4 unit-1/online:A5 "
          "unit-2/online:E1 ");
    SUBCASE("units, each once and in order") {
        filter.which.names = {"unit-2", "unit-1", "unit-2", "unit-7"};
        filter.which.types = {"online"};
        filter.history = false;
        CHECK(listed(store, filter) == "unit-1/online:A3 unit-1/online:A4 unit-2/online:E1 ");
        filter.which.names = {"unit-7"};
        CHECK(listed(store, filter) == "");
    }
    SUBCASE("a state is meant, also without history") {
        filter.history = false;
        filter.which.state = CertificateState::revoked;
        CHECK(listed(store, filter) == "unit-1/online:A2 ");
        filter.which.state = CertificateState::foreign;
        CHECK(listed(store, filter) == "unit-1/offline:B1 ");
    }
    SUBCASE("labels") {
        filter.which.labels = {{"site", {"berlin"}}};
        filter.which.types = {"offline"};
        CHECK(listed(store, filter) == "unit-1/offline:B1 ");
        filter.which.labels = {{"site", {"bonn"}}};
        CHECK(listed(store, filter) == "");
    }
    SUBCASE("removed units") {
        fleet.second.removed_at = noon;
        store.write([&](Transaction& transaction) { update_unit(transaction, fleet.second); });
        Unit again = unit_named("unit-2");
        store.write([&](Transaction& transaction) {
            add_unit(transaction, again);
            auto slot = ensure_slot(transaction, again, "", "online");
            Certificate certificate = certificate_in(slot, "E2");
            add_certificate(transaction, certificate, {});
        });
        filter.which.names = {"unit-2"};
        CHECK(listed(store, filter) == "unit-2/online:E2 ");
        filter.removed_units = true;
        CHECK(listed(store, filter) == "unit-2/online:E1 unit-2/online:E2 ");
        filter.which.names.clear();
        filter.which.types = {"online"};
        filter.which.state = CertificateState::active;
        CHECK(listed(store, filter) == "unit-1/online:A3 unit-2/online:E1 unit-2/online:E2 ");
    }
    SUBCASE("visitors may ask on, and may stop") {
        std::string nested;
        each_certificate(store, {}, [&](const Certificate& outer) {
            nested += outer.facts.number + ":" + std::to_string(history_of(store, outer.slot_id).size()) + " ";
            each_certificate(store, {}, [&](const Certificate&) { nested += "."; });
        });
        CHECK(nested == "B1:1 ....A3:5 ....A4:5 ....E1:1 ....");
        CHECK_THROWS_AS(each_certificate(store, {}, [](const Certificate&) { throw Error(Code::interrupted, "x"); }),
                        Error);
        CHECK(store.checkpoint());
    }
}

TEST_CASE("what expires is found by either way") {
    Fleet fleet;
    auto add = [&](Transaction& transaction, const Slot& slot, const std::string& number, Time not_after,
                   CertificateState state) {
        Certificate certificate = certificate_in(slot, number, state);
        certificate.facts.not_after = not_after;
        add_certificate(transaction, certificate, {});
    };
    fleet.store.write([&](Transaction& transaction) {
        add(transaction, fleet.other, "E1", noon - day, CertificateState::active);
        add(transaction, fleet.offline, "B1", noon, CertificateState::foreign);
        add(transaction, fleet.online, "A1", noon - 2 * day, CertificateState::superseded);
        add(transaction, fleet.online, "A2", noon + day, CertificateState::active);
        add(transaction, fleet.online, "A3", noon - 3 * day, CertificateState::pending);
    });
    CertificateFilter filter;
    filter.which.expires_before = noon;
    CHECK(listed(fleet.store, filter) == "unit-1/online:A3 unit-2/online:E1 ");
    filter.which.expires_before = noon + Seconds{1};
    CHECK(listed(fleet.store, filter) == "unit-1/offline:B1 unit-1/online:A3 unit-2/online:E1 ");
    filter.which.state = CertificateState::active;
    CHECK(listed(fleet.store, filter) == "unit-2/online:E1 ");
    filter.which.state = CertificateState::superseded;
    CHECK(listed(fleet.store, filter) == "unit-1/online:A1 ");
    filter.which.state.reset();
    filter.history = true;
    CHECK(listed(fleet.store, filter) == "unit-1/offline:B1 unit-1/online:A1 unit-1/online:A3 unit-2/online:E1 ");
    filter.history = false;
    filter.which.names = {"unit-2", "unit-1"};
    filter.which.types = {"online"};
    CHECK(listed(fleet.store, filter) == "unit-1/online:A3 unit-2/online:E1 ");

    // More than are put in order in memory; the order stays the same.
    fleet.store.write([&](Transaction& transaction) {
        for (int i = 0; i < 10'001; ++i)
            add(transaction, fleet.offline, "C" + std::to_string(i), noon, CertificateState::foreign);
    });
    filter.which.names.clear();
    filter.which.types.clear();
    int seen = 0;
    std::string last;
    each_certificate(fleet.store, filter, [&](const Certificate& certificate) {
        std::string name = certificate.slot.to_string();
        CHECK(last <= name);
        last = name;
        ++seen;
    });
    CHECK(seen == 10'004);
}

TEST_CASE("a list of certificates may leave their details out") {
    Fleet fleet;
    fleet.store.write([&](Transaction& transaction) {
        Certificate active = certificate_in(fleet.online, "A1", CertificateState::active);
        active.facts.sans = {"DNS:unit-1"};
        active.facts.details = CertificateDetails{};
        add_certificate(transaction, active, {});
        Certificate foreign = certificate_in(fleet.other, "B1", CertificateState::foreign);
        add_certificate(transaction, foreign, {});
    });
    CertificateFilter filter;
    filter.details = false;
    CHECK(listed(fleet.store, filter) == listed(fleet.store));
    each_certificate(fleet.store, filter, [&](const Certificate& certificate) {
        auto whole = *find_certificate(fleet.store, certificate.id);
        CHECK(certificate.facts.sans.empty());
        CHECK(certificate.facts.usages.empty());
        CHECK_FALSE(certificate.facts.details);
        CHECK(certificate.facts.subject == whole.facts.subject);
        CHECK(certificate.facts.fingerprint_sha256 == whole.facts.fingerprint_sha256);
        CHECK(certificate.recorded_at == whole.recorded_at);
    });
}
