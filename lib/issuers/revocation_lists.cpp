#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/folder.hpp"
#include "crypto/revocation_list.hpp"
#include "issuers/sealing.hpp"
#include "rekey/base/error.hpp"
#include "rekey/issuers/revocation.hpp"
#include "rekey/store/audit.hpp"

namespace rekey::issuers {

namespace {

using store::RevocationReason;

constexpr Access readable_by_all{0644, std::nullopt, std::nullopt};

/// CRLReason (RFC 5280, 5.3.1).
int code_of(RevocationReason reason) {
    switch (reason) {
        case RevocationReason::unspecified:
            return 0;
        case RevocationReason::key_compromise:
            return 1;
        case RevocationReason::ca_compromise:
            return 2;
        case RevocationReason::affiliation_changed:
            return 3;
        case RevocationReason::superseded:
            return 4;
        case RevocationReason::cessation_of_operation:
            return 5;
        case RevocationReason::privilege_withdrawn:
            return 9;
        case RevocationReason::aa_compromise:
            return 10;
    }
    return 0;
}

struct Destination {
    std::unique_ptr<Folder> folder;
    std::string name;
};

std::unique_ptr<Folder> open_place(const std::string& folder) {
    try {
        return open_folder(folder);
    } catch (const Error& e) {
        // No unit that may come back.
        throw Error(Code::usage, e.message(), "make the folder, or name another");
    }
}

/// Opened before a number is given out for what could not be written anyway.
std::optional<Destination> destination_of(const std::string& path) {
    if (path.empty()) return std::nullopt;
    auto slash = path.rfind('/');
    auto folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    Destination destination{open_place(folder), path.substr(slash == std::string::npos ? 0 : slash + 1)};
    auto entry = destination.folder->look(destination.name);
    if (destination.name.empty() || (entry && entry->kind != Entry::Kind::file))
        throw Error(Code::usage, fmt::format("{} is no file that a list could replace", printable(path)),
                    "name a file, as --out ca.crl");
    return destination;
}

/// A number of its own, and what the list with it will say.
crypto::RevocationListTemplate begin_list(Home& home, const store::Issuer& issuer, Period validity, const Stamp& stamp,
                                          std::int64_t& covers) {
    auto& store = home.store();
    store::Transaction transaction(store);
    home.check_clock(stamp.at);
    crypto::RevocationListTemplate list;
    list.this_update = stamp.at;
    list.next_update = validity.after(stamp.at);
    // What has expired since is shown once more (RFC 5280, 3.3).
    auto written = store::revocation_lists(store, issuer.id).written;
    store::each_revocation(store, issuer.id, written ? written->this_update : Time::min(),
                           [&](const store::Revocation& each) {
                               list.revoked.push_back({each.number, each.revoked_at, code_of(each.reason)});
                           });
    covers = store::last_revocation(store, issuer.id);
    list.number = static_cast<std::uint64_t>(store::next_list_number(store, issuer.id));
    nlohmann::json detail{
        {"number", list.number}, {"entries", list.revoked.size()}, {"next_update", to_rfc3339(list.next_update)}};
    store::audit(store, stamp, "issuer.crl", issuer.name, detail.dump());
    transaction.commit();
    return list;
}

bool is_file(Folder& folder, const std::string& name) {
    auto entry = folder.look(name);
    return entry && entry->kind == Entry::Kind::file;
}

bool is_up_to_date(Home& home, const store::Issuer& issuer, Time now) {
    auto lists = store::revocation_lists(home.store(), issuer.id);
    if (!lists.written) return false;
    const auto& last = *lists.written;
    bool half_over = now >= last.this_update + (last.next_update - last.this_update) / 2;
    // A list that was made by hand since is newer than the one that lies where those who ask look.
    return last.published && !half_over && last.covers == store::last_revocation(home.store(), issuer.id) &&
           now >= last.this_update;
}

}  // namespace

RevocationList write_list(Home& home, const store::Issuer& issuer, const ListTarget& target, const Stamp& stamp) {
    auto& store = home.store();
    auto der_file = destination_of(target.der_path);
    auto pem_file = destination_of(target.pem_path);
    auto authority = open_authority(home, issuer);
    for (;;) {
        std::int64_t covers = 0;
        auto list = begin_list(home, issuer, target.validity, stamp, covers);
        auto number = static_cast<std::int64_t>(list.number);
        auto der = crypto::sign_revocation_list(authority, list);
        // From here to the end nobody else gives out a number.
        store::Transaction transaction(store);
        if (store::revocation_lists(store, issuer.id).number != number) continue;
        if (der_file) replace_file(*der_file->folder, der_file->name, der, readable_by_all);
        if (pem_file)
            replace_file(*pem_file->folder, pem_file->name, view_of(crypto::revocation_list_to_pem(der)),
                         readable_by_all);
        store::record_list_written(store, issuer.id,
                                   {number, covers, list.this_update, list.next_update, target.published});
        transaction.commit();
        return {issuer.name,      number,          list.revoked.size(), list.this_update,
                list.next_update, target.der_path, target.pem_path};
    }
}

std::vector<RevocationList> publish_lists(Home& home, const std::string& folder, Period validity, const Stamp& stamp) {
    std::vector<RevocationList> written;
    auto place = open_place(folder);
    for (const auto& issuer : store::issuers(home.store())) {
        if (stamp.at >= issuer.facts.not_after) continue;
        auto name = issuer.name + ".crl";
        bool there = is_file(*place, name) && is_file(*place, name + ".pem");
        if (there && is_up_to_date(home, issuer, stamp.at)) continue;
        auto path = fmt::format("{}/{}", folder == "/" ? "" : folder, name);
        written.push_back(write_list(home, issuer, {path, path + ".pem", true, validity}, stamp));
    }
    return written;
}

}  // namespace rekey::issuers
