#include <fmt/format.h>

#include <algorithm>

#include "command/commands.hpp"
#include "command/selection.hpp"
#include "questions/confirmation.hpp"
#include "rekey/base/base.hpp"
#include "reports/compromise_report.hpp"
#include "reports/run_report.hpp"
#include "reports/unattended.hpp"

namespace rekey::cli {

namespace {

constexpr Seconds longest_deadline = std::chrono::days{1};

struct CertsRenewOptions {
    SelectionOptions selection;
    bool due = false;
    std::string reason;
    std::string comment;
    std::string issuer;
    bool dry_run = false;
    bool force = false;
    bool no_revoke = false;
    bool chain_only = false;
    std::int64_t jobs = 0;
    std::string deadline;
    Confirmation confirmation;
};

/// Whether policy says of any slot that what is replaced is revoked.
bool may_revoke_superseded(const policy::Policy& policy) {
    auto says_so = [](const auto& table) { return table.second.revoke_superseded.value_or(false); };
    return policy.defaults.revoke_superseded.value_or(false) || std::ranges::any_of(policy.types, says_so) ||
           std::ranges::any_of(policy.labels, says_so);
}

void require_meaning(Session& session, const CertsRenewOptions& options, const renewal::Request& request) {
    if (options.confirmation.is_given() && request.reason != store::Reason::compromise)
        throw Error(Code::usage, "--yes confirms --reason compromise, and no other reason asks", "leave out --yes");
    bool contradicts = request.reason == store::Reason::compromise;
    if (options.no_revoke && !contradicts && !may_revoke_superseded(session.current_policy()))
        session.note(
            "--no-revoke changes nothing here: only revoke_superseded, in the policy, and the reason "
            "compromise revoke what is replaced");
}

int renew(Session& session, const CertsRenewOptions& options, const renewal::Request& request) {
    require_meaning(session, options, request);
    if (options.dry_run) return plan_and_tell(session, request);
    bool compromise = request.reason == store::Reason::compromise;
    if (compromise) confirm_compromise(session, request, options.confirmation);
    tell_rotation_changed(session, request);
    return run_and_tell(session, request, request.selection.due, [&](const renewal::Result& result) {
        if (compromise) tell_compromise(session, result);
    });
}

renewal::Request request_of(const CertsRenewOptions& options, Time now) {
    renewal::Request request;
    if (options.chain_only) request.kind = renewal::Request::Kind::chain;
    request.selection.all = options.selection.all;
    request.selection.due = options.due;
    select(request.selection, read_selection(options.selection, now));
    if (!options.reason.empty()) request.reason = store::reason(options.reason);
    request.comment = options.comment;
    request.issuer = options.issuer;
    request.force = options.force;
    request.keep_old = options.no_revoke;
    request.jobs = static_cast<int>(options.jobs);
    if (!options.deadline.empty())
        request.deadline =
            std::min<Seconds>(parse_period(options.deadline, "--deadline").approximate(), longest_deadline);
    return request;
}

}  // namespace

void certs_renew(Registry& registry) {
    registry.command(
        "certs renew", "Replace certificates with new ones that have new keys", [](Command& command) -> Run {
            auto options = std::make_shared<CertsRenewOptions>();
            SelectionWords words;
            words.about = "Units (all of their certificates), slots (UNIT/[NODE/]TYPE), or patterns such as 'north-*'";
            words.all = "Every certificate of every unit";
            words.issuer = "--issuer-is";
            words.states = {"active", "foreign"};
            words.limit = "Renew at most this many";
            add_selection(command, options->selection, words);
            command.flag("--due", options->due,
                         "Renew what policy says is due; print nothing if nothing is (for cron)");
            command.choice("--reason", "R", options->reason,
                           {"policy", "migration", "rotation", "compromise", "manual", "audit"},
                           "Why [manual]; compromise revokes the old certificate and destroys its key");
            command.option("--comment", "TEXT", options->comment, "Note for the history");
            command.option("--issuer", "NAME", options->issuer,
                           "Move the slots to this issuer (--issuer-is selects by the one that signed)");
            command.flag("--force", options->force, "Overwrite what a unit holds even if it is not recorded");
            command.flag("--no-revoke", options->no_revoke,
                         "Do not revoke what is replaced, even if policy says so (revoke_superseded)");
            options->confirmation.describe(command);
            command.flag("--chain-only", options->chain_only,
                         "Keep key and certificate; install the issuer's chain and the roots to trust");
            command.flag("-n,--dry-run", options->dry_run, "Show what would be done, and why; change nothing");
            command.number("--jobs", "N", options->jobs, 1, 1024, "Number of units to work on at the same time");
            command.option("--deadline", "TIME", options->deadline,
                           "How long to wait for a unit that does not answer [5m]");
            command.example("rekey certs renew pump-1/online --reason audit", "one slot");
            command.example("rekey certs renew pump-1 pump-2", "all of two units");
            command.example("rekey certs renew --label site=north --expiring 30d", "what ends soon at one site");
            command.example("rekey certs renew pump-1/online --reason compromise", "somebody else may have its key");
            command.example("rekey certs renew --due", "renew what policy says is due (for cron)");
            command.example("rekey certs renew --all --chain-only", "after rekey issuers renew");
            command.example("rekey certs renew --all --dry-run", "what would be done, and why");
            return [options](Session& session) {
                auto request = request_of(*options, session.now());
                auto work = [&] { return renew(session, *options, request); };
                return options->due && !options->dry_run ? with_notice(session, work) : work();
            };
        });
}

}  // namespace rekey::cli
