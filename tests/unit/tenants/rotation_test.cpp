#include <fmt/format.h>

#include <utility>

#include "store/records/devices.hpp"
#include "workshop.hpp"

using namespace rekey;
using namespace rekey::tenants;
using test::error_of;
using test::Workshop;
using State = store::CredentialState;
using Stage = store::RotationState;

namespace {

constexpr auto hour = std::chrono::hours{1};

RotationSteps begin_rotation(Context& context, RotationRequest request) {
    return {context, make_goal(context, request)};
}

}  // namespace

TEST_CASE("a rotation replaces the credential and keeps the prior one") {
    Workshop shop;
    auto old = shop.active();
    auto progress = shop.rotate("new");
    CHECK(progress.rotation.state == Stage::confirmed);
    CHECK_FALSE(progress.waiting);
    CHECK_FALSE(progress.nothing_to_do);
    CHECK(shop.active().client_id == "new");
    CHECK(shop.active().name == "acme");
    CHECK(shop.active().health.last_success == shop.now);
    CHECK(shop.credential(old.id).state == State::superseded);
    CHECK_FALSE(shop.credential(old.id).sealed_key.empty());
    CHECK(shop.actions() == std::vector<std::string>{"home.create", "tenant.add", "credential.add", "rotation.stage",
                                                     "rotation.verify", "rotation.cut_over", "rotation.confirm"});
    shop.check_sound();
}

TEST_CASE("stopped after any step, the same request finishes it") {
    for (int steps = 0; steps <= 5; ++steps) {
        CAPTURE(steps);
        Workshop shop;
        shop.put_devices({"D1", "D2", "D3"});
        {
            auto context = shop.context();
            auto first = begin_rotation(context, shop.request("new"));
            for (int i = 0; i < steps; ++i) first.step();
        }
        shop.reopen();
        shop.check_sound();
        CHECK(shop.active().client_id == (steps < 3 ? "old" : "new"));
        shop.rotate("new");
        shop.check_sound();
        CHECK(shop.active().client_id == "new");
        CHECK(shop.rotations().size() == 1);
        CHECK(shop.rotations().front().state == Stage::confirmed);
        CHECK(store::count_records(shop.store(), shop.tenant().id).devices == 3);
    }
}

TEST_CASE("the same request again has nothing to do") {
    Workshop shop;
    shop.rotate("new");
    auto before = shop.actions().size();
    auto again = shop.rotate("new");
    CHECK(again.nothing_to_do);
    CHECK(shop.actions().size() == before);
    CHECK(shop.rotations().size() == 1);
    CHECK(shop.rotate("new").nothing_to_do);
}

TEST_CASE("who loses against another rotation at the very instant of staging says so, and stages nothing") {
    // The other one is staged only, or goes to its end; it is the same or another one.
    for (int others_steps : {1, 9})
        for (const char* other : {"new", "third"}) {
            CAPTURE(others_steps);
            CAPTURE(other);
            Workshop shop;
            shop.provider.clients.insert("third");
            auto others = shop.context();
            auto winner = begin_rotation(others, shop.request(other));
            bool met = false;
            auto context = shop.context();
            auto loser = begin_rotation(context, shop.request("new"));
            // The time is asked for between looking and staging.
            context.clock = [&] {
                if (!std::exchange(met, true))
                    for (int i = 0; i < others_steps && winner.step(); ++i) {
                    }
                return shop.now;
            };
            auto error = error_of([&] { loser.step(); });
            CHECK(met);
            CHECK(error.code() == Code::busy);
            CHECK(error.message() == "somebody else rotates the credential of tenant 'acme'");
            CHECK(shop.rotations().size() == 1);
            shop.check_sound();
            // Nothing is left that stands in the way of the winner.
            while (winner.step()) {
            }
            CHECK(shop.active().client_id == other);
            CHECK(shop.rotations().front().state == Stage::confirmed);
        }
}

TEST_CASE("addresses that are set while a rotation is under way are not lost with the old credential") {
    Workshop shop;
    auto context = shop.context();
    auto rotation = begin_rotation(context, shop.request("new"));
    rotation.step();
    rotation.step();
    CHECK(shop.rotations().front().state == Stage::verified);
    EndpointChanges changes;
    changes.api_url = "https://mended.example/v1";
    auto other = shop.context();
    set_endpoints(other, "acme", changes, true, false);

    auto error = error_of([&] { rotation.step(); });
    CHECK(error.code() == Code::busy);
    CHECK(error.message() == "somebody else set scope or addresses of tenant 'acme'");
    CHECK(shop.active().client_id == "old");
    CHECK(shop.active().api_url == changes.api_url);
    shop.check_sound();

    shop.rotate("new");
    CHECK(shop.active().client_id == "new");
    CHECK(shop.active().api_url == changes.api_url);
    shop.check_sound();
}

TEST_CASE("what others change after a cut-over is not rotated away") {
    Workshop shop;
    shop.provider.clients.insert("third");
    for (int steps : {3, 4}) {
        CAPTURE(steps);
        for (bool rotated : {false, true}) {
            CAPTURE(rotated);
            auto client = fmt::format("{}-{}", steps, rotated);
            shop.provider.clients.insert(client);
            auto context = shop.context();
            auto rotation = begin_rotation(context, shop.request(client));
            for (int i = 0; i < steps; ++i) rotation.step();
            CHECK(shop.active().client_id == client);
            auto before = shop.rotations().size();
            EndpointChanges changes;
            changes.api_url = "https://mended.example/" + client;
            auto other = shop.context();
            set_endpoints(other, "acme", changes, true, false);
            if (rotated) {
                confirm(other, "acme", false);
                shop.rotate("third");
            }
            while (rotation.step()) {
            }
            CHECK(shop.active().client_id == (rotated ? "third" : client));
            CHECK(shop.active().api_url == changes.api_url);
            CHECK(shop.rotations().size() == before + (rotated ? 1 : 0));
            shop.check_sound();
        }
    }
}

TEST_CASE("a credential is rotated onto itself without effect") {
    Workshop shop;
    CHECK(shop.rotate("old").nothing_to_do);
    CHECK(shop.rotations().empty());
}

TEST_CASE("corrected inputs replace what was staged, and its key is destroyed") {
    Workshop shop;
    shop.provider.clients.insert("corrected");
    {
        auto context = shop.context();
        auto first = begin_rotation(context, shop.request("new"));
        first.step();
    }
    auto staged = shop.credential(shop.rotations().front().new_credential_id);
    CHECK(staged.name == "acme (staged)");
    shop.rotate("corrected");
    CHECK(shop.active().client_id == "corrected");
    CHECK(shop.rotations().front().state == Stage::aborted);
    CHECK(shop.credential(staged.id).state == State::retired);
    CHECK(shop.credential(staged.id).sealed_key.empty());
    CHECK(shop.credential(staged.id).name == "acme");
    shop.check_sound();
}

TEST_CASE("a credential that the provider does not accept changes nothing") {
    Workshop shop;
    shop.provider.clients.erase("new");
    auto error = error_of([&] { shop.rotate("new"); });
    CHECK(error.code() == Code::refused);
    CHECK(shop.active().client_id == "old");
    CHECK(shop.rotations().front().state == Stage::failed);
    auto failed = shop.credential(shop.rotations().front().new_credential_id);
    CHECK(failed.state == State::failed);
    CHECK_FALSE(failed.sealed_key.empty());
    CHECK(failed.health.failure_class == "invalid_client");
    shop.check_sound();
    // And is no obstacle once it is accepted.
    shop.provider.clients.insert("new");
    shop.rotate("new");
    CHECK(shop.active().client_id == "new");
    CHECK(shop.credential(failed.id).state == State::retired);
    CHECK(shop.credential(failed.id).sealed_key.empty());
}

TEST_CASE("the key of a rotation that failed is kept until it is given up, or old") {
    Workshop shop;
    shop.provider.clients.erase("new");
    error_of([&] { shop.rotate("new"); });
    auto failed = shop.rotations().front().new_credential_id;
    auto context = shop.context();
    SUBCASE("given up") {
        CHECK(abort(context, "acme"));
        CHECK_FALSE(abort(context, "acme"));
    }
    SUBCASE("old") {
        shop.now += 23 * hour;
        confirm_due(context);
        CHECK_FALSE(shop.credential(failed).sealed_key.empty());
        shop.now += 2 * hour;
        confirm_due(context);
    }
    CHECK(shop.credential(failed).sealed_key.empty());
    CHECK(shop.credential(failed).state == State::retired);
    CHECK(shop.rotations().front().state == Stage::failed);
    CHECK(shop.active().client_id == "old");
    shop.check_sound();
}

TEST_CASE("a prior key that was kept long enough stays unless its successor is still the tenant's") {
    Workshop shop;
    shop.put_devices({"D1", "D2"});
    auto old = shop.active();
    shop.rotate("new");
    shop.now += 25 * hour;
    auto context = shop.context();
    auto waits = [&](Trouble trouble) {
        auto results = confirm_due(context);
        REQUIRE(results.size() == 1);
        REQUIRE(results.front().waiting);
        CHECK(results.front().waiting->trouble == trouble);
        CHECK_FALSE(results.front().destroyed);
        CHECK_FALSE(shop.credential(old.id).sealed_key.empty());
        CHECK(shop.credential(old.id).state == State::superseded);
    };
    shop.provider.token_failure = Failure{Trouble::unreachable, "no network"};
    waits(Trouble::unreachable);
    shop.provider.token_failure.reset();
    shop.provider.page = {};
    shop.provider.known = {};
    waits(Trouble::wrong_organization);
    // What the new one has told of since does not speak for it.
    shop.put_devices({"X1"});
    shop.provider.page = {"X1"};
    waits(Trouble::wrong_organization);
    shop.provider.page = {"D2"};
    CHECK(confirm_due(context).front().destroyed);
    CHECK(shop.credential(old.id).sealed_key.empty());
    shop.check_sound();
}

TEST_CASE("a device that was given away does not make its new owner ours") {
    Workshop shop;
    shop.put_devices({"D1", "D2"});
    store::Device gone;
    gone.id = gone.serial = "G1";
    gone.attributes = "{}";
    gone.inactive_since = gone.first_seen = gone.last_seen = shop.now;
    shop.store().write(
        [&](store::Transaction& transaction) { store::put_devices(transaction, shop.tenant().id, {gone}); });
    shop.provider.page = {"G1", "X1"};
    shop.provider.known = {"G1", "X1"};
    CHECK(error_of([&] { shop.rotate("new"); }).code() == Code::refused);
    CHECK(shop.active().client_id == "old");
}

TEST_CASE("an unclear answer leaves the rotation to be continued") {
    for (auto trouble : {Trouble::unreachable, Trouble::rate_limited, Trouble::server, Trouble::intercepted,
                         Trouble::clock, Trouble::untrusted, Trouble::token, Trouble::scope, Trouble::forbidden}) {
        Workshop shop;
        shop.provider.token_failure = Failure{trouble, "not now"};
        CHECK(error_of([&] { shop.rotate("new"); }).code() ==
              (is_refusal(trouble) ? Code::refused : Code::unreachable));
        CHECK(shop.active().client_id == "old");
        CHECK(shop.rotations().front().state == Stage::staged);
        auto staged = shop.credential(shop.rotations().front().new_credential_id);
        CHECK_FALSE(staged.sealed_key.empty());
        shop.check_sound();
        shop.provider.token_failure.reset();
        shop.rotate("new");
        CHECK(shop.active().client_id == "new");
        CHECK(shop.rotations().size() == 1);
    }
}

TEST_CASE("another organisation is recognised by five devices that are all unknown there") {
    Workshop shop;
    shop.put_devices({"A1", "A2", "A3", "A4", "A5", "A6", "A7"});
    SUBCASE("all unknown") {
        auto error = error_of([&] { shop.rotate("new"); });
        CHECK(error.code() == Code::refused);
        CHECK(error.hint().find("--accept-different-organization") != std::string::npos);
        CHECK(shop.active().client_id == "old");
        CHECK(shop.credential(shop.rotations().front().new_credential_id).health.failure_class == "wrong_organization");
        auto request = shop.request("new");
        request.accept_different_organization = true;
        auto context = shop.context();
        rotate(context, request);
        CHECK(shop.active().client_id == "new");
        bool audited = false;
        store::each_audit(shop.store(), 0, [&](const store::AuditEntry& entry) {
            audited = audited || entry.detail.find("different_organization_accepted") != std::string::npos;
        });
        CHECK(audited);
    }
    SUBCASE("one of five known") {
        shop.provider.known = {"A4"};
        shop.rotate("new");
        CHECK(shop.active().client_id == "new");
    }
    SUBCASE("one on the page") {
        shop.provider.page = {"X", "A7"};
        shop.rotate("new");
        CHECK(shop.active().client_id == "new");
    }
    SUBCASE("not known whether they are known") {
        shop.provider.device_failure = Failure{Trouble::rate_limited, "later"};
        CHECK(error_of([&] { shop.rotate("new"); }).code() == Code::unreachable);
        CHECK(shop.rotations().front().state == Stage::staged);
    }
    CHECK(store::count_records(shop.store(), shop.tenant().id).devices == 7);
    shop.check_sound();
}

TEST_CASE("the prior key is destroyed once it was kept long enough, and not before") {
    Workshop shop;
    auto old = shop.active();
    shop.rotate("new");
    auto context = shop.context();
    shop.now += 23 * hour;
    CHECK(confirm_due(context).empty());
    CHECK_FALSE(shop.credential(old.id).sealed_key.empty());
    shop.now += 2 * hour;
    auto results = confirm_due(context);
    REQUIRE(results.size() == 1);
    CHECK(results.front().destroyed);
    CHECK_FALSE(results.front().in_log);
    CHECK(shop.credential(old.id).sealed_key.empty());
    CHECK(shop.credential(old.id).state == State::retired);
    CHECK(confirm_due(context).empty());
    CHECK(error_of([&] { roll_back(context, "acme", true); }).code() == Code::refused);
    shop.check_sound();
}

TEST_CASE("a rollback brings the prior credential back, once") {
    Workshop shop;
    shop.rotate("new");
    auto fresh = shop.active();
    auto context = shop.context();
    SUBCASE("working") {
        roll_back(context, "acme", false);
        CHECK(shop.active().client_id == "old");
        CHECK(shop.credential(fresh.id).state == State::retired);
        CHECK(shop.credential(fresh.id).sealed_key.empty());
        CHECK(roll_back(context, "acme", false).nothing_to_do);
        CHECK(shop.active().client_id == "old");
        shop.rotate("new");
        CHECK(shop.active().client_id == "new");
    }
    SUBCASE("revoked at the provider") {
        shop.provider.clients.erase("old");
        CHECK(error_of([&] { roll_back(context, "acme", false); }).code() == Code::refused);
        CHECK(shop.active().client_id == "new");
        roll_back(context, "acme", true);
        CHECK(shop.active().client_id == "old");
    }
    SUBCASE("not reachable") {
        shop.provider.token_failure = Failure{Trouble::unreachable, "no network"};
        CHECK(error_of([&] { roll_back(context, "acme", false); }).code() == Code::unreachable);
        CHECK(shop.active().client_id == "new");
    }
    shop.check_sound();
}

TEST_CASE("offline, the rotation waits for its confirmation") {
    Workshop shop;
    shop.put_devices({"D1", "A1"});
    auto request = shop.request("new");
    request.offline = true;
    auto context = shop.context();
    auto asked = shop.provider.asked;
    rotate(context, request);
    CHECK(shop.provider.asked == asked);
    CHECK(shop.active().client_id == "new");
    CHECK(shop.rotations().front().state == Stage::cut_over);
    CHECK(shop.rotations().front().offline);
    // Not asked for longer than the prior is kept: it stays until the new one is proven.
    shop.now += 100 * hour;
    shop.provider.token_failure = Failure{Trouble::unreachable, "no network"};
    auto waiting = confirm_due(context);
    REQUIRE(waiting.size() == 1);
    CHECK(waiting.front().waiting);
    shop.provider.token_failure.reset();
    SUBCASE("confirmed") {
        auto progress = confirm(context, "acme", false);
        REQUIRE(progress);
        CHECK(progress->rotation.state == Stage::confirmed);
        CHECK_FALSE(progress->destroyed);
    }
    SUBCASE("another organisation after all") {
        shop.provider.page = {};
        shop.provider.known = {};
        auto progress = confirm(context, "acme", false);
        REQUIRE(progress);
        REQUIRE(progress->waiting);
        CHECK(progress->waiting->trouble == Trouble::wrong_organization);
        roll_back(context, "acme", false);
        CHECK(shop.active().client_id == "old");
    }
    SUBCASE("not onwards before it is confirmed") {
        CHECK(error_of([&] { shop.rotate("another"); }).code() == Code::refused);
    }
    shop.check_sound();
}

TEST_CASE("abort gives up what is staged, and nothing else") {
    Workshop shop;
    auto context = shop.context();
    CHECK_FALSE(abort(context, "acme"));
    {
        auto first = begin_rotation(context, shop.request("new"));
        first.step();
        first.step();
    }
    CHECK(abort(context, "acme"));
    CHECK(shop.active().client_id == "old");
    CHECK(shop.rotations().front().state == Stage::aborted);
    CHECK_FALSE(abort(context, "acme"));
    auto request = shop.request("new");
    request.offline = true;
    rotate(context, request);
    CHECK(error_of([&] { abort(context, "acme"); }).code() == Code::refused);
    shop.check_sound();
}

TEST_CASE("a client ID serves one tenant only") {
    Workshop shop;
    shop.add("other", "new");
    CHECK(error_of([&] { shop.rotate("new"); }).code() == Code::refused);
    CHECK(shop.rotations().empty());
    auto given = shop.input("new");
    given.name = "third";
    auto context = shop.context();
    CHECK(error_of([&] { add(context, "third", given, endpoints("business", "", "", ""), true); }).code() ==
          Code::refused);
    CHECK_FALSE(store::find_tenant(shop.store(), "third"));
}

TEST_CASE("the active credential is not removed; a superseded one is") {
    Workshop shop;
    auto old = shop.active();
    auto context = shop.context();
    CHECK(error_of([&] { remove(context, "acme", true); }).code() == Code::refused);
    auto request = shop.request("new");
    request.input.name = "acme 2";
    rotate(context, request);
    CHECK(shop.active().name == "acme 2");
    // The tenant is called so as well, and what is kept for going back is not lost by such a mistake.
    auto refused = error_of([&] { remove(context, "acme", false); });
    CHECK(refused.code() == Code::refused);
    CHECK(refused.hint().find("remove acme --yes") != std::string::npos);
    auto loss = loss_by_removing(shop.store(), "acme");
    CHECK(loss.credential.id == old.id);
    CHECK(loss.way_back_until == prior_kept_until(shop.rotations().front()));
    CHECK(shop.credential(old.id).sealed_key == old.sealed_key);
    CHECK(shop.rotations().front().prior_destroyed_at == std::nullopt);
    auto removal = remove(context, "acme", true);
    CHECK_FALSE(removal.in_log);
    CHECK(removal.credential.id == old.id);
    CHECK(removal.credential.state == store::CredentialState::retired);
    CHECK(shop.credential(old.id).sealed_key.empty());
    CHECK(confirm_due(context).empty());
    CHECK(error_of([&] { rotate(context, request = shop.request("third")); }).code() == Code::usage);
    shop.check_sound();
}

TEST_CASE("a clock that jumped ahead destroys nothing") {
    Workshop shop;
    auto old = shop.active();
    shop.rotate("new");
    shop.now += 400 * 24 * hour;
    auto context = shop.context();
    auto results = confirm_due(context);
    REQUIRE(results.size() == 1);
    CHECK_FALSE(results.front().problem.empty());
    CHECK_FALSE(shop.credential(old.id).sealed_key.empty());
}
