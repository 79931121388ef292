#include "units/connect/launch.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "units/connect/connect.hpp"
#include "units/driver/address.hpp"
#include "units/helper/ssh.hpp"
#include "units/process/program.hpp"

namespace rekey::units {

namespace {

Launch helper_launch(const std::string& scheme, const std::string& address) {
    auto program = find_helper(scheme);
    return {program, {"rekey-unit-" + scheme}, {}, address, "rekey-unit-" + scheme, {}};
}

}  // namespace

Launch launch_for(const std::string& address, const Reaching& reaching) {
    auto whole = normalised_address(address);
    auto [scheme, rest] = parse_address(whole);
    if (scheme == "ssh") return ssh::launch(ssh::parse(rest), reaching.deadline);
    if (scheme == "dir")
        throw Error(Code::usage, fmt::format("'{}' is reached without a helper", whole),
                    "behind ssh://host/path, a folder has one: rekey agent");
    return helper_launch(scheme, whole);
}

}  // namespace rekey::units
