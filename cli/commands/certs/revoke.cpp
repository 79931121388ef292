#include <fmt/format.h>

#include <map>
#include <set>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "questions/confirmation.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"

namespace rekey::cli {

namespace {

struct CertsRevokeOptions {
    std::vector<std::string> words;
    SelectionOptions selection;
    std::string reason;
    std::string comment;
    bool force = false;
    Confirmation confirmation;
};

/// Of somebody who is there; in a script, what it says is meant.
void confirm(Session& session, const Confirmation& confirmation, const store::Certificate& certificate) {
    auto slot = certificate.slot.to_string();
    confirmation.ask(session,
                     fmt::format("certificate {} of {} would be revoked for good{}", certificate.facts.number, slot,
                                 certificate.ended_at ? "" : "; it is in use"),
                     slot);
}

/// Revoked it is; but who asks a list would not learn of it.
void warn_of_silent(Session& session, Home& home, const store::Certificate& certificate) {
    auto issuer = certificate.issuer_id ? store::find_issuer(home.store(), *certificate.issuer_id) : std::nullopt;
    if (issuer && !issuers::list_state(home.store(), *issuer).may_sign)
        session.warn(fmt::format("no list can say so: issuer '{}' may not sign lists (its keyUsage lacks cRLSign)",
                                 issuer->name));
}

/// Whether it says that others may have the key.
bool is_of_key(store::RevocationReason reason) {
    return reason == store::RevocationReason::key_compromise || reason == store::RevocationReason::aa_compromise;
}

/// The issuers whose lists have to tell of these.
std::set<std::string> issuers_of(store::Store& store, const std::vector<store::Certificate>& certificates) {
    std::set<std::string> names;
    for (const auto& certificate : certificates) {
        auto issuer = certificate.issuer_id ? store::find_issuer(store, *certificate.issuer_id) : std::nullopt;
        if (issuer) names.insert(issuer->name);
    }
    return names;
}

int publish(Session& session, Home& home, const std::vector<store::Certificate>& certificates) {
    const auto& config = session.config();
    if (config.crl_folder.empty()) {
        for (const auto& name : issuers_of(home.store(), certificates))
            session.note(fmt::format("no list contains it yet: rekey issuers crl {} --out FILE", name));
        return exit_done;
    }
    auto warn = [&](const Error& e) {
        session.warn(
            fmt::format("it is recorded, but no list contains it yet: {}; the next run tries again", e.message()), {},
            e.hint());
    };
    try {
        auto lists =
            issuers::publish_lists(home, config.crl_folder, session.current_policy().crl_validity, session.stamp());
        for (const auto& list : lists.written) session.note(fmt::format("wrote {}", printable(list.der_path)));
        for (const auto& failure : lists.failures) warn(failure);
        return lists.failures.empty() ? exit_done : exit_partly;
    } catch (const Error& e) {
        warn(e);
        return exit_partly;
    }
}

int revoke(Session& session, CertsRevokeOptions options) {
    take_patterns(options.words, options.selection);
    if (options.selection.all && !options.words.empty()) refuse_beside_all();
    if (options.words.empty() && !selects_something(options.selection))
        throw Error(Code::usage, "no certificate was named", "name its number: rekey certs list --history");
    auto reason = store::revocation_reason(options.reason);
    if (!reason)
        throw Error(Code::usage, "no reason was given", "give --reason: keyCompromise, when others may have the key");
    auto& home = session.home_for_writing();
    issuers::RevokeRequest request{*reason, options.comment, options.force};
    // All are looked up before the first is revoked.
    std::vector<store::Certificate> certificates;
    std::map<store::Id, store::RevocationReason> seen;
    auto add = [&](store::Certificate certificate) {
        if (auto before = store::revocation_of(home.store(), certificate.id))
            seen.emplace(certificate.id, before->reason);
        certificates.push_back(std::move(certificate));
    };
    for (const auto& word : options.words)
        for (auto& held : get_held(home.store(), word)) add(std::move(held));
    for (auto& selected : selected_certificates(session, home.store(), options.selection, session.now()))
        // What others signed, only they can revoke; one that is named is refused.
        if (selected.issuer_id) add(std::move(selected));
    if (certificates.empty()) return exit_done;
    for (const auto& certificate : certificates) confirm(session, options.confirmation, certificate);
    for (const auto& certificate : certificates) {
        const auto& number = certificate.facts.number;
        auto slot = certificate.slot.to_string();
        auto known = seen.find(certificate.id);
        request.seen = known == seen.end() ? std::nullopt : std::optional(known->second);
        if (!issuers::revoke(home, certificate, request, session.stamp())) {
            session.note(fmt::format("certificate {} of {} was revoked for {} before", number, slot, options.reason));
            continue;
        }
        session.note(fmt::format("revoked certificate {} of {} for {}", number, slot, options.reason));
        warn_of_silent(session, home, certificate);
        for (const auto& use : store::uses_of(home.store(), certificate.id))
            if (use.state == store::CertificateState::active)
                session.warn(fmt::format("{0} still uses it; replace it: rekey certs renew {0}{1}",
                                         use.slot.to_string(), is_of_key(*reason) ? " --reason compromise" : ""));
    }
    return publish(session, home, certificates);
}

}  // namespace

void certs_revoke(Registry& registry) {
    registry.command(
        "certs revoke", "Revoke certificates; their issuers' next lists (CRL) name them", [](Command& command) -> Run {
            auto options = std::make_shared<CertsRevokeOptions>();
            command.arguments(
                "NUMBER|SLOT", options->words,
                "Number (the first four digits are enough), ISSUER:NUMBER, UNIT/[NODE/]TYPE, or a pattern");
            SelectionWords words;
            words.names.clear();
            words.all = "The certificate that each slot uses";
            words.limit = "At most this many certificates";
            add_selection(command, options->selection, words);
            command.choice("--reason", "R", options->reason,
                           {"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded",
                            "cessationOfOperation", "privilegeWithdrawn", "aACompromise"},
                           "Reason, as RFC 5280 names it");
            command.option("--comment", "TEXT", options->comment, "Note for the audit trail");
            command.flag("--force", options->force, "Also revoke certificates in use, which makes them due");
            options->confirmation.describe(command);
            command.example("rekey certs revoke 4F07A1 --reason cessationOfOperation");
            command.example("rekey certs revoke pump-1/online --reason keyCompromise --force",
                            "it is in use, and becomes due");
            command.example("rekey certs revoke 'south-*/online' --reason cessationOfOperation --force",
                            "all units of a site that closes");
            return [options](Session& session) { return revoke(session, *options); };
        });
}

}  // namespace rekey::cli
