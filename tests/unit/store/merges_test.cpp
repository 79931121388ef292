#include "rekey/store/merges.hpp"

#include "rekey/store/archive_rows.hpp"
#include "store/tenant_sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// `globex` on its way into `acme`.
struct Merging : Tenants {
    Merge merge;

    void begin() {
        Credential given = add(credential_of(globex, "given"));
        Rotation rotation;
        rotation.tenant_id = acme.id;
        rotation.old_credential_id = main.id;
        rotation.new_credential_id = add(credential_of(acme, "fresh", CredentialState::superseded)).id;
        rotation.state = RotationState::confirmed;
        rotation.started_at = noon;
        rotation.confirmed_at = noon;
        commit(store, [&] {
            set_credential_state(store, given.id, CredentialState::superseded, noon);
            add_rotation(store, rotation);
            merge.from_tenant_id = globex.id;
            merge.into_tenant_id = acme.id;
            merge.from_credential_id = given.id;
            merge.rotation_id = rotation.id;
            merge.started_at = noon;
            add_merge(store, merge);
        });
    }

    void tell(const Tenant& tenant, const std::string& id, const std::string& model, Seconds after,
              bool inactive = false) {
        Device device = device_with(id);
        device.model = model;
        device.first_seen = device.last_seen = noon + after;
        if (inactive) device.inactive_since = noon + after;
        commit(store, [&] { put_devices(store, tenant.id, {device}); });
    }

    void move_all() {
        for (std::int64_t moved = 1; moved > 0;)
            commit(store, [&] { moved = move_devices(store, merge, 2) + move_coverage(store, merge, 2); });
    }

    std::string states() {
        std::string text;
        auto add = [&](const DeviceRow& row) {
            text += row.id + ":" + row.model + "@" + std::to_string((row.last_seen - noon).count()) +
                    (row.inactive_since ? "- " : " ");
        };
        each_device_row(store, acme.id, Rows::earlier, add);
        text += "| ";
        each_device_row(store, acme.id, Rows::present, add);
        return text;
    }
    std::string counters(const Tenant& tenant) {
        auto counts = count_records(store, tenant.id);
        return std::to_string(counts.devices) + " " + std::to_string(counts.inactive) + " " +
               std::to_string(counts.coverage);
    }
};

constexpr Seconds s{1};

}  // namespace

TEST_CASE("the newer state of a device wins, all others are history in order of time") {
    Merging all;
    all.tell(all.acme, "A", "a1", 1 * s);
    all.tell(all.acme, "A", "a3", 3 * s);
    all.tell(all.globex, "A", "g2", 2 * s);
    all.tell(all.globex, "A", "g4", 4 * s);
    all.tell(all.acme, "B", "a9", 9 * s);
    all.tell(all.globex, "B", "g5", 5 * s);
    all.tell(all.acme, "C", "same", 1 * s);
    all.tell(all.globex, "C", "same", 2 * s);
    all.tell(all.globex, "D", "g", 1 * s);
    all.tell(all.acme, "E", "a", 1 * s);
    all.begin();
    all.move_all();
    CHECK(all.states() == "A:a1@1 A:g2@2 A:a3@3 B:g5@5 | A:g4@4 B:a9@9 C:same@2 D:g@1 E:a@1 ");
    CHECK(all.counters(all.acme) == "5 0 0");
    CHECK(all.counters(all.globex) == "0 0 0");
    each_device_row(all.store, all.acme.id, Rows::present,
                    [&](const DeviceRow& row) { CHECK(row.first_seen == noon + (row.id == "B" ? 5 * s : 1 * s)); });
    std::string positions;
    each_device_row(all.store, all.acme.id, Rows::earlier,
                    [&](const DeviceRow& row) { positions += row.id + std::to_string(row.position); });
    CHECK(positions == "A1A2A3B1");
}

TEST_CASE("that a device is gone counts as the newest word when it is") {
    Merging all;
    all.tell(all.acme, "A", "x", 1 * s);
    all.tell(all.acme, "A", "x", 9 * s, true);
    all.tell(all.globex, "A", "y", 5 * s);
    all.tell(all.acme, "B", "x", 2 * s, true);
    all.tell(all.globex, "B", "x", 5 * s);
    all.begin();
    all.move_all();
    CHECK(all.states() == "A:y@5 | A:x@9- B:x@5 ");
    CHECK(all.counters(all.acme) == "2 1 0");
}

TEST_CASE("coverage is merged the same way") {
    Merging all;
    auto tell = [&](const Tenant& tenant, const std::string& status, Seconds after) {
        Coverage coverage = coverage_with("A", "C");
        coverage.status = status;
        coverage.last_seen = noon + after;
        commit(all.store, [&] { put_coverage(all.store, tenant.id, {coverage}); });
    };
    tell(all.acme, "NEW", 5 * s);
    tell(all.globex, "OLD", 1 * s);
    tell(all.globex, "MIDDLE", 2 * s);
    all.begin();
    all.move_all();
    std::string states;
    each_coverage_row(all.store, all.acme.id, Rows::earlier,
                      [&](const CoverageRow& row) { states += row.status + " "; });
    each_coverage_row(all.store, all.acme.id, Rows::present, [&](const CoverageRow& row) { states += row.status; });
    CHECK(states == "OLD MIDDLE NEW");
    CHECK(all.counters(all.acme) == "0 0 1");
    CHECK(all.counters(all.globex) == "0 0 0");
}

TEST_CASE("a merge ends when no records are left, with all that belonged to the tenant") {
    Merging all;
    all.tell(all.globex, "A", "x", 1 * s);
    Sync sync;
    commit(all.store, [&] {
        for (Id id : {all.acme.id, all.globex.id}) {
            sync = Sync();
            sync.tenant_id = id;
            sync.started_at = noon;
            add_sync(all.store, sync);
        }
    });
    all.begin();
    AcceptedEntry entry;
    entry.entry_id = "e1";
    entry.credential_id = all.merge.from_credential_id;
    commit(all.store, [&] { accept_entry(all.store, entry); });
    CHECK(open_merge_from(all.store, all.globex.id)->from_name == "globex");
    CHECK(error_of([&] { commit(all.store, [&] { finish_merge(all.store, all.merge, noon); }); }).code() == Code::busy);
    CHECK(find_tenant(all.store, "globex"));

    all.move_all();
    commit(all.store, [&] { finish_merge(all.store, all.merge, noon + 5 * s); });
    CHECK_FALSE(find_tenant(all.store, "globex"));
    CHECK_FALSE(open_merge_from(all.store, all.globex.id));
    CHECK(finished_merge(all.store, "globex", all.acme.id)->state == MergeState::merged);
    auto given = find_credential(all.store, all.merge.from_credential_id);
    CHECK(given->tenant_id == all.acme.id);
    CHECK(given->state == CredentialState::retired);
    CHECK(given->sealed_key.empty());
    CHECK(find_credential(all.store, accepted_entry(all.store, "e1")->credential_id)->name == "fresh");
    std::string syncs;
    each_sync(all.store, all.acme.id, [&](const Sync& each) {
        syncs += std::to_string(each.generation) + std::string(to_string(each.phase)) + " ";
    });
    CHECK(syncs == "1devices 2abandoned ");
    // One that is not finished is the one to go on with.
    CHECK(last_sync(all.store, all.acme.id)->generation == 1);
    CHECK(all.store.problems().empty());
    CHECK(error_of([&] { commit(all.store, [&] { move_devices(all.store, all.merge, 1); }); }).code() == Code::busy);
}

TEST_CASE("a merge that is undone leaves the tenant as it was") {
    Merging all;
    all.tell(all.globex, "A", "x", 1 * s);
    all.begin();
    commit(all.store, [&] { undo_merge(all.store, all.merge, noon); });
    CHECK_FALSE(open_merge_from(all.store, all.globex.id));
    CHECK(all.counters(all.globex) == "1 0 0");
    CHECK(all.counters(all.acme) == "0 0 0");
    all.begin();
    all.move_all();
    commit(all.store, [&] { finish_merge(all.store, all.merge, noon); });
    CHECK(all.counters(all.acme) == "1 0 0");
    commit(all.store, [&] { remove_tenant(all.store, all.acme.id); });
    CHECK(all.store.problems().empty());
}

TEST_CASE("what arrives is seen by nobody until it is finished, and left-overs go in short transactions") {
    Tenants all;
    Tenant arriving = tenant_named("initech");
    std::vector<DeviceRow> rows(25);
    for (int i = 0; i < 25; ++i) {
        static_cast<Device&>(rows[i]) = device_with("D" + std::to_string(i));
        rows[i].position = i % 5 == 0 ? 1 : 0;
    }
    auto begin = [&] {
        arriving = tenant_named("initech");
        commit(all.store, [&] { begin_arrival(all.store, arriving); });
        commit(all.store, [&] { add_device_rows(all.store, arriving.id, rows); });
    };
    begin();
    CHECK_FALSE(find_tenant(all.store, "initech"));
    CHECK_FALSE(find_tenant(all.store, arriving.name));
    CHECK(tenants(all.store).size() == 2);

    int transactions = 0;
    for (bool more = true; more; ++transactions)
        commit(all.store, [&] { more = clear_arrival(all.store, arriving.uid, 5); });
    CHECK(transactions == 5);
    CHECK(all.scratch.sql("SELECT count(*) FROM devices") == "0");
    CHECK(all.scratch.sql("SELECT count(*) FROM tenants") == "2");
    CHECK(error_of([&] { commit(all.store, [&] { require_arriving(all.store, arriving); }); }).code() == Code::busy);

    begin();
    Tenant first = arriving;
    commit(all.store, [&] { finish_arrival(all.store, arriving, "initech"); });
    CHECK(count_records(all.store, find_tenant(all.store, "initech")->id).devices == 20);
    CHECK(error_of([&] { commit(all.store, [&] { finish_arrival(all.store, first, "initech"); }); }).code() ==
          Code::busy);
    // Neither its uid nor its name comes twice.
    Tenant again = tenant_named("initech");
    CHECK(error_of([&] { commit(all.store, [&] { begin_arrival(all.store, again); }); }).code() == Code::refused);
    again.uid = uid_of("another");
    CHECK(error_of([&] { commit(all.store, [&] { begin_arrival(all.store, again); }); }).code() == Code::refused);
}
