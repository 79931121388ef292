#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/temporary_folder.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "store/runs/items.hpp"
#include "store/runs/runs.hpp"
#include "units/connect/connect.hpp"
#include "units/driver/driver.hpp"
#include "units/pki.hpp"

namespace rekey::test {

/// A home, and folders that are units.
class Fleet {
public:
    Fleet() : home_(make_home()) {}

    Home& home() { return home_; }
    store::Store& store() { return home_.store(); }
    std::string folder(const std::string& unit) const { return place_ / unit; }
    std::string address(const std::string& unit) const { return "dir:" + folder(unit); }
    Stamp stamp() const { return {now, "alice@test"}; }
    std::string operator/(const std::string& name) const { return place_ / name; }

    /// Makes the folder of a unit and records it.
    units::CheckReport add(const std::string& name, const std::vector<units::Declared>& slots = {}) {
        std::filesystem::create_directory(folder(name));
        store::Unit unit;
        unit.name = name;
        unit.address = address(name);
        return units::add(home_, unit, slots, stamp());
    }

    /// Puts a new pair into a slot of a unit, behind the back of the store.
    std::vector<Bytes> put_pair(const std::string& unit, const units::SlotPath& place) {
        auto driver = units::connect(address(unit));
        auto chain = authority_.issue(driver->create_key(place, {"ec-p256", "put-" + std::to_string(++count_)}), unit);
        driver->apply(place, chain);
        driver->confirm(place, sha256(chain.front()));
        return chain;
    }

    store::Unit unit(const std::string& name) { return *store::find_unit(store(), name); }
    store::Slot slot(const std::string& name) { return *store::find_slot(store(), *SlotName::parse(name)); }

    /// Actions and subjects of all entries but the first, which is the home's own.
    std::vector<std::string> audited() {
        std::vector<std::string> entries;
        store::each_audit(
            store(), 1, [&](const store::AuditEntry& entry) { entries.push_back(entry.action + " " + entry.subject); });
        return entries;
    }
    store::AuditEntry last_entry() {
        store::AuditEntry last;
        store::each_audit(store(), 0, [&](const store::AuditEntry& entry) { last = entry; });
        return last;
    }

    /// A run with one item that holds the slot.
    store::Item add_item(const std::string& slot_name, store::Step step = store::Step::planned, store::Id issuer = 0) {
        return store().write([&](store::Transaction& transaction) {
            store::Run run;
            run.command = "renew";
            run.selection = slot_name;
            run.actor = stamp().actor;
            run.started_at = now;
            store::add_run(transaction, run);
            store::Item item;
            item.run_id = run.id;
            item.slot_id = slot(slot_name).id;
            item.slot = slot(slot_name).name;
            item.token = "token-" + std::to_string(run.id);
            item.step = step;
            item.issuer_id = issuer;
            item.updated_at = now;
            store::add_item(transaction, item);
            return item;
        });
    }

    const TestAuthority& authority() const { return authority_; }

    Time now = test_now();

private:
    Home make_home() {
        bool made = false;
        return Home::create(place_ / "home", "Example", stamp(), made);
    }

    TemporaryFolder place_;
    TestAuthority authority_;
    Home home_;
    int count_ = 0;
};

}  // namespace rekey::test
