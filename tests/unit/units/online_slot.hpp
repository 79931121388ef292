#pragma once

#include <string>
#include <vector>

#include "units/folder/dir_driver.hpp"
#include "units/pki.hpp"

namespace rekey::test {

/// The slot that tests of folders work on, with pairs of one authority.
inline const units::SlotPath online{"", "online"};

inline const TestAuthority& authority() {
    static const TestAuthority made;
    return made;
}

inline std::vector<Bytes> renew(units::DirDriver& unit, const std::string& token) {
    auto chain = authority().issue(unit.create_key(online, {"ec-p256", token}));
    unit.apply(online, chain);
    unit.confirm(online, sha256(chain.front()));
    return chain;
}

}  // namespace rekey::test
