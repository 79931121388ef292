#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/files/folder.hpp"
#include "units/driver/driver.hpp"
#include "units/folder/slot_adoption.hpp"

namespace rekey::units {

/// The driver of `dir:` units: a folder of this machine.
class DirDriver : public Driver {
public:
    using Open = std::function<std::unique_ptr<Folder>()>;

    explicit DirDriver(std::unique_ptr<Folder> root) : root_(std::move(root)) {}
    /// Each operation opens the folder anew, by the path that services use: another one may have taken its place since.
    explicit DirDriver(Open open) : open_(std::move(open)), root_(open_()) {}
    /// Only when `path` leads to another folder by now.
    DirDriver(std::string path, Open open) : path_(std::move(path)), open_(std::move(open)), root_(open_()) {}

    DriverDescription describe() override;
    std::vector<Concern> concerns() override;
    std::vector<Holding> list() override;
    std::optional<Holding> read(const SlotPath& place) override;
    Bytes create_key(const SlotPath& place, const KeySpec& spec) override;
    std::optional<NewKey> create_key_beside(const SlotPath& place, const KeySpec& spec, const Sha256& seen) override;
    void apply(const SlotPath& place, const Delivery& delivery) override;
    bool apply_over(const SlotPath& place, const Delivery& delivery, const Sha256& seen) override;
    bool replace_chain(const SlotPath& place, const Delivery& delivery) override;
    void reload(const SlotPath& place, const Reload& reload) override;
    void confirm(const SlotPath& place, const Sha256& leaf) override;
    bool retire(const SlotPath& place, const Sha256& leaf) override;
    bool revert(const SlotPath& place, const Sha256& leaf, bool was_empty = true) override;
    void discard(const SlotPath& place, const std::string& token) override;

    using Pair = AdoptedPair;
    /// Puts `pair` in use in an empty slot; nothing is copied when its leaf is in use already. `begin` is called when
    /// the slot is known to be free, before anything is written; `finish` once the pair is in use, durably. Others are
    /// kept out of the slot from before the first to after the second. Throws Code::refused when the slot is not empty.
    void adopt(const SlotPath& place, const Pair& pair, const std::function<void()>& begin,
               const std::function<void()>& finish = {});
    /// Takes a pair that `adopt` put there out of use again, and destroys it. `restore` is called first, with others
    /// kept out of the slot; nothing happens when it says no.
    void abandon_adoption(const SlotPath& place, const Sha256& leaf, const std::function<bool()>& restore);

    /// Whether `leaf` is in use in the slot, whatever is beside it; as the operation that is under way sees it.
    bool uses(const SlotPath& place, const Sha256& leaf);

    /// What others, as root, left in slots of somebody else; paths.
    std::vector<std::string> others_belongings();
    /// Gives that to whom the slots belong to. Only root may.
    void give_back();

    /// Where services find the pair of a slot: `/srv/unit-1/online/current`.
    std::string current_path(const SlotPath& place) const;

private:
    void open_anew();

    std::string path_;
    Open open_;
    std::unique_ptr<Folder> root_;
    std::optional<FolderEntry> opened_;  ///< which folder `root_` is; nothing: not asked for yet
};

}  // namespace rekey::units
