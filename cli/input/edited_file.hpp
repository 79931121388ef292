#pragma once

#include <string>

namespace rekey::cli {

/// A text in a file of its own, for the user's editor ($VISUAL, else $EDITOR, else vi). The file stays until `discard`
/// is called, whatever ends the program, so that no text is lost.
class EditedFile {
public:
    /// In a new folder below $TMPDIR, else /var/tmp, which no other user can open. Throws Code::failed.
    EditedFile(const std::string& name, const std::string& text);

    /// Returns when the editor has ended. Throws Code::failed when it cannot be started, or says that it failed.
    void edit() const;
    std::string text() const;
    const std::string& path() const { return path_; }
    /// Removes the file and its folder.
    void discard() const;

private:
    std::string folder_;
    std::string path_;
};

}  // namespace rekey::cli
