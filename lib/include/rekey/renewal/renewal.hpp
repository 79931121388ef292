// Renewal: what a request would do, and doing it.
//
// `plan` shows what `run` would do. A run is recorded before anything is done, and each slot goes through durable
// steps; the same request again continues a run that died. `abandon` releases slots whose renewal is stuck.
//
//     struct Printer : rekey::renewal::Observer {
//         void ended(const rekey::renewal::ItemResult& item) override { std::cout << item.outcome << '\n'; }
//     } printer;
//     rekey::renewal::Request request;
//     request.selection.due = true;
//     auto result = rekey::renewal::run(home, config, request, clock, "alice@host", printer, {});
//
// A request that cannot be is thrown, before anything is done. The observer gets what goes wrong with one slot,
// and what goes wrong with the run after its plan was recorded is `Result::trouble`.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/units/units.hpp"

namespace rekey::renewal {

// Plan and run
// ------------

/// Which slots. `all` and `due` look at every slot of the fleet.
struct SlotSelection {
    bool all = false;
    bool due = false;
    std::vector<std::string> units;
    std::vector<SlotName> slots;
    /// What else has to hold. Its names are added to `units` and `slots`, and may be patterns; its limit counts what is
    /// planned to be renewed or made.
    store::Selection where = {};
};

struct Request {
    /// `renew` replaces certificates; `generate` makes the first ones of empty slots; `chain` brings the chains of
    /// their issuers, and the roots to trust, to certificates that stay.
    enum class Kind { renew, generate, chain };
    Kind kind = Kind::renew;
    SlotSelection selection;
    /// None: `manual`, or with `due` what policy finds.
    std::optional<store::Reason> reason;
    std::string comment;
    std::string issuer;  ///< name; empty: what slot, rules and home say
    /// Whatever a unit holds is overwritten, also what is not recorded; not with `due`.
    bool force = false;
    /// What is replaced is not revoked, although policy says so; not with the reason `compromise`.
    bool keep_old = false;
    int jobs = 0;                      ///< units worked on at the same time; 0: as configured, else `usual_jobs`
    std::chrono::seconds deadline{0};  ///< how long a unit may be silent before it is given up; 0: as configured
};

/// Units worked on at the same time, by default: for waiting, not for computing. 400 folders on a machine
/// of two processors took as long with 32 as with 4, and 3 MB more.
constexpr int usual_jobs = 32;

/// What is, or would be, done with a slot.
enum class Action {
    renew,     ///< a new certificate in place of the one in use
    generate,  ///< the first certificate
    resume,    ///< an interrupted or deferred item goes on, as today's policy has it
    drop,      ///< an interrupted or deferred item is not wanted any more
    wait,      ///< the unit did not answer and is left alone until its next attempt
    held,      ///< a live run is at work on it
    refuse,    ///< a guard or a policy says no
    keep,      ///< generate: the slot is filled; a migration: it is done. It stays as it is
    chain,     ///< key and certificate stay, and get another chain
};
REKEY_EXPORT std::string_view to_string(Action action);

struct PlanEntry {
    SlotName slot;
    Action action = Action::renew;
    std::optional<store::Reason> reason;
    std::string why;  ///< in words
    std::string issuer;
    std::string old_issuer;  ///< that signed `old_number`; empty: none of this home did
    std::string old_number;
    std::optional<Time> old_expires;
    std::optional<Time> new_expires;  ///< as it would be if made now
    std::string shortened;            ///< as in `ItemResult`
};

/// What a request would do, slot by slot in order of unit, node and type; changes nothing.
/// Throws like `run` for a request that cannot be.
REKEY_EXPORT void plan(Home& home, const policy::Policy& policy, const Request& request, Time now,
                       const std::function<void(const PlanEntry&)>& visit);

/// How one slot ended in this invocation.
struct ItemResult {
    SlotName slot;
    std::string outcome;  ///< renewed, generated, chain_renewed, deferred, failed, refused, held, kept
    std::optional<store::Reason> reason;
    std::string why;
    std::string old_number;
    std::string new_number;
    std::string error;      ///< cause of anything but success
    std::string warning;    ///< of a success
    bool key_left = false;  ///< of a success: removing the old key from the unit failed, and `warning` says why
    /// Of a success whose validity the issuer cut: the same words for all that it cut then; else empty.
    std::string shortened = {};
};

/// How far a run is.
struct Progress {
    std::int64_t total = 0;  ///< items of the run when it began to work
    std::int64_t done = 0;   ///< of these, renewed or generated
    std::int64_t deferred = 0;
    std::int64_t failed = 0;  ///< or refused
};

/// Called from the thread that called `run`, one call at a time.
class REKEY_EXPORT Observer {
public:
    virtual ~Observer();
    virtual void ended(const ItemResult& item) = 0;
    /// The plan is recorded; what ended before this never became an item of the run.
    virtual void work_begins();
    virtual void progress(const Progress& progress);
    /// The user asked for the end: the steps in flight are finished.
    virtual void stopping();
    /// A unit was given up. One of the process's threads waits for it, perhaps for ever: end the process
    /// without what a process does at its end for others (std::_Exit).
    virtual void gave_up(const std::string& unit);
};

struct Result {
    std::optional<store::Id> run;  ///< none: there was nothing to do
    std::int64_t done = 0;         ///< renewed or generated, or got another chain
    std::int64_t deferred = 0;
    std::int64_t failed = 0;
    std::int64_t refused = 0;
    std::int64_t held = 0;
    std::int64_t keys_left = 0;  ///< of those done: the old key, which others may have, is still on the unit
    /// Why the lists of revoked certificates could not be brought up to date where the configuration says that they
    /// are kept; empty when they are, or are not kept. The next run tries again.
    std::string lists_error;
    bool interrupted = false;  ///< the end was requested, or `trouble`; the same request again does the rest
    /// What stopped the run after its plan was recorded: the store does not take what happens, the clock jumped. Empty:
    /// nothing did. What a unit did last may not be on the record; the same request again looks.
    std::string trouble;
    std::string remedy;  ///< of `trouble`, where it has its own
};

/// Plans by the policy that is in force when the plan is recorded, and keeps to it.
///
/// Works on what `plan` names, each slot through the steps of store::Step, and returns when nothing is left
/// that could be done now. Goes on with the dead run of an equal request; takes over the open items of
/// other dead runs for the slots that it selects, planned anew where no certificate was made yet. The most
/// urgent units come first. With the reason `compromise`, what was replaced is revoked for keyCompromise and its key
/// removed from the unit once the new one is proven; a unit that is away by then has that item deferred. When `stop`
/// is requested, the steps in flight are finished and recorded, and the rest stays open. A unit that does not answer
/// within the deadline is given up: its items are deferred.
///
/// Throws Code::usage (nothing selected, unknown type), Code::not_found (unit, slot, issuer, what nothing matches),
/// Code::refused (clock; with generate: a named slot is filled), and what the store throws before anything is done. An
/// item's own trouble goes to the observer and is never thrown; what the store throws later is `Result::trouble`.
REKEY_EXPORT Result run(Home& home, const policy::Config& config, const Request& request, const Clock& clock,
                        const std::string& actor, Observer& observer, const StopToken& stop);

/// Outcome as `ItemResult::outcome` has it, of a recorded item.
REKEY_EXPORT std::string outcome_of(const store::Item& item);

// Giving up what is stuck
// -----------------------

/// What is to be given up: all that a run left open or deferred, or what holds one slot.
struct AbandonRequest {
    std::optional<store::Id> run;
    std::optional<SlotName> slot;
    bool leave_unit = false;  ///< the units are not asked, and stay as they are
};

/// One item, and whether it was given up.
struct Abandoned {
    SlotName slot;
    store::Id run = 0;
    std::string number;  ///< of the certificate that was made, and is rejected now; empty: none was
    bool unit_is_back = false;
    std::string trouble;  ///< why the unit could not be brought back
    bool freed = false;   ///< the item has ended. Not where the unit may use what was made, and nobody gave up on that
};

/// Releases slots whose renewal is stuck: each unit goes back to the pair that it had before, where it can, and what
/// was made for it is rejected. What is in use already stays, and only its old key is no longer waited for. An item
/// whose unit could not be brought back, or asked, stays: what the unit may use is not recorded as rejected unless
/// `leave_unit` says so. Each item ends by itself, audited; the same again does the rest. Returns whether there was
/// anything.
///
/// Throws Code::not_found (run, slot), Code::busy when the run lives: wait for it, or end it first.
REKEY_EXPORT bool abandon(Home& home, const AbandonRequest& request, const Clock& clock, const std::string& actor,
                          const units::Reaching& reaching, const std::function<void(const Abandoned&)>& visit);

/// True once, in a home that may have been used while a rotation revoked what it replaced: somebody is to be told that
/// it does not any more.
REKEY_EXPORT bool take_rotation_notice(Home& home);

// What adoption means for renewals
// --------------------------------

/// What renewals will make in place of a certificate that is to be adopted. They keep what it is, unless a rule says
/// otherwise, or it cannot be made here.
struct AdoptionTerms {
    std::string issuer;  ///< that will sign; empty: the rules or the home name none
    /// As what is made will be; nothing where `obstacles` are.
    std::optional<policy::Rules> rules;
    /// Whether renewals take subject or names from the certificate: no rule sets both.
    bool takes_names = true;
    /// What will be otherwise than it is, in words, one each.
    std::vector<std::string> changes;
    /// What cannot be made at all, so that no renewal could succeed: the certificate is not to be adopted like that.
    std::vector<std::string> obstacles;
    /// Commands against `obstacles`, a line each: they give this slot rules of its own. Empty where none helps.
    std::vector<std::string> remedy;
};

REKEY_EXPORT AdoptionTerms adoption_terms(Home& home, const policy::Policy& policy, const units::Adoption& adoption);

}  // namespace rekey::renewal
