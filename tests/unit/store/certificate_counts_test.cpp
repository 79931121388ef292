#include "store/certificates/certificate_counts.hpp"

#include "store/certificates/found_certificates.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// Selects all, and is counted one by one.
const Selection all_by_pattern{"*"};

/// One certificate in each state, and one of each place that nobody counts.
struct MixedFleet : Fleet {
    MixedFleet() {
        put(online, "A1", CertificateState::active, noon + 10 * day);
        put(online, "S1", CertificateState::superseded, noon + 5 * day);
        put(online, "P1", CertificateState::pending, noon + 3 * day);
        put(offline, "R1", CertificateState::rejected, noon + 4 * day);
        put(other, "F1", CertificateState::foreign, noon + 10 * day);
        put(other, "F2", CertificateState::foreign, noon + 400 * day);
        store.write([&](Transaction& transaction) {
            auto place = ensure_found(transaction, second, "", "web");
            auto shown = certificate_in(place, "W1", CertificateState::foreign);
            shown.facts.not_after = noon + day;
            add_certificate(transaction, shown, {});
            auto gone = unit_named("unit-9");
            add_unit(transaction, gone);
            auto slot = ensure_slot(transaction, gone, "", "online");
            ensure_slot(transaction, gone, "", "offline");
            auto left = certificate_in(slot, "G1");
            left.facts.not_after = noon + 2 * day;
            add_certificate(transaction, left, {});
            auto ended = certificate_in(slot, "G2", CertificateState::superseded);
            add_certificate(transaction, ended, {});
            gone.removed_at = noon;
            update_unit(transaction, gone);
        });
    }

    void put(const Slot& slot, const std::string& number, CertificateState state, Time not_after) {
        auto certificate = certificate_in(slot, number, state);
        certificate.facts.not_after = not_after;
        store.write([&](Transaction& transaction) { add_certificate(transaction, certificate, {}); });
    }
};

}  // namespace

TEST_CASE("certificates are counted alike by indexes and one by one") {
    MixedFleet fleet;
    const std::vector<Time> ends{noon, noon + 3 * day, noon + 10 * day, noon + 1000 * day};
    CertificateFilter all;
    all.history = true;
    std::map<CertificateState, std::int64_t> by_state;
    each_certificate(fleet.store, all, [&](const Certificate& each) { ++by_state[each.state]; });
    for (const auto& selection : {Selection{}, all_by_pattern}) {
        auto counts = count_certificates(fleet.store, selection, ends);
        for (auto state : {CertificateState::pending, CertificateState::active, CertificateState::superseded,
                           CertificateState::revoked, CertificateState::rejected, CertificateState::foreign})
            CHECK(counts.by_state[state] == by_state[state]);
        CHECK(counts.ending == std::vector<std::int64_t>{0, 0, 2, 3});
        CHECK(count_in_use(fleet.store, selection) == 3);
        CHECK(count_slots(fleet.store, selection) == 4);
        CHECK(count_units(fleet.store, selection) == 2);
    }
    CHECK(count_in_use(fleet.store, {"unit-1"}) == 1);
    CHECK(count_slots(fleet.store, {"unit-1"}) == 2);
}

TEST_CASE("the first to end is in use, and the first by name of those that end together") {
    MixedFleet fleet;
    for (const auto& selection : {Selection{}, all_by_pattern}) {
        auto first = first_to_end(fleet.store, selection);
        REQUIRE(first);
        CHECK(first->facts.number == "A1");
        CHECK(first->slot == fleet.online.name);
    }
    auto in_second = first_to_end(fleet.store, {"unit-2"});
    REQUIRE(in_second);
    CHECK(in_second->facts.number == "F1");
    CHECK_FALSE(first_to_end(fleet.store, {"unit-1/offline"}));
    Fleet empty;
    CHECK_FALSE(first_to_end(empty.store));
}

TEST_CASE("units with a renewal that waits are counted once") {
    Fleet fleet;
    CHECK(count_deferred_units(fleet.store, {}) == 0);
    for (const auto* slot : {&fleet.online, &fleet.offline}) {
        auto item = fleet.item_for(*slot);
        item.outcome = Outcome::deferred;
        fleet.add(item);
    }
    fleet.add(fleet.item_for(fleet.other));
    CHECK(count_deferred_units(fleet.store, {}) == 1);
    CHECK(count_deferred_units(fleet.store, {"unit-2"}) == 0);
}

TEST_CASE("what was only found is told without a look at the slots") {
    MixedFleet fleet;
    auto found = [&](const Selection& selection) {
        std::string all;
        each_found_certificate(fleet.store, selection, [&](const SlotName& place, const std::string& number) {
            all += place.to_string() + "=" + number + " ";
        });
        return all;
    };
    CHECK(found({}) == "unit-2/web=W1 ");
    CHECK(found({"unit-1"}).empty());
}
