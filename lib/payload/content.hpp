#pragma once

#include <vector>

#include "payload/value.hpp"
#include "rekey/payload/payload.hpp"

namespace rekey::payload {

/// A file, or a part of one, whichever format it has. Signers that it names are added to `signers`. Throws Code::usage
/// for what is none of the formats, Code::refused for a signature that does not fit.
PayloadValue read_content(ByteView content, std::vector<Signer>& signers);

}  // namespace rekey::payload
