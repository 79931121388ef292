#pragma once

#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::cli {

enum class LogFormat { text, json };
enum class MessageLevel { note, warning, error };

/// What a message is about, as far as that is known; members that are empty are not.
struct MessageSubject {
    std::string unit;
    std::string slot;
    std::string tenant;
};

MessageSubject about_unit(const std::string& unit);
MessageSubject about_slot(const SlotName& slot);
MessageSubject about_tenant(const std::string& tenant);

/// One message to the user. `text` is complete without the others; `hint`, the remedy, may be empty.
struct Message {
    MessageLevel level;
    std::string_view text;
    std::string_view hint;
    MessageSubject about;
};

/// Writes it to stderr at once. As text: `text`, `warning: text` or `rekey: text`, then `  hint`. As JSON: an object
/// in one line with `time` (RFC 3339), `level`, `message`, and those of `hint`, `unit`, `slot`, `tenant` that there
/// are.
void tell(LogFormat format, const Message& message);
/// What `tell` writes.
std::string lines_of(LogFormat format, const Message& message);

}  // namespace rekey::cli
