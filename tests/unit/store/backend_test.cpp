#include "store/sql/backend.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "store/certificates/revocations.hpp"
#include "store/sample.hpp"
#include "store/sql/dialect.hpp"
#include "store/sql/query.hpp"
#include "store/sql/settings.hpp"
#include "store/sqlite/connection.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

using Scope = Backend::Scope;

TEST_CASE("a row comes with all of its values, of whatever kind they are") {
    StoreFolder scratch;
    auto store = scratch.create();
    Query query(store, "SELECT 7, 'word', x'00ff', NULL, '', x'', 1.5, '12', ?1, ?2, ?3", "a\0b", Bytes{},
                std::optional<std::int64_t>{});
    REQUIRE(query.next());
    CHECK(query.integer() == 7);
    CHECK(query.text() == "word");
    CHECK(query.bytes() == Bytes{0x00, 0xff});
    CHECK(query.is_null());
    CHECK(query.integer() == 0);
    CHECK_FALSE(query.is_null());
    CHECK(query.text().empty());
    CHECK_FALSE(query.is_null());
    CHECK(query.bytes().empty());
    CHECK(query.integer() == 1);
    CHECK(query.integer() == 12);
    CHECK(query.text() == "a");
    CHECK_FALSE(query.is_null());
    query.skip(1);
    CHECK(query.is_null());
    CHECK_FALSE(query.optional_time());
    CHECK(code_of([&] { query.text(); }) == Code::failed);
    // The end stays the end.
    CHECK_FALSE(query.next());
    CHECK_FALSE(query.next());
    CHECK(code_of([&] { query.integer(); }) == Code::failed);
    query.again();
    query.bind(std::string_view{});
    query.bind(std::string_view("a\0b", 3));
    CHECK(query.next());
    query.skip(8);
    CHECK_FALSE(query.is_null());
    CHECK(query.text().empty());
    CHECK(query.text() == std::string("a\0b", 3));
}

TEST_CASE("a number is a text where one is asked for, and the other way around") {
    StoreFolder scratch;
    auto store = scratch.create();
    Query query(store, "SELECT -5, '-5', 'x', 9223372036854775807");
    REQUIRE(query.next());
    CHECK(query.text() == "-5");
    CHECK(query.integer() == -5);
    CHECK(query.integer() == 0);
    CHECK(query.text() == "9223372036854775807");
}

TEST_CASE("the version of the data is another one as soon as anybody has changed a row") {
    StoreFolder scratch;
    auto store = scratch.create();
    auto other = scratch.open();
    auto set = [](Store& by, const std::string& value) {
        by.write([&](Transaction& transaction) { set_setting(transaction, "organization", value); });
    };
    auto version = [&] { return store.backend().data_version(); };
    auto first = version();
    CHECK(version() == first);
    set(store, "Own");
    auto second = version();
    CHECK_FALSE(second == first);
    set(other, "Another's");
    auto third = version();
    CHECK_FALSE(third == second);
    Snapshot snapshot(store);
    CHECK(version() == third);
    set(other, "After the snapshot");
    CHECK(version() == third);
}

TEST_CASE("a statement is prepared once, unless it is in use, and nothing of its last use stays") {
    StoreFolder scratch;
    auto store = scratch.create();
    auto& backend = store.backend();
    const char* sql = "SELECT ?1";
    auto one = backend.take(sql);
    auto two = backend.take(sql);
    auto first = one.get();
    CHECK(first != two.get());
    one->bind_integer(1, 3);
    REQUIRE(one->step().size() == 1);
    backend.give_back(std::move(one));
    auto again = backend.take(sql);
    CHECK(again.get() == first);
    auto row = again->step();
    REQUIRE(row.size() == 1);
    CHECK(row[0].kind == Cell::Kind::null);
    CHECK(again->step().empty());
}

TEST_CASE("what SQL is wrong, or has rows where none are, is an error that names the database") {
    StoreFolder scratch;
    auto store = scratch.create();
    auto error = error_of([&] { store.backend().take("SELECT nonsense"); });
    CHECK(error.code() == Code::failed);
    CHECK(contains(error.message(), scratch.path));
    CHECK(code_of([&] { WriteQuery(store.backend(), "SELECT 1").run(); }) == Code::failed);
}

TEST_CASE("a backend knows what is under way, and what the database itself has ended") {
    StoreFolder scratch;
    auto store = scratch.create();
    auto& backend = store.backend();
    CHECK(backend.begun() == Scope::none);
    CHECK(backend.scope() == Scope::none);
    {
        Snapshot snapshot(store);
        CHECK(backend.begun() == Scope::snapshot);
        CHECK(backend.scope() == Scope::snapshot);
    }
    {
        Transaction transaction(store);
        CHECK(backend.scope() == Scope::transaction);
        static_cast<Connection&>(backend).execute("ROLLBACK");
        CHECK(backend.begun() == Scope::transaction);
        CHECK(backend.scope() == Scope::none);
        CHECK(code_of([&] { transaction.backend_for_change(); }) == Code::failed);
    }
    CHECK(backend.begun() == Scope::none);
    CHECK_FALSE(backend.is_retryable());
}

namespace {

/// A database in which another writer is faster, `times` times.
class Overtaken : public Connection {
public:
    Overtaken(const std::string& path, int times)
        : Connection(path, Store::Mode::write, path, SQLite::OPEN_READWRITE), left_(times) {}

    void commit() override {
        overtaken_ = left_ > 0;
        if (!overtaken_) return Connection::commit();
        --left_;
        throw Error(Code::busy, "another writer was faster");
    }
    bool is_retryable() const noexcept override { return overtaken_; }

private:
    int left_;
    bool overtaken_ = false;
};

}  // namespace

TEST_CASE("a change is made again, from its beginning, where another writer was faster") {
    StoreFolder scratch;
    scratch.create();
    Store store(std::make_unique<Overtaken>(scratch.path, 2));
    int calls = 0;
    auto before = store.write([&](Transaction& transaction) {
        ++calls;
        auto former = setting(transaction, "tried");
        set_setting(transaction, "tried", "yes");
        return former;
    });
    CHECK(calls == 3);
    CHECK_FALSE(before);  // each call begins where nothing was changed
    CHECK(setting(store, "tried") == "yes");
}

TEST_CASE("a change is given up in the end, and what fails otherwise is not tried again") {
    StoreFolder scratch;
    scratch.create();
    int calls = 0;
    auto change = [&](Transaction& transaction) {
        ++calls;
        set_setting(transaction, "tried", "yes");
    };
    Store unlucky(std::make_unique<Overtaken>(scratch.path, 100));
    CHECK(code_of([&] { unlucky.write(change); }) == Code::busy);
    CHECK(calls == 5);
    calls = 0;
    auto fail = [&](Transaction& transaction) {
        change(transaction);
        throw Error(Code::refused, "no");
    };
    Store store(std::make_unique<Overtaken>(scratch.path, 0));
    CHECK(code_of([&] { store.write(fail); }) == Code::refused);
    CHECK(calls == 1);
    CHECK_FALSE(setting(store, "tried"));
}

TEST_CASE("the id of a new row is that of the last one") {
    StoreFolder scratch;
    auto store = scratch.create();
    const char* sql =
        "INSERT INTO units(name, address, reload, probe, added_at, offline_cause, attempts) "
        "VALUES(?, 'dir:/srv', '', '', 1, '', 0)";
    store.write([&](Transaction& transaction) {
        auto one = insert(transaction, sql, "a");
        auto two = insert(transaction, sql, "b");
        CHECK(one + 1 == two);
        CHECK(store.backend().last_id() == two);
    });
}

TEST_CASE("the dialect says what this database understands") {
    StoreFolder scratch;
    auto store = scratch.create();
    const auto& dialect = store.backend().dialect();
    auto answer = [&](const std::string& expression) {
        Query query(store, "SELECT " + expression);
        REQUIRE(query.next());
        return query.text();
    };
    CHECK(answer(dialect.month_of("1800000000")) == "2027-01");
    CHECK(answer(dialect.same_but_case("'active'", "'ACTIVE'")) == "1");
    CHECK(answer(dialect.same_but_case("'active'", "'ACTIVE '")) == "0");
    CHECK(answer(dialect.contains("'a%b'", "'%'")) == "1");
    CHECK(answer(dialect.contains("'ab'", "'c'")) == "0");
    CHECK(answer(dialect.is_json("'{}'")) == "1");
    CHECK(answer(dialect.is_json("'{'")) == "0");
    const std::string object = R"('{"a":{"b":["Deep"]},"c":"x"}')";
    CHECK(answer(dialect.json_member(object, "c")) == "x");
    CHECK(answer(dialect.json_without(object, "a")) == R"({"c":"x"})");
    CHECK(answer(dialect.json_mentions(object, "'DEE'")) == "1");
    // A name is no value.
    CHECK(answer(dialect.json_mentions(object, "'b'")) == "0");
    CHECK(answer(fmt::format("count({}) FROM units{}", dialect.row_id(), dialect.by_index("units_present")) +
                 " WHERE removed_at IS NULL") == "0");
}
