#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/base/base.hpp"
#include "units/driver/driver.hpp"

/// The lines that rekey and a unit's helper exchange: rekey-unit-protocol(7). Whatever is read here was
/// that may be hostile; everything throws Code::usage for what breaks the rules of that page, whose sizes are in
/// `base/limits.hpp`.
namespace rekey::units::protocol {

using Json = nlohmann::json;

inline constexpr int version = 1;

/// One message as a line, its line feed included.
std::string to_line(const Json& message);
/// An object. `line` is without its line feed.
Json from_line(std::string_view line);

/// Members of a message; each has the one type, size and form that the page gives it.
const Json& member(const Json& object, const char* name);
std::string text(const Json& object, const char* name);
/// Nothing when it is not there.
std::optional<std::string> optional_text(const Json& object, const char* name);
bool flag(const Json& object, const char* name);
std::int64_t number(const Json& object, const char* name);
/// Whether the list of words `features`, which may be missing, has it.
bool has_feature(const Json& object, const char* feature);
SlotPath place(const Json& object);
Bytes der(const Json& object, const char* name);
std::vector<Bytes> chain(const Json& object);
/// The roots in `trust`, which may be missing.
std::optional<std::vector<Bytes>> trust(const Json& object);
Sha256 leaf(const Json& object);
Holding holding(const Json& object);
/// What is beside `command` may be missing.
Reload reload(const Json& object);
/// The list of that name, which may be missing.
std::vector<Concern> concerns(const Json& object);

Json to_json(const SlotPath& place);
Json to_json(const std::vector<Bytes>& chain);
Json to_json(const Holding& holding);
Json to_json(const Delivery& delivery);
Json to_json(const Reload& reload);
Json to_json(const std::vector<Concern>& concerns);
/// `{"name": base64}`.
Json to_json_der(const char* name, ByteView der);

/// Class, message and hint; and back.
Json to_json(const Error& error);
/// `who` goes before the message.
Error to_error(const Json& error, const std::string& who);

/// Text from outside, as it can be sent or shown: a valid, bounded string.
std::string bounded(std::string text);

}  // namespace rekey::units::protocol
