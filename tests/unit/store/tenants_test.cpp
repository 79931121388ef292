#include "rekey/store/tenants.hpp"

#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/certificates/revocations.hpp"
#include "store/records/archive_rows.hpp"
#include "store/tenant_sample.hpp"
#include "store/tenants/payload_entries.hpp"
#include "store/tenants/tenants.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// How many rows each table with a tenant has for it.
std::string rows_of(const Tenants& tenants, Id tenant_id) {
    std::string of = " WHERE tenant_id = " + std::to_string(tenant_id);
    std::string sql;
    for (const char* table :
         {"credentials", "rotations", "payload_entries", "devices", "device_history", "coverage", "coverage_history"})
        sql += "SELECT '" + std::string(table) + "', count(*) FROM " + table + of + ";";
    sql += "SELECT 'keys', count(*) FROM credential_keys JOIN credentials ON id = credential_id" + of + ";";
    return tenants.scratch.sql(sql);
}

/// A rotation that was confirmed, an accepted entry, records with history.
void fill(Tenants& tenants, const Tenant& tenant) {
    Store& store = tenants.store;
    Credential next = tenants.add(tenants.credential_of(tenant, "next"));
    Rotation rotation = tenants.rotation_to(next);
    rotation.old_credential_id = 0;
    tenants.add(rotation);
    AcceptedEntry entry;
    entry.entry_id = "entry of " + tenant.name;
    entry.credential_id = next.id;
    store.write([&](Transaction& transaction) { accept_entry(transaction, entry); });
    Device device = device_with("D1");
    Coverage coverage = coverage_with("D1", "C1");
    tenants.put(tenant, {device});
    tenants.put(tenant, {coverage});
    device.status = "RELEASED";
    coverage.status = "INACTIVE";
    tenants.put(tenant, {device});
    tenants.put(tenant, {coverage});
}

}  // namespace

TEST_CASE("a tenant's name is taken once, and is a name") {
    Tenants tenants;
    std::string before = tenants.scratch.sql(".dump");
    Tenant again = tenant_named("acme");
    again.uid = uid_of("another");
    Tenant strange = tenant_named("no such/name");
    tenants.store.write([&](Transaction& transaction) {
        Error error = error_of([&] { add_tenant(transaction, again); });
        CHECK(error.code() == Code::refused);
        CHECK(contains(error.message(), "acme"));
        CHECK(code_of([&] { add_tenant(transaction, strange); }) == Code::usage);
    });
    CHECK(again.id == 0);
    CHECK(tenants.scratch.sql(".dump") == before);
}

TEST_CASE("tenants come back as they were recorded, in order of name") {
    Tenants tenants;
    auto found = find_tenant(tenants.store, "acme");
    REQUIRE(found);
    CHECK(found->id == tenants.acme.id);
    CHECK(found->uid == tenants.acme.uid);
    CHECK(found->name == "acme");
    CHECK(found->created_at == noon);
    CHECK_FALSE(find_tenant(tenants.store, "ACME"));
    CHECK_FALSE(find_tenant(tenants.store, ""));
    auto all = store::tenants(tenants.store);
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "acme");
    CHECK(all[1].id == tenants.globex.id);
    StoreFolder empty;
    Store nobody = empty.create();
    CHECK(store::tenants(nobody).empty());
}

TEST_CASE("removing a tenant takes all that is its, and nothing else") {
    Tenants tenants;
    Store& store = tenants.store;
    fill(tenants, tenants.acme);
    fill(tenants, tenants.globex);
    store.write([&](Transaction& transaction) { audit(transaction, {noon, "alice@host"}, "tenant.add", "acme"); });
    std::string others = rows_of(tenants, tenants.globex.id);
    CHECK(others ==
          "credentials|1\nrotations|1\npayload_entries|1\ndevices|1\ndevice_history|1\ncoverage|1\n"
          "coverage_history|1\nkeys|1");
    store.write([&](Transaction& transaction) {
        CHECK(code_of([&] { remove_tenant(transaction, 4711); }) == Code::not_found);
    });

    SUBCASE("unless the transaction is rolled back") {
        std::string before = tenants.scratch.sql(".dump");
        {
            Transaction transaction(store);
            remove_tenant(transaction, tenants.acme.id);
        }
        CHECK(tenants.scratch.sql(".dump") == before);
        return;
    }
    store.write([&](Transaction& transaction) { remove_tenant(transaction, tenants.acme.id); });
    CHECK(rows_of(tenants, tenants.acme.id) ==
          "credentials|0\nrotations|0\npayload_entries|0\ndevices|0\ndevice_history|0\ncoverage|0\n"
          "coverage_history|0\nkeys|0");
    CHECK_FALSE(find_tenant(store, "acme"));
    CHECK(rows_of(tenants, tenants.globex.id) == others);
    CHECK(tenants.scratch.sql("SELECT count(*) FROM credential_keys") == "1");
    CHECK(verify_audit(store).entries == 1);
    CHECK(verify_audit(store).problems.empty());
    CHECK(store.problems().empty());
    // The name, its client IDs and its entries are free again.
    Tenant again = tenant_named("acme");
    again.uid = uid_of("the second acme");
    store.write([&](Transaction& transaction) { add_tenant(transaction, again); });
    Credential credential = tenants.credential_of(again, "main", CredentialState::active);
    credential.client_id = tenants.main.client_id;
    tenants.add(credential);
    CHECK_FALSE(accepted_entry(store, "entry of acme"));
}

TEST_CASE("an accepted entry is kept once, with what it said last") {
    Tenants tenants;
    Store& store = tenants.store;
    CHECK_FALSE(accepted_entry(store, "e-1"));
    AcceptedEntry entry{"e-1", 3, sha256(view_of("delivered")), tenants.main.id, noon};
    AcceptedEntry nobodys = entry;
    nobodys.credential_id = 4711;
    store.write([&](Transaction& transaction) {
        CHECK(code_of([&] { accept_entry(transaction, nobodys); }) == Code::not_found);
        accept_entry(transaction, entry);
    });
    auto found = accepted_entry(store, "e-1");
    REQUIRE(found);
    CHECK(found->entry_id == "e-1");
    CHECK(found->version == 3);
    CHECK(found->digest == entry.digest);
    CHECK(found->credential_id == tenants.main.id);
    CHECK(found->accepted_at == noon);

    // It may feed another credential later, of another tenant too.
    Credential other = tenants.add(tenants.credential_of(tenants.globex, "other"));
    entry.version = 4;
    entry.digest = sha256(view_of("delivered later"));
    entry.credential_id = other.id;
    entry.accepted_at = noon + day;
    store.write([&](Transaction& transaction) { accept_entry(transaction, entry); });
    found = accepted_entry(store, "e-1");
    REQUIRE(found);
    CHECK(found->version == 4);
    CHECK(found->digest == entry.digest);
    CHECK(found->credential_id == other.id);
    CHECK(found->accepted_at == noon + day);
    CHECK(tenants.scratch.sql("SELECT tenant_id = " + std::to_string(tenants.globex.id) + " FROM payload_entries") ==
          "1");
    CHECK_FALSE(accepted_entry(store, "E-1"));
}
