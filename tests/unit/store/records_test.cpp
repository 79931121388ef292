#include "rekey/store/records.hpp"

#include <sqlite3.h>

#include <csignal>

#include "store/certificates/revocations.hpp"
#include "store/records/archive_rows.hpp"
#include "store/records/devices.hpp"
#include "store/records/merged_records.hpp"
#include "store/records/record_counts.hpp"
#include "store/sqlite/connection.hpp"
#include "store/tenant_sample.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/rotations.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

using Each = std::function<void(Reader&, Id, const std::function<void(const Device&)>&)>;

void each_of_them(Reader& store, Id tenant_id, const std::function<void(const Device&)>& visit) {
    each_device(store, tenant_id, visit);
}

void each_coverage_of(Reader& store, Id tenant_id, const std::function<void(const Coverage&)>& visit) {
    each_coverage(store, tenant_id, visit);
}

std::vector<Device> devices_of(Tenants& tenants, const Tenant& tenant, const Each& each = each_of_them) {
    std::vector<Device> all;
    each(tenants.store, tenant.id, [&](const Device& device) { all.push_back(device); });
    return all;
}

std::string ids_of(Tenants& tenants, const Tenant& tenant) {
    std::string ids;
    for (const Device& device : devices_of(tenants, tenant)) ids += device.id + " ";
    return ids;
}

std::vector<Device> many_devices(int count) {
    std::vector<Device> devices;
    for (int i = 0; i < count; ++i) devices.push_back(device_with("D" + std::to_string(1'000'000 + i)));
    return devices;
}

void check_same(const Device& a, const Device& b) {
    CHECK(a.id == b.id);
    CHECK(a.serial == b.serial);
    CHECK(a.model == b.model);
    CHECK(a.family == b.family);
    CHECK(a.status == b.status);
    CHECK(a.attributes == b.attributes);
    CHECK(a.inactive_since == b.inactive_since);
    CHECK(a.first_seen == b.first_seen);
    CHECK(a.last_seen == b.last_seen);
}

/// What is kept with the tenant; fails the test when it is not what is there.
std::string counted(Tenants& tenants, const Tenant& tenant) {
    RecordCounts counts = count_records(tenants.store, tenant.id);
    std::string kept =
        std::to_string(counts.devices) + "|" + std::to_string(counts.inactive) + "|" + std::to_string(counts.coverage);
    std::string of = " WHERE tenant_id = " + std::to_string(tenant.id) + ")";
    CHECK(kept == tenants.scratch.sql("SELECT (SELECT count(*) FROM devices" + of +
                                      ", (SELECT count(inactive_since) FROM devices" + of +
                                      ", (SELECT count(*) FROM coverage" + of));
    return kept;
}

/// How many pages `action` looks at.
template <class Action>
int pages_for(Store& store, Action action) {
    int pages = 0;
    int highest = 0;
    sqlite3* handle = static_cast<Connection&>(store.backend()).database.getHandle();
    auto looked_at = [&] {
        int sum = 0;
        for (int which : {SQLITE_DBSTATUS_CACHE_HIT, SQLITE_DBSTATUS_CACHE_MISS}) {
            sqlite3_db_status(handle, which, &pages, &highest, 0);
            sum += pages;
        }
        return sum;
    };
    int before = looked_at();
    action();
    return looked_at() - before;
}

}  // namespace

TEST_CASE("records of no tenant, or without an id, are an error") {
    Tenants tenants;
    Store& store = tenants.store;
    tenants.put(tenants.acme, {device_with("D1")});
    std::string before = tenants.scratch.sql(".dump");
    CHECK(code_of([&] { tenants.put(Tenant{}, {device_with("D2")}); }) == Code::not_found);
    CHECK(code_of([&] { tenants.put(Tenant{}, {coverage_with("D1", "C1")}); }) == Code::not_found);
    CHECK(code_of([&] { tenants.put(Tenant{}, std::vector<Device>{}); }) == Code::not_found);
    CHECK(code_of([&] { tenants.put(tenants.acme, {device_with("D2"), device_with("")}); }) == Code::failed);
    CHECK(code_of([&] { tenants.put(tenants.acme, {coverage_with("", "C1")}); }) == Code::failed);
    CHECK(code_of([&] { tenants.put(tenants.acme, {coverage_with("D1", "")}); }) == Code::failed);
    CHECK(code_of([&] { count_records(store, 4711); }) == Code::not_found);
    CHECK(tenants.scratch.sql(".dump") == before);
    tenants.put(tenants.acme, std::vector<Device>{});
    tenants.put(tenants.acme, std::vector<Coverage>{});
    CHECK(tenants.scratch.sql(".dump") == before);
}

TEST_CASE("devices come back as they were told, in order of id") {
    Tenants tenants;
    Device strange = device_with(std::string("D2\0'\"\xF0\x9F\x93\xB1", 9));
    strange.serial = "";
    strange.model = "";
    strange.attributes = "{\"name\":\"=cmd|'/c calc'!A1\",\"note\":\"" + std::string(20'000, 'x') + "\"}";
    strange.inactive_since = noon - day;
    strange.first_seen = from_unix(-1);
    strange.last_seen = noon + day;
    Device plain = device_with("D10");
    tenants.put(tenants.acme, {strange, plain});
    tenants.put(tenants.globex, {device_with("D10"), device_with("a"), device_with("B")});
    auto all = devices_of(tenants, tenants.acme);
    REQUIRE(all.size() == 2);
    check_same(all[0], plain);
    check_same(all[1], strange);
    CHECK(ids_of(tenants, tenants.globex) == "B D10 a ");
    CHECK(counted(tenants, tenants.acme) == "2|1|0");
    CHECK(counted(tenants, tenants.globex) == "3|0|0");
    CHECK(devices_of(tenants, tenants.acme, each_earlier_device).empty());
}

TEST_CASE("told the same again, only when it was seen changes") {
    Tenants tenants;
    Device device = device_with("D1");
    tenants.put(tenants.acme, {device, device_with("D2")});
    std::string before = tenants.scratch.sql(".dump");
    SUBCASE("at the same time") {
        tenants.put(tenants.acme, {device});
        CHECK(tenants.scratch.sql(".dump") == before);
    }
    SUBCASE("later") {
        device.first_seen = noon + day;
        device.last_seen = noon + day;
        tenants.put(tenants.acme, {device});
        device.first_seen = noon;
        check_same(devices_of(tenants, tenants.acme)[0], device);
    }
    SUBCASE("by an older file") {
        device.first_seen = noon - 5 * day;
        device.last_seen = noon - day;
        tenants.put(tenants.acme, {device});
        device.last_seen = noon;
        check_same(devices_of(tenants, tenants.acme)[0], device);
    }
    CHECK(devices_of(tenants, tenants.acme, each_earlier_device).empty());
    CHECK(counted(tenants, tenants.acme) == "2|0|0");
}

TEST_CASE("what is the same, what differs and what is new may follow each other in any order") {
    Tenants tenants;
    tenants.put(tenants.acme, many_devices(6));
    auto devices = many_devices(7);
    for (auto& device : devices) device.first_seen = device.last_seen = noon + day;
    devices[2].model = "another";
    devices[4].inactive_since = noon + day;
    tenants.put(tenants.acme, devices);
    for (int i = 0; i < 6; ++i) devices[static_cast<std::size_t>(i)].first_seen = noon;
    auto all = devices_of(tenants, tenants.acme);
    REQUIRE(all.size() == 7);
    for (std::size_t i = 0; i < all.size(); ++i) check_same(all[i], devices[i]);
    auto earlier = devices_of(tenants, tenants.acme, each_earlier_device);
    REQUIRE(earlier.size() == 1);
    CHECK(earlier[0].id == devices[2].id);
    CHECK(earlier[0].last_seen == noon);
    CHECK(counted(tenants, tenants.acme) == "7|1|0");
}

TEST_CASE("a device that changes leaves its older content in the history, for ever") {
    Tenants tenants;
    Device device = device_with("D1");
    std::vector<Device> told;
    auto tell = [&](int days) {
        device.last_seen = noon + days * day;
        device.first_seen = device.last_seen;
        tenants.put(tenants.acme, {device_with("D0"), device});
        told.push_back(device);
        told.back().first_seen = noon;
    };
    tell(0);
    device.status = "RELEASED";
    tell(1);
    // Seen twice as it is.
    told.pop_back();
    tell(2);
    device.attributes = R"({"color":"SILVER"})";
    tell(3);
    device.model = "iPad (11th generation)";
    tell(4);
    device.family = "iPad Air";
    tell(5);
    device.serial = "replaced";
    tell(6);
    // Back to what it once was is a change as well.
    device = device_with("D1");
    tell(7);
    auto now = devices_of(tenants, tenants.acme);
    REQUIRE(now.size() == 2);
    check_same(now[1], told.back());
    auto earlier = devices_of(tenants, tenants.acme, each_earlier_device);
    REQUIRE(earlier.size() == told.size() - 1);
    for (std::size_t i = 0; i < earlier.size(); ++i) check_same(earlier[i], told[i]);
    CHECK(counted(tenants, tenants.acme) == "2|0|0");
    CHECK(devices_of(tenants, tenants.globex, each_earlier_device).empty());
}

TEST_CASE("a device that the provider no longer tells of is inactive, not gone, and may come back") {
    Tenants tenants;
    Device device = device_with("D1");
    tenants.put(tenants.acme, {device, device_with("D2")});
    device.inactive_since = noon + day;
    tenants.put(tenants.acme, {device});
    check_same(devices_of(tenants, tenants.acme)[0], device);
    CHECK(counted(tenants, tenants.acme) == "2|1|0");
    tenants.put(tenants.acme, {device});
    CHECK(counted(tenants, tenants.acme) == "2|1|0");
    CHECK(some_device_ids(tenants.store, tenants.acme.id, Presence::active, 5) == std::vector<std::string>{"D2"});
    SUBCASE("unchanged") {}
    SUBCASE("changed") { device.status = "RELEASED"; }
    device.inactive_since.reset();
    tenants.put(tenants.acme, {device});
    check_same(devices_of(tenants, tenants.acme)[0], device);
    CHECK(counted(tenants, tenants.acme) == "2|0|0");
}

TEST_CASE("told twice in one batch, the last word counts") {
    Tenants tenants;
    Device first = device_with("D1");
    Device last = device_with("D1");
    last.status = "RELEASED";
    last.inactive_since = noon;
    tenants.put(tenants.acme, {device_with("D2"), first, device_with("D0"), last});
    auto all = devices_of(tenants, tenants.acme);
    REQUIRE(all.size() == 3);
    check_same(all[1], last);
    CHECK(devices_of(tenants, tenants.acme, each_earlier_device).size() == 1);
    CHECK(counted(tenants, tenants.acme) == "3|1|0");
}

TEST_CASE("coverage comes back as it was told, in order of device and id, with its history") {
    Tenants tenants;
    Coverage plain = coverage_with("D1", "C2");
    Coverage open_end = coverage_with("D1", "C1");
    open_end.starts.reset();
    open_end.ends.reset();
    tenants.put(tenants.acme, {coverage_with("D2", "C1"), plain, open_end});
    tenants.put(tenants.acme, {plain});
    tenants.put(tenants.globex, {plain});
    CHECK(counted(tenants, tenants.acme) == "0|0|3");

    std::vector<Coverage> all;
    auto list = [&](auto each, const Tenant& tenant) {
        all.clear();
        each(tenants.store, tenant.id, [&](const Coverage& coverage) { all.push_back(coverage); });
    };
    auto check = [](const Coverage& a, const Coverage& b) {
        CHECK(a.device_id == b.device_id);
        CHECK(a.id == b.id);
        CHECK(a.status == b.status);
        CHECK(a.description == b.description);
        CHECK(a.starts == b.starts);
        CHECK(a.ends == b.ends);
        CHECK(a.attributes == b.attributes);
        CHECK(a.last_seen == b.last_seen);
    };
    list(each_coverage_of, tenants.acme);
    REQUIRE(all.size() == 3);
    check(all[0], open_end);
    check(all[1], plain);
    CHECK(all[2].device_id == "D2");

    std::vector<Coverage> told = {plain};
    auto tell = [&] {
        plain.last_seen += day;
        tenants.put(tenants.acme, {plain});
        told.push_back(plain);
    };
    plain.status = "INACTIVE";
    tell();
    plain.description = "AppleCare+";
    tell();
    plain.starts.reset();
    tell();
    plain.ends = noon;
    tell();
    plain.attributes = "{}";
    tell();
    plain.last_seen += day;
    tenants.put(tenants.acme, {plain});
    list(each_coverage_of, tenants.acme);
    REQUIRE(all.size() == 3);
    check(all[1], plain);
    list(each_earlier_coverage, tenants.acme);
    REQUIRE(all.size() == told.size() - 1);
    for (std::size_t i = 0; i < all.size(); ++i) check(all[i], told[i]);
    list(each_earlier_coverage, tenants.globex);
    CHECK(all.empty());
    CHECK(counted(tenants, tenants.acme) == "0|0|3");
    CHECK(counted(tenants, tenants.globex) == "0|0|1");
}

TEST_CASE("which devices to ask a provider about, and which are known") {
    Tenants tenants;
    Store& store = tenants.store;
    using Ids = std::vector<std::string>;
    CHECK(some_device_ids(store, tenants.acme.id, Presence::active, 5).empty());
    tenants.put(tenants.acme, many_devices(20));
    tenants.put(tenants.globex, {device_with("other")});
    CHECK(some_device_ids(store, tenants.acme.id, Presence::active, 2) == Ids{"D1000000", "D1000001"});
    CHECK(some_device_ids(store, tenants.acme.id, Presence::active, 100).size() == 20);
    CHECK(some_device_ids(store, tenants.acme.id, Presence::active, 0).empty());
    CHECK(some_device_ids(store, tenants.acme.id, Presence::active, -1).empty());
    CHECK(known_device_ids(store, tenants.acme.id, Presence::active, {"x", "D1000003", "other", "D1000001"}) ==
          Ids{"D1000003", "D1000001"});
    CHECK(known_device_ids(store, tenants.acme.id, Presence::active, {}).empty());
    CHECK(known_device_ids(store, 4711, Presence::active, {"D1000003"}).empty());
}

TEST_CASE("a batch that is rolled back, or whose process is killed, leaves what was there, counts too") {
    Tenants tenants;
    tenants.put(tenants.acme, many_devices(10));
    std::string before = tenants.scratch.sql(".dump");
    {
        Transaction transaction(tenants.store);
        put_devices(transaction, tenants.acme.id, many_devices(3000));
        CHECK(count_records(tenants.store, tenants.acme.id).devices == 3000);
    }
    CHECK(tenants.scratch.sql(".dump") == before);
    int ending = in_process([&] {
        Store store = tenants.scratch.open();
        Transaction transaction(store);
        put_devices(transaction, tenants.acme.id, many_devices(3000));
        ::kill(::getpid(), SIGKILL);
        return 2;
    });
    REQUIRE(ending == -SIGKILL);
    CHECK(tenants.scratch.sql(".dump") == before);
    CHECK(counted(tenants, tenants.acme) == "10|0|0");
    tenants.put(tenants.acme, many_devices(3000));
    CHECK(counted(tenants, tenants.acme) == "3000|0|0");
    CHECK(tenants.store.problems().empty());
}

TEST_CASE("a rotation looks at as many pages for many devices as for few") {
    auto rotate = [](int devices) {
        Tenants tenants;
        Store& store = tenants.store;
        tenants.put(tenants.acme, many_devices(devices));
        REQUIRE(store.checkpoint());
        return pages_for(store, [&] {
            count_records(store, tenants.acme.id);
            some_device_ids(store, tenants.acme.id, Presence::active, 5);
            known_device_ids(store, tenants.acme.id, Presence::active, {"D1000001", "x"});
            Credential next = tenants.add(tenants.credential_of(tenants.acme, "next"));
            Rotation rotation = tenants.add(tenants.rotation_to(next));
            rotation.state = RotationState::cut_over;
            rotation.cut_over_at = noon + day;
            store.write([&](Transaction& transaction) {
                set_credential_state(transaction, tenants.main.id, CredentialState::superseded, noon + day);
                set_credential_state(transaction, next.id, CredentialState::active, noon + day);
                update_rotation(transaction, rotation);
            });
            store.write([&](Transaction& transaction) { destroy_key(transaction, tenants.main.id); });
        });
    };
    int few = rotate(10);
    int many = rotate(20'000);
    // Their trees are a little higher.
    CHECK_MESSAGE(many <= few + 12, few << " and " << many);
    CHECK(few > 0);
}

TEST_CASE("what is proven of a device stays so under another name, and what is not proven does not become it") {
    Tenants tenants;
    Store& store = tenants.store;
    auto id = tenants.acme.id;
    auto speaks = [&](const std::string& device) {
        return !known_device_ids(store, id, Presence::active, {device}).empty();
    };
    tenants.put(tenants.acme, {device_with("17"), device_with("C1")});
    auto unproven = [&](const std::string& device) {
        tenants.scratch.sql("UPDATE devices SET unproven_by = 999999 WHERE id = '" + device + "'");
    };
    SUBCASE("the old name is proven") {
        unproven("C1");
        CHECK_FALSE(speaks("C1"));
        store.write([&](Transaction& transaction) { rename_device(transaction, id, "17", "C1"); });
        CHECK(speaks("C1"));
    }
    SUBCASE("the new name is proven") {
        unproven("17");
        store.write([&](Transaction& transaction) { rename_device(transaction, id, "17", "C1"); });
        CHECK(speaks("C1"));
    }
    SUBCASE("neither is") {
        unproven("17");
        unproven("C1");
        store.write([&](Transaction& transaction) { rename_device(transaction, id, "17", "C1"); });
        CHECK_FALSE(speaks("C1"));
    }
    SUBCASE("it is alone") {
        unproven("17");
        store.write([&](Transaction& transaction) { rename_device(transaction, id, "17", "C2"); });
        CHECK_FALSE(speaks("C2"));
        CHECK(speaks("C1"));
    }
    CHECK_FALSE(find_device(store, id, "17"));
    CHECK(store.problems().empty());
}

TEST_CASE("a device without a namesake takes its history along to another name") {
    Tenants tenants;
    auto device = device_with("17");
    tenants.put(tenants.acme, {device});
    device.model = "iPad Air";
    tenants.put(tenants.acme, {device});
    tenants.store.write([&](Transaction& transaction) { rename_device(transaction, tenants.acme.id, "17", "C1"); });
    CHECK(ids_of(tenants, tenants.acme) == "C1 ");
    auto earlier = devices_of(tenants, tenants.acme, each_earlier_device);
    REQUIRE(earlier.size() == 1);
    CHECK(earlier[0].id == "C1");
    CHECK(earlier[0].model == "iPad (10th generation)");
    CHECK(counted(tenants, tenants.acme) == "1|0|0");
}

TEST_CASE("the lists of fields name every column, in the order of the tables") {
    Tenants tenants;
    auto columns_of_table = [&](const std::string& table) {
        return tenants.scratch.sql("SELECT group_concat(name, ' ') FROM pragma_table_info('" + table + "')");
    };
    auto names_of = [](const auto& fields) {
        std::string names;
        each_field(fields, [&](auto field) { names += std::string(" ") + field.name; });
        return names;
    };
    CHECK(columns_of_table("devices") == "tenant_id" + names_of(device_fields) + names_of(device_sync_fields));
    CHECK(columns_of_table("coverage") == "tenant_id" + names_of(coverage_fields));
    for (std::string table : {"device", "coverage"}) {
        auto present = columns_of_table(table == "device" ? "devices" : table);
        auto earlier = columns_of_table(table + "_history");
        earlier.erase(earlier.find(" position"), std::string(" position").size());
        CHECK(present.starts_with(earlier));
    }
}
