#include "issuers/seen_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/revocation_lists.hpp"
#include "store/certificates/revocations.hpp"

namespace rekey::issuers {

namespace {

constexpr std::size_t largest_list = 64U << 20U;
constexpr const char* move_away = "find out what put it there, and move it away";

store::RevocationReason reason_of(const crypto::RevokedCertificate& entry) {
    // What was only held (certificateHold) is revoked for good, for no other reason that we know.
    return store::reason_of_code(entry.reason).value_or(store::RevocationReason::unspecified);
}

/// Whether it was news. A list that is newer than the store may also say more about a reason.
bool take_over(store::Transaction& transaction, store::Id certificate, const crypto::RevokedCertificate& entry,
               bool newer) {
    auto reason = reason_of(entry);
    auto before = store::revocation_of(transaction, certificate);
    bool says_more = before && newer && reason == store::RevocationReason::key_compromise && before->reason != reason;
    if (before && !says_more) return false;
    store::revoke(transaction, certificate, reason, entry.at);
    return true;
}

bool take_over(store::Transaction& transaction, store::Id signer, const crypto::RevokedCertificate& entry, bool newer,
               const std::vector<store::Id>& certificates) {
    if (certificates.empty())
        return store::add_listed_revocation(transaction, signer, {entry.number, entry.at, entry.reason});
    bool news = false;
    for (auto certificate : certificates) news = take_over(transaction, certificate, entry, newer) || news;
    return news;
}

bool is_known(store::Reader& store, const ListSigner& signer, const std::string& number) {
    bool known = store::is_listed(store, signer.id(), number);
    for (auto certificate : store::certificates_of_signer(store, signer.id(), number))
        known = known || store::revocation_of(store, certificate);
    return known;
}

}  // namespace

std::string path_in(const Folder& folder, const std::string& name) {
    const auto& place = folder.path();
    return place == "." ? name : place == "/" ? place + name : place + "/" + name;
}

SeenList read_seen_list(ByteView content, const std::string& path, const ListSigner& signer,
                        const std::string& remedy) {
    auto shown = printable(path);
    auto list = [&] {
        try {
            return crypto::ParsedRevocationList::parse(content);
        } catch (const Error& e) {
            if (e.code() == Code::failed) throw;
            throw Error(Code::refused, fmt::format("{}: {}", shown, e.message()), remedy);
        }
    }();
    auto signed_by = [&](const store::Issuer& record) { return list.is_signed_by(certificate_of(record)); };
    if (std::ranges::none_of(signer.records, signed_by))
        throw Error(Code::refused,
                    fmt::format("{} is a list of '{}', which issuer '{}' did not sign", shown, printable(list.issuer()),
                                signer.name()),
                    remedy);
    return {path, list.number(), list.next_update(), list.revoked()};
}

std::optional<Bytes> read_list_file(Folder& folder, const std::string& name) {
    auto entry = folder.look(name);
    if (entry && entry->size > largest_list)
        throw Error(Code::refused,
                    fmt::format("{} has {} bytes, more than a list of revoked certificates has",
                                printable(path_in(folder, name)), entry->size),
                    move_away);
    auto content = folder.read(name, largest_list);
    if (content && content->empty()) return std::nullopt;
    return content;
}

std::size_t count_news(store::Reader& store, const ListSigner& signer, const SeenList& seen) {
    return static_cast<std::size_t>(
        std::ranges::count_if(seen.revoked, [&](const auto& entry) { return !is_known(store, signer, entry.number); }));
}

std::size_t take_over(store::Transaction& transaction, const ListSigner& signer, const SeenList& seen,
                      const Stamp& stamp) {
    bool newer = seen.number > last_list_number(transaction, signer);
    std::size_t news = 0;
    for (const auto& entry : seen.revoked) {
        auto certificates = store::certificates_of_signer(transaction, signer.id(), entry.number);
        if (take_over(transaction, signer.id(), entry, newer, certificates)) ++news;
    }
    if (newer) store::set_list_number(transaction, signer.id(), seen.number);
    if (news == 0 && !newer) return 0;
    store::AuditDetail detail{{"path", printable(seen.path)}, {"number", seen.number.to_text()}, {"taken", news}};
    store::audit(transaction, stamp, "issuer.crl.take", signer.name(), detail);
    return news;
}

}  // namespace rekey::issuers
