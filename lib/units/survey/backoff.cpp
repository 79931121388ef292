#include "units/survey/backoff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "rekey/base/base.hpp"
#include "store/fleet/units_and_slots.hpp"

namespace rekey::units {

namespace {

constexpr Seconds first_wait = std::chrono::minutes{5};
constexpr Seconds longest_wait = std::chrono::hours{24};

/// Between -1 and 1; the same for the same unit and attempt, so that a fleet that fell silent at one
/// moment is not asked again at one moment, and nobody's plan changes between two looks at it.
double jitter(const std::string& unit, int attempts) {
    auto digest = sha256(view_of(fmt::format("{}/{}", unit, attempts)));
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | digest[i];
    return 2.0 * value / std::numeric_limits<std::uint32_t>::max() - 1.0;
}

/// After so many attempts without an answer. Never above the longest, so that what runs once a day asks once a day.
Seconds wait_after(const std::string& unit, int attempts) {
    Seconds wait = first_wait;
    for (int i = 1; i < attempts && wait < longest_wait; ++i) wait *= 2;
    wait = std::min(wait, longest_wait);
    auto spread = static_cast<std::int64_t>(jitter(unit, attempts) * 0.25 * static_cast<double>(wait.count()));
    return wait < longest_wait ? std::min(wait + Seconds{spread}, longest_wait) : wait - Seconds{std::abs(spread)};
}

/// What the caller has may be old; only what this room decides is changed in the record. False
/// when the unit was removed meanwhile.
bool refresh(store::Reader& store, store::Unit& unit) {
    auto recorded = store::find_unit(store, unit.name);
    if (!recorded || recorded->id != unit.id) return false;
    unit = std::move(*recorded);
    return true;
}

}  // namespace

void mark_online(store::Transaction& transaction, store::Unit& unit, Time now) {
    if (!store::note_seen(transaction, unit.id, now)) return;
    unit.seen_at = now;
    unit.offline_since.reset();
    unit.offline_cause.clear();
    unit.attempts = 0;
    unit.next_attempt.reset();
}

void mark_offline(store::Transaction& transaction, store::Unit& unit, const std::string& cause, Time now) {
    if (!refresh(transaction, unit)) return;
    if (!unit.offline_since) unit.offline_since = now;
    unit.offline_cause = cause;
    unit.attempts = std::min(unit.attempts, 1'000'000) + 1;
    unit.next_attempt = now + wait_after(unit.name, unit.attempts);
    store::update_unit(transaction, unit);
}

}  // namespace rekey::units
