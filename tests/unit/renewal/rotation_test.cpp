#include <doctest/doctest.h>

#include "../errors.hpp"
#include "fleet.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "renewal/context/unit_deadline.hpp"
#include "strange_driver.hpp"
#include "units/connect/connect.hpp"

using namespace rekey;
using test::Fleet;
using test::StrangeDriver;
using State = store::CertificateState;

namespace {

/// One unit with a slot, and who looks after what becomes of its first certificate.
struct Compromised : Fleet {
    Compromised() {
        add("u1", {"online"});
        generate("u1");
        first = number("u1/online");
        now += std::chrono::hours{1};
    }

    static renewal::Request compromise() {
        auto request = Fleet::slot("u1/online");
        request.reason = store::Reason::compromise;
        return request;
    }
    renewal::Result run_failing(const renewal::Request& request, const std::string& call, Code code) {
        return run(request, [=](const std::string& address) {
            return std::make_unique<StrangeDriver>(units::connect(address), [=](const std::string& asked) {
                if (asked == call) throw Error(code, "a fault at " + call);
            });
        });
    }
    store::Certificate certificate(const std::string& number) {
        auto found = store::find_by_number(home.store(), number, 2);
        REQUIRE(found.size() == 1);
        return found.front();
    }
    std::optional<store::RevocationReason> reason_of(const std::string& number) {
        auto revocation = store::revocation_of(home.store(), certificate(number).id);
        return revocation ? std::optional{revocation->reason} : std::nullopt;
    }
    /// Files with a private key in the slot's folder.
    std::size_t keys() const {
        std::size_t found = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder("u1") + "/online"))
            if (entry.is_regular_file() && test::content_of(entry.path()).find("PRIVATE KEY") != std::string::npos)
                ++found;
        return found;
    }
    std::int64_t audited(const std::string& action) {
        std::int64_t found = 0;
        store::each_audit(home.store(), 0, [&](const store::AuditEntry& entry) { found += entry.action == action; });
        return found;
    }

    std::string first;
};

}  // namespace

TEST_CASE("a compromise revokes for keyCompromise and removes the old key; other reasons do neither") {
    Compromised fleet;
    auto request = Fleet::slot("u1/online");
    CHECK(fleet.run(request).done == 1);
    CHECK(fleet.keys() == 2);
    CHECK_FALSE(fleet.reason_of(fleet.first));
    CHECK(fleet.certificate(fleet.first).state == State::superseded);

    auto second = fleet.number("u1/online");
    CHECK(fleet.run(Compromised::compromise()).done == 1);
    CHECK(fleet.notes.items.front().outcome == "renewed");
    CHECK(fleet.notes.items.front().warning.empty());
    CHECK(fleet.keys() == 1);
    CHECK(fleet.reason_of(second) == store::RevocationReason::key_compromise);
    CHECK(fleet.certificate(second).state == State::revoked);
    CHECK(fleet.certificate(fleet.first).state == State::superseded);
    CHECK(fleet.audited("key.remove") == 1);
    fleet.require_sound("u1", "online");
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("a rotation is a precaution: it follows policy, which --no-revoke overrules") {
    for (bool policy_revokes : {false, true}) {
        for (bool keep_old : {false, true}) {
            CAPTURE(policy_revokes);
            CAPTURE(keep_old);
            Compromised fleet;
            fleet.rule("defaults", "revoke_superseded", policy_revokes ? "true" : "false");
            auto request = Fleet::slot("u1/online");
            request.reason = store::Reason::rotation;
            request.keep_old = keep_old;
            CHECK(fleet.run(request).done == 1);
            CHECK(fleet.keys() == 2);
            CHECK(fleet.reason_of(fleet.first).has_value() == (policy_revokes && !keep_old));
            CHECK(fleet.audited("key.remove") == 0);
        }
    }
}

TEST_CASE("--no-revoke contradicts a compromise") {
    Compromised fleet;
    auto request = Compromised::compromise();
    request.keep_old = true;
    CHECK(test::error_of([&] { fleet.run(request); }).code() == Code::usage);
    CHECK(fleet.number("u1/online") == fleet.first);
}

TEST_CASE("a run with a milder reason keeps what was promised of a compromised key") {
    Compromised fleet;
    CHECK(fleet.run_failing(Compromised::compromise(), "create_key", Code::unreachable).deferred == 1);
    fleet.now += std::chrono::hours{2};
    auto request = Fleet::slot("u1/online");
    request.reason = store::Reason::rotation;
    request.keep_old = true;
    CHECK(fleet.run(request).done == 1);
    CHECK(fleet.notes.items.front().reason == store::Reason::compromise);
    CHECK(fleet.reason_of(fleet.first) == store::RevocationReason::key_compromise);
    CHECK(fleet.keys() == 1);
    fleet.require_nothing_open();
}

TEST_CASE("policy revokes what is superseded, and leaves the way back on the unit") {
    Compromised fleet;
    fleet.rule("defaults", "revoke_superseded", "true");
    CHECK(fleet.run(Fleet::slot("u1/online")).done == 1);
    CHECK(fleet.reason_of(fleet.first) == store::RevocationReason::superseded);
    CHECK(fleet.keys() == 2);
}

TEST_CASE("a unit that falls silent before its old key is removed is renewed, and finished by the next run") {
    for (bool same_command : {true, false}) {
        CAPTURE(same_command);
        Compromised fleet;
        auto result = fleet.run_failing(Compromised::compromise(), "retire", Code::unreachable);
        CHECK(result.deferred == 1);
        REQUIRE(fleet.notes.items.size() == 1);
        CHECK(fleet.notes.items.front().error.find("waits to be removed") != std::string::npos);
        auto second = fleet.number("u1/online");
        CHECK(second != fleet.first);
        CHECK(fleet.reason_of(fleet.first) == store::RevocationReason::key_compromise);
        CHECK(fleet.keys() == 2);
        fleet.require_sound("u1", "online");

        fleet.now += std::chrono::hours{2};
        result = fleet.run(same_command ? Compromised::compromise() : Fleet::due());
        CHECK(result.done == 1);
        CHECK(fleet.keys() == 1);
        // Not renewed once more.
        CHECK(fleet.number("u1/online") == second);
        CHECK(fleet.number_on_unit("u1", "online") == second);
        CHECK(fleet.audited("key.remove") == 1);
        CHECK_FALSE(fleet.run(Fleet::due()).run);
        fleet.require_consistent();
        fleet.require_nothing_open();
    }
}

TEST_CASE("an old key that cannot be removed is told, and is no reason to go back") {
    Compromised fleet;
    auto result = fleet.run_failing(Compromised::compromise(), "retire", Code::failed);
    CHECK(result.done == 1);
    CHECK(result.keys_left == 1);
    CHECK(fleet.notes.items.front().warning.find("a fault at retire") != std::string::npos);
    CHECK(fleet.reason_of(fleet.first) == store::RevocationReason::key_compromise);
    CHECK(fleet.certificate(fleet.number("u1/online")).state == State::active);
    CHECK(fleet.audited("key.keep") == 1);
    fleet.require_sound("u1", "online");
    fleet.require_nothing_open();
}

TEST_CASE("another issuer wanted, while the old key waits, begins anew and takes nothing back") {
    Compromised fleet;
    issuers::create(fleet.home, "second", fleet.stamp());
    fleet.run_failing(Compromised::compromise(), "retire", Code::unreachable);
    auto second = fleet.number("u1/online");
    auto request = Fleet::slot("u1/online");
    request.issuer = "second";
    request.reason = store::Reason::migration;
    CHECK(fleet.run(request).done == 1);
    auto third = fleet.number("u1/online");
    CHECK(third != second);
    CHECK(fleet.certificate(second).state == State::superseded);
    CHECK(fleet.certificate(third).predecessor == second);
    fleet.require_sound("u1", "online");
    fleet.require_consistent();
}

TEST_CASE("what is revoked while it is in use is due, with its key when that is the reason") {
    for (auto reason : {store::RevocationReason::key_compromise, store::RevocationReason::privilege_withdrawn}) {
        Compromised fleet;
        issuers::RevokeRequest request{reason, "", false};
        auto used = fleet.certificate(fleet.first);
        CHECK_THROWS_AS(issuers::revoke(fleet.home, used, request, fleet.stamp()), Error);
        CHECK_FALSE(fleet.reason_of(fleet.first));
        CHECK_FALSE(fleet.run(Fleet::due()).run);
        request.force = true;
        CHECK(issuers::revoke(fleet.home, used, request, fleet.stamp()));
        CHECK_FALSE(issuers::revoke(fleet.home, used, request, fleet.stamp()));
        CHECK(fleet.certificate(fleet.first).state == State::active);

        CHECK(fleet.run(Fleet::due()).done == 1);
        bool of_key = reason == store::RevocationReason::key_compromise;
        CHECK(fleet.notes.items.front().reason == (of_key ? store::Reason::compromise : store::Reason::policy));
        CHECK(fleet.certificate(fleet.first).state == State::revoked);
        CHECK(fleet.reason_of(fleet.first) == reason);
        CHECK(fleet.keys() == (of_key ? 1 : 2));
        CHECK_FALSE(fleet.run(Fleet::due()).run);
        fleet.require_consistent();
    }
}

TEST_CASE("a reason that was changed since the caller looked is not changed again") {
    Compromised fleet;
    auto certificate = fleet.certificate(fleet.first);
    auto revoke = [&](store::RevocationReason reason, std::optional<store::RevocationReason> seen) {
        issuers::RevokeRequest request{reason, "", true};
        request.seen = seen;
        return issuers::revoke(fleet.home, certificate, request, fleet.stamp());
    };
    using Reason = store::RevocationReason;
    CHECK(revoke(Reason::superseded, std::nullopt));
    // Two who saw no revocation, and one who saw another reason: `superseded` came meanwhile.
    for (auto seen : {std::optional<Reason>(), std::optional(Reason::unspecified)}) {
        CHECK(test::error_of([&] { revoke(Reason::key_compromise, seen); }).code() == Code::busy);
        CHECK(fleet.reason_of(fleet.first) == Reason::superseded);
    }
    CHECK(revoke(Reason::key_compromise, Reason::superseded));
    CHECK(fleet.reason_of(fleet.first) == Reason::key_compromise);
    // What is wanted is what is so: no matter what was seen.
    CHECK_FALSE(revoke(Reason::key_compromise, Reason::superseded));
    fleet.require_consistent();
}

TEST_CASE("lists are kept where the configuration says, and made anew only when there is something to say") {
    Compromised fleet;
    fleet.config.crl_folder = fleet.scratch / "lists";
    auto result = fleet.run(Fleet::due());
    CHECK_FALSE(result.lists_error.empty());  // the folder is not there
    std::filesystem::create_directory(fleet.config.crl_folder);
    auto list = fleet.config.crl_folder + "/local.crl.pem";
    auto number = [&] { return test::shell("openssl crl -noout -crlnumber -in " + list).output; };
    CHECK(fleet.run(Fleet::due()).lists_error.empty());
    auto first = number();
    CHECK(first.find("crlNumber=") == 0);
    fleet.run(Fleet::due());
    CHECK(number() == first);
    // Half of its time is over.
    fleet.now += std::chrono::days{4};
    fleet.run(Fleet::due());
    auto second = number();
    CHECK(second > first);
    // Somebody lost it; somebody made another elsewhere.
    std::filesystem::remove(list);
    fleet.run(Fleet::due());
    auto third = number();
    CHECK(third > second);
    issuers::write_list(fleet.home, issuers::get(fleet.home.store(), "local"), {fleet.scratch / "x.crl", false, {}},
                        fleet.stamp());
    fleet.run(Fleet::due());
    CHECK(number() > third);

    fleet.run(Compromised::compromise());
    auto folder = fleet.folder("u1") + "/online/current/";
    auto text = test::shell("openssl crl -noout -text -in " + list).output;
    CHECK(text.find(fleet.first) != std::string::npos);
    CHECK(test::shell("openssl verify -crl_check -CRLfile " + list + " -attime " +
                      std::to_string(unix_seconds(fleet.now)) + " -CAfile " + folder + "chain.pem " + folder +
                      "cert.pem")
              .code == 0);
    CHECK(test::shell("openssl crl -inform DER -noout -in " + fleet.config.crl_folder + "/local.crl").code == 0);
}

TEST_CASE("stopped after the last item, a run has nothing left to do but its list, and does it") {
    Compromised fleet;
    fleet.config.crl_folder = fleet.scratch / "lists";
    std::filesystem::create_directory(fleet.config.crl_folder);
    class StopAtEnd : public renewal::Observer {
    public:
        explicit StopAtEnd(std::atomic<bool>& stop) : stop_(stop) {}
        void ended(const renewal::ItemResult&) override { stop_ = true; }

    private:
        std::atomic<bool>& stop_;
    };
    std::atomic<bool> stop = false;
    StopAtEnd observer(stop);
    auto result = renewal::run_with(
        fleet.home, fleet.config, Compromised::compromise(), [&] { return fleet.now; }, "a", observer, stop,
        [](const std::string& address) { return units::connect(address); });
    CHECK(stop);
    CHECK_FALSE(result.interrupted);
    CHECK(result.lists_error == "");
    auto text = test::shell("openssl crl -noout -text -in " + fleet.config.crl_folder + "/local.crl.pem").output;
    CHECK(text.find(fleet.first) != std::string::npos);
}

TEST_CASE("ended before any step, a compromise is finished by the same command or the next run") {
    for (std::string call : {"create_key", "apply", "reload", "retire"}) {
        for (bool same_command : {true, false}) {
            CAPTURE(call);
            CAPTURE(same_command);
            Compromised fleet;
            auto request = Compromised::compromise();
            auto ended = fleet.run(request, [&](const std::string& address) {
                return std::make_unique<StrangeDriver>(units::connect(address), [&](const std::string& asked) {
                    // As if the power had failed: nothing is recorded of it.
                    if (asked == call) throw renewal::Cancelled{};
                });
            });
            CHECK(ended.interrupted);
            bool proven = call == "retire";
            CHECK((fleet.certificate(fleet.first).state == State::revoked) == proven);
            CHECK((fleet.number("u1/online") != fleet.first) == proven);
            fleet.require_sound("u1", "online");

            fleet.reopen();
            fleet.now += std::chrono::hours{1};
            CHECK(fleet.run(same_command ? request : Fleet::due()).done == 1);
            CHECK(fleet.keys() == 1);
            CHECK(fleet.certificate(fleet.first).state == State::revoked);
            auto slot = store::find_slot(fleet.home.store(), *SlotName::parse("u1/online"));
            CHECK(store::history_of(fleet.home.store(), slot->id).size() == 2);
            fleet.require_sound("u1", "online");
            fleet.require_consistent();
            fleet.require_nothing_open();
        }
    }
}
