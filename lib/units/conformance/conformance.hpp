#pragma once

#include <functional>
#include <string>

#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"
#include "units/driver/driver.hpp"

namespace rekey::units::conformance {

/// Thrown by a rule that was not kept: what was seen instead.
[[noreturn]] inline void throw_broken(const std::string& seen) { throw Error(Code::failed, seen); }
inline void require(bool kept, const std::string& otherwise) {
    if (!kept) throw_broken(otherwise);
}

/// Tries one rule after the other.
class Judge {
public:
    explicit Judge(const std::function<void(const RuleResult&)>& tell) : tell_(tell) {}

    /// `rule` throws Error when it is not kept. Whether it was.
    bool check(const std::string& name, const std::string& says, const std::function<void()>& rule);
    bool all_kept() const { return all_kept_; }

private:
    const std::function<void(const RuleResult&)>& tell_;
    bool all_kept_ = true;
};

}  // namespace rekey::units::conformance
