#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "issuers/issuer.hpp"
#include "rekey/base/error.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/renewal/renewal.hpp"
#include "rekey/store/fleet.hpp"
#include "renewal/journal.hpp"
#include "units/driver.hpp"

namespace rekey::renewal {

/// What every passage of one run shares.
class Voyage {
public:
    Voyage(Journal& journal, const Clock& clock, const std::atomic<bool>& stop, std::string actor, std::string comment);

    const std::string& comment() const { return comment_; }
    Stamp stamp() const { return {clock_(), actor_}; }
    const std::string& actor() const { return actor_; }

    /// True once the user wants to stop, or the run cannot go on.
    bool stopping() const { return stop_ || broken_; }
    /// The run cannot go on, as the store does not take what happens any more. The first cause stays.
    void give_up(std::exception_ptr cause);
    /// Throws the cause, if there is one.
    void rethrow();

    /// Makes `change` durable. Code::refused is the change's own and comes back; anything else ends
    /// the run (`give_up`), and comes back as `Stopped`.
    void commit(const Change& change);

    /// Thrown through a passage when the run cannot go on; the item stays as the store has it.
    struct Stopped {};

private:
    Journal& journal_;
    const Clock& clock_;
    const std::atomic<bool>& stop_;
    std::string actor_;
    std::string comment_;
    std::atomic<bool> broken_ = false;
    std::mutex mutex_;
    std::exception_ptr cause_;
};

/// One slot with what it takes to renew it.
struct Task {
    store::Item item;
    store::Unit unit;
    store::Slot slot;
    std::optional<store::Certificate> in_use;
    policy::Rules rules;
    store::Issuer issuer_record;
    std::shared_ptr<issuers::Issuer> issuer;
    bool by_itself = false;  ///< unattended: nobody named this slot
};

/// The way of one slot from old to new: planned, keyed, issued, installed, confirmed; each step is
/// durable on the unit and in the journal before the next begins, and is safe to repeat.
class Passage {
public:
    Passage(Voyage& voyage, Task& task, units::Driver& driver);

    /// Goes on from where the item stands, until it ended (and that is recorded) or the run stops
    /// between two steps: then nothing.
    std::optional<Ended> go();
    /// Whether it was deferred because the unit did not answer.
    bool unit_is_silent() const { return unit_is_silent_; }

private:
    void step();
    void make_key();
    void issue();
    void install();
    void confirm();
    void require_known_holding();
    void check_issued(const std::vector<Bytes>& chain);
    void record_confirmed();
    const crypto::RequestKey& request_key();
    void load_chain();
    void undo();
    void withdraw();
    Ended fail(const Error& error);
    Ended defer_with(const Error& error);
    void save(const std::function<void(store::Store&, const Stamp&)>& more = {});

    Voyage& voyage_;
    Task& task_;
    store::Item& item_;
    units::Driver& driver_;
    units::Place place_;
    std::vector<Bytes> chain_;  ///< of the new certificate, from `issued` on
    std::optional<crypto::RequestKey> request_key_;
    std::string warning_;
    bool unit_is_silent_ = false;
};

/// Records that the item waits for a later run; with Code::unreachable, also that the unit is offline.
Ended defer(Voyage& voyage, Task& task, const Error& error);

/// The item as it is told to the user.
Ended told(const store::Item& item, std::string warning = {});

}  // namespace rekey::renewal
