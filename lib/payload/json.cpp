#include "payload/json.hpp"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/limits.hpp"
#include "crypto/encoding/base64.hpp"
#include "payload/refusals.hpp"
#include "rekey/base/base.hpp"

namespace rekey::payload {

namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;
using Event = Json::parse_event_t;

/// Watches the parser, which has no limits of its own and keeps one of two equal keys.
class JsonGuard {
public:
    bool operator()(int depth, Event event, const Json& parsed) {
        // What begins at depth 0 is the outermost.
        bool begins = event == Event::object_start || event == Event::array_start;
        if (begins && depth >= static_cast<int>(limits::payload_levels)) refuse_depth();
        if ((begins || event == Event::value || event == Event::key) && ++values_ > limits::payload_values)
            refuse_count();
        if (event == Event::object_start) keys_.emplace_back();
        if (event == Event::object_end) keys_.pop_back();
        if (event == Event::key) add(parsed.get_ref<const std::string&>());
        return true;
    }

private:
    void add(const std::string& key) {
        auto& keys = keys_.back();
        if (!keys.insert(key).second)
            throw Error(Code::usage, "JSON in which an object has a key twice, so that it has no one meaning",
                        "take the payload from its source again");
        if (keys.size() > limits::payload_keys) refuse_keys();
    }

    std::size_t values_ = 0;
    std::vector<std::set<std::string>> keys_;
};

PayloadValue value_of(const Json& json) {
    switch (json.type()) {
        case Json::value_t::boolean:
            return {json.get<bool>()};
        case Json::value_t::number_integer:
            return {json.get<std::int64_t>()};
        case Json::value_t::number_unsigned:
            if (json.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
                return {};
            return {json.get<std::int64_t>()};
        case Json::value_t::string:
            return {json.get<std::string>()};
        case Json::value_t::array: {
            List list;
            for (const auto& item : json) list.push_back(value_of(item));
            return {std::move(list)};
        }
        case Json::value_t::object: {
            Dictionary dictionary;
            for (const auto& [key, item] : json.items()) dictionary.emplace_back(key, value_of(item));
            return {std::move(dictionary)};
        }
        default:
            return {};
    }
}

struct MakeJson {
    OrderedJson operator()(std::monostate) const { return nullptr; }
    OrderedJson operator()(bool truth) const { return truth; }
    OrderedJson operator()(std::int64_t number) const { return number; }
    OrderedJson operator()(const std::string& text) const { return text; }
    OrderedJson operator()(const Bytes& bytes) const { return crypto::encode_base64(bytes); }
    OrderedJson operator()(const List& list) const {
        OrderedJson array = OrderedJson::array();
        for (const auto& item : list) array.push_back(std::visit(*this, item.content));
        return array;
    }
    OrderedJson operator()(const Dictionary& dictionary) const {
        OrderedJson object = OrderedJson::object();
        for (const auto& [key, item] : dictionary) object[key] = std::visit(*this, item.content);
        return object;
    }
};

}  // namespace

PayloadValue read_json(std::string_view text) {
    try {
        return value_of(Json::parse(text.begin(), text.end(), JsonGuard()));
    } catch (const Json::parse_error& e) {
        // Without its text: it quotes what was read.
        throw Error(Code::usage, fmt::format("damaged JSON, at byte {}", e.byte),
                    "take the payload from its source again");
    } catch (const Json::exception&) {
        throw Error(Code::usage, "JSON with a number that is too large", "take the payload from its source again");
    }
}

std::string write_json(const PayloadValue& value) { return std::visit(MakeJson{}, value.content).dump(2) + "\n"; }

}  // namespace rekey::payload
