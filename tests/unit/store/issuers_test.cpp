#include "store/certificates/issuers.hpp"

#include "rekey/store/fleet.hpp"
#include "store/certificates/revocations.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

TEST_CASE("an issuer's name is taken once") {
    Fleet fleet;
    std::string before = fleet.scratch.sql(".dump");
    Issuer again = issuer_named("ca");
    again.uid = "00112233445566778899AABBCCDDEEFF";
    Issuer strange = issuer_named("-x");
    fleet.store.write([&](Transaction& transaction) {
        Error error = error_of([&] { add_issuer(transaction, again); });
        CHECK(error.code() == Code::refused);
        CHECK(contains(error.message(), "ca"));
        CHECK(code_of([&] { add_issuer(transaction, strange); }) == Code::usage);
    });
    CHECK(again.id == 0);
    CHECK(fleet.scratch.sql(".dump") == before);
}

TEST_CASE("an issuer comes back as it was recorded") {
    Fleet fleet;
    Issuer second = issuer_named("backup");
    second.facts.sans.clear();
    second.chain = {der("self-signed")};
    second.sealed_key.clear();
    fleet.store.write([&](Transaction& transaction) { add_issuer(transaction, second); });

    auto by_name = find_issuer(fleet.store, "ca");
    auto by_id = find_issuer(fleet.store, fleet.ca.id);
    for (const auto& found : {by_name, by_id}) {
        REQUIRE(found);
        CHECK(found->id == fleet.ca.id);
        CHECK(found->uid == fleet.ca.uid);
        CHECK(found->name == "ca");
        CHECK(found->kind == "local");
        CHECK(found->facts.number == fleet.ca.facts.number);
        CHECK(found->facts.sans == fleet.ca.facts.sans);
        CHECK(found->facts.not_after == fleet.ca.facts.not_after);
        CHECK(found->facts.is_ca);
        CHECK(found->chain == fleet.ca.chain);
        CHECK(found->sealed_key == fleet.ca.sealed_key);
        CHECK(found->added_at == noon);
    }
    auto all = issuers(fleet.store);
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "backup");
    CHECK(all[0].chain == second.chain);
    CHECK(all[0].sealed_key.empty());
    CHECK(all[1].name == "ca");
    CHECK_FALSE(find_issuer(fleet.store, "CA"));
    CHECK_FALSE(find_issuer(fleet.store, Id{4711}));
}
