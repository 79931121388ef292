#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/files/folder.hpp"
#include "units/driver/driver.hpp"

namespace rekey::units {

/// A pending pair that was made.
struct NewPending {
    std::unique_ptr<Folder> folder;
    bool has_token;  ///< else it has another's, or none
};

/// The folder of one slot of a `dir:` unit:
///
///     gen/NNNNNN/  a pair with its chain, never changed once it is there
///     current      symbolic link to `gen/NNNNNN`, the only switch
///     pending/     the key whose request is out
///     spare/       an outdated pair without its key, to be the next pending one
///
/// and, while one of them is made or removed, `.NAME.new` and `.NAME.old`. Nothing but `current` is ever looked at by
/// services. Throws Error where something else than that is there; links are not followed. What rekey did not make
/// (pair_folder::is_ours) is never renamed, written or removed.
class SlotFolder {
public:
    explicit SlotFolder(std::unique_ptr<Folder> folder) : folder_(std::move(folder)) {}

    Folder& folder() { return *folder_; }

    /// Held while the slot is changed. Throws Code::busy after a few seconds.
    std::unique_ptr<Folder::Lock> lock();

    /// Number of the generation in use; nothing when the slot is empty.
    std::optional<int> current();
    /// The generation that a link with this target leads to: `gen/NNNNNN`, or the same with the slot's whole path.
    std::optional<int> number_in(std::string_view target) const;
    /// Numbers in order.
    std::vector<int> generations();
    /// Null when there is none with this number.
    std::unique_ptr<Folder> generation(int number);
    std::unique_ptr<Folder> pending();

    /// What is in the way of a new pair: a pending one that rekey did not make, or, as long as no pair is in use,
    /// anything at all. Throws Code::refused, and nothing was touched.
    void require_room();
    /// What is here and was not made by rekey; of much, the first `limits::concerns`.
    std::vector<Concern> strangers();
    /// The same, by what the slot's folder had in it just now.
    std::vector<Concern> strangers(const std::vector<NamedEntry>& listing);

    /// Makes `pending/` with this token, empty but for files that may be taken up. There must be none. Nobody but us
    /// can change anything in it.
    NewPending make_pending(const std::string& token);
    /// Makes the pending pair the generation after `newest`; durable after `sync_generations`. Where the file system
    /// cannot rename it, it is copied, and goes with `drop_copied`.
    int promote_pending(Folder& pending, int newest);
    /// Removes a pending pair that was copied to the generation in use.
    void drop_copied();
    void sync_generations();
    /// Puts a generation in use; both are durable then.
    void switch_to(int number);
    /// Takes what is in use out of use, durably.
    void switch_off();

    /// The key first. False, and nothing happened, where rekey did not make it.
    bool destroy_pending();
    /// Throws Code::refused where somebody put it in use meanwhile: it stays.
    bool destroy_generation(int number);
    /// The same, but its files may be taken up by the next pending pair.
    void retire_generation(int number);
    /// Notes that the generation was proven to be in use, durably: from it, no way leads back to an empty slot.
    void note_proven(int number);
    bool is_proven(int number);
    /// What a crash in the middle of `switch_to` left. `whole`: generations that are not empty, as the caller knows.
    void tidy(const std::vector<int>& whole = {});

    /// For messages and links: `/srv/unit-1/online/current`.
    std::string current_path() const;

private:
    Folder& generations_folder();
    /// Null as long as there is none.
    Folder* find_generations();
    /// Takes a pair out of `gen/`, so that nothing that leads there can put it in use any more, and returns its name
    /// from then on. Only then it is sure that `current` does not lead to it; where it does, the pair goes back.
    std::string take_out(int number);
    /// The same way back, for one that was taken out by who was killed then. False: it is not in use.
    bool put_back(const std::string& aside);
    std::unique_ptr<Folder> take_spare();
    std::unique_ptr<Folder> make_fresh(const std::string& token);

    std::unique_ptr<Folder> folder_;
    std::unique_ptr<Folder> generations_folder_;
};

/// The highest number of a slot, of `generations()` and `current()`; 0 when there is none.
int newest_number(const std::vector<int>& numbers, std::optional<int> current);

/// A folder below `parent`; where root makes it for another user, it is that user's.
std::unique_ptr<Folder> make_folder_like(Folder& parent, const std::string& name);

/// Gives a pair that root made to the user whose slot it is; the key keeps the rights that it has.
void hand_over(Folder& slot, Folder& pair);

}  // namespace rekey::units
