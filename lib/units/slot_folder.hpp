#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/folder.hpp"

namespace rekey::units {

/// The folder of one slot of a `dir:` unit (DESIGN section 6):
///
///     gen/NNNNNN/  a pair with its chain, never changed once it is there
///     current      symbolic link to `gen/NNNNNN`, the only switch
///     pending/     the key whose request is out
///     spare/       an outdated pair with its key blanked, to be the next pending one
///
/// Nothing but `current` is ever looked at by services. Throws Error where something else than
/// that is there; links are not followed.
class SlotFolder {
public:
    explicit SlotFolder(std::unique_ptr<Folder> folder) : folder_(std::move(folder)) {}

    Folder& folder() { return *folder_; }

    /// Whoever changes the slot holds it. Throws Code::busy after a few seconds.
    std::unique_ptr<Folder::Lock> lock();

    /// Number of the generation in use; nothing when the slot is empty.
    std::optional<int> current();
    /// Numbers in order.
    std::vector<int> generations();
    /// Null when there is none with this number.
    std::unique_ptr<Folder> generation(int number);
    std::unique_ptr<Folder> pending();

    /// Makes `pending/`, empty but for files that may be taken up.
    std::unique_ptr<Folder> make_pending();
    /// Makes the pending pair the newest generation; durable after `sync_generations`.
    int promote_pending();
    void sync_generations();
    /// Puts a generation in use; both are durable then.
    void switch_to(int number);
    /// Takes what is in use out of use, durably.
    void switch_off();

    /// The key first.
    void destroy_pending();
    void destroy_generation(int number);
    /// The same, but its files may be taken up by the next pending pair.
    void retire_generation(int number);
    /// What a crash in the middle of `switch_to` left.
    void tidy();

    /// For messages and links: `/srv/unit-1/online/current`.
    std::string current_path() const;

private:
    Folder& generations_folder();

    std::unique_ptr<Folder> folder_;
    std::unique_ptr<Folder> generations_folder_;
};

/// Whether a folder with this name in a slot's folder, or a unit's, is one of the slot's own.
bool is_slot_part(const std::string& name);

}  // namespace rekey::units
