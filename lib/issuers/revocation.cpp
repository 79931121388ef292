#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/revocations.hpp"

namespace rekey::issuers {

namespace {

using store::CertificateState;
using store::RevocationReason;

void require_out_of_use(store::Reader& store, const store::Certificate& certificate) {
    auto uses = store::uses_of(store, certificate.id);
    if (uses.empty()) return;
    auto slot = uses.front().slot.to_string();
    const auto& number = certificate.facts.number;
    if (uses.front().state == CertificateState::pending)
        throw Error(Code::refused, fmt::format("certificate {} is on its way to {}", number, slot),
                    fmt::format("wait until its run has ended: rekey runs list; or revoke it all the same: "
                                "rekey certs revoke {} --force",
                                number));
    throw Error(
        Code::refused, fmt::format("certificate {} is in use on {}", number, slot),
        fmt::format("replace it, which revokes it: rekey certs renew {} --reason compromise; or revoke it all the "
                    "same: rekey certs revoke {} --force",
                    slot, number));
}

}  // namespace

bool revoke(Home& home, const store::Certificate& certificate, const RevokeRequest& request, const Stamp& stamp) {
    auto& store = home.store();
    store::Transaction transaction(store);
    home.check_clock(transaction, stamp.at);
    auto now = store::find_certificate(store, certificate.id).value_or(certificate);
    const auto& number = now.facts.number;
    if (!now.issuer_id)
        throw Error(Code::refused,
                    fmt::format("certificate {} was signed by '{}', which is none of this home", number,
                                printable(now.facts.issuer)),
                    "let the issuer that signed it revoke it");
    auto before = store::revocation_of(store, now.id);
    if (before && before->reason == request.reason) return false;
    if (auto issuer = store::find_issuer(store, *now.issuer_id); issuer && issuer->removed_at)
        throw Error(Code::refused,
                    fmt::format("certificate {} was signed by an issuer that was removed on {}", number,
                                to_rfc3339(*issuer->removed_at)),
                    "no list can say any more that it is revoked");
    if (before && before->reason != request.seen)
        throw Error(Code::busy,
                    fmt::format("certificate {} was revoked for {} by another command meanwhile", number,
                                store::to_string(before->reason)),
                    "if its reason is to be changed, repeat the command");
    if (before && before->reason == RevocationReason::key_compromise && !request.force)
        throw Error(Code::refused,
                    fmt::format("certificate {} was revoked on {} for keyCompromise, which says more", number,
                                to_rfc3339(before->revoked_at)),
                    fmt::format("to change the reason: rekey certs revoke {} --reason {} --force", number,
                                store::to_string(request.reason)));
    if (!before && !request.force) require_out_of_use(store, now);
    store::revoke(transaction, now.id, request.reason, stamp.at);
    store::AuditDetail detail{{"number", number}, {"reason", store::to_string(request.reason)}};
    if (before) detail.set("before", store::to_string(before->reason));
    if (!request.comment.empty()) detail.set("comment", request.comment);
    store::audit(transaction, stamp, "certificate.revoke", now.slot.to_string(), detail);
    transaction.commit();
    return true;
}

}  // namespace rekey::issuers
