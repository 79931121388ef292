#pragma once

#include <concepts>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::cli {

/// A tree of JSON. Who makes or reads one includes `views/json.hpp`: the compiler takes long for it.
using Json = nlohmann::ordered_json;

/// What a field of a row, or a member of an object, is to be: made on the way to one, from whatever a record has there.
/// Texts and lists are not copied: it lives no longer than what it was made of, and is not kept.
class Value {
public:
    enum class Kind : std::uint8_t {
        null,
        boolean,
        integer,
        time,         ///< as RFC 3339
        text,         ///< of any bytes
        digest,       ///< in hex digits
        list,         ///< of texts
        json,         ///< an array, an object, or a number that is no integer
        written_json  ///< JSON as listings write it (`views/row.hpp`)
    };

    Value() = default;
    // A list of members is written as it reads in JSON: {{"unit", name}, {"days_left", 12}}.
    // NOLINTBEGIN(google-explicit-constructor)
    Value(std::nullptr_t) {}
    template <std::same_as<bool> Bool>
    Value(Bool value) : kind_(Kind::boolean), integer_(value ? 1 : 0) {}
    template <std::integral Integer>
    requires(!std::same_as<Integer, bool>) Value(Integer value)
        : kind_(Kind::integer), integer_(static_cast<std::int64_t>(value)) {}
    Value(Time value) : kind_(Kind::time), integer_(unix_seconds(value)) {}
    Value(std::string_view value) : kind_(Kind::text), text_(value) {}
    Value(const std::string& value) : Value(std::string_view(value)) {}
    Value(const char* value) : Value(std::string_view(value)) {}
    Value(const Sha256& value) : kind_(Kind::digest), digest_(&value) {}
    Value(const std::vector<std::string>& value) : kind_(Kind::list), list_(&value) {}
    Value(const Json& value);
    /// As its word.
    template <class Enum>
    requires std::is_enum_v<Enum> Value(Enum value) : Value(to_string(value)) {}
    /// What is not known is null.
    template <class T>
    Value(const std::optional<T>& value) {
        if (value) *this = Value(*value);
    }
    // NOLINTEND(google-explicit-constructor)

    /// `text` is JSON already, as `Kind::written_json` says.
    static Value written(std::string_view text);

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::null; }
    std::int64_t integer() const { return integer_; }
    std::string_view text() const { return text_; }
    const Sha256& digest() const { return *digest_; }
    const std::vector<std::string>& list() const { return *list_; }
    const Json& json() const { return *json_; }

private:
    Kind kind_ = Kind::null;
    std::int64_t integer_ = 0;
    std::string_view text_;
    union {
        const Json* json_ = nullptr;
        const Sha256* digest_;
        const std::vector<std::string>* list_;
    };
};

/// Null where the text is empty: what is not known is null.
inline Value text_or_null(std::string_view text) { return text.empty() ? Value() : Value(text); }

/// By this name nlohmann::json finds it: an object takes a value as a row does.
void to_json(Json& json, const Value& value);

}  // namespace rekey::cli
