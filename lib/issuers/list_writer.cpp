#include "issuers/list_writer.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/revocation_list.hpp"
#include "issuers/local.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/revocation_lists.hpp"
#include "store/certificates/revocations.hpp"

namespace rekey::issuers {

namespace {

constexpr Access readable_by_all{0644, std::nullopt, std::nullopt};
constexpr int lock_patience_ms = 10000;

/// Everything that the signer revoked. What has expired since the last list is shown once more (RFC 5280, 3.3).
std::vector<crypto::RevokedCertificate> entries_of(store::Reader& store, const ListSigner& signer) {
    std::vector<crypto::RevokedCertificate> entries;
    std::set<std::string> numbers;
    auto add = [&](crypto::RevokedCertificate entry) {
        if (numbers.insert(entry.number).second) entries.push_back(std::move(entry));
    };
    auto written = store::signer_lists(store, signer.id()).written;
    store::each_revocation(store, signer.id(), written ? written->this_update : Time::min(),
                           [&](const store::Revocation& each) {
                               add({each.number, each.revoked_at, store::code_of(each.reason)});
                           });
    store::each_listed_revocation(store, signer.id(), [&](const store::ListedRevocation& each) {
        add({each.number, each.revoked_at, each.reason});
    });
    return entries;
}

}  // namespace

struct ListWriter::Plan {
    crypto::RevocationListTemplate list;
    std::int64_t covers = 0;
    std::size_t taken = 0;
    std::map<store::Id, Bytes> der;  ///< the signed list, by issuer
};

ListWriter::ListWriter(Home& home, Folder& folder, const Stamp& stamp) : home_(home), folder_(folder), stamp_(stamp) {
    lock_ = folder_.lock(lock_patience_ms);
    if (!lock_)
        throw Error(Code::busy, fmt::format("another process is writing lists to {}", printable(folder_.path())),
                    "wait until that has ended");
}

std::vector<SeenList> ListWriter::look(const ListSigner& signer, const std::vector<ListFile>& files) {
    std::vector<SeenList> seen;
    std::set<Sha256> known;
    for (const auto& file : files) {
        auto content = read_list_file(folder_, file.name);
        if (!content || !known.insert(sha256(*content)).second) continue;
        seen.push_back(read_seen_list(*content, path_in(folder_, file.name), signer));
    }
    return seen;
}

ListWriter::Plan ListWriter::begin(const ListSigner& signer, const std::vector<SeenList>& seen, Period validity) {
    return home_.store().write([&](store::Transaction& transaction) {
        home_.check_clock(transaction, stamp_.at);
        record_list_signers(transaction);
        store::revoke_listed(transaction, signer.id());
        Plan plan;
        for (const auto& list : seen) plan.taken += take_over(transaction, signer, list, stamp_);
        plan.list = {next_list_number(transaction, signer, stamp_.at), stamp_.at, validity.after(stamp_.at),
                     entries_of(transaction, signer)};
        plan.covers = store::last_revocation(transaction, signer.id());
        store::set_list_number(transaction, signer.id(), plan.list.number);
        auto integer = plan.list.number.to_integer();
        using Value = store::AuditDetail::Value;
        store::AuditDetail detail{{"number", integer ? Value(*integer) : Value(plan.list.number.to_text())},
                                  {"entries", plan.list.revoked.size()},
                                  {"next_update", to_rfc3339(plan.list.next_update)}};
        store::audit(transaction, stamp_, "issuer.crl", signer.name(), detail);
        return plan;
    });
}

bool ListWriter::finish(const ListSigner& signer, const std::vector<ListFile>& files, const Plan& plan,
                        bool published) {
    auto& store = home_.store();
    // From here to the end nobody else gives out a number. The files are replaced inside: the store must never say that
    // a list was written which does not lie there yet, and no other list may come between.
    store::Transaction transaction(store);
    if (last_list_number(store, signer) != plan.list.number) return false;
    for (const auto& file : files) {
        const auto& der = plan.der.at(file.issuer.id);
        if (file.pem)
            replace_file(folder_, file.name, view_of(crypto::revocation_list_to_pem(der)), readable_by_all);
        else
            replace_file(folder_, file.name, der, readable_by_all);
        if (published)
            store::record_list_published(transaction, file.issuer.id, {plan.list.number, to_hex(sha256(der))});
    }
    store::record_list_written(transaction, signer.id(),
                               {plan.list.number, plan.covers, plan.list.this_update, plan.list.next_update});
    transaction.commit();
    return true;
}

WrittenList ListWriter::write(const ListSigner& signer, const std::vector<ListFile>& files, Period validity,
                              bool published) {
    // Opened before a number is given out for a list that could not be signed anyway.
    std::map<store::Id, crypto::Authority> authorities;
    for (const auto& file : files)
        if (!authorities.contains(file.issuer.id))
            authorities.emplace(file.issuer.id, open_authority(home_, file.issuer));
    for (;;) {
        auto plan = begin(signer, look(signer, files), validity);
        // One list, but each certificate of the CA may have a key identifier of its own, which the list repeats.
        for (const auto& [id, authority] : authorities)
            plan.der.emplace(id, crypto::sign_revocation_list(authority, plan.list));
        if (finish(signer, files, plan, published))
            return {plan.list.number, plan.list.revoked.size(), plan.taken, plan.list.this_update,
                    plan.list.next_update};
    }
}

}  // namespace rekey::issuers
