#pragma once

#include <openssl/bio.h>

#include <optional>
#include <string>
#include <string_view>

#include "crypto/encoding/handle.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// Textual encoding (RFC 7468).
std::string encode_pem(std::string_view label, ByteView content);
/// The same, with every byte in memory that is wiped.
Secret encode_secret_pem(std::string_view label, ByteView content);

struct PemBlock {
    std::string label;
    std::string header;  ///< of the traditional encryption (RFC 1421), else empty
    Secret content;
};

/// Reads the blocks of a text one after the other, passing over what is between them. The text must
/// outlive the reader.
class PemReader {
public:
    explicit PemReader(ByteView text);
    /// Nothing at the end. Throws Code::usage for a block that is damaged or cut off.
    std::optional<PemBlock> next();

private:
    Handle<BIO, BIO_free_all> text_;
    int count_ = 0;
};

/// Why `text`, in which there is no PEM block, has none: empty, DER, or something else; for
/// messages, with the remedy as hint. Code::usage.
Error no_pem(ByteView text, std::string_view expected);

}  // namespace rekey::crypto
