#include "renewal/slot/unit_proof.hpp"

#include <fmt/format.h>

#include <chrono>

#include "renewal/slot/item_result.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "units/probe/tls_probe.hpp"

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

std::string reason_of(const store::Item& item) {
    return item.reason ? std::string(store::to_string(*item.reason)) : std::string();
}

}  // namespace

units::Reload reload_after_renewal(const store::Unit& unit, const store::Item& item) {
    return {unit.reload, unit.name, item.new_number, item.old_number, reason_of(item)};
}

units::Reload reload_after_chain(const store::Unit& unit, const store::Item& item, const std::string& number) {
    return {unit.reload, unit.name, number, number, reason_of(item)};
}

units::Reload reload_after_way_back(const store::Unit& unit, const std::string& number, const std::string& given_up) {
    return {unit.reload, unit.name, number, given_up, "rollback"};
}

ProbeTerms probe_terms(store::Reader& store, const Task& task) {
    // As they are now: a run may take long.
    auto probes = store::probes_of(store, task.slot.id);
    if (!probes) return {};
    if (!probes->own.empty()) return {probes->own, {}};
    if (probes->of_unit.empty()) return {};
    ProbeTerms terms{probes->of_unit, {}};
    for (const auto& other : store::slots_of(store, task.unit.id))
        if (other.id != task.slot.id)
            if (auto in_use = store::certificate_in_use(store, other.id)) terms.others.push_back(in_use->facts.number);
    return terms;
}

void prove_in_use(units::Driver& driver, const units::SlotPath& place, const std::vector<Bytes>& chain,
                  const units::Reload& reload, const ProbeTerms& probe, std::string_view took) {
    require_in_use(driver, place, chain, took);
    driver.reload(place, reload);
    if (!probe.addresses.empty()) units::probe(probe.addresses, reload.number, probe_patience, probe.others);
    if (!reload.command.empty() || !probe.addresses.empty()) require_in_use(driver, place, chain, took);
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
