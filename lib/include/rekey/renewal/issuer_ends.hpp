#pragma once

#include <string>
#include <vector>

#include "rekey/home/home.hpp"
#include "rekey/policy/document.hpp"

namespace rekey::renewal {

/// An issuer that is needed, and ends soon or has ended: itself, or a certificate of its chain.
struct IssuerEnd {
    std::string issuer;
    Time at{};
    bool ended = false;
    std::string subject;  ///< `issuer 'local'`, `the chain of issuer 'company'`
    std::string when;     ///< the rest of `what`
    std::string what;     ///< `issuer 'local' ends on …`, `the chain of issuer 'company' ends on … with 'CN=Root'`
    std::string remedy;   ///< in words, its command behind a colon
    std::string command;  ///< of the remedy
};

/// The first to end first. Needed is what has certificates in use, what a rule or a slot names, and the default of the
/// home. Soon is within the `renew_before` that holds for all slots (90 days where nobody says otherwise), and
/// 30 days at least. Every part of the program that speaks of issuers that end asks here.
REKEY_EXPORT std::vector<IssuerEnd> issuers_ending(store::Reader& store, const policy::Policy& policy, Time now);

}  // namespace rekey::renewal
