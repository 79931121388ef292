#include <fmt/format.h>

#include "crypto/certificate.hpp"
#include "rekey/base/error.hpp"
#include "rekey/store/runs.hpp"
#include "rekey/units/units.hpp"
#include "units/driver.hpp"

namespace rekey::units {

namespace {

/// Everything that is wrong with what one slot holds.
std::vector<std::string> differences(store::Store& store, const store::Slot& slot, const Holding* holding, Time now) {
    std::vector<std::string> found;
    auto recorded = store::certificate_in_use(store, slot.id);
    if (holding == nullptr || (holding->chain.empty() && holding->trouble.empty())) {
        if (recorded) found.push_back(fmt::format("empty; recorded is {}", recorded->facts.number));
        return found;
    }
    if (!holding->trouble.empty()) found.push_back(holding->trouble);
    if (holding->chain.empty()) return found;
    if (!holding->key_matches) found.push_back("its private key is not the certificate's");

    std::vector<crypto::Certificate> chain;
    for (const auto& der : holding->chain) chain.push_back(crypto::Certificate::from_der(der));
    auto facts = chain.front().facts();
    auto known = store::find_in_slot(store, slot.id, facts.fingerprint_sha256);
    bool same = recorded && recorded->facts.fingerprint_sha256 == facts.fingerprint_sha256;
    if (!recorded)
        found.push_back(fmt::format("holds certificate {}, none is recorded", facts.number));
    else if (!same && known && known->state == store::CertificateState::pending)
        found.push_back(fmt::format("holds certificate {}, whose renewal is not finished", facts.number));
    else if (!same)
        found.push_back(fmt::format("holds certificate {}, recorded is {}", facts.number, recorded->facts.number));
    if (facts.not_after <= now)
        found.push_back(fmt::format("certificate {} expired {}", facts.number, to_rfc3339(facts.not_after)));
    // A chain that is not ours to complete is judged by nobody here.
    if (recorded && same && recorded->issuer_id && facts.not_after > now) {
        try {
            crypto::check_chain(chain, chain.front().public_key(), now);
        } catch (const Error& e) {
            found.push_back(e.message());
        }
        if (holding->chain != store::chain_of(store, recorded->id))
            found.push_back("its chain is not the recorded one");
    }
    return found;
}

}  // namespace

CheckReport verify(store::Store& store, const std::string& name, Time now) {
    auto unit = store::find_unit(store, name);
    if (!unit) throw Error(Code::not_found, fmt::format("there is no unit '{}'", name), "see: rekey units list");
    CheckReport report;
    report.unit = name;
    std::vector<Holding> holdings;
    try {
        holdings = connect(unit->address)->list();
    } catch (const Error& e) {
        if (e.code() != Code::unreachable) throw;
        report.cause = e.message();
        return report;
    }
    report.reached = true;
    auto note = [&](const SlotName& slot, const std::string& what) { report.findings.push_back({slot, what, true}); };
    auto slots = store::slots_of(store, unit->id);
    for (const auto& holding : holdings) {
        bool recorded = false;
        for (const auto& slot : slots)
            recorded = recorded || (slot.name.node == holding.place.node && slot.name.type == holding.place.type);
        if (!recorded) note({name, holding.place.node, holding.place.type}, "a slot that is not recorded");
        if (!holding.chain.empty()) ++report.certificates;
    }
    for (const auto& slot : slots) {
        const Holding* held = nullptr;
        for (const auto& holding : holdings)
            if (slot.name.node == holding.place.node && slot.name.type == holding.place.type) held = &holding;
        try {
            for (const auto& what : differences(store, slot, held, now)) note(slot.name, what);
        } catch (const Error& e) {
            if (e.code() != Code::usage) throw;
            note(slot.name, e.message());
        }
    }
    return report;
}

}  // namespace rekey::units
