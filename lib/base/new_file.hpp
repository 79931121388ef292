#pragma once

#include <string>

#include "base/descriptor.hpp"
#include "rekey/base/bytes.hpp"

namespace rekey {

/// A file that is written piece by piece and is there whole or not at all: until `publish` it is
/// `.<name>.new` beside its place, 0600 and locked. What a killed writer left there is removed. Never
/// takes the place of another file.
class NewFile {
public:
    /// Throws Code::refused when there is something at `path`, Code::busy while somebody else writes it,
    /// Code::usage when there is no such folder.
    explicit NewFile(const std::string& path);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    void write(ByteView bytes);
    /// Durable on return. Throws Code::refused when there is something at the path by now.
    void publish();

private:
    [[noreturn]] void refuse_taken() const;
    void take_passing_name();

    std::string path_;
    std::string folder_path_;
    std::string name_;
    std::string passing_name_;
    Descriptor folder_;
    Descriptor file_;
    bool published_ = false;
};

}  // namespace rekey
