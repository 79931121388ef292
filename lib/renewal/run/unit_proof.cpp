#include "renewal/run/unit_proof.hpp"

#include <fmt/format.h>

#include <chrono>

#include "renewal/run/item_result.hpp"
#include "units/inventory/backoff.hpp"

namespace rekey::renewal {

namespace {

/// How long services may take to show the new certificate.
constexpr auto probe_patience = std::chrono::seconds{30};

void require_in_use(units::Driver& driver, const units::SlotPath& place, const std::vector<Bytes>& chain,
                    std::string_view took) {
    auto holding = driver.read(place);
    if (!holding || holding->chain.empty())
        throw Error(Code::failed, fmt::format("{}, but does not show it", took) +
                                      (holding && !holding->trouble.empty() ? ": " + holding->trouble : std::string{}));
    if (holding->chain != chain) throw Error(Code::failed, fmt::format("{}, but holds another one", took));
    if (!holding->key_matches) throw Error(Code::failed, "the private key on the unit is not the certificate's");
}

}  // namespace

void prove_in_use(units::Driver& driver, const store::Unit& unit, const units::SlotPath& place,
                  const std::vector<Bytes>& chain, const std::string& number, std::string_view took) {
    require_in_use(driver, place, chain, took);
    driver.reload(place, unit.reload);
    if (!unit.probe.empty()) units::probe(unit.probe, number, probe_patience);
    if (!unit.reload.empty() || !unit.probe.empty()) require_in_use(driver, place, chain, took);
}

std::string remove_outdated(units::Driver& driver, const units::SlotPath& place, const Bytes& leaf) {
    try {
        driver.confirm(place, sha256(leaf));
        return {};
    } catch (const Error& e) {
        if (asking_later_helps(e)) throw;
        return fmt::format("the pair before the last could not be removed: {}", e.message());
    }
}

}  // namespace rekey::renewal
