#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/files/descriptor.hpp"
#include "crypto/sealing/sealed_stream.hpp"
#include "rekey/maintenance/maintenance.hpp"

/// A backup's file: a sealed stream with the purpose `backup` that holds one line of JSON (`Backup`, and the size
/// of the seal key's text), the text of the seal key, and the store.
namespace rekey::maintenance {

inline constexpr const char* archive_purpose = "backup";

struct ArchiveHead {
    Backup backup;
    std::size_t seal_size = 0;
};
std::string to_line(const ArchiveHead& head);

class ArchiveReader {
public:
    ArchiveReader(const std::string& file, const AskPassphrase& ask);

    const ArchiveHead& head() const { return head_; }
    /// In this order, once each.
    Secret seal_key();
    void store(const std::function<void(ByteView)>& sink);
    /// Throws Code::corrupt when more follows, or the end is missing.
    void end();

private:
    /// Up to `limit` bytes; empty at the end.
    ByteView some(std::uint64_t limit);

    std::string path_;
    Descriptor file_;
    std::unique_ptr<crypto::SealedReader> stream_;
    ByteView waiting_;
    ArchiveHead head_;
};

}  // namespace rekey::maintenance
