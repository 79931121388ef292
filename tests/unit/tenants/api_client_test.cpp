#include "tenants/provider/api_client.hpp"

#include <atomic>
#include <thread>

#include "workshop.hpp"

using namespace rekey;
using namespace rekey::tenants;
using std::chrono::milliseconds;
using test::error_of;

namespace {

using Steady = std::chrono::steady_clock;

/// Answers with what was put in, then well; keeps with which token, and when, it was asked.
class Script : public Provider {
public:
    std::vector<std::optional<Failure>> token_failures;
    std::vector<std::optional<Failure>> failures;
    std::vector<Time> token_times;
    std::vector<std::string> asked_with;
    std::vector<milliseconds> times_left;

    Answer<Secret> token(const store::Credential&, const Secret&, Time now, milliseconds) override {
        token_times.push_back(now);
        if (auto failure = take(token_failures)) return *failure;
        return Secret::copy_of(view_of("token " + std::to_string(token_times.size())));
    }
    Answer<DevicePage> devices(const ApiAccess& access, const std::string&) override {
        asked_with.emplace_back(text_of(access.token.view()));
        times_left.push_back(access.time_left);
        if (auto failure = take(failures)) return *failure;
        return DevicePage{};
    }
    Answer<DeviceAnswer> device(const ApiAccess&, const std::string&) override { return DeviceAnswer{}; }
    Answer<CoverageAnswer> coverage(const ApiAccess&, const std::string&) override { return CoverageAnswer{}; }

private:
    static std::optional<Failure> take(std::vector<std::optional<Failure>>& from) {
        if (from.empty()) return std::nullopt;
        auto first = from.front();
        from.erase(from.begin());
        return first;
    }
};

struct Scene {
    test::Workshop shop;
    Script script;
    std::atomic<bool> stop = false;
    Time now = shop.start;
    Context context{shop.home(), script, [this] { return now += Seconds{1}; }, "tester@bench", {}, stop};
    Secret key = Secret::copy_of(view_of("key"));

    ApiClient client(const ClientLimits& limits) { return ApiClient(context, store::Credential{}, key, limits); }
};

const Failure busy{Trouble::server, "503", std::nullopt, true, true};
const Failure nonsense{Trouble::server, "something else than was asked for"};
const Failure not_accepted{Trouble::token, "401"};
const Failure no_client{Trouble::invalid_client, "no"};

bool is_answer(const Asked<DevicePage>& asked) { return std::holds_alternative<DevicePage>(asked); }

}  // namespace

TEST_CASE("a token is asked for anew, at its own time, when there was no answer") {
    Scene scene;
    scene.script.token_failures = {busy, busy};
    auto client = scene.client(limits_of_verification({}));
    CHECK_FALSE(client.begin());
    REQUIRE(scene.script.token_times.size() == 3);
    CHECK(scene.script.token_times[0] < scene.script.token_times[1]);
    CHECK(scene.script.token_times[1] < scene.script.token_times[2]);
}

TEST_CASE("what the provider says of the client is final") {
    Scene scene;
    scene.script.token_failures = {no_client};
    auto client = scene.client(limits_of_sync({}, 0));
    auto failure = client.begin();
    REQUIRE(failure);
    CHECK(failure->trouble == Trouble::invalid_client);
    CHECK(scene.script.token_times.size() == 1);
}

TEST_CASE("a verification asks again what was busy, and nothing else") {
    Scene scene;
    auto client = scene.client(limits_of_verification({}));
    REQUIRE_FALSE(client.begin());
    scene.script.failures = {busy};
    CHECK(is_answer(client.devices(scene.script, "")));
    CHECK(scene.script.asked_with.size() == 2);
    CHECK(scene.script.times_left.back() < milliseconds{90'000});
    for (const auto& failure : {nonsense, not_accepted}) {
        scene.script.asked_with.clear();
        scene.script.failures = {failure};
        auto asked = client.devices(scene.script, "");
        REQUIRE(std::holds_alternative<Failure>(asked));
        CHECK(std::get<Failure>(asked).what == failure.what);
        CHECK(scene.script.asked_with.size() == 1);
    }
    CHECK(scene.script.token_times.size() == 1);
}

TEST_CASE("a sync replaces a token once a question, and asks nonsense again") {
    Scene scene;
    auto client = scene.client(limits_of_sync({}, 0));
    REQUIRE_FALSE(client.begin());
    scene.script.failures = {not_accepted, nonsense};
    CHECK(is_answer(client.devices(scene.script, "")));
    CHECK(scene.script.asked_with == std::vector<std::string>{"token 1", "token 2", "token 2"});
    CHECK(scene.script.times_left.back() == milliseconds{90'000});
    CHECK(client.requests() == 3);
    scene.script.failures = {not_accepted, not_accepted};
    CHECK(std::holds_alternative<Failure>(client.devices(scene.script, "")));
    CHECK(scene.script.token_times.size() == 3);
    // What is said of the client when the token is replaced is the answer.
    scene.script.failures = {not_accepted};
    scene.script.token_failures = {no_client};
    auto asked = client.devices(scene.script, "");
    REQUIRE(std::holds_alternative<Failure>(asked));
    CHECK(std::get<Failure>(asked).trouble == Trouble::invalid_client);
}

TEST_CASE("requests are counted, tokens are not") {
    Scene scene;
    auto client = scene.client(limits_of_sync({}, 2));
    REQUIRE_FALSE(client.begin());
    CHECK(is_answer(client.devices(scene.script, "")));
    CHECK(is_answer(client.devices(scene.script, "")));
    auto asked = client.devices(scene.script, "");
    REQUIRE(std::holds_alternative<StopReason>(asked));
    CHECK(std::get<StopReason>(asked) == StopReason::out_of_requests);
    CHECK(client.requests() == 2);
}

TEST_CASE("who waits stops soon after the user asked for it") {
    Scene scene;
    auto client = scene.client(limits_of_sync({.total = Seconds{900}}, 0));
    REQUIRE_FALSE(client.begin());
    scene.script.failures = {Failure{Trouble::rate_limited, "429", Seconds{600}, true, true}};
    std::atomic<Steady::rep> asked_at = 0;
    std::thread user([&] {
        std::this_thread::sleep_for(milliseconds{300});
        CHECK(client.waiting() > Seconds{500});
        asked_at = Steady::now().time_since_epoch().count();
        scene.stop = true;
    });
    auto asked = client.devices(scene.script, "");
    auto ended_at = Steady::now();
    user.join();
    REQUIRE(std::holds_alternative<StopReason>(asked));
    CHECK(std::get<StopReason>(asked) == StopReason::interrupted);
    CHECK(ended_at - Steady::time_point(Steady::duration(asked_at.load())) < milliseconds{1000});
    auto late = scene.client(limits_of_sync({}, 0));
    CHECK(error_of([&] { late.begin(); }).code() == Code::interrupted);
    CHECK(scene.script.token_times.size() == 1);
}
