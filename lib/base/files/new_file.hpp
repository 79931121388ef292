#pragma once

#include <string>

#include "base/files/descriptor.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

/// A file that nobody sees before it is whole: written without a name where the filesystem can do that, else as
/// `.<name>.new` beside its place, which the next one for the same name takes away. 0600 from its birth.
class NewFile {
public:
    /// Throws Code::refused when something is at `path` already, Code::busy when another process is writing
    /// the same one, Code::failed with the system's words.
    explicit NewFile(const std::string& path);
    /// Without `commit` nothing is left.
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    void write(ByteView content);
    /// Durable under its name on return. Throws Code::refused when the name was taken meanwhile.
    void commit();

private:
    void open_named();
    [[noreturn]] void fail(int error, const char* what) const;
    [[noreturn]] void refuse() const;

    std::string path_;
    std::string name_;
    std::string temporary_;  ///< empty: it has no name yet
    Descriptor folder_;
    Descriptor file_;
};

}  // namespace rekey
