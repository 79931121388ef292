#include "views/value.hpp"

#include "views/json.hpp"

namespace rekey::cli {

Value::Value(const Json& value) {
    using Type = Json::value_t;
    switch (value.type()) {
        case Type::null:
            return;
        case Type::boolean:
            *this = value.get<bool>();
            return;
        case Type::number_integer:
            *this = value.get<std::int64_t>();
            return;
        case Type::string:
            *this = std::string_view(value.get_ref<const std::string&>());
            return;
        default:
            kind_ = Kind::json;
            json_ = &value;
    }
}

Value Value::written(std::string_view text) {
    Value value;
    value.kind_ = Kind::written_json;
    value.text_ = text;
    return value;
}

void to_json(Json& json, const Value& value) {
    switch (value.kind()) {
        case Value::Kind::null:
            json = nullptr;
            return;
        case Value::Kind::boolean:
            json = value.integer() != 0;
            return;
        case Value::Kind::integer:
            json = value.integer();
            return;
        case Value::Kind::time:
            json = to_rfc3339(from_unix(value.integer()));
            return;
        case Value::Kind::text:
            json = std::string(value.text());
            return;
        case Value::Kind::digest:
            json = to_hex(value.digest());
            return;
        case Value::Kind::list:
            json = value.list();
            return;
        case Value::Kind::json:
            json = value.json();
            return;
        case Value::Kind::written_json:
            json = Json::parse(value.text());
    }
}

}  // namespace rekey::cli
