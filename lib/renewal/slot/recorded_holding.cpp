#include "renewal/slot/recorded_holding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/certificates/certificate.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "units/survey/slot_record.hpp"

namespace rekey::renewal {

namespace {

/// Also of what is no certificate.
std::string holding_in_words(const Bytes& der) {
    try {
        auto facts = crypto::X509Certificate::from_der(der).facts();
        return fmt::format("certificate {} of '{}'", facts.number, facts.issuer);
    } catch (const Error& e) {
        if (e.code() != Code::usage) throw;
        return fmt::format("what cannot be read as a certificate ({})", e.message());
    }
}

}  // namespace

bool never_held_any(store::Reader& store, store::Id slot_id) {
    auto history = store::history_of(store, slot_id);
    return std::all_of(history.begin(), history.end(), [](const store::Certificate& each) {
        return each.state == store::CertificateState::pending || each.state == store::CertificateState::rejected;
    });
}

std::optional<Sha256> recorded_leaf(const Task& task) {
    auto digest = task.in_use ? from_hex(task.in_use->facts.fingerprint_sha256) : std::nullopt;
    Sha256 leaf{};
    if (!digest || digest->size() != leaf.size()) return std::nullopt;
    std::copy(digest->begin(), digest->end(), leaf.begin());
    return leaf;
}

bool is_recorded(const units::Holding& holding, const Task& task) {
    return task.in_use && task.in_use->facts.fingerprint_sha256 == to_hex(sha256(holding.chain.front()));
}

Error not_recorded(const units::Holding& holding, const Task& task) {
    return Error(
        Code::refused,
        fmt::format("the unit holds {}, {}", holding_in_words(holding.chain.front()),
                    task.in_use ? "not the recorded " + task.in_use->facts.number : "where nothing is recorded"),
        fmt::format("take it: rekey units check {} --adopt; or overwrite it: rekey certs renew {} --force",
                    task.item.slot.unit, task.item.slot.to_string()));
}

Error contradiction(const units::Holding& holding, const Task& task) {
    return Error(Code::refused, printable(holding.trouble),
                 fmt::format("make them agree on the unit; or overwrite them: rekey certs renew {} --force",
                             task.item.slot.to_string()));
}

void record_overwritten(store::Transaction& transaction, const units::Holding& holding, const Task& task,
                        const Stamp& now) {
    auto facts = units::record_shown(transaction, task.slot, holding, now);
    store::AuditDetail detail{{"found", facts ? facts->number : ""},
                              {"issuer", facts ? printable(facts->issuer) : ""},
                              {"fingerprint", to_hex(sha256(holding.chain.front()))},
                              {"recorded", task.in_use ? task.in_use->facts.number : ""},
                              {"run", task.item.run_id}};
    store::audit(transaction, now, "certificate.overwrite", task.item.slot.to_string(), detail);
}

}  // namespace rekey::renewal
