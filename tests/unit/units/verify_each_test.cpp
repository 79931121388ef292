#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/temporary_folder.hpp"
#include "rekey/units/units.hpp"
#include "units/fleet.hpp"

using namespace rekey;
using namespace rekey::test;

namespace {

/// The helper of `slow:` addresses: it writes down what it was asked for, waits until it is let go, and shows nothing.
class SlowHelper {
public:
    SlowHelper() {
        auto program = place_ / "rekey-unit-slow";
        write_to(program, "#!/bin/sh\ncd '" + place_.path() + R"(' || exit 1
read -r hello
echo "$hello" >> asked
while [ ! -e go ]; do sleep 0.01; done
echo '{"id":1,"result":{"version":1,"name":"slow"}}'
read -r list
echo '{"id":2,"result":{"slots":[]}}'
read -r end
)");
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
        ::setenv("PATH", (place_.path() + ":" + before_).c_str(), 1);
    }
    ~SlowHelper() { ::setenv("PATH", before_.c_str(), 1); }
    SlowHelper(const SlowHelper&) = delete;
    SlowHelper& operator=(const SlowHelper&) = delete;

    void let_go() const { write_to(place_ / "go", ""); }
    /// A line for each time.
    std::string asked() const { return content_of(place_ / "asked"); }

private:
    TemporaryFolder place_;
    std::string before_ = std::getenv("PATH");
};

void move_to(Fleet& fleet, const std::string& unit, const std::string& address) {
    units::UnitChange change;
    change.address = address;
    units::set(fleet.home(), unit, change, fleet.stamp());
}

}  // namespace

TEST_CASE("units that are moved or removed while others are asked: each is asked where it is, or not at all") {
    Fleet fleet;
    SlowHelper slow;
    const std::vector<std::string> names{"unit-1", "unit-2", "unit-3", "unit-4"};
    for (const auto& name : names) {
        fleet.add(name, {{"", "online"}});
        fleet.put_pair(name, {"", "online"});
        units::check(fleet.home(), name, fleet.stamp());
        if (name != "unit-1") move_to(fleet, name, "slow:" + name);
    }
    std::vector<units::Visit> visits;
    auto tell = [&](const units::Visit& visit) {
        visits.push_back(visit);
        if (visit.report.unit != "unit-1") return;
        // The second is being asked; the others were read, and wait for their turn.
        move_to(fleet, "unit-2", fleet.address("unit-2"));
        units::remove(fleet.home(), "unit-3", fleet.stamp());
        move_to(fleet, "unit-4", fleet.address("unit-4"));
        slow.let_go();
    };
    units::Reaching two;
    two.at_a_time = 2;
    CHECK_FALSE(units::verify_each(fleet.store(), names, fleet.now, two, tell));
    REQUIRE(visits.size() == names.size());
    for (std::size_t place = 0; place < names.size(); ++place) {
        const auto& visit = visits[place];
        bool removed = place == 2;
        CHECK(visit.report.unit == names[place]);
        CHECK(visit.report.findings.empty());
        CHECK(visit.trouble.has_value() == removed);
        CHECK(visit.report.certificates == (removed ? 0 : 1));
    }
    REQUIRE(visits[2].trouble);
    CHECK(visits[2].trouble->code() == Code::not_found);
    auto asked = slow.asked();
    CHECK(asked.find("slow:unit-2") != std::string::npos);
    CHECK(asked.find('\n') == asked.size() - 1);
}
