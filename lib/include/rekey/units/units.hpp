// Units: the machines that hold certificates. Here they are recorded, asked, adopted and compared with the record.
//
// `add` records a unit with its slots and asks it; `check` asks again; `verify` compares and records nothing. Lists of
// units come from a file by `read_unit_list` and `add_units`. `Adoption` takes over a pair that a service has already.
// `serve` and `try_rules` are for helpers, and need no home.
//
//     rekey::store::Unit unit;
//     unit.name = "pump-1";
//     unit.address = "dir:/srv/pump-1";
//     auto report = rekey::units::add(home, unit, {{.node = {}, .type = "online"}}, stamp);
//     if (!report.reached) std::cout << report.cause << '\n';
//
// A unit that does not answer is no error: the report says so. Wrong names and addresses are Code::usage, names that
// are taken or not there Code::refused and Code::not_found, a unit that a live run works on Code::busy.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::units {

// Reaching units
// --------------

/// How units are reached.
struct Reaching {
    /// For each answer of a unit's helper; after it, the unit is taken for offline.
    std::chrono::milliseconds deadline = std::chrono::seconds{30};
    /// Of many units, so many are asked at the same time.
    std::size_t at_a_time = 32;
};

// Units, one by one
// -----------------

/// The unit of that name. Throws Code::not_found; the error says how the unit is called today that once had this name,
/// or names the one that was meant if one is near.
REKEY_EXPORT store::Unit get_unit(store::Reader& store, const std::string& name);
/// The same for a slot. For a place that was only found, the error says how it is added.
REKEY_EXPORT store::Slot get_slot(store::Reader& store, const SlotName& name);
/// A slot, or a place that was found.
REKEY_EXPORT store::Slot get_shown(store::Reader& store, const SlotName& name);
/// The places that the unit showed when it was asked last, and nobody declared; in order of node and type.
REKEY_EXPORT std::vector<store::Slot> found_places(store::Reader& store, const store::Unit& unit);
/// How places that were found are added: `rekey units set pump-1 --type online --type iam`.
REKEY_EXPORT std::string how_to_declare(const std::string& unit, const std::vector<store::Slot>& found);

/// A slot of a unit that a command declares: `type` or `node/type`.
struct Declared {
    std::string node;
    std::string type;
};

/// Throws Code::usage. `node` is used if `text` names none.
REKEY_EXPORT Declared parse_declared(const std::string& text, const std::string& node);

/// A difference between what a unit holds and what the store says.
struct UnitFinding {
    SlotName slot;
    std::string what;          ///< in words
    bool drift = false;        ///< the unit holds another certificate than the recorded one
    bool spoilt = false;       ///< and that was revoked or rejected: it can be overwritten, and not taken
    std::string remedy = {};   ///< as the unit names it; may be empty
    bool empty = false;        ///< the unit holds nothing where a certificate is recorded
    bool damaged = false;      ///< the unit holds files there that are no whole pair: a renewal replaces them
    bool contradicts = false;  ///< and each of them is sound: it replaces them where that is forced
};

/// A place that a unit shows and nobody declared.
struct Found {
    SlotName slot;
    std::string what;  ///< what it holds, in words
};

/// What asking a unit brought.
struct CheckReport {
    std::string unit;
    bool reached = false;
    std::string cause;       ///< why not; and since when and until when it is left alone
    int certificates = 0;    ///< that the unit holds
    int newly_recorded = 0;  ///< of these, unknown until now
    int taken = 0;           ///< of these, now the recorded ones of their slots
    std::vector<UnitFinding> findings;
    std::vector<UnitFinding> trust{};  ///< `verify`: pairs whose `trust.pem` is not today's, which `--chain-only` mends
    std::vector<Found> found{};        ///< in order of node and type; as many as are recorded of a unit
    int found_beyond = 0;              ///< further ones, not recorded
};

/// Records the unit and, when it answers, every certificate that its slots hold. A unit that does not
/// answer is recorded as offline. One that is recorded just so already is checked. Throws Code::usage (name,
/// address, type), Code::refused (name taken).
REKEY_EXPORT CheckReport add(Home& home, const store::Unit& unit, const std::vector<Declared>& slots,
                             const Stamp& stamp, const Reaching& reaching = {});

/// What `units set` changes; what is not given stays. An empty reload or probe takes it away;
/// a label with an empty value is removed.
struct UnitChange {
    std::optional<std::string> address;
    std::optional<std::string> reload;
    std::optional<std::string> probe;
    store::Labels labels;
    std::vector<Declared> slots;
    std::vector<Declared> keep_mode = {};  ///< slots whose new keys all users may use, as they may the one in use
    store::OwnRules rules = {};            ///< for all its slots; no text removes a rule. The caller has checked them
};
REKEY_EXPORT store::Unit set(Home& home, const std::string& name, const UnitChange& change, const Stamp& stamp);

/// What may be changed of one slot.
struct SlotChange {
    store::OwnRules rules = {};  ///< no text removes a rule; the caller has checked them
    /// The name of the issuer that it is pinned to; an empty one lets rules and home choose again.
    std::optional<std::string> issuer = {};
    /// From now on, the slot is renewed only when these servers show its certificate; empty: none are asked. A probe of
    /// the whole unit ends with the first that one of its slots gets.
    std::optional<std::string> probe = {};
};
/// All of it, or nothing. Throws Code::usage (the probe), Code::not_found (slot, issuer).
REKEY_EXPORT void set_slot(Home& home, const SlotName& name, const SlotChange& change, const Stamp& stamp);

/// The unit's certificates and their history stay in the store; the unit itself is not touched.
/// Throws Code::busy while a live run works on it, and Code::refused for a unit with certificates in use, unless
/// `in_use_too`; open items of dead runs are ended.
REKEY_EXPORT void remove(Home& home, const std::string& name, const Stamp& stamp, bool in_use_too = true);

/// The probes of a unit in one text: `HOST:PORT,…` for its only slot, or for the unit as a whole (`is_of_whole_unit`);
/// else `online=HOST:PORT;main/iam=HOST:PORT`, without the slots that have none.
REKEY_EXPORT std::string probe_text(const store::Unit& unit, const std::vector<store::Slot>& slots);
/// Whether its probe belongs to none of its several slots: the certificate of any of them satisfies it. Only homes of
/// older versions and lists have such units.
REKEY_EXPORT bool is_of_whole_unit(const store::Unit& unit, const std::vector<store::Slot>& slots);

/// Nothing is planned or signed for the slot any more; what is on the unit is not touched, and counts as found as long
/// as it is shown. History stays; rules, probe, issuer and what an adoption kept are forgotten. Throws Code::refused
/// for a slot that holds a certificate in use, unless `in_use_too`; Code::busy while a live run works on the unit; open
/// items of dead runs are ended.
REKEY_EXPORT void remove_slot(Home& home, const SlotName& name, bool in_use_too, const Stamp& stamp);

/// The unit is called `new_name` from now on. Slots, certificates, their history and what dead runs left open follow
/// it, as they belong to the unit and not to its name; audit entries keep the name that it had. The names that its next
/// certificates get may come from its name. Throws Code::usage (no name, or its own), Code::refused (taken),
/// Code::busy while a live run works on the unit, or an adoption has not ended. Returns it with its new name.
REKEY_EXPORT store::Unit rename(Home& home, const std::string& name, const std::string& new_name, const Stamp& stamp);

/// Asks the unit now and records what its slots hold: what an issuer of this home signed as that issuer's, anything
/// else as `foreign` until it is gone. Places that nobody declared are listed as found. Reaching it ends its backoff;
/// not reaching it begins or goes on with one (5 minutes doubling up to a day, with a jitter that is stable for the
/// unit).
REKEY_EXPORT CheckReport check(Home& home, const std::string& name, const Stamp& stamp, const Reaching& reaching = {});

/// `check`, and what the unit holds becomes what is recorded, where the store has another certificate as its
/// slot's, or none of its own; not what was revoked or rejected, nor a certificate without its key. An
/// item that a dead run left for such a slot ends. Throws Code::busy while a live run works on the unit.
REKEY_EXPORT CheckReport take(Home& home, const std::string& name, const Stamp& stamp, const Reaching& reaching = {});

/// Which signatures `verify` verifies.
enum class Signatures {
    /// Of a certificate that is not the recorded one, byte by byte, or was not signed by an issuer of this home: of the
    /// others, this was verified when they were recorded.
    unless_recorded,
    all
};

/// Asks the unit now, compares, and records nothing: pair does not match, other certificate than
/// recorded, chain broken, expired, recorded but not there, there but not recorded. A unit that gets another address
/// while it is asked is asked there again.
REKEY_EXPORT CheckReport verify(store::Reader& store, const std::string& name, Time now, const Reaching& reaching = {},
                                Signatures signatures = Signatures::unless_recorded);

/// What came of one unit of several, in the order in which they were named.
struct Visit {
    CheckReport report;
    std::optional<Error> trouble;  ///< instead of a report: it could not be asked, or what it said not be recorded
};
using VisitSink = std::function<void(const Visit&)>;

/// `check`, `take` and `verify` of several units, some at the same time, so that one that hangs does not delay the
/// others: it is silent when it has not answered within the deadline. True when it still keeps one of the process's
/// threads, perhaps for ever: end the process then without what a process does at its end for others (std::_Exit).
REKEY_EXPORT bool check_each(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
                             const Reaching& reaching, const VisitSink& sink);
REKEY_EXPORT bool take_each(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
                            const Reaching& reaching, const VisitSink& sink);
REKEY_EXPORT bool verify_each(store::Reader& store, const std::vector<std::string>& names, Time now,
                              const Reaching& reaching, const VisitSink& sink,
                              Signatures signatures = Signatures::unless_recorded);

// Selections
// ----------

/// That each name, pattern, label and type of a selection is there, and some unit has all of them. An issuer, a state
/// and an end are not looked at: that nothing is in a state, or ends soon, is an answer and no mistake.
/// Throws Code::not_found, naming the part that nothing has and what was meant by it, if that is near; Code::usage for
/// what cannot be a name.
REKEY_EXPORT void require_matches(store::Reader& store, const store::Selection& selection, store::Among among = {});

// Lists of units
// --------------

/// A unit as a list has it: a row of a table with a column for each of these. A list holds all that makes a unit, so
/// that units that were exported can be added elsewhere.
struct ListedUnit {
    std::int64_t line = 0;  ///< on which it ends; 0: it comes from the store
    std::string name;
    std::string address;
    std::vector<Declared> slots;  ///< in order of node and type, each once
    store::Labels labels;
    std::string reload;
    std::string probe;                ///< as `probe_text` has it
    std::vector<Declared> keep_mode;  ///< of the slots, those whose new keys all users may use
    store::OwnRules rules;            ///< of all its slots
    /// Of single slots, by `type` or `node/type`; the issuer that one is pinned to is its rule `issuer`.
    std::map<std::string, store::OwnRules> slot_rules;
    /// Slots that follow an adopted certificate, of which a list has nothing; only of units of the store.
    std::int64_t adopted_slots = 0;
};

/// The columns of a list that is written, in order: name, address, types, labels, reload, probe, keep_mode, rules.
REKEY_EXPORT const std::vector<std::string>& unit_list_columns();

/// Cells. `;` stands between slots, and between labels, `k=v`; within a label, `\` stands before `;`, before `\`, and
/// before a blank at the beginning or end of a value.
REKEY_EXPORT std::string unit_list_cell(const std::vector<Declared>& slots);
REKEY_EXPORT std::string unit_list_cell(const store::Labels& labels);
/// `KEY=VALUE` of the unit, `TYPE/KEY=VALUE` or `NODE/TYPE/KEY=VALUE` of one slot, `;` between them, and `\` before
/// `;`, before `\`, and before a blank at the end of a value. A rule with several values stands there once for each.
REKEY_EXPORT std::string unit_rules_cell(const ListedUnit& unit);

/// A line that cannot be taken: the message has file and number, the hint the remedy.
struct WrongLine {
    std::int64_t line = 0;
    Error error;
};

/// All of them are counted; the first ones of the file are kept.
struct REKEY_EXPORT WrongLines {
    static constexpr std::size_t most_kept = 20;

    void add(std::int64_t line, Error error);

    std::vector<WrongLine> first;
    std::size_t total = 0;
};

/// What a file says.
struct UnitList {
    std::string file;                  ///< for messages
    std::vector<std::string> columns;  ///< about what has none, the list says nothing
    std::vector<ListedUnit> units;
    WrongLines wrong;
};

/// Reads a table with a header: a file, or `-` for standard input. Columns come in any order, and `node` is one more:
/// the node of the types on the line that name none. What rules say is for the caller to check. Throws Code::usage for
/// a file that cannot be read, a header that is wrong, and more units than fit in memory.
REKEY_EXPORT UnitList read_unit_list(const std::string& path);

/// A unit of the store as a list has it.
REKEY_EXPORT ListedUnit listed(store::Reader& store, const store::Unit& unit);
/// The units that are selected, or have a slot that is, each with all of its slots; in order of name.
REKEY_EXPORT void each_listed(store::Reader& store, const store::Selection& which,
                              const std::function<void(const ListedUnit&)>& visit);

/// What came of a list, or would come of it. With wrong lines nothing is added.
struct UnitImport {
    std::vector<ListedUnit> added;
    std::vector<ListedUnit> unchanged;  ///< recorded already, just so
    WrongLines wrong;                   ///< those of the list too
};

/// What `add_units` would do now.
REKEY_EXPORT UnitImport compare_units(store::Reader& store, const UnitList& list);

/// Records all units of the list that are not there yet, in one transaction, or none of them. Asks no unit.
REKEY_EXPORT UnitImport add_units(Home& home, const UnitList& list, const Stamp& stamp);

/// Whom to ask after a list was added.
struct UnitsToAsk {
    std::vector<std::string> here;       ///< all that are folders of this machine: what could not be read is read again
    std::vector<std::string> elsewhere;  ///< of the others, those that nobody asked yet
};
REKEY_EXPORT UnitsToAsk units_to_ask(store::Reader& store, const UnitImport& list);

/// `check_each`, for many units that answer at once: what several of them say is recorded in one transaction, and told
/// as it comes, in no order.
REKEY_EXPORT bool check_many(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
                             const Reaching& reaching, const VisitSink& sink);

// Adopting what a service has in files of its own
// -----------------------------------------------

/// A pair that a service has in files of its own, on its way into an empty slot of a `dir:` unit: recorded as open;
/// copied into the slot's folder and put in use there; the files become links into `current/`; recorded as active, once
/// and with one audit entry; what the files were before is removed. Nothing else works on the slot until all of that is
/// done. An end in the middle is finished by the same adoption, or taken back by `undo_adoption`.
class REKEY_EXPORT Adoption {
public:
    /// Reads both, which may be one and the same file (then it is kept in one: `combined.pem`). Throws Code::usage (no
    /// certificate, no key), Code::refused (no pair, files of a slot or of a home, rights that cannot be kept). A new
    /// key has the rights of this one; that all users may use it is kept with `keep_mode`, and refused without.
    Adoption(Home& home, const std::string& unit, const Declared& slot, const std::string& certificate_file,
             const std::string& key_file, bool keep_mode = false);
    Adoption(Adoption&&) noexcept;
    ~Adoption();

    const store::Unit& unit() const;
    const SlotName& slot() const;
    const CertificateFacts& facts() const;
    /// The issuer of this home that signed it.
    std::optional<store::Id> issuer() const;
    /// Whether the service reads key and certificates from one file.
    bool is_combined() const;
    /// What of it no certificate made here gets, beside names, in words.
    std::vector<std::string> not_made_here() const;
    /// Whether it was begun before, and has not ended.
    bool is_begun() const;
    /// Whether the slot's certificate is this one already.
    bool is_recorded() const;

    /// All of it, or none: a failure takes back what was done. Throws Code::refused (slot filled, another adoption of
    /// it has not ended, certificate of another slot), Code::busy (a run holds the slot).
    store::Certificate carry_out(const Stamp& stamp);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// `Adoption`, at once.
REKEY_EXPORT store::Certificate adopt(Home& home, const std::string& unit, const Declared& slot,
                                      const std::string& certificate_file, const std::string& key_file,
                                      const Stamp& stamp, bool keep_mode = false);

/// Takes back an adoption that has not ended: the files are what they were, and the slot is empty. Throws
/// Code::not_found when there is none, Code::refused once the certificate is recorded as active.
REKEY_EXPORT void undo_adoption(Home& home, const std::string& unit, const Declared& slot, const Stamp& stamp);

/// The commands that end it, to paste into a shell; the second is empty when it cannot be taken back any more.
struct AdoptionRemedy {
    std::string finish;
    std::string undo;
};
REKEY_EXPORT AdoptionRemedy remedy_for(const store::AdoptionRecord& adoption);
/// The same in words.
REKEY_EXPORT std::string in_words(const AdoptionRemedy& remedy);

// Certificates in files
// ---------------------

/// Certificates in DER as PEM (RFC 7468), in order: what a unit's fullchain.pem holds.
REKEY_EXPORT std::string to_pem(std::span<const Bytes> chain);

// Helpers
// -------

/// What an agent may do for its caller.
struct AgentRules {
    /// A folder is served when each of these lists that is not empty has a folder that holds it.
    std::vector<std::vector<std::string>> roots;
    /// Reload commands that are run; nothing: any. Where roots confine it, those that are not in the list are refused.
    std::optional<std::vector<std::string>> reloads;
};

/// The helper of folders (rekey-unit-protocol(7)): answers the requests from `in` on `out`, two descriptors,
/// until `in` ends. Needs no home. Throws Code::failed when it cannot go on: a line that is too long, an
/// output that takes nothing.
REKEY_EXPORT void serve(int in, int out, const AgentRules& rules);

/// Which unit is to show that its helper keeps rekey-unit-protocol(7), and how.
struct Trial {
    std::string address;
    std::optional<Declared> slot;  ///< an unused one; none: `conformance` on a unit that holds nothing
    std::string key = "ec-p256";
    Reaching reaching;
    Time now{};
};

/// One rule of that page.
struct RuleResult {
    std::string rule;  ///< a short name that stays: `apply.twice`
    std::string says;  ///< in words
    bool passed = false;
    std::string detail;  ///< what was seen instead
};

/// Tries the rules one by one on the real unit, tells each, and leaves the slot empty as it was. Signs with a
/// CA that is forgotten afterwards. Whether all were kept. Throws Code::usage (address, slot), Code::refused
/// when the slot, or without one the unit, holds something already, Code::unreachable.
REKEY_EXPORT bool try_rules(const Trial& trial, const std::function<void(const RuleResult&)>& tell);

}  // namespace rekey::units
