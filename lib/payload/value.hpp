#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::payload {

struct Value;
struct Member;
using List = std::vector<Value>;
using Dictionary = std::vector<Member>;

/// What a file says, whichever format it has.
struct Value {
    /// Nothing stands for what no payload needs: null, dates, fractions, whole numbers out of range.
    std::variant<std::monostate, bool, std::int64_t, std::string, Bytes, List, Dictionary> content;
};

/// One value of a dictionary.
struct Member {
    Member(std::string name, Value what) : key(std::move(name)), value(std::move(what)) {}
    std::string key;
    Value value;
};

/// Null when there is none.
const Value* find(const Dictionary& dictionary, std::string_view key);

/// For messages: `text`, `data`, `a list`, …
std::string_view kind_of(const Value& value);

}  // namespace rekey::payload
