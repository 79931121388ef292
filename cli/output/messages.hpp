#pragma once

#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::cli {

enum class LogFormat { text, json };
enum class Level { note, warning, error };

/// What a message is about, as far as that is known; members that are empty are not.
struct Subject {
    std::string unit;
    std::string slot;
    std::string tenant;
};

Subject about_unit(const std::string& unit);
Subject about_slot(const SlotName& slot);
Subject about_tenant(const std::string& tenant);

/// One thing said to whoever looks on. `text` is complete without the others; `hint`, the remedy, may be empty.
struct Message {
    Level level;
    std::string_view text;
    std::string_view hint;
    Subject about;
};

/// Writes it to stderr at once. As text: `text`, `warning: text` or `rekey: text`, then `  hint`. As JSON: an object
/// in one line with `time` (RFC 3339), `level`, `message`, and those of `hint`, `unit`, `slot`, `tenant` that there
/// are.
void tell(LogFormat format, const Message& message);
/// What `tell` writes.
std::string lines_of(LogFormat format, const Message& message);

}  // namespace rekey::cli
