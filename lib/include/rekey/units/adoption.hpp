#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rekey/store/adoptions.hpp"
#include "rekey/units/registry.hpp"

namespace rekey::units {

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
REKEY_EXPORT AdoptionRemedy remedy_for(const store::Adoption& adoption);
/// The same in words.
REKEY_EXPORT std::string in_words(const AdoptionRemedy& remedy);

}  // namespace rekey::units
