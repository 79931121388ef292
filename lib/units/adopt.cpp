#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "crypto/certificate.hpp"
#include "rekey/base/error.hpp"
#include "rekey/store/audit.hpp"
#include "rekey/units/units.hpp"
#include "units/dir_driver.hpp"

namespace rekey::units {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_pem = 1 << 20;
constexpr std::string_view dir_scheme = "dir:";

/// One of the two paths that services use until now.
struct OldFile {
    std::string path;  ///< absolute, as it was named; its folder is real
    fs::path real;     ///< where its content is
    Entry entry;       ///< of the content
};

std::unique_ptr<Folder> folder_of(const fs::path& path) { return open_folder(path.parent_path().string()); }

OldFile find_file(const std::string& name) {
    std::error_code failure;
    fs::path path = fs::absolute(name, failure);
    if (!failure) path = fs::canonical(path.parent_path(), failure) / path.filename();
    OldFile file{path.string(), {}, {}};
    if (!failure) file.real = fs::canonical(path, failure);
    if (failure) throw Error(Code::usage, fmt::format("{}: {}", printable(name), failure.message()));
    auto entry = folder_of(file.real)->look(file.real.filename().string());
    if (!entry || entry->kind != Entry::Kind::file)
        throw Error(Code::usage, fmt::format("{} is no file", printable(name)));
    file.entry = *entry;
    return file;
}

Secret read_file(const OldFile& file) {
    auto content = folder_of(file.real)->read_secret(file.real.filename().string(), largest_pem);
    if (!content) throw Error(Code::usage, fmt::format("{}: no such file", printable(file.path)));
    return std::move(*content);
}

/// What a file turned out to be, with the file's name in every complaint.
template <class Parse>
auto parse_file(const OldFile& file, const Parse& parse) {
    try {
        return parse(read_file(file));
    } catch (Error& e) {
        throw e.in(printable(file.path));
    }
}

/// From now on `path` leads into the slot. What stands there already does not change.
void lead_into_slot(const std::string& path, const std::string& target) {
    auto folder = folder_of(path);
    auto name = fs::path(path).filename().string();
    auto entry = folder->look(name);
    if (entry && entry->kind == Entry::Kind::link && folder->read_link(name) == target) return;
    replace_link(*folder, name, target);
}

/// Writes down that the pair belongs to the slot; the same again changes nothing.
store::Certificate record(store::Store& store, const store::Unit& unit, const Declared& declared,
                          const std::vector<Bytes>& chain, const CertificateFacts& facts, const Stamp& stamp) {
    store::Transaction transaction(store);
    auto slot = store::ensure_slot(store, unit, declared.node, declared.type);
    auto known = store::find_in_slot(store, slot.id, facts.fingerprint_sha256);
    if (known && known->state == store::CertificateState::active) return *known;
    if (auto in_use = store::certificate_in_use(store, slot.id); in_use && (!known || in_use->id != known->id))
        throw Error(Code::refused,
                    fmt::format("{} is filled, by certificate {}", slot.name.to_string(), in_use->facts.number),
                    fmt::format("name another type, or look at it: rekey certs verify {}", unit.name));
    store::Certificate adopted;
    if (known && known->state == store::CertificateState::foreign) {
        store::set_certificate_state(store, known->id, store::CertificateState::active, stamp.at);
        adopted = *known;
        adopted.state = store::CertificateState::active;
    } else {
        adopted.slot_id = slot.id;
        adopted.slot = slot.name;
        adopted.facts = facts;
        adopted.state = store::CertificateState::active;
        adopted.recorded_at = stamp.at;
        adopted.actor = stamp.actor;
        store::add_certificate(store, adopted, chain);
    }
    store::set_slot_identity(store, slot.id, store::Identity{facts.subject, facts.sans});
    store::audit(store, stamp, "certificate.adopt", slot.name.to_string(),
                 nlohmann::json{{"number", facts.number}, {"fingerprint_sha256", facts.fingerprint_sha256}}.dump());
    transaction.commit();
    return adopted;
}

}  // namespace

store::Certificate adopt(Home& home, const std::string& name, const Declared& slot, const std::string& certificate_file,
                         const std::string& key_file, const Stamp& stamp) {
    auto& store = home.store();
    require_name(name, "unit");
    auto unit = store::find_unit(store, name);
    if (!unit) throw Error(Code::not_found, fmt::format("there is no unit '{}'", name), "see: rekey units list");
    if (!unit->address.starts_with(dir_scheme))
        throw Error(Code::usage, fmt::format("unit '{}' is at {}; only folders can adopt", name, unit->address));
    Place place{slot.node, slot.type};
    require_dir_place(place);

    auto certificate_at = find_file(certificate_file);
    auto key_at = find_file(key_file);
    if (certificate_at.real == key_at.real)
        throw Error(Code::usage, fmt::format("{} is named for both", printable(certificate_file)),
                    "split it into a file with the certificate and one with the key");
    auto certificates =
        parse_file(certificate_at, [](const Secret& pem) { return crypto::Certificate::from_pem(pem.view()); });
    auto key_pem = read_file(key_at);
    auto key = parse_file(key_at, [](const Secret& pem) { return crypto::PrivateKey::from_pem(pem.view()); });
    if (!crypto::match(key, certificates.front()))
        throw Error(Code::refused,
                    fmt::format("{} is not the key of {}", printable(key_file), printable(certificate_file)),
                    "compare: openssl pkey -in KEY -pubout; openssl x509 -in CERT -noout -pubkey");

    std::vector<Bytes> chain;
    for (const auto& certificate : certificates) chain.push_back(certificate.der());
    auto facts = certificates.front().facts();
    DirDriver driver(open_folder(unit->address.substr(dir_scheme.size())));
    constexpr mode_t owner_and_group = 0660;
    DirDriver::Pair pair{key_pem.view(), chain,
                         Access{key_at.entry.mode & owner_and_group, key_at.entry.owner, key_at.entry.group}};
    driver.adopt(place, pair, [&] { record(store, *unit, slot, chain, facts, stamp); });
    // In use already, for example from an adoption that was cut short: then it still has to be recorded.
    auto adopted = record(store, *unit, slot, chain, facts, stamp);
    lead_into_slot(key_at.path, driver.current_path(place) + "/key.pem");
    lead_into_slot(certificate_at.path, driver.current_path(place) + "/fullchain.pem");
    return adopted;
}

}  // namespace rekey::units
