#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::payload {

struct PayloadValue;
struct PayloadMember;
using List = std::vector<PayloadValue>;
using Dictionary = std::vector<PayloadMember>;

/// What a file says, whichever format it has.
struct PayloadValue {
    /// There is no kind for what no payload needs: null, dates, fractions, whole numbers out of range.
    std::variant<std::monostate, bool, std::int64_t, std::string, Bytes, List, Dictionary> content;
};

/// One value of a dictionary.
struct PayloadMember {
    PayloadMember(std::string name, PayloadValue what) : key(std::move(name)), value(std::move(what)) {}
    std::string key;
    PayloadValue value;
};

/// Null when there is none.
const PayloadValue* find(const Dictionary& dictionary, std::string_view key);

/// For messages: `text`, `data`, `a list`, …
std::string_view kind_of(const PayloadValue& value);

}  // namespace rekey::payload
