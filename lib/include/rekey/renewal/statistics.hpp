#pragma once

#include <array>
#include <map>
#include <optional>

#include "rekey/renewal/unit_summary.hpp"
#include "rekey/store/tenants.hpp"

namespace rekey::renewal {

/// The numbers that metrics and reports show alike, counted as the caller passes over the store.
struct REKEY_EXPORT Statistics {
    explicit Statistics(Time time) : now(time) {}

    /// Days until the end that `ending` counts; 0: what has expired.
    static constexpr std::array within{0, 1, 7, 30, 90, 365};

    Time now;
    std::map<store::CertificateState, std::int64_t> certificates;
    std::map<int, std::int64_t> ending;  ///< in use, and at its end within so many days
    std::optional<Time> first_end;       ///< of what is in use

    std::int64_t online = 0;
    std::int64_t offline = 0;
    std::int64_t due = 0;          ///< certificates, by policy
    std::int64_t due_offline = 0;  ///< of these, on units that are offline
    std::int64_t deferred = 0;     ///< units with a renewal that waits for them

    std::map<store::CredentialState, std::int64_t> credentials;
    std::int64_t failing = 0;   ///< active credentials whose last request failed
    std::int64_t unproven = 0;  ///< active credentials with which no request has succeeded yet
    std::optional<Time> oldest_success;
    std::optional<Time> oldest_since;          ///< when the oldest active credential was made
    std::optional<Period> credential_max_age;  ///< for the caller to set, as policy says
    std::int64_t old_credentials = 0;          ///< active ones that are older than that

    /// Whether a slot uses it, or could: neither pending nor past.
    static bool in_use(const store::Certificate& certificate);

    void add(const store::Certificate& certificate);
    void add(const UnitSummary& summary);
    /// In order of unit.
    void add(const store::SlotStatus& slot);
    void add(const store::Credential& credential);

private:
    store::Id last_deferred_ = 0;
};

/// Whether renewals accept `now`, as `Home::compare_clock` says.
REKEY_EXPORT bool clock_is_right(Home& home, Time now);

}  // namespace rekey::renewal
