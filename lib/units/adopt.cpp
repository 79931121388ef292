#include <fmt/format.h>

#include <filesystem>

#include "base/shell_quote.hpp"
#include "crypto/certificate.hpp"
#include "rekey/base/error.hpp"
#include "rekey/store/key_rights.hpp"
#include "rekey/store/runs.hpp"
#include "rekey/units/units.hpp"
#include "units/account.hpp"
#include "units/adoptable.hpp"
#include "units/dir_driver.hpp"
#include "units/key_rights.hpp"
#include "units/original.hpp"
#include "units/pair_folder.hpp"
#include "units/reach.hpp"

namespace rekey::units {

namespace {

using store::CertificateState;

/// Throws Error naming the file.
template <class Read>
auto read_from(const Original& file, Read read) {
    try {
        return read(file.content());
    } catch (Error& error) {
        throw error.in(printable(file.path()));
    }
}

std::vector<crypto::Certificate> read_pair(const Original& certificate_file, const Original& key_file) {
    if (certificate_file.place() == key_file.place())
        throw Error(Code::usage, fmt::format("{} is given as certificate and as key", printable(key_file.path())),
                    "split it into two files; one link cannot lead to both");
    auto chain = read_from(certificate_file, crypto::Certificate::from_pem);
    auto key = read_from(key_file, [](ByteView pem) { return crypto::PrivateKey::from_pem(pem); });
    if (!crypto::match(key, chain.front()))
        throw Error(Code::refused,
                    fmt::format("{} is not the private key of the first certificate in {}", printable(key_file.path()),
                                printable(certificate_file.path())),
                    "the certificate of the key comes first in its file, those of its issuers after it");
    return chain;
}

/// The record of `fingerprint` when the slot is as a crashed adoption left it; nothing when the slot
/// is empty. Throws Code::refused when it is filled otherwise, Code::busy when a run holds it.
std::optional<store::Certificate> adopted_before(store::Store& store, const SlotName& name,
                                                 const std::string& fingerprint) {
    auto slot = store::find_slot(store, name);
    if (!slot) return std::nullopt;
    auto in_use = store::certificate_in_use(store, slot->id);
    if (in_use && in_use->state == CertificateState::active) {
        if (in_use->facts.fingerprint_sha256 == fingerprint) return in_use;
        throw Error(Code::refused, fmt::format("{} has certificate {} already", name.to_string(), in_use->facts.number),
                    "adopt into another slot, or renew this one");
    }
    if (auto item = store::item_holding(store, slot->id))
        throw Error(Code::busy, fmt::format("run {} is at work on {}", item->run_id, name.to_string()),
                    "let it finish: rekey runs list");
    return std::nullopt;
}

void end_others(store::Store& store, store::Id slot_id, const Stamp& stamp) {
    for (const auto& other : store::history_of(store, slot_id))
        if (other.state == CertificateState::foreign)
            store::set_certificate_state(store, other.id, CertificateState::superseded, stamp.at);
}

store::Certificate record_adopted(store::Store& store, store::Unit& unit, const SlotName& name,
                                  const CertificateFacts& facts, const std::vector<Bytes>& chain,
                                  const nlohmann::json& detail, bool keep_mode, const Stamp& stamp) {
    store::Transaction transaction(store);
    if (auto before = adopted_before(store, name, facts.fingerprint_sha256)) return *before;
    auto slot = store::ensure_slot(store, unit, name.node, name.type);
    end_others(store, slot.id, stamp);
    store::Certificate certificate;
    certificate.slot_id = slot.id;
    certificate.slot = name;
    certificate.facts = facts;
    certificate.state = CertificateState::active;
    certificate.recorded_at = stamp.at;
    certificate.actor = stamp.actor;
    store::add_certificate(store, certificate, chain);
    store::set_slot_identity(store, slot.id, store::Identity{facts.subject, facts.sans});
    store::set_slot_keeps_mode(store, slot.id, keep_mode);
    mark_online(store, unit, stamp.at);
    account(store, stamp, "certificate.adopt", name.to_string(), detail);
    transaction.commit();
    return certificate;
}

/// Those of the key that is taken over, for its copy in the slot.
Access rights_of(const Original& key_file, bool keep_mode) {
    if (auto found = hindrance(key_file.held(), key_file.path()))
        throw Error(Code::refused, found->what, found->remedy);
    if (auto found = open_to_all(key_file.held(), key_file.path(), ""); found && !keep_mode)
        throw Error(Code::refused, found->what,
                    fmt::format("have that kept: give --keep-mode; or take it away first: chmod o= {}",
                                printable(shell_quote(key_file.path()))));
    return rights_like(key_file.held(), keep_mode);
}

}  // namespace

store::Certificate adopt(Home& home, const std::string& unit_name, const Declared& slot,
                         const std::string& certificate_path, const std::string& key_path, const Stamp& stamp,
                         bool keep_mode) {
    auto& store = home.store();
    auto unit = get_unit(store, unit_name);
    Place place{slot.node, slot.type};
    require_dir_place(place);
    SlotName name{unit.name, slot.node, slot.type};

    Original certificate_file(certificate_path);
    Original key_file(key_path);
    auto certificates = read_pair(certificate_file, key_file);
    auto facts = read_from(certificate_file, [&](ByteView) { return certificates.front().facts(); });
    adopted_before(store, name, facts.fingerprint_sha256);

    DirDriver driver(open_folder(dir_path(unit.address)));
    auto current = driver.current_path(place);
    for (const auto* file : {&certificate_file, &key_file})
        require_adoptable(file->place(), std::filesystem::path(current).parent_path());
    auto rights = rights_of(key_file, keep_mode);

    std::vector<Bytes> chain;
    for (const auto& certificate : certificates) chain.push_back(certificate.der());
    auto detail = summary(facts);
    detail["certificate_file"] = certificate_file.path();
    detail["key_file"] = key_file.path();
    if (keep_mode) detail["keep_mode"] = true;

    store::Certificate adopted;
    driver.adopt(place, {key_file.content(), chain, rights},
                 [&] { adopted = record_adopted(store, unit, name, facts, chain, detail, keep_mode, stamp); });
    key_file.become_link(current + "/" + pair_folder::key_file, Old::secret);
    certificate_file.become_link(current + "/" + pair_folder::chain_file, Old::open);
    return adopted;
}

}  // namespace rekey::units
