#include <limits>
#include <mutex>

#include "base/limits.hpp"
#include "rekey/tenants/records.hpp"
#include "tenants/sync/coverage_workers.hpp"
#include "workshop.hpp"

using namespace rekey;
using namespace rekey::tenants;
using store::SyncPhase;
using test::error_of;
using test::Workshop;

namespace {

/// A provider's records in memory, and how it fails. Asked by several threads.
struct Records {
    std::mutex mutex;
    std::vector<std::vector<std::string>> pages;
    std::map<std::string, std::string> status;
    std::map<std::string, std::string> next;       ///< cursors that are not the following page's
    std::vector<std::optional<Failure>> failures;  ///< of the next requests; nothing: none
    std::set<std::string> failing;                 ///< devices whose coverage is not to be had
    std::set<std::string> unknown_cursors;
    std::set<std::string> no_coverage;
    std::set<std::string> unread;      ///< devices that have a coverage record which cannot be read
    std::map<std::string, Time> ends;  ///< of coverage
    std::map<std::string, Time> released;
    std::function<void(const std::string& what)> on_request = [](const std::string&) {};
    std::vector<std::string> asked;

    std::optional<Failure> take(const std::string& what) {
        std::lock_guard lock(mutex);
        on_request(what);
        asked.push_back(what);
        if (failures.empty()) return std::nullopt;
        auto failure = failures.front();
        failures.erase(failures.begin());
        return failure;
    }
    store::Device device(const std::string& id) {
        store::Device device;
        device.id = id;
        device.serial = id;
        device.status = status[id];
        device.attributes = "{\"status\":\"" + status[id] + "\"}";
        if (auto found = released.find(id); found != released.end()) device.inactive_since = found->second;
        return device;
    }
};

/// Gives records; tokens are asked of another one.
class FakeSource : public test::FakeProvider {
public:
    explicit FakeSource(Records& records) : records_(records) {}

    Answer<DevicePage> devices(const ApiAccess&, const std::string& cursor) override {
        if (auto failure = records_.take("page " + cursor)) return *failure;
        DevicePage answer;
        answer.unknown_cursor = records_.unknown_cursors.contains(cursor);
        if (answer.unknown_cursor) return answer;
        auto number = cursor.empty() ? 0 : std::stoul(cursor);
        for (const auto& id : records_.pages.at(number)) answer.devices.push_back(records_.device(id));
        if (number + 1 < records_.pages.size()) answer.next = std::to_string(number + 1);
        if (auto other = records_.next.find(cursor); other != records_.next.end()) answer.next = other->second;
        return answer;
    }
    Answer<DeviceAnswer> device(const ApiAccess&, const std::string& id) override {
        if (auto failure = records_.take("device " + id)) return *failure;
        for (const auto& ids : records_.pages)
            for (const auto& each : ids)
                if (each == id) return DeviceAnswer{records_.device(id), std::nullopt};
        return DeviceAnswer{};
    }
    Answer<CoverageAnswer> coverage(const ApiAccess&, const std::string& id) override {
        if (auto failure = records_.take("coverage " + id)) return *failure;
        CoverageAnswer answer;
        auto& all = answer.records;
        if (records_.failing.contains(id)) return Failure{Trouble::server, "no answer", Seconds{100'000}};
        if (records_.unread.contains(id))
            answer.unread.push_back({id, "coverage X: endDateTime: 'soon' is not a date"});
        if (records_.no_coverage.contains(id)) return answer;
        all.emplace_back();
        all.back().id = "C" + id;
        all.back().device_id = id;
        all.back().status = "ACTIVE";
        all.back().attributes = "{}";
        if (auto ends = records_.ends.find(id); ends != records_.ends.end()) all.back().ends = ends->second;
        return answer;
    }

private:
    Records& records_;
};

struct Bench : Workshop {
    Records records;
    SyncRequest request;
    std::atomic<bool> stop = false;
    std::atomic<int> opened = 0;  ///< sources, of the last sync
    Seconds patience{60};
    std::map<std::string, std::string> missed;

    Bench() {
        request.tenant = "acme";
        records.pages = {{"D1", "D2"}, {"D3", "D4"}, {"D5"}};
    }

    SyncResult sync() {
        struct Watch : SyncObserver {
            Bench& bench;
            explicit Watch(Bench& of) : bench(of) {}
            void missed(const std::string& id, const std::string& why) override { bench.missed[id] = why; }
        } watch(*this);
        auto all = context();
        records.asked.clear();
        missed.clear();
        opened = 0;
        auto open = [this] {
            ++opened;
            return std::make_unique<FakeSource>(records);
        };
        all.patience.total = patience;
        all.stop = stop;
        return tenants::sync(all, open, request, watch);
    }

    /// Ids of devices, those in parentheses inactive.
    std::string devices() {
        std::string text;
        store::each_device(store(), tenant().id, [&](const store::Device& device) {
            text += device.inactive_since ? "(" + device.id + ") " : device.id + " ";
        });
        return text;
    }
    std::string covered() {
        std::string text;
        store::each_coverage(store(), tenant().id, [&](const store::Coverage& each) { text += each.device_id + " "; });
        return text;
    }
    int count(const std::string& what) {
        int found = 0;
        for (const auto& each : records.asked) found += each.starts_with(what) ? 1 : 0;
        return found;
    }
    store::Sync last() { return *store::last_sync(store(), tenant().id); }
};

const Failure server_error{Trouble::server, "500"};
const Failure limited{Trouble::rate_limited, "429"};
const Failure expired{Trouble::token, "401"};

}  // namespace

TEST_CASE("all pages, then coverage; what is gone becomes inactive, and active when it is back") {
    Bench bench;
    bench.put_devices({"from a file"});
    auto done = bench.sync();
    CHECK(done.complete());
    CHECK_FALSE(done.continued);
    CHECK(done.sync.phase == SyncPhase::done);
    CHECK(done.sync.pages == 3);
    CHECK(done.sync.seen == 5);
    CHECK(done.sync.added == 5);
    CHECK(done.sync.gone == 1);
    CHECK(done.sync.asked == 5);
    CHECK(done.left == 0);
    CHECK(done.requests == 8);
    CHECK(bench.devices() == "D1 D2 D3 D4 D5 (from a file) ");
    CHECK(bench.covered() == "D1 D2 D3 D4 D5 ");

    bench.now += Seconds{3600};
    bench.records.pages = {{"D1"}, {"D6", "D3"}};
    bench.records.status["D3"] = "new";
    bench.records.no_coverage = {"D6"};
    done = bench.sync();
    CHECK(done.sync.generation == 2);
    CHECK(done.sync.seen == 3);
    CHECK(done.sync.added == 1);
    CHECK(done.sync.changed == 1);
    CHECK(done.sync.gone == 3);
    CHECK(bench.count("coverage") == 2);  // of the new one, and of the one that changed
    CHECK(bench.devices() == "D1 (D2) D3 (D4) (D5) D6 (from a file) ");
    store::each_device(bench.store(), bench.tenant().id, [&](const store::Device& device) {
        if (device.id == "D2") CHECK(device.inactive_since == bench.now);
        if (device.id == "D2") CHECK(device.last_seen == bench.start);
        if (device.id == "D1") CHECK(device.last_seen == bench.now);
        if (device.id == "D1") CHECK(device.first_seen == bench.start);
    });

    bench.records.pages = {{"D1", "D2", "D3", "D6"}};
    bench.request.coverage = CoverageWish::all;
    done = bench.sync();
    CHECK(done.sync.returned == 1);
    CHECK(bench.count("coverage") == 4);
    CHECK(bench.devices() == "D1 D2 D3 (D4) (D5) D6 (from a file) ");
    CHECK(bench.covered() == "D1 D2 D3 D4 D5 ");

    bench.request.coverage = CoverageWish::none;
    bench.sync();
    CHECK(bench.count("coverage") == 0);
    auto actions = bench.actions();
    CHECK(std::count(actions.begin(), actions.end(), "tenant.sync") == 4);
    CHECK(std::count(actions.begin(), actions.end(), "tenant.sync.begin") == 4);
    bench.check_sound();
}

TEST_CASE("a sync that did not see all pages marks nothing, and goes on where it was") {
    Bench bench;
    bench.put_devices({"D9"});
    bench.request.max_requests = 2;
    auto done = bench.sync();
    CHECK_FALSE(done.complete());
    CHECK(done.out_of_requests);
    CHECK(done.sync.phase == SyncPhase::devices);
    CHECK(bench.devices() == "D1 D2 D3 D4 D9 ");
    bench.reopen();
    done = bench.sync();
    CHECK(done.continued);
    CHECK(done.out_of_requests);
    CHECK(bench.records.asked.front() == "page 2");
    CHECK(bench.devices() == "D1 D2 D3 D4 D5 (D9) ");
    CHECK(done.sync.asked == 1);
    CHECK(done.left == 4);
    bench.reopen();
    bench.request.max_requests = 0;
    done = bench.sync();
    CHECK(done.complete());
    CHECK(bench.count("page") == 0);
    CHECK(bench.count("coverage") == 4);
    CHECK(done.sync.seen == 5);
    CHECK(done.sync.asked == 5);
    CHECK(done.sync.generation == 1);
    bench.sync();
    CHECK(bench.last().generation == 2);
    CHECK(bench.count("page") == 3);
    bench.check_sound();
}

TEST_CASE("one that stopped more than a day ago, or whose cursor is forgotten, begins anew") {
    Bench bench;
    bench.request.max_requests = 1;
    bench.sync();
    bench.request.max_requests = 0;
    SUBCASE("old") { bench.now += std::chrono::hours{25}; }
    SUBCASE("the clock went back") { bench.now -= Seconds{60}; }
    SUBCASE("forgotten") { bench.records.unknown_cursors = {"1"}; }
    bool forgotten = !bench.records.unknown_cursors.empty();
    if (forgotten) {
        // It comes with the first page again, and is not known again.
        CHECK(bench.sync().stopped);
        CHECK(bench.devices() == "D1 D2 ");
        CHECK(bench.count("page") == 3);
        bench.records.unknown_cursors.clear();
    }
    auto done = bench.sync();
    CHECK(done.complete());
    CHECK(done.sync.generation == 2);
    CHECK(bench.devices() == "D1 D2 D3 D4 D5 ");
    bench.check_sound();
}

TEST_CASE("failures that pass are asked again, a token that expired is replaced") {
    Bench bench;
    bench.records.failures = {std::nullopt, server_error, limited, expired, server_error};
    int tokens = bench.provider.asked;
    auto done = bench.sync();
    CHECK(done.complete());
    CHECK(bench.provider.asked - tokens == 2);
    CHECK(done.sync.seen == 5);
    CHECK(bench.count("page 1") == 5);
    bench.check_sound();
}

TEST_CASE("what is not accepted before the first page changes nothing") {
    Bench bench;
    bench.put_devices({"D9"});
    auto code = Code::refused;
    SUBCASE("the token") { bench.provider.clients.clear(); }
    SUBCASE("with the token") {
        bench.records.failures = {expired, expired};
        code = Code::unreachable;
    }
    SUBCASE("an answer that is none") {
        bench.records.failures = {5, server_error};
        code = Code::unreachable;
        bench.patience = Seconds{1};
    }
    SUBCASE("what will be the same at once") {
        bench.records.failures = {Failure{Trouble::unreachable, "not its certificate", std::nullopt, false}};
        code = Code::unreachable;
    }
    SUBCASE("come back much later") {
        bench.records.failures = {Failure{Trouble::rate_limited, "429", Seconds{3600}}};
        code = Code::unreachable;
    }
    CHECK(error_of([&] { bench.sync(); }).code() == code);
    CHECK(bench.devices() == "D9 ");
    CHECK_FALSE(store::last_sync(bench.store(), bench.tenant().id));
    CHECK(bench.active().health.last_failure == bench.now);
    bench.check_sound();
}

TEST_CASE("a credential that is revoked in the middle stops the sync, which goes on with another") {
    Bench bench;
    bench.records.on_request = [&](const std::string& what) {
        if (what == "page 1") bench.provider.clients = {"new"};
    };
    bench.records.failures = {std::nullopt, expired};
    auto done = bench.sync();
    REQUIRE(done.stopped);
    CHECK(done.stopped->trouble == Trouble::invalid_client);
    CHECK(bench.devices() == "D1 D2 ");
    bench.provider.page = {"D1"};
    bench.rotate("new");
    done = bench.sync();
    CHECK(done.continued);
    CHECK(done.complete());
    CHECK(bench.devices() == "D1 D2 D3 D4 D5 ");
    bench.check_sound();
}

TEST_CASE("a provider that goes round in circles is noticed, and nothing is taken for gone") {
    Bench bench;
    bench.put_devices({"D9"});
    bench.records.next["2"] = "0";
    auto done = bench.sync();
    REQUIRE(done.stopped);
    CHECK(done.sync.phase == SyncPhase::abandoned);
    CHECK(bench.devices() == "D1 D2 D3 D4 D5 D9 ");
    bench.records.next.clear();
    done = bench.sync();
    CHECK(done.complete());
    CHECK(done.sync.generation == 2);
    CHECK(bench.devices() == "D1 D2 D3 D4 D5 (D9) ");
    bench.check_sound();
}

TEST_CASE("the same device on two pages counts once, and the later one wins") {
    Bench bench;
    bench.records.pages = {{"D1", "D2"}, {"D2", "D1", "D1"}};
    auto done = bench.sync();
    CHECK(done.sync.seen == 2);
    CHECK(done.sync.added == 2);
    CHECK(bench.count("coverage") == 2);
    bench.check_sound();
}

TEST_CASE("a device that cannot be answered holds up no other, many in a row end the sync") {
    Bench bench;
    bench.records.failing = {"D2"};
    auto done = bench.sync();
    CHECK(done.complete());
    CHECK(done.missed == 1);
    CHECK(done.left == 1);
    CHECK(bench.missed.size() == 1);
    CHECK(bench.covered() == "D1 D3 D4 D5 ");
    bench.records.failing.clear();
    done = bench.sync();
    CHECK(bench.count("coverage") == 1);
    CHECK(bench.covered() == "D1 D2 D3 D4 D5 ");

    for (int i = 0; i < 2000; ++i) bench.records.pages[0].push_back("X" + std::to_string(i));
    for (const auto& id : bench.records.pages[0]) bench.records.failing.insert(id);
    done = bench.sync();
    CHECK(done.stopped);
    CHECK(done.missed < 500);
    CHECK(bench.last().phase == SyncPhase::coverage);
    bench.check_sound();
}

TEST_CASE("the user stops it, and what was done is recorded") {
    Bench bench;
    bench.records.on_request = [&](const std::string& what) {
        if (what == "page 1") bench.stop = true;
    };
    auto done = bench.sync();
    CHECK(done.interrupted);
    bench.stop = false;
    bench.records.on_request = [](const std::string&) {};
    CHECK(bench.sync().complete());
    CHECK(bench.devices() == "D1 D2 D3 D4 D5 ");
    bench.check_sound();
}

TEST_CASE("single devices are asked for by name, and a sync under way does not take them for gone") {
    Bench bench;
    bench.request.max_requests = 1;
    bench.sync();
    bench.records.pages = {{"D1"}, {"D2"}, {"D9"}};
    bench.request.max_requests = 0;
    bench.request.devices = {"D9", "nobody"};
    auto done = bench.sync();
    CHECK(done.complete());
    CHECK(done.missed == 1);
    CHECK(done.sync.seen == 1);
    CHECK(done.sync.asked == 1);
    CHECK(bench.missed.contains("nobody"));
    CHECK(bench.covered() == "D9 ");
    bench.request.devices.clear();
    bench.records.pages[2] = {"D3"};
    done = bench.sync();
    CHECK(done.continued);
    CHECK(bench.devices() == "D1 D2 D3 D9 ");
    bench.check_sound();
}

TEST_CASE("one sync of a tenant at a time") {
    Bench bench;
    bench.add("globex", "new");
    auto code = Code::failed;
    bool other_done = false;
    bench.records.on_request = [&](const std::string& what) {
        if (what != "page 1" || other_done) return;
        // Another process, as far as the store and the lock can tell.
        auto home = Home::open(bench.home().path(), store::Store::Mode::write, bench.now);
        Context other{home, bench.provider, [&] { return bench.now; }, "other@bench", test::impatient, bench.stop};
        Records none;
        none.pages = {{}};
        auto open = [&] { return std::make_unique<FakeSource>(none); };
        SyncObserver silent;
        auto request = bench.request;
        code = error_of([&] { tenants::sync(other, open, request, silent); }).code();
        request.tenant = "globex";
        other_done = tenants::sync(other, open, request, silent).complete();
    };
    CHECK(bench.sync().complete());
    CHECK(code == Code::busy);
    CHECK(other_done);
    bench.check_sound();
}

TEST_CASE("coverage that is old, has ended or is of a device that changed is asked for again") {
    Bench bench;
    const auto day = Seconds{86'400};
    bench.records.ends = {{"D2", bench.start + 3 * day}};
    bench.sync();
    CHECK(bench.count("coverage") == 5);
    auto later = [&](int days) {
        bench.now = bench.start + days * day;
        bench.sync();
        return bench.count("coverage");
    };
    CHECK(later(1) == 0);
    bench.records.status["D3"] = "B";
    CHECK(later(2) == 1);
    CHECK(bench.count("coverage D3") == 1);
    CHECK(later(3) == 0);
    CHECK(later(4) == 1);
    CHECK(bench.count("coverage D2") == 1);
    // Until something takes its place.
    CHECK(later(5) == 1);
    CHECK(bench.count("coverage D2") == 1);
    bench.records.ends.erase("D2");
    CHECK(later(5) == 1);
    CHECK(later(5) == 0);
    bench.records.pages = {{"D1", "D2"}, {"D3", "D4"}};
    CHECK(later(6) == 0);
    bench.records.pages = {{"D1", "D2"}, {"D3", "D4"}, {"D5"}};
    CHECK(later(7) == 1);
    CHECK(bench.count("coverage D5") == 1);
    // Thirty days after the first sync: those that were not asked for since.
    CHECK(later(31) == 2);
    CHECK(bench.count("coverage D1") + bench.count("coverage D4") == 2);
    CHECK(later(32) == 0);
    CHECK(later(33) == 1);
    CHECK(bench.count("coverage D3") == 1);
    bench.request.coverage_age = Period{.seconds = 2 * day};
    CHECK(later(34) > 0);
    CHECK(later(35) == 0);
    bench.request.coverage = CoverageWish::missing;
    CHECK(later(100) == 0);
    bench.request.coverage = CoverageWish::all;
    CHECK(later(101) == 5);
}

TEST_CASE("a device that was released is inactive since then, also when it is asked for alone") {
    Bench bench;
    bench.sync();
    const auto gone_at = bench.start - Seconds{86'400};
    bench.records.released["D2"] = gone_at;
    auto done = bench.sync();
    CHECK(done.sync.gone == 1);
    CHECK(bench.devices() == "D1 (D2) D3 D4 D5 ");
    CHECK(store::count_records(bench.store(), bench.tenant().id).inactive == 1);
    bench.request.devices = {"D2"};
    done = bench.sync();
    CHECK(done.sync.returned == 0);
    CHECK(bench.devices() == "D1 (D2) D3 D4 D5 ");
    CHECK(store::find_device(bench.store(), bench.tenant().id, "D2")->inactive_since == gone_at);
    bench.records.released.clear();
    done = bench.sync();
    CHECK(done.sync.returned == 1);
    CHECK(bench.devices() == "D1 D2 D3 D4 D5 ");
    bench.check_sound();
}

TEST_CASE("a coverage record that cannot be read is named, and costs no other one") {
    Bench bench;
    bench.records.unread = {"D2"};
    auto done = bench.sync();
    CHECK(done.complete());
    CHECK(done.missed == 1);
    CHECK(bench.missed["D2"].find("'soon' is not a date") != std::string::npos);
    CHECK(bench.covered() == "D1 D2 D3 D4 D5 ");
}

TEST_CASE("a sync has a bounded number of threads, whatever number it is told") {
    CHECK(sync_jobs(-1) == 1);
    CHECK(sync_jobs(0) == 1);
    CHECK(sync_jobs(4) == 4);
    CHECK(sync_jobs(limits::sync_jobs) == limits::sync_jobs);
    CHECK(sync_jobs(limits::sync_jobs + 1) == limits::sync_jobs);
    Bench bench;
    SUBCASE("far too many") { bench.request.jobs = 28'773; }
    SUBCASE("as many as there are numbers") { bench.request.jobs = std::numeric_limits<int>::max(); }
    SUBCASE("none") { bench.request.jobs = 0; }
    SUBCASE("less than none") { bench.request.jobs = std::numeric_limits<int>::min(); }
    auto done = bench.sync();
    CHECK(done.complete());
    CHECK(bench.covered() == "D1 D2 D3 D4 D5 ");
    // One more reads the pages.
    CHECK(bench.opened <= limits::sync_jobs + 1);
    bench.check_sound();
}
