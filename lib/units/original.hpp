#pragma once

#include <memory>
#include <string>

#include "base/folder.hpp"

namespace rekey::units {

/// Whether the bytes that a link replaces are overwritten before they are forgotten.
enum class Old { secret, open };

/// A file that a service uses under a path of its own, until a link into a slot takes its place.
class Original {
public:
    /// Reads it, through links where the path has some. Throws Code::usage when there is none.
    explicit Original(const std::string& path);

    const std::string& path() const { return path_; }
    ByteView content() const { return held_.content.view(); }
    /// The bytes with their rights, as they were when it was read.
    const Held& held() const { return held_; }
    /// Where the bytes are.
    const std::string& place() const { return place_; }

    /// Puts a link to `target` in its place, durably; done already when it is that link. Throws
    /// Code::refused when the file has changed since it was read.
    void become_link(const std::string& target, Old old);

private:
    std::string path_;
    std::string place_;
    std::string name_;
    std::unique_ptr<Folder> folder_;
    Held held_;
};

/// Puts a link to `target` at `name` atomically and durably, then removes what was there; its bytes
/// live on where the link leads. (On filesystems that cannot exchange names, without overwriting.)
void replace_by_link(Folder& folder, const std::string& name, const std::string& target, Old old);

}  // namespace rekey::units
