#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"

namespace rekey::units {

/// A slot as its unit knows it.
struct SlotPath {
    std::string node;  ///< may be empty
    std::string type;
    auto operator<=>(const SlotPath&) const = default;
};

/// Something on a unit that will stop a renewal, or that rekey leaves alone; found before anything is at stake.
struct Concern {
    enum class Kind {
        rights,       ///< a new key cannot be given the rights of the one in use
        open_to_all,  ///< all users may use the key; no matter where the home records that this is meant
        medium,       ///< the file system cannot do what a slot needs
        not_ours      ///< it was not made by rekey
    };
    Kind kind;
    std::string what;
    std::string remedy;
};

/// Why the files of a slot are no pair, where all of them could be read.
enum class Damage {
    none,          ///< they are one, or nothing is known of what is in them
    incomplete,    ///< one is missing, or does not hold what its name says
    contradiction  ///< each is sound, and they are not of one pair: somebody may have put one of them there
};

/// What a unit holds in one slot.
struct Holding {
    SlotPath place;
    std::vector<Bytes> chain;            ///< DER, leaf first
    bool key_matches = false;            ///< the private key beside it is the leaf's
    std::string trouble = {};            ///< why the slot cannot be read; then `chain` is empty
    std::string remedy = {};             ///< of `trouble`; may be empty
    std::vector<Concern> concerns = {};  ///< about this slot
    /// The roots beside the pair, DER; empty: rekey made the pair, and the file with them is gone or was never there;
    /// none: nothing is said of them, as by some helpers, and of pairs that were made elsewhere.
    std::optional<std::vector<Bytes>> trust = std::nullopt;
    Damage damage = Damage::none;  ///< of `trouble`; none where it has another cause
};

/// What goes to a slot beside its key.
struct Delivery {
    std::vector<Bytes> chain;  ///< DER, leaf first, to the root
    /// The roots that the unit's services are to trust, DER; none: nothing is said about them.
    std::vector<Bytes> trust;

    Delivery(std::vector<Bytes> chain_, std::vector<Bytes> trust_ = {})  // NOLINT(google-explicit-constructor)
        : chain(std::move(chain_)), trust(std::move(trust_)) {}
};

struct KeySpec {
    std::string key;         ///< algorithm, as `ec-p256`
    std::string token;       ///< names the request: the same token never makes another key
    bool keep_mode = false;  ///< also that all users may use the key in use
};

/// A reload command, and what its environment says (`REKEY_UNIT`, …): why it runs, and for which slot.
struct Reload {
    std::string command;          ///< one line for `/bin/sh -c`; empty: nothing is run
    std::string unit = {};        ///< as the home calls it; empty: not known
    std::string number = {};      ///< of the certificate that is in use now; empty: none is
    std::string old_number = {};  ///< of the one that was in use before; empty: none was
    std::string reason = {};      ///< why: `expiry`, …; `rollback`: the unit went back; empty: the slot's first pair
};

/// A key that was made beside a pair in use.
struct NewKey {
    Bytes request;  ///< PKCS#10, DER
    Bytes leaf;     ///< of the pair in use, DER
};

struct DriverDescription {
    std::string driver;  ///< `dir`, …
    std::string detail;  ///< for people: the folder, the version of the helper
};

/// One unit, reached. A driver is used by one thread at a time. Every call is safe to repeat, and
/// throws Code::unreachable when the unit does not answer, Code::refused when it says no,
/// Code::busy when another program is at work on the slot. A leaf is named by the SHA-256 of its DER.
class Driver {
public:
    virtual ~Driver() = default;

    virtual DriverDescription describe() = 0;

    /// About the unit as a whole, as far as `list` found out.
    virtual std::vector<Concern> concerns() { return {}; }

    /// Every slot that holds something, in order of node and type.
    virtual std::vector<Holding> list() = 0;
    /// One of them, with those concerns only that its pair shows; nothing when it is empty.
    virtual std::optional<Holding> read(const SlotPath& place) = 0;

    /// Makes a key beside the one in use, or finds the one made for the same token, and returns
    /// its PKCS#10 request in DER. A key that waits for another token is destroyed: no certificate
    /// for it was ever applied.
    virtual Bytes create_key(const SlotPath& place, const KeySpec& spec) = 0;

    /// The same if the slot shows `seen`, and no other, while others are kept out of it. Nothing, and nothing happened,
    /// when it shows anything else, or the driver cannot do that at once: `read` tells what it shows.
    virtual std::optional<NewKey> create_key_beside(const SlotPath& /*place*/, const KeySpec& /*spec*/,
                                                    const Sha256& /*seen*/) {
        return std::nullopt;
    }

    /// Puts the chain with its waiting key in use, atomically, keeping the pair before it, and the roots beside it.
    /// When that leaf is in use already, nothing happens. Durable on return.
    virtual void apply(const SlotPath& place, const Delivery& delivery) = 0;

    /// The same if the slot shows `seen`, and no other, while others are kept out of it. False, and nothing happened,
    /// as `create_key_beside`.
    virtual bool apply_over(const SlotPath& /*place*/, const Delivery& /*delivery*/, const Sha256& /*seen*/) {
        return false;
    }

    /// The leaf and key in use stay, and get this chain and these roots beside them, atomically, keeping the pair
    /// before it. When it has both already, nothing happens; when a pair that is there has them (the one before, to go
    /// back to), that is put in use, and what came after it is removed. Durable on return. Throws Code::refused when
    /// another leaf is in use. False, and nothing happened, when the unit's helper cannot do that.
    virtual bool replace_chain(const SlotPath& place, const Delivery& delivery) = 0;

    /// Runs the reload command where the slot is (nothing when empty; `/bin/sh -c`, 60 seconds,
    /// then its process group is killed), and tells it the rest of `reload`, as far as the unit's helper can.
    /// Throws Code::failed with its exit status and last words.
    virtual void reload(const SlotPath& place, const Reload& reload) = 0;

    /// The leaf in use is proven: pairs older than the one before it are destroyed.
    virtual void confirm(const SlotPath& place, const Sha256& leaf) = 0;

    /// The leaf in use is proven, and no other key of the slot is ever to be used again: all of them are destroyed
    /// but one that waits, the pair before it too, so that there is no way back. Durable on return. False, and
    /// nothing happened, when the unit's helper cannot do that.
    virtual bool retire(const SlotPath& place, const Sha256& leaf) = 0;

    /// Where `leaf` is in use, goes back to the pair before it and destroys `leaf`'s key. Whether the pair in use
    /// changed. Without a pair before it: to an empty slot if it `was_empty` before `leaf` and `leaf` was never proven;
    /// else throws Code::refused, and `leaf` stays in use.
    virtual bool revert(const SlotPath& place, const Sha256& leaf, bool was_empty = true) = 0;

    /// Destroys the key that waits for `token`, if it still does.
    virtual void discard(const SlotPath& place, const std::string& token) = 0;
};

}  // namespace rekey::units
