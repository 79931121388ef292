#include "store/audit/audit_chain.hpp"

#include "rekey/store/store.hpp"
#include "store/certificates/revocations.hpp"
#include "store/sample.hpp"
#include "store/sql/settings.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// Ten entries.
struct Chain {
    StoreFolder scratch;
    Store store = scratch.create();

    Chain() {
        for (int i = 1; i <= 10; ++i) add("unit-" + std::to_string(i));
    }
    void add(const std::string& subject) {
        store.write([&](Transaction& transaction) {
            audit(transaction, {noon, "alice@host"}, "unit.add", subject, {{"address", "dir:/srv"}});
        });
    }
    /// What the check says after somebody changed the database by other means.
    std::vector<std::string> problems_after(const std::string& sql) {
        CHECK(scratch.sql(sql) == "");
        return verify_audit(store).problems;
    }
};

std::string field(const std::string& text) {
    std::string length(8, '\0');
    for (int i = 0; i < 8; ++i) length[7 - i] = static_cast<char>(text.size() >> (8 * i));
    return length + text;
}

}  // namespace

TEST_CASE("every change to the chain is noticed, and named") {
    Chain chain;
    REQUIRE(verify_audit(chain.store).problems.empty());
    std::vector<std::string> problems;
    std::string expected;
    SUBCASE("time") {
        problems = chain.problems_after("UPDATE audit SET at = at + 1 WHERE seq = 4"), expected = "entry 4";
    }
    SUBCASE("actor") {
        problems = chain.problems_after("UPDATE audit SET actor = 'bob' WHERE seq = 4"), expected = "entry 4";
    }
    SUBCASE("action") {
        problems = chain.problems_after("UPDATE audit SET action = 'unit.remove' WHERE seq = 4"), expected = "entry 4";
    }
    SUBCASE("subject") {
        problems = chain.problems_after("UPDATE audit SET subject = 'x' WHERE seq = 1"), expected = "entry 1";
    }
    SUBCASE("detail") {
        problems = chain.problems_after("UPDATE audit SET detail = '{}' WHERE seq = 10"), expected = "entry 10";
    }
    SUBCASE("a border between two fields") {
        problems =
            chain.problems_after("UPDATE audit SET action = action || 'u', subject = substr(subject, 2) WHERE seq = 4"),
        expected = "entry 4";
    }
    SUBCASE("hash") {
        problems = chain.problems_after("UPDATE audit SET hash = zeroblob(32) WHERE seq = 4"), expected = "entry 4";
    }
    SUBCASE("one removed") {
        problems = chain.problems_after("DELETE FROM audit WHERE seq = 4"), expected = "entry 4 is missing";
    }
    SUBCASE("the first removed") {
        problems = chain.problems_after("DELETE FROM audit WHERE seq = 1"), expected = "entry 1 is missing";
    }
    SUBCASE("several removed") {
        problems = chain.problems_after("DELETE FROM audit WHERE seq BETWEEN 4 AND 6"),
        expected = "entries 4 to 6 are missing";
    }
    SUBCASE("one removed, the rest moved up") {
        problems =
            chain.problems_after("DELETE FROM audit WHERE seq = 4; UPDATE audit SET seq = seq - 1 WHERE seq > 4"),
        expected = "entry 4";
    }
    SUBCASE("the last removed") {
        problems = chain.problems_after("DELETE FROM audit WHERE seq = 10"), expected = "entry 10 is missing";
    }
    SUBCASE("the end removed") {
        problems = chain.problems_after("DELETE FROM audit WHERE seq > 7"), expected = "entries 8 to 10 are missing";
    }
    SUBCASE("all removed") {
        problems = chain.problems_after("DELETE FROM audit"), expected = "entries 1 to 10 are missing";
    }
    SUBCASE("one appended") {
        problems = chain.problems_after(
            "INSERT INTO audit SELECT 11, at, actor, action, subject, detail, hash FROM audit "
            "WHERE seq = 10"),
        expected = "entry 11";
    }
    SUBCASE("one inserted") {
        problems = chain.problems_after(
            "UPDATE audit SET seq = seq + 1000 WHERE seq > 4; UPDATE audit SET seq = seq - 999 WHERE seq > 1000;"
            "INSERT INTO audit SELECT 5, at, actor, action, 'x', detail, hash FROM audit WHERE seq = 4"),
        expected = "entry 5";
    }
    SUBCASE("one before the first") {
        problems = chain.problems_after(
            "PRAGMA ignore_check_constraints = ON;"
            "INSERT INTO audit SELECT -5, at, actor, action, subject, detail, hash FROM audit WHERE seq = 1"),
        expected = "entry -5";
    }
    SUBCASE("two changed places") {
        problems = chain.problems_after(
            "CREATE TEMP TABLE t AS SELECT * FROM audit WHERE seq IN (4, 5); DELETE FROM audit WHERE seq IN (4, 5);"
            "INSERT INTO audit SELECT 9 - seq, at, actor, action, subject, detail, hash FROM t");
        expected = "entry 4";
    }
    SUBCASE("the record of the end removed") {
        problems = chain.problems_after("DELETE FROM settings WHERE name = 'audit_head'"), expected = "last entry";
    }
    SUBCASE("the record of the end damaged") {
        problems = chain.problems_after("UPDATE settings SET value = '10 xyz' WHERE name = 'audit_head'"),
        expected = "damaged";
    }
    SUBCASE("the end and its record removed") {
        problems = chain.problems_after(
            "DELETE FROM audit WHERE seq > 7;"
            "UPDATE settings SET value = '7 ' || substr(value, 4) WHERE name = 'audit_head'"),
        expected = "entry 7";
    }
    REQUIRE_FALSE(problems.empty());
    CHECK_MESSAGE(contains(problems.front(), expected), problems.front());
    // It is not healed, and not hidden, by going on.
    chain.add("unit-11");
    CHECK_FALSE(verify_audit(chain.store).problems.empty());
}

TEST_CASE("one changed entry is one problem") {
    Chain chain;
    CHECK(chain.problems_after("UPDATE audit SET actor = 'bob' WHERE seq = 4").size() == 1);
    CHECK(chain.problems_after("DELETE FROM audit WHERE seq = 7").size() == 2);
    CHECK(verify_audit(chain.store).entries == 9);
}

TEST_CASE("a number at the very end stops the chain, and is told") {
    Chain chain;
    auto problems = chain.problems_after(
        "INSERT INTO audit SELECT 9223372036854775807, at, actor, action, subject, detail, hash FROM audit WHERE seq = "
        "1");
    REQUIRE_FALSE(problems.empty());
    CHECK(contains(problems.front(), "entries 11 to 9223372036854775806 are missing"));
    CHECK(code_of([&] { chain.add("unit-11"); }) == Code::corrupt);
}

TEST_CASE("a chain of nothing but lies is told in few words") {
    Chain chain;
    chain.store.write([&](Transaction& transaction) {
        for (int i = 0; i < 500; ++i) audit(transaction, {noon, "a"}, "unit.add", "x");
    });
    auto problems = chain.problems_after("UPDATE audit SET actor = 'bob'");
    CHECK(problems.size() == 101);
    CHECK(contains(problems.back(), "410 more"));
}

TEST_CASE("an entry is part of the change that it tells of") {
    Chain chain;
    std::string before = chain.scratch.sql(".dump");
    {
        Transaction transaction(chain.store);
        audit(transaction, {noon, "alice@host"}, "unit.add", "unit-11");
        set_setting(transaction, "organization", "Fleet");
    }
    CHECK(chain.scratch.sql(".dump") == before);
    CHECK(verify_audit(chain.store).problems.empty());
}

TEST_CASE("the empty chain is sound") {
    StoreFolder scratch;
    Store store = scratch.create();
    auto check = verify_audit(store);
    CHECK(check.problems.empty());
    CHECK(check.entries == 0);
    CHECK(check.head == "");
    CHECK(check.head_seq == 0);
}

TEST_CASE("entries come back as they were written, in order") {
    Chain chain;
    chain.store.write([&](Transaction& transaction) {
        audit(transaction, {noon + day, "bob@\xFF"}, "certificate.renew", "unit-1/online", {{"b", "ü"}, {"a", 1}});
    });
    std::vector<AuditEntry> entries;
    each_audit(chain.store, 9, [&](const AuditEntry& entry) { entries.push_back(entry); });
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].seq == 10);
    CHECK(entries[0].subject == "unit-10");
    CHECK(entries[1].seq == 11);
    CHECK(entries[1].at == noon + day);
    CHECK(entries[1].actor == "bob@\\xFF");
    CHECK(entries[1].action == "certificate.renew");
    CHECK(entries[1].subject == "unit-1/online");
    CHECK(entries[1].detail == R"({"b":"ü","a":1})");
    auto check = verify_audit(chain.store);
    CHECK(check.problems.empty());
    CHECK(check.entries == 11);
    CHECK(check.head == to_hex(entries[1].hash));
    CHECK(chain.scratch.sql("SELECT value FROM settings WHERE name = 'audit_head'") == "11 " + check.head);
}

TEST_CASE("the hash is what the header says") {
    StoreFolder scratch;
    Store store = scratch.create();
    store.write([&](Transaction& transaction) { audit(transaction, {noon, "alice@host"}, "unit.add", "unit-1"); });
    store.write([&](Transaction& transaction) { audit(transaction, {noon, "alice@host"}, "unit.add", ""); });
    auto expect = [](const std::string& previous, const char* seq, const char* subject) {
        return sha256(view_of(previous + field(seq) + field("1800000000") + field("alice@host") + field("unit.add") +
                              field(subject) + field("{}")));
    };
    std::vector<AuditEntry> entries;
    each_audit(store, 0, [&](const AuditEntry& entry) { entries.push_back(entry); });
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].hash == expect(std::string(32, '\0'), "1", "unit-1"));
    CHECK(entries[1].hash == expect(std::string(text_of(entries[0].hash)), "2", ""));
}

TEST_CASE("two processes write one chain") {
    Chain chain;
    auto write = [&](const std::string& actor) {
        return start_process([&] {
            Store store = chain.scratch.open();
            for (int i = 0; i < 20; ++i)
                store.write([&](Transaction& transaction) { audit(transaction, {noon, actor}, "unit.add", "x"); });
            return 0;
        });
    };
    pid_t first = write("a");
    pid_t second = write("b");
    CHECK(ending_of(first) == 0);
    CHECK(ending_of(second) == 0);
    auto check = verify_audit(chain.store);
    CHECK(check.entries == 50);
    CHECK(check.problems.empty());
}
