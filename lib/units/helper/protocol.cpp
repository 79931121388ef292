#include "units/helper/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "crypto/encoding/base64.hpp"
#include "rekey/base/base.hpp"

namespace rekey::units::protocol {

namespace {

[[noreturn]] void wrong(const std::string& what) { throw Error(Code::usage, what); }

[[noreturn]] void wrong_kind(const char* name, std::string_view wanted) {
    wrong(fmt::format("'{}' is not {}", name, wanted));
}

constexpr std::array<std::pair<std::string_view, Code>, 5> classes{{{"unreachable", Code::unreachable},
                                                                    {"busy", Code::busy},
                                                                    {"refused", Code::refused},
                                                                    {"invalid", Code::usage},
                                                                    {"failed", Code::failed}}};

std::string_view class_of(Code code) {
    for (const auto& [name, known] : classes)
        if (known == code) return name;
    return "failed";
}

constexpr std::array<std::pair<std::string_view, Concern::Kind>, 4> kinds{{{"rights", Concern::Kind::rights},
                                                                           {"open-to-all", Concern::Kind::open_to_all},
                                                                           {"medium", Concern::Kind::medium},
                                                                           {"not-ours", Concern::Kind::not_ours}}};

constexpr std::array<std::pair<std::string_view, Damage>, 2> damages{
    {{"incomplete", Damage::incomplete}, {"contradiction", Damage::contradiction}}};

/// Nesting and values are counted before anything is parsed, so that they cost no memory.
void require_small(std::string_view line) {
    std::size_t depth = 0;
    std::size_t values = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        char c = line[i];
        if (!quoted && (c == ',' || c == '{' || c == '[') && ++values > limits::helper_values)
            wrong(fmt::format("it has more than {} values", limits::helper_values));
        if (quoted) {
            if (c == '\\') ++i;
            if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > limits::helper_depth)
                wrong(fmt::format("it is nested more than {} deep", limits::helper_depth));
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
}

/// Parses, and takes no name twice in one object: two readers of the same line could mean another of them each.
Json parsed(std::string_view line) {
    std::vector<std::set<std::string>> names;
    bool twice = false;
    auto look = [&](int, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::object_start) names.emplace_back();
        if (event == Json::parse_event_t::object_end) names.pop_back();
        if (event == Json::parse_event_t::key) twice = twice || !names.back().insert(value.get<std::string>()).second;
        return true;
    };
    auto message = Json::parse(line, look, false);
    if (message.is_discarded()) wrong("it is not JSON");
    if (twice) wrong("a name is in it twice");
    return message;
}

const std::string& string_in(const Json& object, const char* name) {
    const auto& value = member(object, name);
    if (!value.is_string()) wrong_kind(name, "a string");
    return value.get_ref<const std::string&>();
}

Bytes der_of(const Json& value, const char* name) {
    if (!value.is_string()) wrong_kind(name, "base64 of DER");
    const auto& encoded = value.get_ref<const std::string&>();
    if (encoded.size() > limits::der / 3 * 4 + 4) wrong(fmt::format("'{}' is larger than {} bytes", name, limits::der));
    auto bytes = crypto::decode_base64(encoded);
    if (!bytes || bytes->empty()) wrong_kind(name, "base64 of DER");
    return std::move(*bytes);
}

const Json& list_in(const Json& object, const char* name) {
    const auto& value = member(object, name);
    if (!value.is_array()) wrong_kind(name, "a list");
    return value;
}

/// A name, or empty.
std::string name_or_nothing(const Json& object, const char* name) {
    if (!object.contains(name)) return {};
    const auto& value = string_in(object, name);
    if (!value.empty() && !is_name(value)) wrong_kind(name, "a name");
    return value;
}

/// A number of a certificate in hex, `-` before a negative one, or empty.
std::string number_or_nothing(const Json& object, const char* name) {
    constexpr std::size_t longest = 64;
    if (!object.contains(name)) return {};
    const auto& value = string_in(object, name);
    auto digits = std::string_view(value).substr(value.starts_with('-') ? 1 : 0);
    bool hex = std::all_of(digits.begin(), digits.end(),
                           [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); });
    if (!hex || value.size() > longest) wrong_kind(name, "the number of a certificate");
    return value;
}

std::vector<Bytes> certificates_in(const Json& object, const char* name, std::size_t most) {
    std::vector<Bytes> found;
    const auto& list = list_in(object, name);
    if (list.size() > most) wrong(fmt::format("'{}' has more than {} certificates", name, most));
    for (const auto& each : list) found.push_back(der_of(each, name));
    return found;
}

}  // namespace

std::string to_line(const Json& message) { return message.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n'; }

Json from_line(std::string_view line) {
    require_small(line);
    // To the parser, it would be the end.
    if (line.find('\0') != std::string_view::npos) wrong("it has a NUL byte");
    auto message = parsed(line);
    if (!message.is_object()) wrong("it is not a JSON object");
    return message;
}

const Json& member(const Json& object, const char* name) {
    auto found = object.find(name);
    if (found == object.end()) wrong(fmt::format("'{}' is missing", name));
    return *found;
}

std::string text(const Json& object, const char* name) {
    const auto& value = string_in(object, name);
    if (value.size() > limits::helper_text)
        wrong(fmt::format("'{}' is longer than {} bytes", name, limits::helper_text));
    return value;
}

std::optional<std::string> optional_text(const Json& object, const char* name) {
    if (!object.contains(name)) return std::nullopt;
    return text(object, name);
}

bool flag(const Json& object, const char* name) {
    const auto& value = member(object, name);
    if (!value.is_boolean()) wrong_kind(name, "true or false");
    return value.get<bool>();
}

std::int64_t number(const Json& object, const char* name) {
    const auto& value = member(object, name);
    if (!value.is_number_integer()) wrong_kind(name, "an integer");
    return value.get<std::int64_t>();
}

bool has_feature(const Json& object, const char* feature) {
    if (!object.contains("features")) return false;
    const auto& features = list_in(object, "features");
    bool all_words = std::all_of(features.begin(), features.end(), [](const Json& each) { return each.is_string(); });
    if (!all_words) wrong_kind("features", "a list of strings");
    return std::find(features.begin(), features.end(), feature) != features.end();
}

SlotPath place(const Json& object) {
    SlotPath place{string_in(object, "node"), string_in(object, "type")};
    if (!place.node.empty() && !is_name(place.node)) wrong_kind("node", "a name");
    if (!is_name(place.type)) wrong_kind("type", "a name");
    return place;
}

Bytes der(const Json& object, const char* name) { return der_of(member(object, name), name); }

std::vector<Bytes> chain(const Json& object) { return certificates_in(object, "chain", limits::chain); }

std::optional<std::vector<Bytes>> trust(const Json& object) {
    if (!object.contains("trust")) return std::nullopt;
    return certificates_in(object, "trust", limits::roots);
}

Sha256 leaf(const Json& object) {
    auto bytes = from_hex(string_in(object, "leaf"));
    Sha256 digest{};
    if (!bytes || bytes->size() != digest.size()) wrong_kind("leaf", "a SHA-256 in hex");
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
}

/// Advice that a unit gives is never shown as a command to paste: the unit chose its words.
std::string advice(const std::string& words) {
    return words.empty() ? "" : fmt::format("the unit says, to be done there: \"{}\"", printable(words));
}

std::vector<Concern> concerns(const Json& object) {
    std::vector<Concern> found;
    if (!object.contains("concerns")) return found;
    const auto& list = list_in(object, "concerns");
    if (list.size() > limits::concerns) wrong(fmt::format("'concerns' has more than {}", limits::concerns));
    for (const auto& each : list) {
        if (!each.is_object()) wrong_kind("concerns", "a list of objects");
        auto name = text(each, "kind");
        auto known = std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.first == name; });
        // A newer agent may have other kinds; what it says is for people.
        auto kind = known == kinds.end() ? Concern::Kind::rights : known->second;
        found.push_back({kind, text(each, "what"), advice(text(each, "remedy"))});
    }
    return found;
}

Json to_json(const std::vector<Concern>& concerns) {
    auto list = Json::array();
    for (const auto& each : concerns) {
        if (list.size() == limits::concerns) break;
        auto known =
            std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.second == each.kind; });
        list.push_back({{"kind", known->first}, {"what", bounded(each.what)}, {"remedy", bounded(each.remedy)}});
    }
    return list;
}

/// A helper that does not say so, or has another word for it, judged nothing.
Damage damage(const Json& object) {
    auto said = optional_text(object, "damage").value_or("");
    auto known = std::find_if(damages.begin(), damages.end(), [&](const auto& each) { return each.first == said; });
    return known == damages.end() ? Damage::none : known->second;
}

Holding holding(const Json& object) {
    if (!object.is_object()) wrong_kind("slot", "an object");
    Holding found{place(object),
                  chain(object),
                  flag(object, "key_matches"),
                  text(object, "trouble"),
                  advice(optional_text(object, "remedy").value_or("")),
                  concerns(object),
                  trust(object),
                  damage(object)};
    if (found.chain.empty() == found.trouble.empty())
        wrong(found.chain.empty() ? "a slot has neither 'chain' nor 'trouble'"
                                  : "a slot has both 'chain' and 'trouble'");
    if (found.trouble.empty()) found.damage = Damage::none;
    return found;
}

Reload reload(const Json& object) {
    return {text(object, "command"), name_or_nothing(object, "unit"), number_or_nothing(object, "number"),
            number_or_nothing(object, "old_number"), name_or_nothing(object, "reason")};
}

Json to_json(const SlotPath& place) { return {{"node", place.node}, {"type", place.type}}; }

Json to_json(const std::vector<Bytes>& chain) {
    auto list = Json::array();
    for (const auto& certificate : chain) list.push_back(crypto::encode_base64(certificate));
    return list;
}

Json to_json_der(const char* name, ByteView der) { return {{name, crypto::encode_base64(der)}}; }

Json to_json(const Holding& holding) {
    auto json = to_json(holding.place);
    json["chain"] = to_json(holding.chain);
    json["key_matches"] = holding.key_matches;
    json["trouble"] = bounded(holding.trouble);
    if (!holding.remedy.empty()) json["remedy"] = bounded(holding.remedy);
    for (const auto& [word, meant] : damages)
        if (meant == holding.damage) json["damage"] = word;
    if (!holding.concerns.empty()) json["concerns"] = to_json(holding.concerns);
    if (holding.trust) json["trust"] = to_json(*holding.trust);
    return json;
}

Json to_json(const Delivery& delivery) {
    Json json{{"chain", to_json(delivery.chain)}};
    if (!delivery.trust.empty()) json["trust"] = to_json(delivery.trust);
    return json;
}

Json to_json(const Reload& reload) {
    return {{"command", reload.command},
            {"unit", reload.unit},
            {"number", reload.number},
            {"old_number", reload.old_number},
            {"reason", reload.reason}};
}

Json to_json(const Error& error) {
    Json json{{"class", class_of(error.code())}, {"message", bounded(error.message())}};
    if (!error.hint().empty()) json["hint"] = bounded(error.hint());
    return json;
}

Error to_error(const Json& error, const std::string& who) {
    if (!error.is_object()) wrong_kind("error", "an object");
    auto name = text(error, "class");
    for (const auto& [known, code] : classes)
        if (known == name)
            return Error(code, fmt::format("{}: {}", who, printable(text(error, "message"))),
                         advice(optional_text(error, "hint").value_or("")));
    wrong(fmt::format("'{}' is not a class of errors", printable(name)));
}

std::string bounded(std::string text) {
    text = printable(text);
    if (text.size() > limits::helper_text) text = printable(text.substr(0, limits::helper_text / 4 - 3)) + "...";
    return text;
}

}  // namespace rekey::units::protocol
