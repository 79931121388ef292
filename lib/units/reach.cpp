#include "units/reach.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/bytes.hpp"

namespace rekey::units {

namespace {

constexpr std::chrono::seconds first_wait = std::chrono::minutes{5};
constexpr std::chrono::seconds longest_wait = std::chrono::hours{24};
constexpr int doublings = 10;  // more would be beyond the longest wait anyway

/// A quarter more or less, the same for the same unit and attempt: a fleet that vanished together
/// does not come knocking together, and a repeated question has the same answer.
std::chrono::seconds with_jitter(std::chrono::seconds wait, const std::string& unit, int attempt) {
    auto digest = sha256(view_of(fmt::format("{}#{}", unit, attempt)));
    int spread = (digest[0] << 8 | digest[1]) % 501 - 250;
    return wait + wait * spread / 1000;
}

}  // namespace

void mark_online(store::Store& store, store::Unit& unit, Time now) {
    unit.seen_at = now;
    unit.offline_since.reset();
    unit.offline_cause.clear();
    unit.attempts = 0;
    unit.next_attempt.reset();
    store::update_unit(store, unit);
}

void mark_offline(store::Store& store, store::Unit& unit, const std::string& cause, Time now) {
    if (!unit.offline_since) unit.offline_since = now;
    unit.offline_cause = cause;
    ++unit.attempts;
    auto wait = first_wait * (1 << std::min(unit.attempts - 1, doublings));
    unit.next_attempt = now + std::min(with_jitter(wait, unit.name, unit.attempts), longest_wait);
    store::update_unit(store, unit);
}

}  // namespace rekey::units
