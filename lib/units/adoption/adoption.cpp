#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text/shell_quote.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/details.hpp"
#include "home/attribution.hpp"
#include "home/known_issuers.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/certificates.hpp"
#include "store/fleet/key_rights.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/adoptions.hpp"
#include "store/runs/items.hpp"
#include "units/adoption/adoptable.hpp"
#include "units/adoption/adoption_files.hpp"
#include "units/driver/address.hpp"
#include "units/folder/dir_driver.hpp"
#include "units/folder/unit_slots.hpp"
#include "units/registry/unit_requirements.hpp"
#include "units/survey/backoff.hpp"
#include "units/survey/facts_summary.hpp"

namespace rekey::units {

namespace {

using store::AdoptionState;
using store::CertificateState;

/// Files of another slot, of whichever unit, and of a home.
void refuse_files_of_others(const AdoptionFiles& files, const std::string& current) {
    auto own = std::filesystem::path(current).parent_path();
    for (const auto* file : {&files.certificate_file(), &files.key_file()}) {
        auto slot = slot_around(file->place());
        std::error_code ignored;
        if (slot.empty()) require_adoptable(file->place(), own);
        if (slot.empty() || own == slot || std::filesystem::equivalent(own, slot, ignored)) continue;
        throw Error(Code::refused, fmt::format("{} is in use in the slot {}", printable(file->path()), printable(slot)),
                    "a pair belongs to one slot of one home; make another for this one: rekey certs generate");
    }
}

/// Refuses a certificate that an issuer here made for another slot, or that may not be used again.
void require_free_certificate(store::Reader& store, const SlotName& name, store::Id slot_id,
                              const CertificateFacts& facts, const std::vector<store::Id>& issuers) {
    if (auto known = store::find_in_slot(store, slot_id, facts.fingerprint_sha256)) {
        bool spent = known->state == CertificateState::revoked || known->state == CertificateState::rejected;
        if (spent || known->state == CertificateState::pending)
            throw Error(Code::refused, fmt::format("certificate {} of {} is {}", facts.number, name.to_string(),
                                                   store::to_string(known->state)));
        return;
    }
    if (issuers.empty()) return;
    constexpr int few = 16;
    for (const auto& other : store::find_by_number(store, facts.number, few)) {
        if (other.facts.number != facts.number || !other.issuer_id ||
            std::ranges::find(issuers, *other.issuer_id) == issuers.end())
            continue;
        // What was a removed unit's, or is only shown somewhere, nobody else has.
        auto owner = store::find_slot(store, other.slot);
        if (!owner || owner->id != other.slot_id) continue;
        throw Error(Code::refused, fmt::format("certificate {} was made for {}", facts.number, other.slot.to_string()),
                    fmt::format("adopt it there, or make another: rekey certs generate {}", name.unit));
    }
}

bool is_same(const store::AdoptionRecord& one, const store::AdoptionRecord& other) {
    return one.certificate_file == other.certificate_file && one.key_file == other.key_file &&
           one.fingerprint == other.fingerprint;
}

std::string command_for(const store::AdoptionRecord& adoption) {
    auto slot = SlotName{{}, adoption.slot.node, adoption.slot.type}.on_unit();
    return fmt::format("rekey units adopt {} {}", adoption.slot.unit, slot);
}

}  // namespace

AdoptionRemedy remedy_for(const store::AdoptionRecord& adoption) {
    return {fmt::format("{} --cert {} --key {}{}", command_for(adoption), shell_quote(adoption.certificate_file),
                        shell_quote(adoption.key_file), adoption.keep_mode ? " --keep-mode" : ""),
            adoption.state == AdoptionState::open ? command_for(adoption) + " --undo" : ""};
}

std::string in_words(const AdoptionRemedy& remedy) {
    auto text = "finish it: " + remedy.finish;
    return remedy.undo.empty() ? text : text + "; or take it back: " + remedy.undo;
}

struct Adoption::Impl {
    Impl(Home& given, const std::string& unit_name, const Declared& declared, const std::string& certificate_file,
         const std::string& key_file, bool keeps_mode)
        : home(given),
          unit(get_unit(given.store(), unit_name)),
          place{declared.node, declared.type},
          name{unit.name, declared.node, declared.type},
          files((require_dir_place(place), certificate_file), key_file),
          driver(open_folder(dir_path(unit.address))),
          keep_mode(keeps_mode) {
        try {
            facts = files.certificates().front().facts();
        } catch (Error& error) {
            throw error.in(printable(files.certificate_file().path()));
        }
        refuse_files_of_others(files, driver.current_path(place));
        KnownIssuers known(home.store());
        issuer = known.signer_of(files.certificates().front(), files.chain());
        if (issuer) same_signers = known.sharing_key_with(*issuer);
        auto slot = store::find_slot(home.store(), name);
        auto adoption = slot ? store::find_adoption(home.store(), slot->id) : std::nullopt;
        begun = adoption.has_value();
        // Units of older homes, or links and mounts that came later; what was begun, or done, stays.
        if (!begun && !(slot && recorded(*slot))) require_own_folder(home.store(), unit);
        if (adoption ? adoption->keep_mode : slot && store::slot_keeps_mode(home.store(), slot->id)) keep_mode = true;
        check(slot);
        pair = files.pair(keep_mode);
    }

    /// Throws when the slot is not free for this adoption.
    void check(const std::optional<store::Slot>& slot) {
        if (!slot) return;
        auto& store = home.store();
        if (auto other = store::find_adoption(store, slot->id)) {
            if (!is_same(*other, planned(slot->id)))
                throw Error(Code::refused, fmt::format("another adoption of {} has not ended", name.to_string()),
                            in_words(remedy_for(*other)));
            return;
        }
        auto in_use = store::certificate_in_use(store, slot->id);
        if (in_use && in_use->state == CertificateState::active) {
            if (in_use->facts.fingerprint_sha256 != facts.fingerprint_sha256)
                throw Error(Code::refused,
                            fmt::format("{} has certificate {} already", name.to_string(), in_use->facts.number),
                            "adopt into another slot, or renew this one");
            return;
        }
        if (auto item = store::item_holding(store, slot->id))
            throw Error(Code::busy, fmt::format("run {} is at work on {}", item->run_id, name.to_string()),
                        "let it finish: rekey runs list");
        require_free_certificate(store, name, slot->id, facts, same_signers);
    }

    store::AdoptionRecord planned(store::Id slot) const {
        store::AdoptionRecord adoption;
        adoption.slot_id = slot;
        adoption.slot = name;
        adoption.certificate_file = files.certificate_file().path();
        adoption.key_file = files.key_file().path();
        adoption.fingerprint = facts.fingerprint_sha256;
        adoption.keep_mode = keep_mode;
        return adoption;
    }

    std::optional<store::Certificate> recorded(const store::Slot& slot) {
        auto in_use = store::certificate_in_use(home.store(), slot.id);
        bool ours = in_use && in_use->state == CertificateState::active &&
                    in_use->facts.fingerprint_sha256 == facts.fingerprint_sha256;
        return ours ? in_use : std::nullopt;
    }

    void begin(const Stamp& stamp) {
        home.store().write([&](store::Transaction& transaction) {
            unit = get_unit(transaction, unit.name);
            auto before = store::find_slot(transaction, name);
            // What was seen when the files were read may have changed since.
            check(before);
            bool on_record = before && recorded(*before);
            auto slot = store::ensure_slot(transaction, unit, place.node, place.type);
            if (!before) require_free_certificate(transaction, name, slot.id, facts, same_signers);
            slot_id = slot.id;
            if (!store::find_adoption(transaction, slot.id)) {
                auto adoption = planned(slot.id);
                adoption.makes_slot = !before;
                adoption.was_in_use = driver.uses(place, sha256(files.certificates().front().der()));
                adoption.actor = stamp.actor;
                adoption.started_at = stamp.at;
                // Put in use by an older version, which recorded it first.
                if (on_record) adoption.state = AdoptionState::recorded;
                store::begin_adoption(transaction, adoption);
            }
        });
    }

    void finish(const Stamp& stamp) {
        files.prepare(driver.current_path(place));
        files.link();
        record(stamp);
        files.forget();
        home.store().write([&](store::Transaction& transaction) { store::end_adoption(transaction, slot_id); });
    }

    void record(const Stamp& stamp) {
        auto& store = home.store();
        store.write([&](store::Transaction& transaction) {
            auto adoption = store::find_adoption(transaction, slot_id);
            if (!adoption || !is_same(*adoption, planned(slot_id)))
                throw Error(Code::busy,
                            fmt::format("the adoption of {} was ended by another command", name.to_string()));
            if (adoption->state == AdoptionState::open) {
                end_others(transaction, stamp);
                put_on_record(transaction, stamp);
                store::Identity identity{facts.subject, facts.sans, std::nullopt};
                identity.more =
                    store::KeptDetails{facts.key, facts.usages, facts.details.value_or(CertificateDetails{})};
                store::set_slot_identity(transaction, slot_id, identity);
                store::set_slot_keeps_mode(transaction, slot_id, keep_mode);
                unit = get_unit(transaction, unit.name);
                mark_online(transaction, unit, stamp.at);
                auto detail = summary(facts);
                detail.set("subject", facts.subject);
                detail.set("sans", facts.sans);
                detail.set("signed_here", issuer.has_value());
                detail.set("certificate_file", files.certificate_file().path());
                detail.set("key_file", files.key_file().path());
                if (keep_mode) detail.set("keep_mode", true);
                store::audit(transaction, stamp, "certificate.adopt", name.to_string(), detail);
                store::set_adoption_state(transaction, slot_id, AdoptionState::recorded);
            }
        });
    }

    void end_others(store::Transaction& transaction, const Stamp& stamp) {
        for (const auto& other : store::history_of(transaction, slot_id))
            if (other.state == CertificateState::foreign && other.facts.fingerprint_sha256 != facts.fingerprint_sha256)
                store::set_certificate_state(transaction, other.id, CertificateState::superseded, stamp.at);
    }

    void put_on_record(store::Transaction& transaction, const Stamp& stamp) {
        if (auto known = store::find_in_slot(transaction, slot_id, facts.fingerprint_sha256))
            return store::set_certificate_state(transaction, known->id, CertificateState::active, stamp.at);
        store::Certificate certificate;
        certificate.slot_id = slot_id;
        certificate.slot = name;
        certificate.facts = facts;
        attribute(transaction, KnownIssuers(transaction), certificate, files.chain());
        certificate.state = CertificateState::active;
        certificate.recorded_at = stamp.at;
        certificate.actor = stamp.actor;
        store::add_certificate(transaction, certificate, files.chain());
    }

    Home& home;
    store::Unit unit;
    SlotPath place;
    SlotName name;
    AdoptionFiles files;
    DirDriver driver;
    CertificateFacts facts;
    std::optional<store::Id> issuer;
    std::vector<store::Id> same_signers;  ///< with the issuer's name and key
    store::Id slot_id = 0;
    bool begun = false;
    bool keep_mode = false;
    DirDriver::Pair pair;  ///< views into `files`
};

namespace {

/// Links, pair and record, in this order; nothing where the adoption was recorded as active, or has ended. Whether it
/// was taken back.
bool take_back(Home& home, DirDriver& driver, const store::AdoptionRecord& adoption, const std::string& cause,
               const Stamp& stamp) {
    auto& store = home.store();
    SlotPath place{adoption.slot.node, adoption.slot.type};
    auto is_open = [&] {
        auto now = store::find_adoption(store, adoption.slot_id);
        return now && is_same(*now, adoption) && now->state == AdoptionState::open;
    };
    auto bytes = from_hex(adoption.fingerprint);
    Sha256 leaf{};
    if (bytes && bytes->size() == leaf.size()) std::ranges::copy(*bytes, leaf.begin());
    bool taken_back = false;
    driver.abandon_adoption(place, leaf, [&] {
        if (!is_open()) return false;
        for (auto& link : links_of(adoption.certificate_file, adoption.key_file, driver.current_path(place)))
            link.restore();
        taken_back = true;
        // What was in use before anybody adopted it stays in use.
        return !adoption.was_in_use;
    });
    if (!taken_back) return false;
    store::Transaction transaction(store);
    if (!is_open()) return false;
    store::end_adoption(transaction, adoption.slot_id);
    if (adoption.makes_slot && !store::remove_empty_slot(transaction, adoption.slot_id))
        store::undeclare_slot(transaction, adoption.slot_id);
    store::AuditDetail detail{{"certificate_file", adoption.certificate_file}, {"key_file", adoption.key_file}};
    if (!cause.empty()) detail.set("cause", cause);
    store::audit(transaction, stamp, "adoption.undo", adoption.slot.to_string(), detail);
    transaction.commit();
    return true;
}

}  // namespace

Adoption::Adoption(Home& home, const std::string& unit, const Declared& slot, const std::string& certificate_file,
                   const std::string& key_file, bool keep_mode)
    : impl_(std::make_unique<Impl>(home, unit, slot, certificate_file, key_file, keep_mode)) {}
Adoption::Adoption(Adoption&&) noexcept = default;
Adoption::~Adoption() = default;

const store::Unit& Adoption::unit() const { return impl_->unit; }
const SlotName& Adoption::slot() const { return impl_->name; }
const CertificateFacts& Adoption::facts() const { return impl_->facts; }
std::optional<store::Id> Adoption::issuer() const { return impl_->issuer; }
bool Adoption::is_combined() const { return impl_->files.is_combined(); }
bool Adoption::is_begun() const { return impl_->begun; }

bool Adoption::is_recorded() const {
    auto slot = store::find_slot(impl_->home.store(), impl_->name);
    return slot && impl_->recorded(*slot).has_value();
}

std::vector<std::string> Adoption::not_made_here() const {
    return crypto::not_made_here(impl_->files.certificates().front());
}

store::Certificate Adoption::carry_out(const Stamp& stamp) {
    auto& all = *impl_;
    try {
        all.driver.adopt(
            all.place, all.pair, [&] { all.begin(stamp); }, [&] { all.finish(stamp); });
    } catch (Error& error) {
        auto slot = store::find_slot(all.home.store(), all.name);
        auto adoption = slot ? store::find_adoption(all.home.store(), slot->id) : std::nullopt;
        if (all.slot_id == 0 || !adoption) throw;
        auto remedy = in_words(remedy_for(*adoption));
        if (adoption->state == AdoptionState::recorded)
            throw Error(error.code(), error.message() + "; it is on the record, and not ended", remedy);
        try {
            if (take_back(all.home, all.driver, *adoption, error.message(), stamp))
                throw Error(error.code(), error.message() + "; nothing was adopted, and the files are what they were",
                            error.hint());
        } catch (const Error& second) {
            if (!store::find_adoption(all.home.store(), slot->id)) throw;
            throw Error(error.code(),
                        fmt::format("{}; and it could not be taken back: {}", error.message(), second.message()),
                        remedy);
        }
        throw;
    }
    auto slot = store::find_slot(all.home.store(), all.name);
    auto adopted = slot ? all.recorded(*slot) : std::nullopt;
    if (!adopted)
        throw Error(Code::busy, fmt::format("{} was changed by another command meanwhile", all.name.to_string()));
    return *adopted;
}

store::Certificate adopt(Home& home, const std::string& unit, const Declared& slot, const std::string& certificate_file,
                         const std::string& key_file, const Stamp& stamp, bool keep_mode) {
    return Adoption(home, unit, slot, certificate_file, key_file, keep_mode).carry_out(stamp);
}

void undo_adoption(Home& home, const std::string& unit_name, const Declared& declared, const Stamp& stamp) {
    auto unit = get_unit(home.store(), unit_name);
    SlotName name{unit.name, declared.node, declared.type};
    auto slot = store::find_slot(home.store(), name);
    auto adoption = slot ? store::find_adoption(home.store(), slot->id) : std::nullopt;
    if (!adoption)
        throw Error(Code::not_found, fmt::format("no adoption of {} is to be taken back", name.to_string()),
                    "see: rekey doctor");
    DirDriver driver(open_folder(dir_path(unit.address)));
    if (!take_back(home, driver, *adoption, {}, stamp))
        throw Error(Code::refused, fmt::format("the adoption of {} is on the record, or has ended", name.to_string()),
                    "finish it: " + remedy_for(*adoption).finish);
}

}  // namespace rekey::units
