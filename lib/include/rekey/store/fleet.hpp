// The fleet as it is recorded: units, slots, certificates, issuers, revocations and runs.
//
// All of it is for looking up; nothing here asks a unit. rekey/units/units.hpp changes units and asks them,
// rekey/issuers/issuers.hpp makes issuers and revokes, rekey/renewal/renewal.hpp makes certificates. A `Selection` says
// which units and slots are meant, in the same words for every function.
//
//     rekey::store::CertificateFilter filter;
//     filter.which = {"pump-*"};
//     rekey::store::each_certificate(home.store(), filter, [](const rekey::store::Certificate& certificate) {
//         std::cout << certificate.slot.to_string() << ' ' << certificate.facts.number << '\n';
//     });
//
// What is looked up and is not there is an empty optional. A selection with a name that cannot be one is Code::usage.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"

namespace rekey::store {

// Units and their slots
// ---------------------

using Labels = std::map<std::string, std::string>;

/// Rules that hold for one unit or one slot alone, as texts by the name of the rule: `san` → `dns:a`, `ip:192.0.2.1`.
using OwnRules = std::map<std::string, std::vector<std::string>>;

/// A machine in the field that holds certificates.
struct Unit {
    Id id = 0;
    std::string name;
    std::string address;
    Labels labels;
    std::string reload;  ///< command that makes services take up a new pair; may be empty
    std::string probe;   ///< of the unit as a whole, while no slot has it; satisfied by any slot's certificate
    OwnRules rules;      ///< of all its slots
    Time added_at{};
    std::optional<Time> removed_at;

    std::optional<Time> seen_at;        ///< last time that it answered
    std::optional<Time> offline_since;  ///< none: online as far as known
    std::string offline_cause;
    int attempts = 0;                  ///< without an answer, since it was last online
    std::optional<Time> next_attempt;  ///< unattended runs do not try it before then
};

/// What an adopted certificate was, beside its names.
struct KeptDetails {
    std::string key;  ///< kind, as `rsa-2048`
    std::vector<std::string> usages;
    CertificateDetails details;
};

/// What an adopted certificate said; used instead of the built-in rules.
struct Identity {
    std::string subject;  ///< RFC 4514
    std::vector<std::string> sans;
    std::optional<KeptDetails> more = {};  ///< none: adopted before it was kept
};

/// What the unit was last seen to hold in a slot in place of the recorded certificate.
struct SlotDifference {
    std::string number;  ///< of the certificate that was recorded as in use then; says nothing of a later one
    std::string what;    ///< in words, behind the slot: `is empty; recorded is certificate …`
    bool empty = false;  ///< it holds nothing there, or no whole pair
};

struct Slot {
    Id id = 0;
    Id unit_id = 0;
    SlotName name;
    std::optional<Id> issuer_id;  ///< that it is pinned to, by a migration or by `units set`; none: what the rules say
    std::optional<Identity> identity;
    bool declared = true;  ///< false: a place that the unit shows and nobody here gave it
    OwnRules rules = {};
    std::string probe;  ///< servers that show its certificate, as `smtp://host:25,host:443`; may be empty
    std::optional<SlotDifference> difference = {};
};

// Selections
// ----------

enum class CertificateState;

/// What `UNIT`, `UNIT/TYPE` or `UNIT/NODE/TYPE` names. In each part, `*` matches any number of characters and `?`
/// for one. Without a node, only slots without one are meant.
struct REKEY_EXPORT NamePattern {
    std::string unit;
    std::string node;
    std::string type;  ///< empty: the unit with all its slots

    /// Nothing unless its parts could be names.
    static std::optional<NamePattern> parse(std::string_view text);
    bool is_unit() const { return type.empty(); }
    /// It names one unit or slot, and is no pattern.
    bool is_exact() const;
    std::string to_string() const;
};

/// A condition on the labels of a unit: `site=north`, `site=north,south` (either), `site!=north` (also units without
/// that label). `\,` is a comma within a value.
struct REKEY_EXPORT LabelCondition {
    std::string key;
    std::vector<std::string> values;
    bool excludes = false;

    /// Nothing when it has another form.
    static std::optional<LabelCondition> parse(std::string_view text);
    std::string to_string() const;
};

/// Which units, and which of their slots. All that is given has to hold; an empty one selects everything. It becomes
/// SQL, so that its memory does not grow with the fleet.
struct REKEY_EXPORT Selection {
    Selection() = default;
    Selection(std::vector<std::string> named) : names(std::move(named)) {}  // NOLINT(google-explicit-constructor)
    Selection(std::initializer_list<std::string> named) : names(named) {}

    std::vector<std::string> names;      ///< each as `NamePattern` has it; one of them has to fit
    std::vector<LabelCondition> labels;  ///< all of them have to hold
    std::vector<std::string> types;      ///< one of them
    /// Of the certificate in use; where certificates are listed, of each.
    std::string issuer;  ///< name of the issuer of this home that signed it
    std::optional<CertificateState> state;
    std::optional<Time> expires_before;  ///< it, or a certificate of its chain
    std::optional<Time> expires_from;    ///< the same, and not earlier
    std::string expiring;                ///< both ends as they were written: 30d, 2027
    std::int64_t limit = 0;              ///< at most so many, the first in order; 0: all

    /// Whether it selects everything there is.
    bool is_empty() const;
    /// Whether anything but `limit` asks for slots rather than whole units.
    bool has_slot_conditions() const;
    /// As it would be typed: `north-* --label site=north --type iam`. Equal for equal selections.
    std::string to_string() const;
};

/// What else than the slots of units in use is looked at.
struct Among {
    bool removed_units = false;
    bool found = false;  ///< places that units show and nobody declared
};

// Looking up units and slots
// --------------------------

/// By name, among those not removed.
REKEY_EXPORT std::optional<Unit> find_unit(Reader& store, const std::string& name);
/// In order of name; those not removed that are selected, or have a slot that is.
REKEY_EXPORT void each_unit(Reader& store, const Selection& selection, const std::function<void(const Unit&)>& visit);
/// Of those that `each_unit` visits; the limit is not looked at.
REKEY_EXPORT std::int64_t count_units(Reader& store, const Selection& selection = {});
REKEY_EXPORT std::optional<Slot> find_slot(Reader& store, const SlotName& name);
/// In order of node and type.
REKEY_EXPORT std::vector<Slot> slots_of(Reader& store, Id unit_id);

// Certificates
// ------------

enum class CertificateState { pending, active, superseded, revoked, rejected, foreign };
/// `rotation`: a precaution; `compromise`: others may have the key, so that the old certificate is revoked and its key
/// destroyed.
enum class Reason { expiry, policy, migration, rotation, manual, audit, compromise };

REKEY_EXPORT std::string_view to_string(CertificateState state);
REKEY_EXPORT std::optional<CertificateState> certificate_state(std::string_view text);
REKEY_EXPORT std::string_view to_string(Reason reason);
REKEY_EXPORT std::optional<Reason> reason(std::string_view text);

/// A certificate in the slot that it was made for or found in.
struct Certificate {
    Id id = 0;
    Id slot_id = 0;
    SlotName slot;
    CertificateFacts facts;
    std::optional<Id> issuer_id;  ///< the issuer of this home that signed it; none: no issuer of this home did
    /// The record of the same certificate where it was met first, as in a slot of a unit that was removed. Revoked is
    /// a certificate once, for all its records.
    std::optional<Id> same_as;
    CertificateState state = CertificateState::pending;
    std::optional<Reason> reason;  ///< why it was renewed; none for the first of a slot
    std::string predecessor;       ///< number of the one that it replaced; may be empty
    Time recorded_at{};
    std::string actor;
    std::string comment;
    std::optional<Time> ended_at;  ///< when it stopped being pending, active or foreign
    ChainEnd chain_end;            ///< of it and its recorded chain
    bool found = false;            ///< in a place that its unit shows and nobody declared
    Labels unit_labels = {};       ///< of its unit, where a list was asked for them; else empty
};

struct CertificateFilter {
    Selection which;             ///< state, issuer and end are those of each certificate
    bool history = false;        ///< also superseded, revoked and rejected ones
    bool removed_units = false;  ///< also those of units that were removed
    bool found = false;          ///< also those in places that units show and nobody declared
    /// Each with `facts.sans`, `usages` and `details`, which take much of the time of a long list; else they are empty.
    bool details = true;
    bool unit_labels = false;  ///< each with `unit_labels`
};

REKEY_EXPORT std::optional<Certificate> find_certificate(Reader& store, Id id);
/// The active one, else the newest foreign one.
REKEY_EXPORT std::optional<Certificate> certificate_in_use(Reader& store, Id slot_id);
/// Whose numbers are looked at.
enum class Signers { here, all };
/// By the first digits of the number (either case), at most `limit`, in order of number; each certificate once, where
/// it was met first.
REKEY_EXPORT std::vector<Certificate> find_by_number(Reader& store, const std::string& prefix, int limit,
                                                     Signers signers = Signers::all);
/// The first digits of a number, twelve at least, with which no other number of a certificate in the home begins: as
/// `find_by_number` takes them. The number itself where that is shorter, or where another begins with all of it. Looks
/// at the two numbers beside it in the index.
REKEY_EXPORT std::string short_number(Reader& store, const std::string& number);
/// All records of the same certificate, the first of them first.
REKEY_EXPORT std::vector<Certificate> records_of(Reader& store, Id id);
/// Those that slots of units that are not removed use, or are about to.
REKEY_EXPORT std::vector<Certificate> uses_of(Reader& store, Id id);
/// DER, leaf first.
REKEY_EXPORT std::vector<Bytes> chain_of(Reader& store, Id id);
/// In order of unit, node, type, then oldest first.
REKEY_EXPORT void each_certificate(Reader& store, const CertificateFilter& filter,
                                   const std::function<void(const Certificate&)>& visit);
/// How many certificates selected slots use, active and foreign ones, and which of them, or of their chains, is the
/// first to end; of those that end together the first in the order of `each_certificate`. The limit is not looked at.
REKEY_EXPORT std::int64_t count_in_use(Reader& store, const Selection& selection = {});
REKEY_EXPORT std::optional<Certificate> first_to_end(Reader& store, const Selection& selection = {});
/// All that a slot ever had, oldest first.
REKEY_EXPORT std::vector<Certificate> history_of(Reader& store, Id slot_id);

/// A certificate in the history of the fleet.
struct HistoryEntry {
    Certificate certificate;
    std::optional<Id> run_id;  ///< the last run that worked on it; none: no run made it
};
/// Every certificate that a selected slot got, the oldest first; also in units and slots that were removed since, but
/// not what units merely showed in places that nobody declared. Times and actors are those of the record. The
/// selection's limit is not looked at.
REKEY_EXPORT void each_history_entry(Reader& store, const Selection& which, const HistoryFilter& filter,
                                     const std::function<void(const HistoryEntry&)>& visit);

// Issuers
// -------

/// What signs. `uid` never changes and is part of what the sealed key is bound to.
struct Issuer {
    Id id = 0;
    std::string uid;  ///< 32 hex digits
    std::string name;
    std::string kind;  ///< `local`
    CertificateFacts facts;
    std::vector<Bytes> chain;  ///< DER, its own certificate first, up to the root
    ChainEnd chain_end;        ///< read from there; what it signs ends then at the latest
    Bytes sealed_key;          ///< empty once it was removed
    Time added_at{};
    std::optional<Time> removed_at = {};  ///< then only its id finds it, and its name says so
};

REKEY_EXPORT std::optional<Issuer> find_issuer(Reader& store, const std::string& name);
REKEY_EXPORT std::optional<Issuer> find_issuer(Reader& store, Id id);
/// In order of name; without those that were removed.
REKEY_EXPORT std::vector<Issuer> issuers(Reader& store);
/// Slots that are pinned to another issuer than this one.
REKEY_EXPORT std::int64_t count_slots_pinned_elsewhere(Reader& store, Id issuer_id);

// Revocations
// -----------

/// Why a certificate is not to be trusted any more: the reasons of RFC 5280, 5.3.1, but for those of revocations
/// that can be taken back (certificateHold, removeFromCRL). Revoked here is for good.
enum class RevocationReason {
    unspecified,
    key_compromise,
    ca_compromise,
    affiliation_changed,
    superseded,
    cessation_of_operation,
    privilege_withdrawn,
    aa_compromise
};
/// By their names there: `keyCompromise`.
REKEY_EXPORT std::string_view to_string(RevocationReason reason);
REKEY_EXPORT std::optional<RevocationReason> revocation_reason(std::string_view text);

struct Revocation {
    std::int64_t seq = 0;  ///< grows with every revocation and every change of a reason
    Id certificate_id = 0;
    std::string number;
    Time not_after{};
    Time revoked_at{};
    RevocationReason reason = RevocationReason::unspecified;
};

REKEY_EXPORT std::optional<Revocation> revocation_of(Reader& store, Id certificate_id);
/// Of certificates that units that are not removed still use, or are about to; with the id of the record there, once.
REKEY_EXPORT void each_revocation_in_use(Reader& store, const std::function<void(const Revocation&)>& visit);

// Revisions of the policy
// -----------------------

/// The policy document as somebody loaded it. Revisions are never changed or removed; the newest is in force.
struct PolicyRevision {
    std::int64_t revision = 0;  ///< 1, 2, 3, … without gaps
    std::string document;       ///< TOML, byte by byte as it was loaded
    Time loaded_at{};
    std::string actor;
    std::string comment;  ///< may be empty
};

/// The revision in force; none: nobody loaded a policy into this home.
REKEY_EXPORT std::optional<PolicyRevision> policy_in_force(Reader& store);
REKEY_EXPORT std::optional<PolicyRevision> find_policy_revision(Reader& store, std::int64_t revision);
/// In order, the first one first.
REKEY_EXPORT void each_policy_revision(Reader& store, const std::function<void(const PolicyRevision&)>& visit);

// Runs and their items
// --------------------

/// One invocation that renews (or generates).
struct Run {
    Id id = 0;
    std::string command;           ///< `renew`, `generate` or `chain`
    std::string selection;         ///< canonical text of what was asked for; equal for equal requests
    std::optional<Reason> reason;  ///< as given; none with `--due`, which finds its own
    std::string issuer;            ///< name given with --issuer; may be empty
    std::string comment;
    std::string actor;
    Time started_at{};
    std::optional<Time> finished_at;  ///< none: alive, or dead and to be continued
    std::string ending;               ///< `done`, `interrupted`, `taken over`; empty while open
};

/// How far an item is; each is durable before the next begins. One that is confirmed and still
/// open has its new certificate in use, and the old key yet to be removed from the unit.
enum class Step { planned, keyed, issued, installed, confirmed };
/// How an item ended. `deferred` still holds its slot, and a later run takes it over (`continued`).
enum class Outcome { open, renewed, deferred, failed, refused, continued };

REKEY_EXPORT std::string_view to_string(Step step);
REKEY_EXPORT std::string_view to_string(Outcome outcome);

/// The way of one slot from old to new.
struct Item {
    Id id = 0;
    Id run_id = 0;
    Id slot_id = 0;
    SlotName slot;
    std::string token;  ///< random; names the key request on the unit, and stays when it is continued
    Step step = Step::planned;
    Outcome outcome = Outcome::open;
    std::optional<Reason> reason;  ///< none: the first certificate of the slot
    std::string why;               ///< in words: `expires in 20 days`
    std::string comment;           ///< of the run that planned it, whichever run finishes it; may be empty
    Id issuer_id = 0;
    bool moves_slot = false;  ///< the slot stays with `issuer_id` afterwards (migration)
    bool keeps_old = false;   ///< what it replaces is not revoked, although policy says so
    /// Key and certificate stay, and get another chain: its steps are `planned` and `installed`, and it names no new
    /// certificate.
    bool chain_only = false;
    std::optional<Id> old_certificate_id;
    std::optional<Id> new_certificate_id;  ///< from `issued` on
    std::string old_number;
    std::string new_number;
    Bytes request;  ///< the CSR, from `keyed` on; empty where items are listed
    std::string error;
    Time updated_at{};
};

REKEY_EXPORT std::optional<Run> find_run(Reader& store, Id id);
/// Not finished, oldest first: alive or dead, which only the lock on `runs/<id>` tells.
REKEY_EXPORT std::vector<Run> unfinished_runs(Reader& store);
/// Newest first, at most `limit`; 0: all.
REKEY_EXPORT void each_run(Reader& store, int limit, const std::function<void(const Run&)>& visit);
/// The same of those that the filter keeps: by the time at which they started, by who started them, by a unit that they
/// worked on, by the reason that was given or that one of their items has.
REKEY_EXPORT void each_run(Reader& store, const HistoryFilter& filter, int limit,
                           const std::function<void(const Run&)>& visit);
/// In order of slot. The visitor may not write.
REKEY_EXPORT void each_item(Reader& store, Id run_id, const std::function<void(const Item&)>& visit);
/// How many items of the run ended so.
REKEY_EXPORT std::int64_t count_items(Reader& store, Id run_id, Outcome outcome);

/// Items alike, of all runs.
struct ItemCount {
    std::string month;  ///< in which they ended so, UTC: `2036-03`
    std::optional<Reason> reason;
    Outcome outcome = Outcome::open;
    std::int64_t items = 0;
};
/// What came to its outcome at `since` or later, in order of month; without what another run continued.
REKEY_EXPORT std::vector<ItemCount> count_items_since(Reader& store, Time since);

// The whole fleet in one pass
// ---------------------------

/// A slot with all that planning needs to know of it; one row of one pass over the fleet.
struct SlotStatus {
    Slot slot;
    std::string address;
    Labels labels;
    OwnRules unit_rules;
    std::optional<Time> next_attempt;   ///< of the unit
    std::optional<Certificate> in_use;  ///< active, else newest foreign; facts complete
    std::optional<Item> holding;        ///< open or deferred, without its request
    bool adopting = false;              ///< an adoption into it has not ended
};
/// In order of unit, node and type; those that are selected, never of removed units. Memory does not grow with the
/// fleet.
REKEY_EXPORT void each_slot(Reader& store, const Selection& selection,
                            const std::function<void(const SlotStatus&)>& visit);

// Adoptions that have not ended
// -----------------------------

/// `open`: only this is on the record; `recorded`: the certificate is active, and what the files were before is still
/// to be removed.
enum class AdoptionState { open, recorded };

/// A pair of files on its way into a slot, which nothing else may touch until it has ended.
struct AdoptionRecord {
    Id slot_id = 0;
    SlotName slot;
    AdoptionState state = AdoptionState::open;
    std::string certificate_file;  ///< absolute, as it was given
    std::string key_file;
    std::string fingerprint;  ///< SHA-256 of the leaf, upper-case hex
    bool makes_slot = false;  ///< there was no such slot before
    bool was_in_use = false;  ///< the slot's folder had the pair in use before, so that it stays in use
    bool keep_mode = false;   ///< all users may use the key, and those after it
    std::string actor;
    Time started_at{};
};

REKEY_EXPORT std::optional<AdoptionRecord> find_adoption(Reader& store, Id slot_id);
/// In order of unit, node and type; never those of removed units.
REKEY_EXPORT void each_adoption(Reader& store, const std::function<void(const AdoptionRecord&)>& visit);

}  // namespace rekey::store
