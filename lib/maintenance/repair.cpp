#include <fmt/format.h>

#include <algorithm>

#include "base/files/privilege.hpp"
#include "home/seal.hpp"
#include "maintenance/home_files.hpp"
#include "maintenance/stale_files.hpp"
#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "rekey/tenants/credentials.hpp"
#include "store/audit/audit_chain.hpp"
#include "tenants/credentials/vault.hpp"
#include "tenants/records/device_names.hpp"
#include "tenants/rotation/closing.hpp"
#include "units/driver/address.hpp"
#include "units/folder/dir_driver.hpp"

namespace rekey::maintenance {

namespace {

using Done = std::vector<std::string>;

/// What cannot be mended stays a finding.
template <class Mend>
void attempt(const Mend& mend) {
    try {
        mend();
    } catch (const Error&) {
        return;  // `examine` tells of it, with its cause
    }
}

/// Before it is done: nothing may happen unrecorded.
void record(store::Store& store, const Stamp& stamp, const char* what, const std::vector<std::string>& names) {
    store.write([&](store::Transaction& transaction) {
        store::audit(transaction, stamp, "home.repair", "home", {{what, names}});
    });
}

void mend_modes(const std::string& home, const Stamp& stamp, Done& done) {
    auto open = exposed(home);
    if (open.empty()) return;
    std::vector<std::string> paths;
    for (const auto& entry : open) paths.push_back(entry.path());
    attempt([&] {
        // Not the home: opening that for writing wants a seal key that nobody else can read.
        auto store = store::Store::open(home + "/" + database_name, store::Store::Mode::write, stamp.at);
        record(store, stamp, "modes", paths);
    });
    for (const auto& entry : open)
        attempt([&] {
            // The log of the store comes and goes with those who use it.
            if (!entry.folder->look(entry.name)) return;
            close_to_others(entry);
            done.push_back(
                fmt::format("{} has mode {:o} now, not {:o}", printable(entry.path()), entry.mode & 0700, entry.mode));
        });
}

/// What root left behind in the home and the units of another user.
void mend_owners(const std::string& home, const Stamp& stamp, Done& done) {
    auto entries = misowned(home);
    if (entries.empty()) return;
    std::vector<std::string> paths;
    for (const auto& entry : entries) paths.push_back(entry.path());
    attempt([&] {
        auto store = store::Store::open(home + "/" + database_name, store::Store::Mode::write, stamp.at);
        record(store, stamp, "owners", paths);
    });
    for (const auto& entry : entries)
        attempt([&] {
            give_to_owner(home, entry);
            done.push_back(fmt::format("{} belongs to whom the home belongs to", printable(entry.path())));
        });
}

void mend_owners_of_units(Home& home, const Stamp& stamp, Done& done) {
    std::vector<store::Unit> chosen;
    store::each_unit(home.store(), {}, [&](const store::Unit& unit) {
        if (units::is_local(unit.address)) chosen.push_back(unit);
    });
    for (const auto& unit : chosen)
        attempt([&] {
            units::DirDriver driver(open_folder(units::dir_path(unit.address)));
            auto paths = driver.others_belongings();
            if (paths.empty()) return;
            record(home.store(), stamp, "owners", paths);
            driver.give_back();
            for (const auto& path : paths)
                done.push_back(fmt::format("{} belongs to whom its slot belongs to", printable(path)));
        });
}

void remove_leftovers(Home& home, const Stamp& stamp, Done& done) {
    Leftovers leftovers(home.path());
    if (leftovers.paths().empty()) return;
    record(home.store(), stamp, "leftovers", leftovers.paths());
    {
        // A process that applies a schema step would be in a transaction.
        store::Transaction nobody_else(home.store());
        leftovers.remove();
    }
    for (const auto& path : leftovers.paths()) done.push_back(fmt::format("{} is removed", printable(path)));
}

void finish_destruction(Home& home, bool was_settled, Done& done) {
    auto& store = home.store();
    if (!was_settled && settle_seal(home)) done.emplace_back("the change of the seal is finished");
    bool destroying = tenants::is_destroying(store);
    if (destroying && tenants::finish_destroying(store))
        done.emplace_back("destroyed keys are out of the log rekey.db-wal");
    if (large_log(home.path()) && store.checkpoint()) done.emplace_back("the log rekey.db-wal is emptied");
}

/// What published lists know and the store does not; the lists that say so are made anew.
void take_over_lists(Home& home, const policy::Config& config, const Stamp& stamp, Done& done) {
    auto concerns = issuers::list_concerns(home.store(), config.crl_folder);
    if (std::ranges::none_of(concerns, &issuers::ListConcern::repairable)) return;
    for (const auto& list :
         issuers::publish_lists(home, config.crl_folder, renewal::current_policy(home.store()).crl_validity, stamp)
             .written)
        done.push_back(fmt::format("{} is list {}, with {} taken over", printable(list.der_path), list.number.to_text(),
                                   counted(static_cast<std::int64_t>(list.taken), "revocation")));
}

void name_devices(Home& home, const Stamp& stamp, Done& done) {
    for (const auto& tenant : store::tenants(home.store()))
        attempt([&] {
            if (auto renamed = tenants::rename_devices(home, tenant, stamp); renamed != 0)
                done.push_back(fmt::format("named {} of tenant '{}' by serial number", counted(renamed, "device"),
                                           printable(tenant.name)));
        });
}

bool is_seal_settled(const std::string& path, Time now) {
    bool settled = true;
    attempt([&] {
        auto home = Home::open(path, store::Store::Mode::read, now);
        settled = is_settled(home);
    });
    return settled;
}

}  // namespace

std::vector<std::string> repair(const DoctorSubject& subject, const Stamp& stamp) {
    Done done;
    attempt([&] { mend_modes(subject.home, stamp, done); });
    if (may_give_files()) attempt([&] { mend_owners(subject.home, stamp, done); });
    // Opening it for writing is what finishes a change of the seal, and removes the locks of runs that have ended.
    bool was_settled = is_seal_settled(subject.home, stamp.at);
    attempt([&] {
        auto home = Home::open(subject.home, store::Store::Mode::write, stamp.at, subject.ask);
        attempt([&] { remove_leftovers(home, stamp, done); });
        if (may_give_files()) attempt([&] { mend_owners_of_units(home, stamp, done); });
        attempt([&] { take_over_lists(home, subject.config(), stamp, done); });
        finish_destruction(home, was_settled, done);
        name_devices(home, stamp, done);
    });
    return done;
}

}  // namespace rekey::maintenance
