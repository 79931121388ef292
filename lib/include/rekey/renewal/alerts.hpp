#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/home/home.hpp"
#include "rekey/policy/document.hpp"
#include "rekey/renewal/assessment.hpp"

namespace rekey::renewal {

/// What somebody should look at. `certs check`, `policy check`, `doctor`, `units add` and the report all ask here, so
/// that they never disagree, and say it in the same words.
enum class AlertKind {
    not_valid_yet,       ///< a certificate in use whose validity has not begun
    empty_slot,          ///< a slot that was asked for, and has no certificate
    no_names,            ///< a slot whose certificates carry no name (SAN) that clients look for
    issuer_ends,         ///< an issuer that signs for slots here has ended, or is about to
    shared_folder,       ///< two units on one folder
    unit_not_seen,       ///< a unit that has not been reached for long
    credential_refused,  ///< an active credential whose last request the provider refused
};
REKEY_EXPORT std::string_view to_string(AlertKind kind);

enum class Severity { warning, critical };

struct Alert {
    AlertKind kind = AlertKind::empty_slot;
    Severity severity = Severity::warning;
    std::string subject;  ///< `pump-1/online`, `unit pump-1`, `issuer local`, `credential 'x' of tenant 'y'`
    std::string what;     ///< in words, behind the subject: `is empty: …`
    std::string remedy;   ///< in words; a command to paste stands behind a colon
};
/// `subject what`.
REKEY_EXPORT std::string in_words(const Alert& alert);

/// Of one slot.
REKEY_EXPORT std::vector<Alert> alerts_of(const Assessment& assessment, Time now);

/// All of the home: first those of slots, in their order, then of issuers, units and credentials. Asks no unit and no
/// provider. Memory grows by a few bytes for each unit.
REKEY_EXPORT void each_alert(Home& home, const policy::Policy& policy, Time now,
                             const std::function<void(const Alert&)>& visit);

}  // namespace rekey::renewal
