#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/files/descriptor.hpp"
#include "crypto/sealing/sealed_stream.hpp"
#include "rekey/base/base.hpp"
#include "tenants/archive/archive_records.hpp"

namespace rekey::tenants {

/// An archive that is read from its file: opened by its passphrase, one record after the other.
class ArchiveFile {
public:
    /// Throws Code::usage when there is no such file, and as `crypto::SealedReader` does.
    ArchiveFile(const std::string& path, const AskPassphrase& ask);

    struct Record {
        Kind kind;
        ByteView fields;  ///< until the next call
    };
    /// Throws Code::refused for a record beyond `limits::archive_record`, Code::corrupt at the end of the file.
    Record next();
    /// Proves that nothing follows.
    void finish();

    /// Throws Code::corrupt.
    [[noreturn]] static void refuse();

private:
    void fill(std::uint8_t* to, std::size_t size);

    Descriptor file_;
    crypto::SealedReader stream_;
    ByteView piece_;  ///< of what was opened and not read yet
    Bytes record_;
    Secret secret_;  ///< the fields of a credential
};

}  // namespace rekey::tenants
