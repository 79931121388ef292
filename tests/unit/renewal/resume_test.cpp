#include "base/crash_points.hpp"
#include "base/faulty_folder.hpp"
#include "crypto/certificates/certificate.hpp"
#include "fleet.hpp"
#include "strange_driver.hpp"
#include "units/connect/connect.hpp"
#include "units/folder/dir_driver.hpp"

using namespace rekey;
using test::Faults;
using test::FaultyFolder;
using test::Fleet;
using test::Killed;
using test::StrangeDriver;

namespace {

std::string folder_of(const std::string& address) { return address.substr(std::string("dir:").size()); }

/// Units on a disk with faults.
renewal::Connect on_faulty_disk(Faults& faults) {
    return [&faults](const std::string& address) -> std::unique_ptr<units::Driver> {
        return std::make_unique<units::DirDriver>(
            std::make_unique<FaultyFolder>(open_folder(folder_of(address)), faults));
    };
}

/// The process ends before its call number `at` to a unit.
struct Steps {
    int at = 0;
    int calls = 0;
    bool dead = false;
};
renewal::Connect dying_at(Steps& steps) {
    return [&steps](const std::string& address) -> std::unique_ptr<units::Driver> {
        return std::make_unique<StrangeDriver>(units::connect(address), [&steps](const std::string& call) {
            if (call == "end") return;
            if (steps.dead || ++steps.calls == steps.at) {
                steps.dead = true;
                throw Killed{};
            }
        });
    };
}

/// Two slots of one unit, each with an outdated pair beside the one in use, and what is known of them before the
/// renewal.
struct Pair : Fleet {
    Pair() {
        add("u1", {"online", "iam"});
        generate("u1");
        now += std::chrono::minutes{1};
        run(all());
        now += std::chrono::minutes{1};
        for (const auto* type : {"online", "iam"}) {
            before[type] = number_there(type);
            made_before[type] = history(type).size();
        }
    }
    std::map<std::string, std::string> before;
    std::map<std::string, std::size_t> made_before;

    std::vector<store::Certificate> history(const std::string& type) {
        return store::history_of(home.store(), store::find_slot(home.store(), {"u1", "", type})->id);
    }

    /// By what is on the disk; openssl(1) for each of hundreds of cases would take minutes.
    std::string number_there(const std::string& type) const {
        auto there = units::DirDriver(open_folder(folder("u1"))).read({"", type});
        REQUIRE(there);
        CHECK(there->trouble == "");
        CHECK(there->key_matches);
        return crypto::X509Certificate::from_der(there->chain.front()).facts().number;
    }

    /// In pairs, used or not; one that is blank is none (what is gone after power loss is the key, not its name).
    int keys_left(const std::string& type) const {
        int left = 0;
        for (const auto& pair : std::filesystem::directory_iterator(folder("u1") + "/" + type + "/gen"))
            left += test::content_of(pair.path() / "key.pem").starts_with("-----BEGIN");
        return left;
    }

    /// Whatever happened: each slot has a pair that matches, and the store knows it.
    void require_nothing_half() {
        for (const auto* type : {"online", "iam"}) {
            auto there = number_there(type);
            bool known = false;
            for (const auto& each : history(type))
                known = known || (each.facts.number == there && (each.state == store::CertificateState::active ||
                                                                 each.state == store::CertificateState::pending));
            CHECK(known);
        }
        require_consistent();
    }
    /// Renewed, with at most so many new certificates a slot, and no key is left but the new one and the one before it.
    void require_finished(std::size_t most) {
        require_nothing_half();
        require_nothing_open();
        for (const auto* type : {"online", "iam"}) {
            auto there = number_there(type);
            CHECK(there != before[type]);
            CHECK(number(std::string("u1/") + type) == there);
            CHECK_FALSE(std::filesystem::exists(folder("u1") + "/" + type + "/pending"));
            auto made = history(type).size() - made_before[type];
            CHECK(made >= 1);
            CHECK(made <= most);
            CHECK(keys_left(type) == 2);
        }
    }
};

renewal::Request request() {
    auto all = Fleet::all();
    all.jobs = 1;
    return all;
}

}  // namespace

TEST_CASE("a renewal that dies at any operation on a unit's disk is finished by the next one") {
    for (auto kind : {Faults::Kind::kill, Faults::Kind::power_loss, Faults::Kind::error}) {
        CAPTURE(static_cast<int>(kind));
        int at = 0;
        for (bool through = false; !through;) {
            at += rekey::test::step_between_points(5);
            CAPTURE(at);
            Pair fleet;
            Faults faults;
            faults.kind = kind;
            faults.at = at;
            bool died = false;
            try {
                fleet.run(request(), on_faulty_disk(faults));
            } catch (const Killed&) {
                died = true;
            }
            through = faults.points < at;
            CHECK(died == (!through && kind != Faults::Kind::error));
            // Exit 0 means durable: what was not synced is lost even then.
            if (through && kind == Faults::Kind::power_loss) faults.lose_power();
            fleet.reopen();
            fleet.require_nothing_half();
            if (through) fleet.require_finished(1);
            fleet.now += std::chrono::minutes{1};
            fleet.run(request());
            fleet.require_finished(3);
        }
        CHECK(at > 40);  // else little was tried
    }
}

TEST_CASE("a renewal that dies before any question to a unit goes on there, with the key and certificate that it has") {
    int at = 0;
    for (bool through = false; !through;) {
        ++at;
        CAPTURE(at);
        Pair fleet;
        Steps steps{at};
        bool died = false;
        try {
            fleet.run(request(), dying_at(steps));
        } catch (const Killed&) {
            died = true;
        }
        through = !died;
        CHECK(steps.dead == died);
        fleet.reopen();
        fleet.require_nothing_half();
        if (died) fleet.run(request());
        // One new certificate a slot, wherever it was stopped.
        fleet.require_finished(1);
    }
    CHECK(at > 10);
}

TEST_CASE("a clock that jumps during a run ends it; with the right one the same request finishes the work") {
    for (auto distance : {std::chrono::years{10}, std::chrono::years{-10}}) {
        int at = 0;
        for (bool through = false; !through;) {
            CAPTURE(distance.count());
            ++at;
            CAPTURE(at);
            Pair fleet;
            auto right = fleet.now;
            int calls = 0;
            std::string refusal;
            try {
                auto result = fleet.run(request(), [&](const std::string& address) -> std::unique_ptr<units::Driver> {
                    return std::make_unique<StrangeDriver>(units::connect(address), [&](const std::string& call) {
                        if (call != "end" && ++calls == at) fleet.now = right + distance;
                    });
                });
                // Once something was done, that is told beside it.
                refusal = result.trouble;
                CHECK(result.interrupted == !refusal.empty());
            } catch (const Error& error) {
                CHECK(error.code() == Code::refused);
                refusal = error.message();
            }
            through = calls < at;
            fleet.now = right;
            fleet.reopen();
            fleet.require_nothing_half();
            if (!refusal.empty()) {
                CHECK(refusal.find("the clock says") != std::string::npos);
                fleet.run(request());
            }
            for (const auto* type : {"online", "iam"}) {
                auto made = fleet.history(type);
                made.erase(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(fleet.made_before[type]));
                for (const auto& each : made) {
                    CHECK(each.facts.not_before <= right);
                    CHECK(each.recorded_at == right);
                }
            }
            CHECK_FALSE(store::find_unit(fleet.home.store(), "u1")->next_attempt);
            fleet.require_finished(1);
        }
        CHECK(at > 10);
    }
}
