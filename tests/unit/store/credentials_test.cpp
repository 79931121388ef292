#include "store/tenants/credentials.hpp"

#include "store/certificates/revocations.hpp"
#include "store/tenant_sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

std::string listed(Store& store, std::optional<Id> tenant_id) {
    std::string all;
    each_credential(store, tenant_id, [&](const Credential& credential) {
        all += credential.tenant + "/" + credential.name + ":" + std::string(to_string(credential.state)) + " ";
    });
    return all;
}

CredentialState state_of(Store& store, Id id) {
    auto found = find_credential(store, id);
    REQUIRE(found);
    return found->state;
}

}  // namespace

TEST_CASE("a credential that would be one too many is refused, and nothing is written") {
    Tenants tenants;
    Store& store = tenants.store;
    tenants.add(tenants.credential_of(tenants.acme, "next"));
    std::string before = tenants.scratch.sql(".dump");
    Credential credential = tenants.credential_of(tenants.acme, "third");
    Code code = Code::refused;
    std::string named;
    SUBCASE("a second active one of a tenant") {
        credential.state = CredentialState::active;
        named = "main";
    }
    SUBCASE("the name of the active one") {
        credential.name = "main";
        named = "main";
    }
    SUBCASE("the name of a staged one") {
        credential.name = "next";
        named = "next";
    }
    SUBCASE("a client ID that another tenant uses") {
        credential.tenant_id = tenants.globex.id;
        credential.state = CredentialState::active;
        credential.client_id = tenants.main.client_id;
        named = "acme";
    }
    SUBCASE("of no tenant") {
        credential.tenant_id = 4711;
        code = Code::not_found;
        named = "4711";
    }
    store.write([&](Transaction& transaction) {
        Error error = error_of([&] { add_credential(transaction, credential); });
        CHECK(error.code() == code);
        CHECK(contains(error.message(), named));
    });
    CHECK(credential.id == 0);
    CHECK(tenants.scratch.sql(".dump") == before);
}

TEST_CASE("a name or client ID that is not in use any more, or not yet, may come again") {
    Tenants tenants;
    Credential failed = tenants.credential_of(tenants.acme, "main", CredentialState::failed);
    tenants.add(failed);
    Credential staged = tenants.credential_of(tenants.acme, "next");
    staged.client_id = tenants.main.client_id;
    tenants.add(staged);
    Credential elsewhere = tenants.credential_of(tenants.globex, "main", CredentialState::active);
    tenants.add(elsewhere);
    CHECK(listed(tenants.store, tenants.acme.id) == "acme/main:active acme/main:failed acme/next:staged ");
    CHECK(listed(tenants.store, std::nullopt) ==
          "acme/main:active acme/main:failed acme/next:staged globex/main:active ");
    CHECK(listed(tenants.store, Id{4711}) == "");
}

TEST_CASE("a credential comes back as it was recorded") {
    Tenants tenants;
    Store& store = tenants.store;
    Credential credential = tenants.credential_of(tenants.globex, "main / 'school'", CredentialState::superseded);
    credential.sealed_key = {0, 1, 2, 0, 255};
    credential.source = "payload/e-1";
    credential.activated_at = noon + day;
    credential.ended_at = noon + 2 * day;
    credential.health = {noon + day, noon + 2 * day, "invalid_client", "the provider said no", std::nullopt};
    credential = tenants.add(credential);
    CHECK(credential.tenant == "globex");
    CHECK(credential.tenant_uid == tenants.globex.uid);
    auto by_id = find_credential(store, credential.id);
    auto by_name = find_credential(store, credential.name);
    for (const auto& found : {by_id, by_name}) {
        REQUIRE(found);
        CHECK(found->id == credential.id);
        CHECK(found->uid == credential.uid);
        CHECK(found->tenant_id == tenants.globex.id);
        CHECK(found->tenant == "globex");
        CHECK(found->tenant_uid == tenants.globex.uid);
        CHECK(found->name == "main / 'school'");
        CHECK(found->client_id == credential.client_id);
        CHECK(found->key_id == credential.key_id);
        CHECK(found->scope == "business.api");
        CHECK(found->token_url == credential.token_url);
        CHECK(found->audience == credential.audience);
        CHECK(found->api_url == credential.api_url);
        CHECK(found->sealed_key == credential.sealed_key);
        CHECK(found->key_fingerprint == credential.key_fingerprint);
        CHECK(found->state == CredentialState::superseded);
        CHECK(found->source == "payload/e-1");
        CHECK(found->created_at == noon);
        CHECK(found->activated_at == noon + day);
        CHECK(found->ended_at == noon + 2 * day);
        CHECK(found->health.last_success == noon + day);
        CHECK(found->health.last_failure == noon + 2 * day);
        CHECK(found->health.failure_class == "invalid_client");
        CHECK(found->health.failure == "the provider said no");
    }
    CHECK_FALSE(find_credential(store, "MAIN"));
    CHECK_FALSE(find_credential(store, Id{4711}));
    auto main = find_credential(store, tenants.main.id);
    CHECK(main->activated_at == noon);
    CHECK_FALSE(main->ended_at);
    CHECK_FALSE(main->health.last_success);
    CHECK(main->health.failure == "");
}

TEST_CASE("of several with one name the active one is found, then the staged one, then the newest") {
    Tenants tenants;
    Store& store = tenants.store;
    Credential old = tenants.add(tenants.credential_of(tenants.globex, "x", CredentialState::superseded));
    Credential newer = tenants.add(tenants.credential_of(tenants.globex, "x", CredentialState::failed));
    CHECK(find_credential(store, "x")->id == newer.id);
    Credential staged = tenants.add(tenants.credential_of(tenants.acme, "x"));
    tenants.add(tenants.credential_of(tenants.globex, "x", CredentialState::retired));
    CHECK(find_credential(store, "x")->id == staged.id);
    store.write(
        [&](Transaction& transaction) { set_credential_state(transaction, old.id, CredentialState::active, noon); });
    CHECK(find_credential(store, "x")->id == old.id);
}

TEST_CASE("cutting over and going back: one transaction each, one active credential throughout") {
    Tenants tenants;
    Store& store = tenants.store;
    Id main = tenants.main.id;
    Id next = tenants.add(tenants.credential_of(tenants.acme, "next")).id;
    Store other = tenants.scratch.open(Store::Mode::read);

    // The new one first: the old one is in its way.
    store.write([&](Transaction& transaction) {
        Error error = error_of([&] { set_credential_state(transaction, next, CredentialState::active, noon + day); });
        CHECK(error.code() == Code::refused);
        CHECK(contains(error.message(), "main"));
        CHECK_FALSE(error.hint().empty());
    });
    CHECK(state_of(store, next) == CredentialState::staged);
    store.write([&](Transaction& cut_over) {
        set_credential_state(cut_over, main, CredentialState::superseded, noon + day);
        set_credential_state(cut_over, next, CredentialState::active, noon + day);
        CHECK(active_credential(other, tenants.acme.id)->id == main);
    });
    CHECK(active_credential(other, tenants.acme.id)->id == next);
    CHECK(find_credential(store, next)->activated_at == noon + day);
    CHECK_FALSE(find_credential(store, next)->ended_at);
    CHECK(find_credential(store, main)->ended_at == noon + day);
    CHECK(find_credential(store, main)->activated_at == noon);

    store.write([&](Transaction& transaction) {
        set_credential_state(transaction, next, CredentialState::superseded, noon + 2 * day);
        set_credential_state(transaction, main, CredentialState::active, noon + 2 * day);
    });
    CHECK(active_credential(store, tenants.acme.id)->id == main);
    CHECK(find_credential(store, main)->activated_at == noon + 2 * day);
    CHECK_FALSE(find_credential(store, main)->ended_at);
    // The first end counts.
    store.write([&](Transaction& transaction) {
        set_credential_state(transaction, next, CredentialState::retired, noon + 3 * day);
    });
    CHECK(find_credential(store, next)->ended_at == noon + 2 * day);
    CHECK_FALSE(active_credential(store, tenants.globex.id));
}

TEST_CASE("an active client ID stays its tenant's") {
    Tenants tenants;
    Store& store = tenants.store;
    Credential rival = tenants.credential_of(tenants.globex, "rival");
    rival.client_id = tenants.main.client_id;
    rival = tenants.add(rival);
    CHECK(active_with_client_id(store, rival.client_id)->id == tenants.main.id);
    CHECK_FALSE(active_with_client_id(store, "BUSINESSAPI.unknown"));
    store.write([&](Transaction& transaction) {
        Error error = error_of([&] { set_credential_state(transaction, rival.id, CredentialState::active, noon); });
        CHECK(error.code() == Code::refused);
        CHECK(contains(error.message(), rival.client_id));
        CHECK(contains(error.message(), "acme"));
    });
    CHECK(state_of(store, rival.id) == CredentialState::staged);
    store.write([&](Transaction& transaction) {
        set_credential_state(transaction, tenants.main.id, CredentialState::superseded, noon);
        set_credential_state(transaction, rival.id, CredentialState::active, noon);
    });
    CHECK(active_with_client_id(store, rival.client_id)->id == rival.id);
}

TEST_CASE("names change unless they are in use, states of nothing do not") {
    Tenants tenants;
    Store& store = tenants.store;
    Credential next = tenants.add(tenants.credential_of(tenants.acme, "next"));
    Credential old = tenants.add(tenants.credential_of(tenants.acme, "old", CredentialState::superseded));
    store.write([&](Transaction& transaction) {
        CHECK(code_of([&] { rename_credential(transaction, next.id, "main"); }) == Code::refused);
        CHECK(code_of([&] { rename_credential(transaction, next.id, ""); }) == Code::failed);
        CHECK(code_of([&] { rename_credential(transaction, 4711, "x"); }) == Code::not_found);
        CHECK(code_of([&] { set_credential_state(transaction, 4711, CredentialState::failed, noon); }) ==
              Code::not_found);
        CHECK(code_of([&] { set_credential_health(transaction, 4711, {}); }) == Code::not_found);
        rename_credential(transaction, next.id, "next");
        rename_credential(transaction, old.id, "main");
        rename_credential(transaction, next.id, "other");
        // Its name is in use meanwhile.
        CHECK(code_of([&] { set_credential_state(transaction, old.id, CredentialState::staged, noon); }) ==
              Code::refused);
    });
    CHECK(listed(store, tenants.acme.id) == "acme/main:active acme/main:superseded acme/other:staged ");
}

TEST_CASE("health is written whole") {
    Tenants tenants;
    Store& store = tenants.store;
    Health health{noon, noon + day, "unreachable", "no answer from api.example", std::nullopt};
    store.write([&](Transaction& transaction) { set_credential_health(transaction, tenants.main.id, health); });
    auto found = find_credential(store, tenants.main.id);
    CHECK(found->health.last_failure == noon + day);
    CHECK(found->health.failure_class == "unreachable");
    store.write([&](Transaction& transaction) { set_credential_health(transaction, tenants.main.id, {}); });
    found = find_credential(store, tenants.main.id);
    CHECK_FALSE(found->health.last_success);
    CHECK_FALSE(found->health.last_failure);
    CHECK(found->health.failure_class == "");
}

TEST_CASE("states and their words") {
    for (CredentialState state : {CredentialState::staged, CredentialState::active, CredentialState::superseded,
                                  CredentialState::retired, CredentialState::failed})
        CHECK(credential_state(to_string(state)) == state);
    CHECK_FALSE(credential_state("Active"));
    Tenants tenants;
    tenants.scratch.sql(
        "PRAGMA ignore_check_constraints = ON; UPDATE credentials SET state = 'strange', ended_at = 1;");
    CHECK(code_of([&] { find_credential(tenants.store, tenants.main.id); }) == Code::corrupt);
}

TEST_CASE("the schema itself refuses what must never be of a credential") {
    Tenants tenants;
    Credential next = tenants.add(tenants.credential_of(tenants.acme, "next"));
    tenants.add(tenants.rotation_to(next));
    std::string before = tenants.scratch.sql(".dump");
    auto refused = [&](const std::string& sql, const std::string& why) {
        std::string said = tenants.scratch.sql("PRAGMA foreign_keys = ON; " + sql);
        CHECK_MESSAGE(contains(said, why), sql << " -> " << said);
    };
    refused("UPDATE credentials SET state = 'active', activated_at = 1", "UNIQUE");
    refused("UPDATE credentials SET name = 'x'", "UNIQUE");
    refused("UPDATE credentials SET state = 'strange'", "CHECK");
    refused("UPDATE credentials SET state = 'retired'", "CHECK");
    refused("UPDATE credentials SET ended_at = 5", "CHECK");
    refused("UPDATE credentials SET activated_at = NULL", "CHECK");
    refused("UPDATE credentials SET uid = 'x'", "UNIQUE");
    refused("UPDATE credentials SET tenant_id = 99", "FOREIGN KEY");
    refused("UPDATE credentials SET key_fingerprint = x'00'", "CHECK");
    refused("UPDATE credential_keys SET padding = x'00'", "CHECK");
    refused("UPDATE credential_keys SET sealed = x''", "CHECK");
    refused("DELETE FROM credentials", "FOREIGN KEY");
    refused("DELETE FROM tenants", "FOREIGN KEY");
    refused("UPDATE tenants SET inactive = 1", "CHECK");
    refused(
        "INSERT INTO rotations SELECT NULL, tenant_id, NULL, new_credential_id, 'cut_over', 0, 0, 1, 1, NULL, "
        "NULL, 'a', '', 0, '', '' FROM rotations",
        "UNIQUE");
    refused("UPDATE rotations SET state = 'strange'", "CHECK");
    refused("UPDATE rotations SET new_credential_id = 99", "FOREIGN KEY");
    refused("INSERT INTO devices VALUES(99, 'D', '', '', '', '', '{}', NULL, 1, 1, 0, 0, 0)", "FOREIGN KEY");
    refused("INSERT INTO devices VALUES(1, '', '', '', '', '', '{}', NULL, 1, 1, 0, 0, 0)", "CHECK");
    refused("INSERT INTO coverage VALUES(99, 'D', 'C', '', '', NULL, NULL, '{}', 1)", "FOREIGN KEY");
    CHECK(tenants.scratch.sql(".dump") == before);
}
