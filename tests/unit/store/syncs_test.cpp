#include "store/records/syncs.hpp"

#include "rekey/store/records.hpp"
#include "store/certificates/revocations.hpp"
#include "store/records/devices.hpp"
#include "store/records/put_counts.hpp"
#include "store/tenant_sample.hpp"
#include "store/tenants/tenants.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// A sync of `acme`, as it is begun.
Sync begin(Tenants& tenants) {
    Sync sync;
    sync.tenant_id = tenants.acme.id;
    sync.actor = "alice@host";
    sync.started_at = noon;
    tenants.store.write([&](Transaction& transaction) { add_sync(transaction, sync); });
    return sync;
}

void end(Tenants& tenants, Sync& sync) {
    sync.phase = SyncPhase::done;
    sync.finished_at = noon + day;
    tenants.store.write([&](Transaction& transaction) { update_sync(transaction, sync); });
}

PutCounts tell(Tenants& tenants, const Sync& sync, const std::vector<std::string>& ids,
               const std::string& status = "A") {
    std::vector<Device> devices;
    for (const auto& id : ids) {
        devices.push_back(device_with(id));
        devices.back().status = status;
    }
    PutCounts counts;
    tenants.store.write(
        [&](Transaction& transaction) { counts = upsert_seen(transaction, sync.tenant_id, sync.generation, devices); });
    return counts;
}

std::int64_t mark(Tenants& tenants, const Sync& sync, int limit = 100) {
    std::int64_t marked = 0;
    tenants.store.write([&](Transaction& transaction) {
        marked = mark_missing(transaction, sync.tenant_id, sync.generation, noon + day, limit);
    });
    return marked;
}

std::string uncovered(Tenants& tenants, const Sync& sync, bool never, const Uncovered& after = {}, int limit = 100) {
    std::string ids;
    for (const auto& each :
         uncovered_devices(tenants.store, sync.tenant_id, sync.generation, never ? 1 : sync.generation, after, limit))
        ids += each.device_id + " ";
    return ids;
}

}  // namespace

TEST_CASE("syncs count from 1 in each tenant, one at a time, and come back as they were") {
    Tenants tenants;
    CHECK_FALSE(last_sync(tenants.store, tenants.acme.id));
    Sync first = begin(tenants);
    CHECK(first.generation == 1);
    CHECK(code_of([&] { begin(tenants); }) == Code::busy);
    first.phase = SyncPhase::coverage;
    first.cursor = "c'1";
    first.pages = 2;
    first.seen = 3;
    first.added = 4;
    first.changed = 5;
    first.returned = 6;
    first.gone = 7;
    first.asked = 8;
    tenants.store.write([&](Transaction& transaction) { update_sync(transaction, first); });
    Sync read = *last_sync(tenants.store, tenants.acme.id);
    CHECK(read.phase == SyncPhase::coverage);
    CHECK(read.cursor == "c'1");
    CHECK(read.pages == 2);
    CHECK(read.seen == 3);
    CHECK(read.added == 4);
    CHECK(read.changed == 5);
    CHECK(read.returned == 6);
    CHECK(read.gone == 7);
    CHECK(read.asked == 8);
    CHECK(read.actor == "alice@host");
    CHECK(read.started_at == noon);
    CHECK_FALSE(read.finished_at);
    CHECK_FALSE(last_done_sync(tenants.store, tenants.acme.id));
    end(tenants, first);
    Sync second = begin(tenants);
    CHECK(second.generation == 2);
    CHECK(last_done_sync(tenants.store, tenants.acme.id)->generation == 1);
    CHECK_FALSE(last_sync(tenants.store, tenants.globex.id));
    second.generation = 9;
    CHECK(code_of([&] { end(tenants, second); }) == Code::not_found);
}

TEST_CASE("what a sync was not told of becomes inactive and stays, and comes back") {
    Tenants tenants;
    tenants.put(tenants.globex, {device_with("D3")});
    tenants.put(tenants.acme, {device_with("from a file")});
    Sync first = begin(tenants);
    PutCounts put = tell(tenants, first, {"D1", "D2", "D3"});
    CHECK(put.first == 3);
    CHECK(put.added == 3);
    put = tell(tenants, first, {"D3"});
    CHECK(put.first == 0);
    CHECK(put.added == 0);
    CHECK(put.changed == 0);
    CHECK(mark(tenants, first) == 1);
    CHECK(mark(tenants, first) == 0);
    end(tenants, first);

    Sync second = begin(tenants);
    put = tell(tenants, second, {"D1", "from a file"}, "B");
    CHECK(put.first == 2);
    CHECK(put.changed == 2);
    CHECK(put.returned == 1);
    // An import in between is no reason to take a device for one that the provider told.
    tenants.put(tenants.acme, {device_with("D2")});
    CHECK(mark(tenants, second, 1) == 1);
    CHECK(mark(tenants, second, 1) == 1);
    CHECK(mark(tenants, second, 1) == 0);
    CHECK(tenants.scratch.sql("SELECT t.name, d.id, inactive_since IS NULL FROM devices d JOIN tenants t "
                              "ON t.id = tenant_id ORDER BY 1, 2") ==
          "acme|D1|1\nacme|D2|0\nacme|D3|0\nacme|from a file|1\nglobex|D3|1");
    RecordCounts counts = count_records(tenants.store, tenants.acme.id);
    CHECK(counts.devices == 4);
    CHECK(counts.inactive == 2);
    CHECK(tenants.store.problems().empty());
}

TEST_CASE("whose coverage is missing is known, those first that were asked for longest ago") {
    Tenants tenants;
    Sync first = begin(tenants);
    tell(tenants, first, {"D1", "D2", "D3", "D4"});
    auto cover = [&](const Sync& sync, const std::vector<std::string>& ids) {
        tenants.store.write(
            [&](Transaction& transaction) { set_covered(transaction, sync.tenant_id, sync.generation, ids); });
    };
    CHECK(uncovered(tenants, first, false) == "D1 D2 D3 D4 ");
    cover(first, {"D1", "D3", "nobody"});
    CHECK(uncovered(tenants, first, false) == "D2 D4 ");
    CHECK(count_uncovered(tenants.store, tenants.acme.id, 1, 1) == 2);
    end(tenants, first);

    Sync second = begin(tenants);
    CHECK(uncovered(tenants, second, false).empty());
    tell(tenants, second, {"D1", "D2", "D3"});
    mark(tenants, second);
    CHECK(uncovered(tenants, second, true) == "D2 ");
    CHECK(uncovered(tenants, second, false) == "D2 D1 D3 ");
    CHECK(uncovered(tenants, second, false, {}, 1) == "D2 ");
    auto found = uncovered_devices(tenants.store, tenants.acme.id, 2, 2, {}, 2);
    cover(second, {"D2", "D1"});
    CHECK(uncovered(tenants, second, false, found.back()) == "D3 ");
    CHECK(count_uncovered(tenants.store, tenants.acme.id, 2, 1) == 0);
    // An older sync takes nothing back.
    cover(first, {"D2"});
    CHECK(count_uncovered(tenants.store, tenants.acme.id, 2, 2) == 1);
}

TEST_CASE("what is asked at every sync is found by index") {
    Tenants tenants;
    auto plan = [&](const std::string& sql) { return tenants.scratch.sql("EXPLAIN QUERY PLAN " + sql); };
    CHECK(
        contains(plan("SELECT rowid FROM devices WHERE tenant_id = 1 AND seen_in_sync < 2 AND inactive_since IS NULL"),
                 "devices_seen (tenant_id=? AND seen_in_sync<?)"));
    auto next = plan(
        "SELECT id FROM devices WHERE tenant_id = 1 AND seen_in_sync = 2 AND inactive_since IS NULL AND covered_by < 2 "
        "AND (covered_by, rowid) > (0, 5) ORDER BY covered_by, rowid LIMIT 9");
    CHECK(contains(next, "devices_seen (tenant_id=? AND seen_in_sync=?"));
    CHECK_FALSE(contains(next, "TEMP B-TREE"));
}

TEST_CASE("a tenant goes with its syncs") {
    Tenants tenants;
    begin(tenants);
    tenants.store.write([&](Transaction& transaction) { remove_tenant(transaction, tenants.acme.id); });
    CHECK(tenants.scratch.sql("SELECT count(*) FROM syncs") == "0");
}

TEST_CASE("coverage is asked for again where its device changed or came back, and where it ended") {
    Tenants tenants;
    auto id = tenants.acme.id;
    auto cover = [&](const Sync& sync, const std::vector<std::string>& ids) {
        tenants.store.write([&](Transaction& transaction) { set_covered(transaction, id, sync.generation, ids); });
    };
    Sync first = begin(tenants);
    tell(tenants, first, {"D1", "D2", "D3", "D4", "D5"});
    cover(first, {"D1", "D2", "D3", "D4", "D5"});
    auto ended = coverage_with("D2", "C2");
    ended.ends = noon + 2 * day;
    auto ended_before = coverage_with("D5", "C5");
    ended_before.ends = noon - day;
    auto in_its_place = coverage_with("D5", "C6");
    auto nothing_since = coverage_with("D1", "C1");
    nothing_since.ends = noon - 40 * day;
    tenants.put(tenants.acme, {ended, ended_before, in_its_place, nothing_since});
    end(tenants, first);

    Sync second = begin(tenants);
    tell(tenants, second, {"D1", "D2", "D3", "D5"});
    mark(tenants, second);
    CHECK(uncovered(tenants, second, true).empty());
    auto forget = [&](Time since, Time now) {
        std::int64_t forgotten = 0;
        tenants.store.write(
            [&](Transaction& transaction) { forgotten = forget_ended_coverage(transaction, id, since, now); });
        return forgotten;
    };
    CHECK(forget(noon - 30 * day, noon + day) == 0);
    CHECK(forget(noon - 30 * day, noon + 3 * day) == 1);
    CHECK(uncovered(tenants, second, true) == "D2 ");
    cover(second, {"D2"});
    // What nothing has taken the place of is asked for until that is long ago.
    CHECK(forget(noon - 30 * day, noon + 3 * day) == 1);
    CHECK(uncovered(tenants, second, true) == "D2 ");
    cover(second, {"D2"});
    CHECK(forget(noon + 2 * day + Seconds{1}, noon + 40 * day) == 0);
    CHECK(forget(noon - 40 * day, noon - 30 * day) == 1);
    CHECK(uncovered(tenants, second, true) == "D1 ");
    cover(second, {"D1"});
    end(tenants, second);

    // Another content, and the way back: D4 was gone. What a device belongs to says nothing of its coverage.
    Sync third = begin(tenants);
    tell(tenants, third, {"D1", "D2"});
    auto changed = device_with("D3");
    changed.status = "A";
    changed.model = "another";
    auto related = device_with("D5");
    related.status = "A";
    auto closing = related.attributes.rfind('}');
    related.attributes.insert(closing,
                              std::string(related.attributes == "{}" ? "" : ",") + R"("relationships":{"a":1})");
    tenants.store.write([&](Transaction& transaction) {
        upsert_seen(transaction, id, third.generation, {changed, related});
    });
    tell(tenants, third, {"D4"});
    CHECK(uncovered(tenants, third, true) == "D3 D4 ");
    CHECK(tenants.scratch.sql("SELECT count(*) FROM device_history WHERE id = 'D5'") == "1");
}

TEST_CASE("a sync is fresh when it began late enough, whatever its number") {
    Tenants tenants;
    auto id = tenants.acme.id;
    CHECK(first_sync_since(tenants.store, id, noon) == 1);
    Sync first = begin(tenants);
    end(tenants, first);
    CHECK(first_sync_since(tenants.store, id, noon) == 1);
    CHECK(first_sync_since(tenants.store, id, noon + Seconds{1}) == 2);
    tenants.scratch.sql(
        "INSERT INTO syncs SELECT tenant_id, 9, phase, cursor, pages, told, added, changed, returned, "
        "gone, asked, actor, started_at - 86400 * 90, finished_at FROM syncs");
    CHECK(first_sync_since(tenants.store, id, noon) == 1);
}
