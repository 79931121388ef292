#include "store/certificates/revocation_lists.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/certificates/revocation_list.hpp"
#include "issuers/list_writer.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "store/certificates/revocations.hpp"

namespace rekey::issuers {

namespace {

std::unique_ptr<Folder> open_place(const std::string& folder) {
    try {
        return open_folder(folder);
    } catch (const Error& e) {
        if (e.code() != Code::unreachable) throw;
        // No unit that may come back.
        throw Error(Code::usage, e.message(), "make the folder, or name another");
    }
}

struct Destination {
    std::unique_ptr<Folder> folder;
    std::string name;
};

Destination destination_of(const std::string& path) {
    auto slash = path.rfind('/');
    auto folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    Destination destination{open_place(folder), path.substr(slash == std::string::npos ? 0 : slash + 1)};
    auto entry = destination.name.empty() ? std::nullopt : destination.folder->look(destination.name);
    if (destination.name.empty() || (entry && entry->kind != FolderEntry::Kind::file))
        throw Error(Code::usage, fmt::format("{} is not a file that a list could replace", printable(path)),
                    "name a file, as --out ca.crl");
    return destination;
}

RevocationList to_list(const store::Issuer& issuer, const WrittenList& written) {
    return {issuer.name, written.number, written.entries, written.taken, written.this_update, written.next_update, "",
            ""};
}

std::string der_name(const store::Issuer& issuer) { return issuer.name + ".crl"; }
std::string pem_name(const store::Issuer& issuer) { return issuer.name + ".crl.pem"; }

/// The issuers whose lists are kept where those who ask look.
std::vector<store::Issuer> listed_issuers(const ListSigner& signer, Time now) {
    std::vector<store::Issuer> listed;
    std::ranges::copy_if(signer.records, std::back_inserter(listed), [&](const store::Issuer& issuer) {
        return now < issuer.facts.not_after && crypto::may_sign_lists(certificate_of(issuer));
    });
    return listed;
}

/// Whether the two files of the issuer are those that this home put there last.
bool are_ours(Folder& folder, const store::Issuer& issuer, const store::PublishedList& published) {
    auto der = read_list_file(folder, der_name(issuer));
    auto pem = read_list_file(folder, pem_name(issuer));
    return der && pem && to_hex(sha256(*der)) == published.fingerprint_sha256 &&
           text_of(*pem) == crypto::revocation_list_to_pem(*der);
}

bool is_up_to_date(store::Reader& store, Folder& folder, const ListSigner& signer,
                   const std::vector<store::Issuer>& issuers, Time now) {
    auto lists = store::signer_lists(store, signer.id());
    if (!lists.written) return false;
    const auto& last = *lists.written;
    bool half_over = now >= last.this_update + (last.next_update - last.this_update) / 2;
    if (half_over || now < last.this_update || last.covers != store::last_revocation(store, signer.id())) return false;
    return std::ranges::all_of(issuers, [&](const store::Issuer& issuer) {
        auto published = store::published_list(store, issuer.id);
        // A list that was made by hand since is newer than the one that clients fetch.
        return published && published->number == last.number && are_ours(folder, issuer, *published);
    });
}

std::vector<RevocationList> publish(Home& home, Folder& folder, const ListSigner& signer, Period validity,
                                    const Stamp& stamp) {
    auto issuers = listed_issuers(signer, stamp.at);
    if (issuers.empty() || is_up_to_date(home.store(), folder, signer, issuers, stamp.at)) return {};
    std::vector<ListFile> files;
    for (const auto& issuer : issuers) {
        files.push_back({issuer, der_name(issuer), false});
        files.push_back({issuer, pem_name(issuer), true});
    }
    auto written = ListWriter(home, folder, stamp).write(signer, files, validity, true);
    std::vector<RevocationList> lists;
    for (const auto& issuer : issuers) {
        lists.push_back(to_list(issuer, written));
        lists.back().der_path = path_in(folder, der_name(issuer));
        lists.back().pem_path = path_in(folder, pem_name(issuer));
    }
    return lists;
}

/// The lists of the signer that lie in `folder`; what is none goes to `concerns`.
std::vector<SeenList> lists_in(Folder& folder, const ListSigner& signer, std::vector<ListConcern>& concerns) {
    std::vector<SeenList> lists;
    for (const auto& issuer : signer.records)
        for (const auto& name : {der_name(issuer), pem_name(issuer)}) try {
                if (auto content = read_list_file(folder, name))
                    lists.push_back(read_seen_list(*content, path_in(folder, name), signer));
            } catch (const Error& e) {
                concerns.push_back({e.message(), e.hint(), false});
            }
    return lists;
}

void compare(store::Reader& store, const ListSigner& signer, const std::vector<SeenList>& lists,
             std::vector<ListConcern>& concerns) {
    for (const auto& seen : lists) {
        auto news = count_news(store, signer, seen);
        if (news == 0 && seen.number <= last_list_number(store, signer)) continue;
        concerns.push_back({fmt::format("{} is newer than what this home knows of lists of issuer '{}': {} of its {} "
                                        "revocations are not recorded here",
                                        printable(seen.path), signer.name(), news, seen.revoked.size()),
                            "take them over, as the next list does: rekey doctor --repair", true});
        return;
    }
    if (lists.empty() && store::signer_lists(store, signer.id()).restored)
        concerns.push_back(
            {fmt::format("lists of issuer '{}' were made before the backup that this home came from; what "
                         "was revoked since is not known here",
                         signer.name()),
             fmt::format("name the list that was made last, which is read before it is replaced: rekey "
                         "issuers crl {} --out FILE",
                         signer.name()),
             false});
}

bool has_revoked(store::Reader& store, const ListSigner& signer) {
    return store::last_revocation(store, signer.id()) != 0 || store::count_listed_revocations(store, signer.id()) != 0;
}

}  // namespace

RevocationList write_list(Home& home, const store::Issuer& issuer, const ListTarget& target, const Stamp& stamp) {
    auto destination = destination_of(target.path);
    ListWriter writer(home, *destination.folder, stamp);
    auto signer = list_signer_of(home.store(), issuer.id);
    auto written = writer.write(signer, {{issuer, destination.name, target.pem}}, target.validity, false);
    auto list = to_list(issuer, written);
    (target.pem ? list.pem_path : list.der_path) = target.path;
    return list;
}

Publication publish_lists(Home& home, const std::string& folder, Period validity, const Stamp& stamp) {
    Publication publication;
    auto place = open_place(folder);
    for (const auto& signer : list_signers(home.store())) try {
            for (auto& list : publish(home, *place, signer, validity, stamp))
                publication.written.push_back(std::move(list));
        } catch (const Error& e) {
            publication.failures.push_back(e);
        }
    return publication;
}

std::vector<ListConcern> list_concerns(store::Reader& store, const std::string& folder) {
    std::vector<ListConcern> concerns;
    auto place = folder.empty() ? nullptr : open_place(folder);
    for (const auto& signer : list_signers(store)) {
        bool able = std::ranges::any_of(
            signer.records, [](const store::Issuer& issuer) { return crypto::may_sign_lists(certificate_of(issuer)); });
        if (!able && has_revoked(store, signer))
            concerns.push_back(
                {fmt::format("certificates of issuer '{}' are revoked, and no list can say so: the CA may "
                             "not sign lists (its keyUsage lacks cRLSign)",
                             signer.name()),
                 "move units to another issuer: rekey certs renew UNIT --issuer NAME --reason migration", false});
        if (!able) continue;
        auto before = concerns.size();
        auto lists = place ? lists_in(*place, signer, concerns) : std::vector<SeenList>();
        if (concerns.size() == before) compare(store, signer, lists, concerns);
    }
    return concerns;
}

ListState list_state(store::Reader& store, const store::Issuer& issuer) {
    auto signer = list_signer_of(store, issuer.id);
    ListState state;
    state.may_sign = crypto::may_sign_lists(certificate_of(issuer));
    for (const auto& record : signer.records)
        if (record.id != issuer.id) state.shared_with.push_back(record.name);
    state.number = last_list_number(store, signer);
    state.listed = store::count_listed_revocations(store, signer.id());
    return state;
}

}  // namespace rekey::issuers
