#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/home/home.hpp"
#include "rekey/policy/explanation.hpp"
#include "rekey/store/runs.hpp"

namespace rekey::renewal {

/// What policy says of a slot now.
struct Assessment {
    store::SlotStatus status;
    std::string issuer;                         ///< what would sign; empty with `trouble`
    std::optional<policy::Rules> rules;         ///< none with `trouble`
    std::optional<policy::Verdict> verdict;     ///< of the certificate in use; none: there is none, or `trouble`
    std::vector<policy::Violation> violations;  ///< of that certificate; `revoked` among their rules
    std::string trouble;                        ///< why no rules can be had for the slot: then it cannot be renewed
};

/// All that is to be found against policy: the violations, the trouble as one more, of the rule `rules`, and the alerts
/// of a slot that is in use (rekey/renewal/alerts.hpp), each under the word for its kind.
REKEY_EXPORT std::vector<policy::Violation> findings(const Assessment& assessment, Time now);

/// In order of unit, node and type; those slots that are selected. Memory does not grow with the fleet.
REKEY_EXPORT void each_assessment(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                                  const std::function<void(const Assessment&)>& visit);

/// The rules of one slot, each with where it comes from.
REKEY_EXPORT std::vector<policy::Setting> settings_of(Home& home, const policy::Policy& policy,
                                                      const store::SlotStatus& status);

}  // namespace rekey::renewal
