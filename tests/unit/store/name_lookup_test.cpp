#include "store/fleet/name_lookup.hpp"

#include "rekey/store/store.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/policy_revisions.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

std::vector<std::string> names(Store& store, NameKind what, const std::string& prefix) {
    std::vector<std::string> found;
    each_name(store, what, prefix, [&](const std::string& name) { found.push_back(name); });
    return found;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("names that begin with a prefix come in order, each once") {
    Fleet fleet;
    CHECK(names(fleet.store, NameKind::unit, "") == Names{"unit-1", "unit-2"});
    CHECK(names(fleet.store, NameKind::unit, "unit-2") == Names{"unit-2"});
    CHECK(names(fleet.store, NameKind::unit, "Unit").empty());
    CHECK(names(fleet.store, NameKind::type, "") == Names{"offline", "online"});
    CHECK(names(fleet.store, NameKind::type, "on") == Names{"online"});
    CHECK(names(fleet.store, NameKind::issuer, "c") == Names{"ca"});
    CHECK(names(fleet.store, NameKind::run, "") == Names{"1"});
    CHECK(names(fleet.store, NameKind::tenant, "").empty());
    CHECK(names(fleet.store, NameKind::credential, "").empty());
}

TEST_CASE("slots are named by their unit, in part or in full") {
    Fleet fleet;
    CHECK(names(fleet.store, NameKind::slot, "unit-1") == Names{"unit-1/offline", "unit-1/online"});
    CHECK(names(fleet.store, NameKind::slot, "unit-2/on") == Names{"unit-2/online"});
    CHECK(names(fleet.store, NameKind::slot, "unit/").empty());
}

TEST_CASE("what is removed is named no more") {
    Fleet fleet;
    fleet.first.removed_at = noon;
    fleet.store.write([&](Transaction& transaction) { update_unit(transaction, fleet.first); });
    CHECK(names(fleet.store, NameKind::unit, "") == Names{"unit-2"});
    CHECK(names(fleet.store, NameKind::slot, "unit-1/").empty());
}

TEST_CASE("the name that was meant comes before what else can be done") {
    Fleet fleet;
    CHECK(did_you_mean(fleet.store, NameKind::unit, "unt-2", "see there") == "did you mean 'unit-2'? see there");
    CHECK(did_you_mean(fleet.store, NameKind::slot, "unit-1/onlin", "see there") ==
          "did you mean 'unit-1/online'? see there");
    CHECK(did_you_mean(fleet.store, NameKind::unit, "elsewhere", "see there") == "see there");
}

TEST_CASE("labels are looked up by their keys, then by their values; revisions by their numbers") {
    Fleet fleet;
    fleet.second.labels = {{"site", "bonn"}, {"note", "a,b"}};
    fleet.store.write([&](Transaction& transaction) {
        update_unit(transaction, fleet.second);
        for (const auto* document : {"", "[defaults]"})
            add_policy_revision(transaction, document, {noon, "alice@host"}, "");
    });
    CHECK(names(fleet.store, NameKind::label, "") == Names{"line=", "note=", "site="});
    CHECK(names(fleet.store, NameKind::label, "si") == Names{"site="});
    CHECK(names(fleet.store, NameKind::label, "site=") == Names{"site=berlin", "site=bonn"});
    CHECK(names(fleet.store, NameKind::label, "site!=bo") == Names{"site!=bonn"});
    CHECK(names(fleet.store, NameKind::label, "site=bonn,be") == Names{"site=bonn,berlin"});
    CHECK(names(fleet.store, NameKind::label, "note=") == Names{"note=a\\,b"});
    CHECK(names(fleet.store, NameKind::label, "=").empty());
    CHECK(names(fleet.store, NameKind::label_key, "") == Names{"line", "note", "site"});
    CHECK(names(fleet.store, NameKind::label_key, "si") == Names{"site"});
    CHECK(names(fleet.store, NameKind::label_key, "site=").empty());
    CHECK(names(fleet.store, NameKind::policy_revision, "") == Names{"2", "1"});
    CHECK(names(fleet.store, NameKind::policy_revision, "1") == Names{"1"});
}
