#include "rekey/report/report.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "../scratch.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/store/fleet.hpp"
#include "report/foremost.hpp"
#include "report/json.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/fleet/certificates.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store::test;

namespace {

struct Ward {
    Ward() { issuers::create(home, "local", {now, "tester@bench"}); }

    rekey::test::Scratch scratch;
    Time now = *from_rfc3339("2030-03-10T12:00:00Z");
    bool made = false;
    Home home = Home::create(scratch / "home", "Acme", {now, "tester@bench"}, made);
    int number = 0;

    /// A unit with a certificate for each type, which ends so many days from now.
    void add(store::Transaction& transaction, const std::string& name, const std::map<std::string, int>& days_by_type,
             const std::string& key = "ec-p256") {
        auto unit = unit_named(name);
        store::add_unit(transaction, unit);
        for (const auto& [type, days] : days_by_type) {
            auto slot = store::ensure_slot(transaction, unit, "", type);
            auto certificate = certificate_in(slot, fmt::format("{:040X}", ++number));
            certificate.facts.key = key;
            certificate.facts.not_before = now - days_before;
            certificate.facts.not_after = now + std::chrono::days{days};
            certificate.issuer_id = store::issuers(transaction).front().id;
            store::add_certificate(transaction, certificate, {der(fmt::format("leaf {}", number))});
        }
    }
    void add(const std::string& name, const std::map<std::string, int>& days_by_type,
             const std::string& key = "ec-p256") {
        home.store().write([&](store::Transaction& transaction) { add(transaction, name, days_by_type, key); });
    }
    report::Report take() { return report::take(home, {}, now); }

    static constexpr std::chrono::days days_before{30};
};

}  // namespace

TEST_CASE("an empty home has a report without concerns") {
    Ward ward;
    auto report = ward.take();
    CHECK(report.organization == "Acme");
    CHECK(report.statistics.online + report.statistics.offline == 0);
    CHECK(report.soonest.total == 0);
    CHECK(report.months.empty());
    CHECK(report.issuers.total == 1);
    CHECK(report.audit.problems.empty());
    CHECK(report.audit.entries > 0);
    CHECK(report::concerns(report).empty());
}

TEST_CASE("certificates are counted by time, type, key and issuer") {
    Ward ward;
    ward.add("a", {{"iam", -3}, {"online", 20}});
    ward.add("b", {{"iam", 400}, {"online", 20}}, "rsa-1024");
    auto report = ward.take();
    CHECK(report.statistics.online == 2);
    CHECK(report.slots == 4);
    CHECK(report.expired == renewal::TypeCounts{{"iam", 1}});
    CHECK(report.months == renewal::Timeline{{"2030-03", {{"online", 2}}}, {"2031-04", {{"iam", 1}}}});
    CHECK(report.types == report::Counts{{"iam", 2}, {"online", 2}});
    CHECK(report.keys == report::Counts{{"ec-p256", 2}, {"rsa-1024", 2}});
    CHECK(report.issuers.rows.at(0).in_use == 4);
    CHECK(report.statistics.ending.at(0) == 1);
    REQUIRE(report.soonest.rows.size() == 4);
    CHECK(report.soonest.rows.at(0).slot == "a/iam");
    CHECK(report.soonest.rows.at(3).slot == "b/iam");
    CHECK(report.findings.at("key").total == 2);
    CHECK(report.findings.at("expired").total == 1);
    REQUIRE_FALSE(report::concerns(report).empty());
    CHECK(report::concerns(report).front().urgent);
    CHECK(report::concerns(report).front().what == "1 certificate in use has expired");
}

TEST_CASE("what is pending or past is not in use") {
    Ward ward;
    ward.add("a", {{"iam", 100}});
    ward.home.store().write([&](store::Transaction& transaction) {
        auto slot = *store::find_slot(ward.home.store(), {"a", "", "iam"});
        for (auto state : {store::CertificateState::pending, store::CertificateState::rejected}) {
            auto certificate = certificate_in(slot, fmt::format("{:040X}", ++ward.number), state);
            if (state == store::CertificateState::rejected) certificate.ended_at = ward.now;
            store::add_certificate(transaction, certificate, {der(std::to_string(ward.number))});
        }
    });
    auto report = ward.take();
    CHECK(report.soonest.total == 1);
    CHECK(report.statistics.certificates.at(store::CertificateState::pending) == 1);
    CHECK(report.types == report::Counts{{"iam", 1}});
}

TEST_CASE("lists have an end, their totals have not, and the page hardly grows with the fleet") {
    auto page_of = [](int units) {
        Ward ward;
        ward.home.store().write([&](store::Transaction& transaction) {
            for (int i = 0; i < units; ++i)
                ward.add(transaction, fmt::format("u{:05}", i), {{"iam", 1 + i % 5}}, "rsa-1024");
        });
        auto report = ward.take();
        CHECK(report.soonest.total == units);
        CHECK(report.soonest.rows.size() == report::most_rows);
        CHECK(report.soonest.rows.front().not_after <= report.soonest.rows.back().not_after);
        CHECK(report.findings.at("key").total == units);
        CHECK(report.findings.at("key").rows.size() == report::most_rows);
        return report::html(report).size();
    };
    auto small = page_of(40);
    CHECK(page_of(1500) < small + 500);
}

TEST_CASE("a report is of one instant, whoever writes meanwhile") {
    Ward ward;
    auto entries = ward.take().audit.entries;
    std::atomic<bool> stop = false;
    std::atomic<int> written = 0;
    std::thread writer([&] {
        auto store = store::Store::open(ward.home.path() + "/rekey.db", store::Store::Mode::write, ward.now);
        while (!stop)
            store.write([&](store::Transaction& transaction) {
                auto name = fmt::format("u{}", ++written);
                ward.add(transaction, name, {{"iam", 50}, {"sm", 500}});
                store::audit(transaction, {ward.now, "tester@bench"}, "unit.add", name);
            });
    });
    for (int i = 0; i < 20 || written < 20; ++i) {
        auto report = ward.take();
        auto units = report.statistics.online;
        CHECK(report.audit.entries == entries + units);
        CHECK(report.soonest.total == 2 * units);
        CHECK(report.slots == 2 * units);
        CHECK(report.types[std::string("sm")] == units);
        CHECK(report.audit.problems.empty());
    }
    stop = true;
    writer.join();
}

TEST_CASE("CSV has every value of the JSON, a cell a line") {
    Ward ward;
    ward.add("a", {{"iam", -3}, {"online", 20}});
    auto report = ward.take();
    auto parsed = nlohmann::json::parse(report::json(report));
    CHECK(parsed["certificates"]["states"]["active"] == 2);
    CHECK(nlohmann::json::parse(report::json(report, true)) == parsed);
    CHECK(report::json(report, true).find('\n') == report::json(report, true).size() - 1);
    std::size_t values = 0;
    for (const auto& section : parsed)
        for (const auto& member : section) {
            if (!member.is_array()) values += member.is_object() ? member.size() : 1;
            for (const auto& row : member.is_array() ? member : nlohmann::json::array()) values += row.size();
        }
    auto csv = report::csv(report);
    CHECK(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')) == values + 1);
    CHECK(contains(csv, "certificates,states,,active,2\r\n"));
    CHECK(contains(csv, "certificates,soonest,1,slot,a/iam\r\n"));
    CHECK(contains(csv, "certificates,timeline,1,period,expired\r\n"));
}

TEST_CASE("the foremost are kept, equals in the order in which they came") {
    using Pair = std::pair<int, int>;
    auto before = [](const Pair& one, const Pair& other) { return one.first < other.first; };
    report::Foremost<Pair, decltype(before)> foremost(before);
    for (int i = 0; i < 100; ++i) foremost.add({(100 - i) / 10, i});
    auto list = std::move(foremost).list();
    CHECK(list.total == 100);
    REQUIRE(list.rows.size() == report::most_rows);
    CHECK(list.rows.front() == Pair{0, 91});
    CHECK(list.rows.at(9) == Pair{1, 81});
    CHECK(list.rows.back() == Pair{2, 71});
}
