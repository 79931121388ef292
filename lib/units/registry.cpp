#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "crypto/certificate.hpp"
#include "rekey/base/error.hpp"
#include "rekey/store/audit.hpp"
#include "rekey/store/runs.hpp"
#include "rekey/units/units.hpp"
#include "units/driver.hpp"
#include "units/reach.hpp"

namespace rekey::units {

namespace {

using nlohmann::json;

/// What the unit answered, or why it did not.
struct Look {
    std::vector<Holding> holdings;
    std::optional<std::string> silence;
};

Look look_at(const std::string& address) {
    try {
        return {connect(address)->list(), std::nullopt};
    } catch (const Error& e) {
        if (e.code() != Code::unreachable) throw;
        return {{}, e.message()};
    }
}

store::Unit require_unit(store::Store& store, const std::string& name) {
    require_name(name, "unit");
    if (auto unit = store::find_unit(store, name)) return *unit;
    throw Error(Code::not_found, fmt::format("there is no unit '{}'", name), "see: rekey units list");
}

json labels_json(const store::Labels& labels) {
    json object = json::object();
    for (const auto& [key, value] : labels) object[key] = value;
    return object;
}

void declare(store::Store& store, const store::Unit& unit, const std::vector<Declared>& slots) {
    for (const auto& slot : slots) {
        require_name(slot.type, "type");
        if (!slot.node.empty()) require_name(slot.node, "node");
        store::ensure_slot(store, unit, slot.node, slot.type);
    }
}

/// Records what a slot holds, when that is not known; a finding when it is not what is recorded.
void record_holding(store::Store& store, const store::Unit& unit, const Holding& holding, const Stamp& stamp,
                    CheckReport& report) {
    auto slot = store::ensure_slot(store, unit, holding.place.node, holding.place.type);
    auto find = [&](std::string what, bool drift) { report.findings.push_back({slot.name, std::move(what), drift}); };
    if (holding.chain.empty()) return find(holding.trouble, false);
    ++report.certificates;
    if (!holding.key_matches) find("its private key is not the certificate's", false);
    auto facts = crypto::Certificate::from_der(holding.chain.front()).facts();
    auto known = store::find_in_slot(store, slot.id, facts.fingerprint_sha256);
    using State = store::CertificateState;
    bool expected =
        known && (known->state == State::active || known->state == State::foreign || known->state == State::pending);
    auto in_use = store::certificate_in_use(store, slot.id);
    if (in_use && in_use->state == State::active && !(expected && known->state != State::foreign))
        find(fmt::format("holds certificate {}, recorded is {}", facts.number, in_use->facts.number), true);
    if (expected) return;
    store::Certificate found;
    found.slot_id = slot.id;
    found.slot = slot.name;
    found.facts = facts;
    found.state = State::foreign;
    found.recorded_at = stamp.at;
    found.actor = stamp.actor;
    store::add_certificate(store, found, holding.chain);
    ++report.newly_recorded;
    store::audit(store, stamp, "certificate.find", slot.name.to_string(),
                 json{{"number", facts.number}, {"fingerprint_sha256", facts.fingerprint_sha256}}.dump());
}

/// Foreign certificates that the unit no longer holds are out of use.
void end_vanished(store::Store& store, const store::Unit& unit, const std::vector<Holding>& holdings,
                  const Stamp& stamp) {
    std::set<std::string> held;
    for (const auto& holding : holdings)
        if (!holding.chain.empty()) held.insert(to_hex(sha256(holding.chain.front())));
    for (const auto& slot : store::slots_of(store, unit.id))
        for (const auto& known : store::history_of(store, slot.id)) {
            bool gone =
                known.state == store::CertificateState::foreign && !held.contains(known.facts.fingerprint_sha256);
            if (!gone) continue;
            store::set_certificate_state(store, known.id, store::CertificateState::superseded, stamp.at);
            store::audit(store, stamp, "certificate.vanish", slot.name.to_string(),
                         json{{"number", known.facts.number}}.dump());
        }
}

/// Writes down what a look at the unit brought. In a transaction.
CheckReport record_look(store::Store& store, store::Unit& unit, const Look& look, const Stamp& stamp) {
    CheckReport report;
    report.unit = unit.name;
    if (look.silence) {
        mark_offline(store, unit, *look.silence, stamp.at);
        report.cause = fmt::format("{}; offline since {}, next attempt {}", *look.silence,
                                   to_rfc3339(*unit.offline_since), to_rfc3339(*unit.next_attempt));
        return report;
    }
    report.reached = true;
    mark_online(store, unit, stamp.at);
    for (const auto& holding : look.holdings) {
        try {
            record_holding(store, unit, holding, stamp, report);
        } catch (const Error& e) {
            // One strange certificate hides none of the others.
            if (e.code() != Code::usage && e.code() != Code::refused) throw;
            SlotName slot{unit.name, holding.place.node, holding.place.type};
            report.findings.push_back({slot, e.message(), false});
        }
    }
    end_vanished(store, unit, look.holdings, stamp);
    return report;
}

}  // namespace

Declared parse_declared(const std::string& text, const std::string& node) {
    auto slash = text.find('/');
    Declared slot =
        slash == std::string::npos ? Declared{node, text} : Declared{text.substr(0, slash), text.substr(slash + 1)};
    if (!slot.node.empty()) require_name(slot.node, "node");
    require_name(slot.type, "type");
    return slot;
}

CheckReport add(Home& home, const store::Unit& wanted, const std::vector<Declared>& slots, const Stamp& stamp) {
    auto unit = wanted;
    require_name(unit.name, "unit");
    unit.address = normalised_address(unit.address);
    unit.added_at = stamp.at;
    auto& store = home.store();
    // A name that is taken is refused before anything is asked of the unit, and again when it is recorded.
    if (store::find_unit(store, unit.name))
        throw Error(Code::refused, fmt::format("there is a unit '{}' already", unit.name),
                    fmt::format("to change it: rekey units set {}", unit.name));
    auto look = look_at(unit.address);
    store::Transaction transaction(store);
    store::add_unit(store, unit);
    declare(store, unit, slots);
    store::audit(store, stamp, "unit.add", unit.name,
                 json{{"address", unit.address}, {"labels", labels_json(unit.labels)}, {"reload", unit.reload}}.dump());
    auto report = record_look(store, unit, look, stamp);
    transaction.commit();
    return report;
}

store::Unit set(Home& home, const std::string& name, const Change& change, const Stamp& stamp) {
    auto& store = home.store();
    store::Transaction transaction(store);
    auto unit = require_unit(store, name);
    json detail = json::object();
    if (change.address) detail["address"] = unit.address = normalised_address(*change.address);
    if (change.reload) detail["reload"] = unit.reload = *change.reload;
    if (change.probe) detail["probe"] = unit.probe = *change.probe;
    for (const auto& [key, value] : change.labels) {
        if (value.empty())
            unit.labels.erase(key);
        else
            unit.labels[key] = value;
    }
    if (!change.labels.empty()) detail["labels"] = labels_json(unit.labels);
    store::update_unit(store, unit);
    declare(store, unit, change.slots);
    for (const auto& slot : change.slots)
        detail["slots"].push_back(slot.node.empty() ? slot.type : slot.node + "/" + slot.type);
    store::audit(store, stamp, "unit.set", unit.name, detail.dump());
    transaction.commit();
    return unit;
}

void remove(Home& home, const std::string& name, const Stamp& stamp) {
    auto& store = home.store();
    store::Transaction transaction(store);
    auto unit = require_unit(store, name);
    for (const auto& slot : store::slots_of(store, unit.id)) {
        auto item = store::item_holding(store, slot.id);
        if (!item) continue;
        if (item->outcome == store::Outcome::open && home.run_lives(item->run_id))
            throw Error(Code::busy, fmt::format("run {} is at work on {}", item->run_id, slot.name.to_string()),
                        "wait until it is over");
        item->outcome = store::Outcome::failed;
        item->error = "unit removed";
        item->updated_at = stamp.at;
        store::update_item(store, *item);
    }
    unit.removed_at = stamp.at;
    store::update_unit(store, unit);
    store::audit(store, stamp, "unit.remove", unit.name, json{{"address", unit.address}}.dump());
    transaction.commit();
}

CheckReport check(Home& home, const std::string& name, const Stamp& stamp) {
    auto& store = home.store();
    auto look = look_at(require_unit(store, name).address);
    store::Transaction transaction(store);
    auto unit = require_unit(store, name);
    auto report = record_look(store, unit, look, stamp);
    transaction.commit();
    return report;
}

}  // namespace rekey::units
