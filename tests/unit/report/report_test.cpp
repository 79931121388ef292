#include "rekey/report/report.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "rekey/issuers/issuers.hpp"
#include "rekey/store/fleet.hpp"
#include "report/foremost.hpp"
#include "report/json.hpp"
#include "shell.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/certificates/certificates.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store::test;

namespace {

struct Ward {
    Ward() { issuers::create(home, "local", {now, "tester@bench"}); }

    rekey::test::TemporaryFolder scratch;
    Time now = *from_rfc3339("2030-03-10T12:00:00Z");
    bool made = false;
    Home home = Home::create(scratch / "home", "Acme", {now, "tester@bench"}, made);
    int number = 0;

    /// A unit with a certificate for each type, which ends so many days from now.
    void add(store::Transaction& transaction, const std::string& name, const std::map<std::string, int>& days_by_type,
             const std::string& key = "ec-p256", const store::Labels& labels = {}) {
        auto unit = unit_named(name);
        unit.labels = labels;
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
    void add_at(const std::string& site, const std::string& name, const std::map<std::string, int>& days_by_type) {
        home.store().write([&](store::Transaction& transaction) {
            add(transaction, name, days_by_type, "ec-p256", {{"site", site}});
        });
    }
    report::Report take(const report::Scope& scope = {}) { return report::take(home, {}, now, scope); }

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
    CHECK(report::level_of(report) == renewal::Level::green);
    CHECK(report::sentence(report) == "No certificate is in use.");
}

TEST_CASE("the sentence counts each certificate once, and other concerns behind them") {
    using renewal::FindingKind;
    using renewal::Urgency;
    report::Report report(*from_rfc3339("2030-03-10T12:00:00Z"));
    report.statistics.online = 6;
    report.soonest.total = 1;
    CHECK(report::sentence(report) == "1 certificate of 6 units is in order.");
    report.soonest.total = 1500;
    CHECK(report::sentence(report) == "All 1,500 certificates of 6 units are in order.");
    report.statistics.ending = {{0, 1}, {30, 4}};
    report.in_trouble = {{FindingKind::expired, 1}};
    CHECK(report::sentence(report) == "1 of 1,500 certificates needs attention: 1 has expired; 3 end within 30 days.");
    report.in_trouble[FindingKind::revoked_in_use] = 2;
    report.counts.add({FindingKind::expired, Urgency::critical, "a/iam", "ended", "renew it"});
    report.counts.add({FindingKind::away, Urgency::note, "unit a", "is away", "bring it back"});
    report.counts.add({FindingKind::backup, Urgency::warning, "the home", "was never backed up", "make one"});
    CHECK(report::sentence(report) ==
          "3 of 1,500 certificates need attention: 1 has expired, 2 are revoked and still in use; 3 end within 30 "
          "days; 1 other thing needs attention.");
    CHECK(report::level_of(report) == renewal::Level::red);
}

TEST_CASE("sites are the values of a label, the worst first") {
    Ward ward;
    ward.add_at("south", "a", {{"iam", 400}});
    ward.add_at("north", "b", {{"iam", -3}, {"online", 20}});
    ward.add_at("north", "c", {{"iam", 400}});
    ward.add("d", {{"iam", 400}});
    auto report = ward.take();
    CHECK(report.sites.label == "site");
    REQUIRE(report.sites.list.total == 3);
    const auto& north = report.sites.list.rows.front();
    CHECK(north.value == "north");
    CHECK(north.level == renewal::Level::red);
    CHECK(north.units == 2);
    CHECK(north.in_use == 3);
    CHECK(north.expired == 1);
    CHECK(north.ending == 1);
    CHECK(north.away == 0);
    CHECK(std::ranges::count(report.sites.list.rows, "", &report::Site::value) == 1);
    CHECK(contains(report::html(report), "without <bdi>site</bdi>"));
    // Units of a selection that have no label have no tiles.
    CHECK(ward.take({.units = {"d"}}).sites.list.total == 0);
}

TEST_CASE("a label with a value for each unit takes no more memory than the most values") {
    Ward ward;
    constexpr int more = 5;
    ward.home.store().write([&](store::Transaction& transaction) {
        for (int i = 0; i < static_cast<int>(report::most_values) + more; ++i)
            ward.add(transaction, fmt::format("u{:05}", i), {}, "ec-p256", {{"serial", fmt::format("{:05}", i)}});
    });
    auto sites = ward.take().sites;
    CHECK(sites.list.total == static_cast<std::int64_t>(report::most_values) + 1);
    CHECK(sites.list.rows.size() == report::most_rows);
    CHECK(sites.list.rows.front().is_rest);
    CHECK(sites.list.rows.front().units == more);
}

TEST_CASE("what ends within thirty days is told by name, with what becomes of it") {
    Ward ward;
    ward.add("a", {{"iam", -3}, {"online", 20}, {"sm", 31}});
    ward.add("b", {{"iam", 5}});
    ward.home.store().write([&](store::Transaction& transaction) {
        auto unit = *store::find_unit(transaction, "b");
        unit.offline_since = ward.now - Ward::days_before;
        store::update_unit(transaction, unit);
    });
    auto ahead = ward.take().ahead;
    REQUIRE(ahead.total == 2);
    CHECK(ahead.rows.at(0).slot == "b/iam");
    CHECK(ahead.rows.at(0).days == 5);
    CHECK(ahead.rows.at(0).fate == report::Fate::away);
    CHECK(ahead.rows.at(0).what == "unit away since 2030-02-08, must be back by 2030-03-15");
    CHECK(ahead.rows.at(1).slot == "a/online");
    CHECK(ahead.rows.at(1).fate == report::Fate::automatic);
}

TEST_CASE("changes are counted from thirty days back, or from the moment that was asked for") {
    Ward ward;
    ward.home.store().write([&](store::Transaction& transaction) {
        for (auto days : {40, 20, 0})
            store::audit(transaction, {ward.now - std::chrono::days{days}, "tester@bench"}, "certificate.renew",
                         "a/iam");
        store::audit(transaction, {ward.now, "tester@bench"}, "unit.add", "a");
    });
    auto changes = ward.take().changes;
    CHECK_FALSE(changes.since_was_asked);
    CHECK(changes.since == ward.now - std::chrono::days{report::days_back});
    CHECK(changes.renewed == 2);
    CHECK(changes.units_added == 1);
    CHECK(ward.take({.since = ward.now - std::chrono::days{40}}).changes.renewed == 3);
    CHECK(ward.take({.since = ward.now}).changes.renewed == 1);
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
