#include "reports/compromise_report.hpp"

#include <fmt/format.h>

#include <set>

#include "questions/confirmation.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::cli {

namespace {

/// What became of the old certificates of a run.
struct Compromised {
    std::int64_t revoked = 0;
    std::int64_t keys_destroyed = 0;
    std::set<std::string> issuers;  ///< whose lists have to say so
};

Compromised compromised_in(store::Reader& store, const renewal::Result& result) {
    Compromised found;
    if (!result.run) return found;
    std::vector<store::Item> replaced;
    store::each_item(store, *result.run, [&](const store::Item& item) {
        bool proven = item.step == store::Step::confirmed && item.outcome != store::Outcome::continued;
        if (item.reason == store::Reason::compromise && proven && item.old_certificate_id) replaced.push_back(item);
    });
    for (const auto& item : replaced) {
        if (item.outcome == store::Outcome::renewed) ++found.keys_destroyed;
        auto old_id = item.old_certificate_id.value_or(0);
        if (!store::revocation_of(store, old_id)) continue;
        ++found.revoked;
        auto certificate = store::find_certificate(store, old_id);
        auto issuer =
            certificate && certificate->issuer_id ? store::find_issuer(store, *certificate->issuer_id) : std::nullopt;
        if (issuer) found.issuers.insert(issuer->name);
    }
    found.keys_destroyed -= result.keys_left;
    return found;
}

}  // namespace

void confirm_compromise(Session& session, const renewal::Request& request, const Confirmation& confirmation) {
    std::int64_t certificates = 0;
    std::string slot;
    renewal::plan(session.home_for_reading(), session.current_policy(), request, session.now(),
                  [&](const renewal::PlanEntry& planned) {
                      bool replaces =
                          planned.action == renewal::Action::renew || planned.action == renewal::Action::resume;
                      if (!replaces || planned.old_number.empty()) return;
                      ++certificates;
                      slot = planned.slot.to_string();
                  });
    if (certificates == 0) return;
    bool one = certificates == 1;
    auto what = one ? "the certificate of " + slot : fmt::format("{} certificates", certificates);
    confirmation.require(session,
                         fmt::format("{} would be replaced and revoked for keyCompromise, and {} destroyed on {}", what,
                                     one ? "its key" : "their keys", one ? "its unit" : "their units"),
                         one ? slot : std::to_string(certificates));
}

void tell_compromise(Session& session, const renewal::Result& result) {
    auto found = compromised_in(session.home_for_writing().store(), result);
    if (found.revoked == 0 && found.keys_destroyed == 0) return;
    session.note(fmt::format("revoked for keyCompromise: {}; destroyed on the units: {}",
                             counted(found.revoked, "certificate"), counted(found.keys_destroyed, "old key")));
    const auto& folder = session.config().crl_folder;
    for (const auto& issuer : found.issuers) {
        auto who = fmt::format("all software that trusts issuer '{}' must get its list", issuer);
        if (folder.empty())
            session.note(fmt::format("{}; no list contains it yet: rekey issuers crl {} --out FILE", who, issuer));
        else if (result.lists_error.empty())
            session.note(fmt::format("{}: {}/{}.crl", who, printable(folder), issuer));
    }
}

void tell_rotation_changed(Session& session, const renewal::Request& request) {
    if (request.reason != store::Reason::rotation || !can_ask(session)) return;
    if (!renewal::take_rotation_notice(session.home_for_writing())) return;
    session.note(
        "a rotation is a precaution now: it neither revokes the old certificate nor removes its key at once; where "
        "others may have the key: --reason compromise");
}

}  // namespace rekey::cli
