#include "store/tenants/merges.hpp"

#include "rekey/store/tenants.hpp"
#include "store/records/archive_rows.hpp"
#include "store/records/arrivals.hpp"
#include "store/records/coverage.hpp"
#include "store/records/devices.hpp"
#include "store/records/merged_records.hpp"
#include "store/records/syncs.hpp"
#include "store/tenant_sample.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/payload_entries.hpp"
#include "store/tenants/rotations.hpp"
#include "store/tenants/tenants.hpp"

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
        store.write([&](Transaction& transaction) {
            set_credential_state(transaction, given.id, CredentialState::superseded, noon);
            add_rotation(transaction, rotation);
            merge.from_tenant_id = globex.id;
            merge.into_tenant_id = acme.id;
            merge.from_credential_id = given.id;
            merge.rotation_id = rotation.id;
            merge.started_at = noon;
            add_merge(transaction, merge);
        });
    }

    void tell(const Tenant& tenant, const std::string& id, const std::string& model, Seconds after,
              bool inactive = false) {
        Device device = device_with(id);
        device.model = model;
        device.first_seen = device.last_seen = noon + after;
        if (inactive) device.inactive_since = noon + after;
        store.write([&](Transaction& transaction) { put_devices(transaction, tenant.id, {device}); });
    }

    void move_all() {
        for (std::int64_t moved = 1; moved > 0;)
            store.write([&](Transaction& transaction) {
                moved = move_devices(transaction, merge, 2) + move_coverage(transaction, merge, 2);
            });
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
        all.store.write([&](Transaction& transaction) { put_coverage(transaction, tenant.id, {coverage}); });
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
    all.store.write([&](Transaction& transaction) {
        for (Id id : {all.acme.id, all.globex.id}) {
            sync = Sync();
            sync.tenant_id = id;
            sync.started_at = noon;
            add_sync(transaction, sync);
        }
    });
    all.begin();
    AcceptedEntry entry;
    entry.entry_id = "e1";
    entry.credential_id = all.merge.from_credential_id;
    all.store.write([&](Transaction& transaction) { accept_entry(transaction, entry); });
    CHECK(open_merge_from(all.store, all.globex.id)->from_name == "globex");
    CHECK(error_of([&] {
              all.store.write([&](Transaction& transaction) { finish_merge(transaction, all.merge, noon); });
          }).code() == Code::busy);
    CHECK(find_tenant(all.store, "globex"));

    all.move_all();
    all.store.write([&](Transaction& transaction) { finish_merge(transaction, all.merge, noon + 5 * s); });
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
    CHECK(error_of([&] {
              all.store.write([&](Transaction& transaction) { move_devices(transaction, all.merge, 1); });
          }).code() == Code::busy);
}

TEST_CASE("a merge that is undone leaves the tenant as it was") {
    Merging all;
    all.tell(all.globex, "A", "x", 1 * s);
    all.begin();
    all.store.write([&](Transaction& transaction) { undo_merge(transaction, all.merge, noon); });
    CHECK_FALSE(open_merge_from(all.store, all.globex.id));
    CHECK(all.counters(all.globex) == "1 0 0");
    CHECK(all.counters(all.acme) == "0 0 0");
    all.begin();
    all.move_all();
    all.store.write([&](Transaction& transaction) { finish_merge(transaction, all.merge, noon); });
    CHECK(all.counters(all.acme) == "1 0 0");
    all.store.write([&](Transaction& transaction) { remove_tenant(transaction, all.acme.id); });
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
        all.store.write([&](Transaction& transaction) { begin_arrival(transaction, arriving); });
        all.store.write([&](Transaction& transaction) { add_device_rows(transaction, arriving.id, rows); });
    };
    begin();
    CHECK_FALSE(find_tenant(all.store, "initech"));
    CHECK_FALSE(find_tenant(all.store, arriving.name));
    CHECK(tenants(all.store).size() == 2);

    int transactions = 0;
    for (bool more = true; more; ++transactions)
        all.store.write([&](Transaction& transaction) { more = clear_arrival(transaction, arriving.uid, 5); });
    CHECK(transactions == 5);
    CHECK(all.scratch.sql("SELECT count(*) FROM devices") == "0");
    CHECK(all.scratch.sql("SELECT count(*) FROM tenants") == "2");
    CHECK(error_of([&] {
              all.store.write([&](Transaction& transaction) { require_arriving(transaction, arriving); });
          }).code() == Code::busy);

    begin();
    Tenant first = arriving;
    all.store.write([&](Transaction& transaction) { finish_arrival(transaction, arriving, "initech"); });
    CHECK(count_records(all.store, find_tenant(all.store, "initech")->id).devices == 20);
    CHECK(error_of([&] {
              all.store.write([&](Transaction& transaction) { finish_arrival(transaction, first, "initech"); });
          }).code() == Code::busy);
    // Neither its uid nor its name comes twice.
    Tenant again = tenant_named("initech");
    CHECK(error_of([&] {
              all.store.write([&](Transaction& transaction) { begin_arrival(transaction, again); });
          }).code() == Code::refused);
    again.uid = uid_of("another");
    CHECK(error_of([&] {
              all.store.write([&](Transaction& transaction) { begin_arrival(transaction, again); });
          }).code() == Code::refused);
}
