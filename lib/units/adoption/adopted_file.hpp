#pragma once

#include <memory>
#include <string>

#include "base/files/folder.hpp"

namespace rekey::units {

/// Whether the bytes that a link replaces are overwritten before they are forgotten.
enum class Old { secret, open };

/// A path that a service uses, and the link into a slot that takes its place. Until `forget`, what was there is parked
/// beside it as `.NAME.rekey`, with everything that it is, so that `restore` can put it back. Every step is atomic,
/// durable on return, and safe to repeat.
class LinkPlace {
public:
    /// `path`: absolute. Throws Code::unreachable where its folder is not there.
    LinkPlace(const std::string& path, std::string target);
    /// `name` in `folder`.
    LinkPlace(std::unique_ptr<Folder> folder, std::string name, std::string target);

    const std::string& path() const { return path_; }
    /// `/etc/ssl/.web.pem.rekey`
    std::string parked_path() const;
    /// Whether the link is at the path.
    bool is_linked();
    /// Whether it was made beside the path.
    bool is_prepared() { return is_our_link(parked_); }
    /// Whether there is something beside the path where it would be parked, other than our link.
    bool is_parked();

    /// Makes the link beside the path, so that anything that prevents it shows before anything is changed.
    void prepare();
    /// Swaps the two.
    void put();
    /// Puts back what was there. Throws Code::failed when that is gone.
    void restore();
    /// Removes what was there.
    void forget(Old old);

private:
    bool is_our_link(const std::string& name);
    /// Whether what is at the path was given the name where it is parked, and nothing more was done.
    bool has_second_name();

    std::string path_;
    std::string target_;
    std::string name_;
    std::string parked_;
    std::unique_ptr<Folder> folder_;
};

/// A file that a service uses under a path of its own.
class AdoptedFile {
public:
    /// Reads it, through links where the path has some. Throws Code::usage when there is none.
    explicit AdoptedFile(const std::string& path);

    /// Absolute, as it was given.
    const std::string& path() const { return path_; }
    ByteView content() const { return held_.content.view(); }
    /// The bytes with their rights, as they were when it was read.
    const HeldFile& held() const { return held_; }
    /// Where the bytes are.
    const std::string& place() const { return place_; }

    /// `put`, and what was parked is what was read, or it is put back and Code::refused is thrown.
    void become_link(LinkPlace& place);

private:
    std::string path_;
    std::string place_;
    HeldFile held_;
};

/// The slot in whose folder `place` is, of whichever unit: `/srv/unit-1/online`; empty: in none.
std::string slot_around(const std::string& place);

}  // namespace rekey::units
