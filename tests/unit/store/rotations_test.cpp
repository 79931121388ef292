#include "store/tenants/rotations.hpp"

#include "store/certificates/revocations.hpp"
#include "store/tenant_sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// With an open rotation from `main` to `next`.
struct Rotating : Tenants {
    Credential next = Tenants::add(credential_of(acme, "next"));
    Rotation rotation = Tenants::add(rotation_to(next));

    void set(RotationState state) {
        rotation.state = state;
        store.write([&](Transaction& transaction) { update_rotation(transaction, rotation); });
    }
};

std::string ids_of(const std::vector<Rotation>& rotations) {
    std::string ids;
    for (const Rotation& rotation : rotations) ids += std::to_string(rotation.id) + " ";
    return ids;
}

}  // namespace

TEST_CASE("a tenant has one open rotation, whatever it waits for") {
    Rotating tenants;
    Store& store = tenants.store;
    RotationState state = RotationState::staged;
    SUBCASE("staged") {}
    SUBCASE("verified") { state = RotationState::verified; }
    SUBCASE("cut over") { state = RotationState::cut_over; }
    tenants.set(state);
    Rotation second = tenants.rotation_to(tenants.next);
    Rotation ended = second;
    ended.state = RotationState::aborted;
    Rotation elsewhere = second;
    elsewhere.tenant_id = tenants.globex.id;
    store.write([&](Transaction& transaction) {
        Error error = error_of([&] { add_rotation(transaction, second); });
        CHECK(error.code() == Code::busy);
        CHECK(contains(error.message(), "acme"));
        add_rotation(transaction, ended);
        Rotation again = ended;
        again.state = RotationState::verified;
        CHECK(code_of([&] { update_rotation(transaction, again); }) == Code::busy);
        add_rotation(transaction, elsewhere);
    });
    CHECK(second.id == 0);
    CHECK(open_rotation(store, tenants.acme.id)->id == tenants.rotation.id);
    CHECK(open_rotation(store, tenants.acme.id)->state == state);
    CHECK(open_rotation(store, tenants.globex.id)->id == elsewhere.id);
}

TEST_CASE("a rotation that has ended makes room for another") {
    for (RotationState state :
         {RotationState::confirmed, RotationState::rolled_back, RotationState::aborted, RotationState::failed}) {
        Rotating tenants;
        tenants.set(state);
        CHECK_FALSE(open_rotation(tenants.store, tenants.acme.id));
        Rotation second = static_cast<Tenants&>(tenants).add(tenants.rotation_to(tenants.next));
        CHECK(open_rotation(tenants.store, tenants.acme.id)->id == second.id);
        CHECK(ids_of(rotations_of(tenants.store, tenants.acme.id)) == "1 2 ");
    }
}

TEST_CASE("a rotation comes back as it was recorded and updated") {
    Rotating tenants;
    Store& store = tenants.store;
    auto found = open_rotation(store, tenants.acme.id);
    REQUIRE(found);
    CHECK(found->id == tenants.rotation.id);
    CHECK(found->tenant_id == tenants.acme.id);
    CHECK(found->tenant == "acme");
    CHECK(tenants.rotation.tenant == "acme");
    CHECK(found->old_credential_id == tenants.main.id);
    CHECK(found->new_credential_id == tenants.next.id);
    CHECK(found->state == RotationState::staged);
    CHECK_FALSE(found->offline);
    CHECK(found->keep_prior == day);
    CHECK(found->started_at == noon);
    CHECK_FALSE(found->cut_over_at);
    CHECK(found->actor == "alice@host");
    CHECK(found->cause == "");

    Rotation changed = *found;
    Credential third = static_cast<Tenants&>(tenants).add(tenants.credential_of(tenants.acme, "third"));
    changed.new_credential_id = third.id;
    changed.state = RotationState::failed;
    changed.offline = true;
    changed.keep_prior = Seconds{0};
    changed.cut_over_at = noon + day;
    changed.confirmed_at = noon + 2 * day;
    changed.prior_destroyed_at = noon + 3 * day;
    changed.cause = "the provider does not know 'next'";
    store.write([&](Transaction& transaction) { update_rotation(transaction, changed); });
    auto all = rotations_of(store, tenants.acme.id);
    REQUIRE(all.size() == 1);
    CHECK(all[0].new_credential_id == third.id);
    CHECK(all[0].state == RotationState::failed);
    CHECK(all[0].offline);
    CHECK(all[0].keep_prior == Seconds{0});
    CHECK(all[0].started_at == noon);
    CHECK(all[0].cut_over_at == noon + day);
    CHECK(all[0].confirmed_at == noon + 2 * day);
    CHECK(all[0].prior_destroyed_at == noon + 3 * day);
    CHECK(all[0].cause == changed.cause);
    CHECK_FALSE(open_rotation(store, tenants.globex.id));
    CHECK(rotations_of(store, tenants.globex.id).empty());
}

TEST_CASE("a rotation of nothing is an error") {
    Rotating tenants;
    Store& store = tenants.store;
    std::string before = tenants.scratch.sql(".dump");
    Rotation nobodys = tenants.rotation_to(tenants.next);
    nobodys.tenant_id = 4711;
    Rotation unknown = tenants.rotation;
    unknown.id = 4711;
    store.write([&](Transaction& transaction) {
        CHECK(code_of([&] { add_rotation(transaction, nobodys); }) == Code::not_found);
        CHECK(code_of([&] { update_rotation(transaction, unknown); }) == Code::not_found);
    });
    CHECK(tenants.scratch.sql(".dump") == before);
}

TEST_CASE("unfinished are those to be confirmed, and those whose prior key is there still") {
    Rotating tenants;
    Store& store = tenants.store;
    CHECK(unfinished_rotations(store).empty());
    tenants.set(RotationState::verified);
    CHECK(unfinished_rotations(store).empty());
    tenants.set(RotationState::cut_over);
    CHECK(ids_of(unfinished_rotations(store)) == "1 ");
    tenants.set(RotationState::confirmed);
    Rotation other = tenants.rotation_to(tenants.next);
    other.tenant_id = tenants.globex.id;
    other.state = RotationState::cut_over;
    static_cast<Tenants&>(tenants).add(other);
    CHECK(ids_of(unfinished_rotations(store)) == "1 2 ");
    tenants.rotation.prior_destroyed_at = noon + day;
    tenants.set(RotationState::confirmed);
    CHECK(ids_of(unfinished_rotations(store)) == "2 ");
    tenants.rotation.prior_destroyed_at.reset();
    tenants.set(RotationState::rolled_back);
    CHECK(ids_of(unfinished_rotations(store)) == "2 ");
}
