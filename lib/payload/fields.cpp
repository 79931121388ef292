#include "payload/fields.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "payload/refusals.hpp"
#include "rekey/base/base.hpp"

namespace rekey::payload {

namespace {

[[noreturn]] void refuse_field(std::string_view field, std::string_view what, std::string_view remedy) {
    throw Error(Code::usage, fmt::format("'{}' {}", field, what), std::string(remedy));
}

}  // namespace

bool is_number(std::string_view field) {
    return field == field::version || field == field::scrypt_n || field == field::scrypt_r || field == field::scrypt_p;
}

void require_text(std::string_view field, std::string_view text) {
    constexpr std::string_view copy_again = "copy it from the provider again, without a line break";
    if (text.empty()) refuse_field(field, "is empty", "fill it in");
    if (text.size() > limits::payload_text)
        refuse_field(field, fmt::format("is longer than {} bytes", limits::payload_text), "shorten it");
    if (printable(text) != text) refuse_field(field, "has control characters, or is not UTF-8", copy_again);
    bool is_foreign_id = field == field::client_id || field == field::key_id;
    if (is_foreign_id && text.find(' ') != std::string_view::npos) refuse_field(field, "has a space in it", copy_again);
}

void require_version(std::int64_t version) {
    if (version < 0) refuse_field(field::version, "is below zero", "count versions from 0 up");
}

std::string where(std::size_t position, std::string_view id) {
    constexpr std::size_t enough = 64;
    if (id.empty()) return fmt::format("entry {}", position);
    bool is_long = id.size() > enough;
    return fmt::format("entry {} ('{}{}')", position, printable(id.substr(0, enough)), is_long ? "…" : "");
}

void Uniqueness::add(std::size_t position, const std::string& id, const std::string& client_id) {
    add(ids_, field::id, id, position);
    add(client_ids_, field::client_id, client_id, position);
}

void Uniqueness::add(Seen& seen, const char* field, const std::string& value, std::size_t position) {
    auto [first, is_new] = seen.emplace(value, position);
    if (!is_new)
        refuse_field(field, fmt::format("is also that of entry {}", first->second), "leave one of the two out");
}

Bytes framed(std::initializer_list<ByteView> parts) {
    Bytes whole;
    for (ByteView part : parts) {
        for (int shift = 24; shift >= 0; shift -= 8)
            whole.push_back(static_cast<std::uint8_t>(std::uint64_t{part.size()} >> shift));
        whole.insert(whole.end(), part.begin(), part.end());
    }
    return whole;
}

}  // namespace rekey::payload
