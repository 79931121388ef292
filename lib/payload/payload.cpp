#include "rekey/payload/payload.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "payload/content.hpp"
#include "payload/entries.hpp"
#include "payload/refusals.hpp"
#include "rekey/base/base.hpp"

namespace rekey::payload {

Payload read(ByteView content) {
    if (content.size() > limits::payload)
        refuse(fmt::format("larger than {} MiB, where a managed payload is needed", limits::payload >> 20),
               "split the payload");
    Payload payload;
    payload.entries = read_entries(read_content(content, payload.signers));
    return payload;
}

std::vector<Entry> parse(ByteView content) { return read(content).entries; }

}  // namespace rekey::payload
