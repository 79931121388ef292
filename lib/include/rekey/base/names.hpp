#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rekey/base/export.hpp"

namespace rekey {

/// `[A-Za-z0-9][A-Za-z0-9._-]*`, 64 characters at most: units, nodes, types, issuers, tenants.
REKEY_EXPORT bool is_name(std::string_view text);
/// Throws Code::usage unless `is_name`; `what` is the word for the message: "unit".
REKEY_EXPORT void require_name(const std::string& text, std::string_view what);

/// The place on a unit for one key with its certificate: `unit/type` or `unit/node/type`.
struct REKEY_EXPORT SlotName {
    std::string unit;
    std::string node;  ///< empty: the unit has no nodes, or this is none of theirs
    std::string type;

    /// Nothing unless it has one or two slashes between valid names.
    static std::optional<SlotName> parse(std::string_view text);
    std::string to_string() const;
    /// `type` or `node/type`: the slot as seen on its unit.
    std::string on_unit() const;
    auto operator<=>(const SlotName&) const = default;
};

/// `1 item`, `2 items`: of nouns that take an `s`.
REKEY_EXPORT std::string counted(std::int64_t count, std::string_view noun);

/// For messages and tables: control characters (C0, C1, DEL), bidirectional
/// overrides and invalid UTF-8 become `\xNN`, so that a terminal shows and never obeys them.
REKEY_EXPORT std::string printable(std::string_view text);

}  // namespace rekey
