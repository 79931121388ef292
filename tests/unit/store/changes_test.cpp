#include "store/certificates/changes.hpp"

#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/certificates/revocations.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

TEST_CASE("what was recorded of a unit since it was looked at is told, and nothing of others") {
    StoreFolder scratch;
    Store store = scratch.create();
    auto add = [&](const std::string& subject) {
        store.write([&](Transaction& transaction) {
            audit(transaction, {noon, "alice@host"}, "certificate.renew", subject);
        });
    };
    CHECK(trail_end(store) == 0);
    add("unit-1/online");
    auto seen = trail_end(store);
    CHECK(seen == 1);
    CHECK(was_changed_since(store, 0, "unit-1"));
    CHECK_FALSE(was_changed_since(store, seen, "unit-1"));
    for (const std::string other : {"unit-10", "unit-10/online", "unit", "xunit-1/online", "UNIT-1", ""}) add(other);
    CHECK_FALSE(was_changed_since(store, seen, "unit-1"));
    auto require = [&](std::int64_t since) {
        store.write([&](Transaction& transaction) {
            require_unchanged(transaction, since, "unit-1", "rekey units check unit-1");
        });
    };
    CHECK_NOTHROW(require(seen));

    for (const std::string own : {"unit-1", "unit-1/online", "unit-1/main/online"}) {
        CAPTURE(own);
        auto before = trail_end(store);
        add(own);
        CHECK(was_changed_since(store, before, "unit-1"));
        CHECK(code_of([&] { require(before); }) == Code::busy);
    }
}
