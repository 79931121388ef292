#include "rekey/payload/payload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "payload/entries.hpp"
#include "payload/json.hpp"
#include "payload/limits.hpp"
#include "payload/property_list.hpp"
#include "rekey/base/error.hpp"

namespace rekey::payload {

namespace {

[[noreturn]] void refuse(std::string what, std::string remedy) {
    throw Error(Code::usage, std::move(what), std::move(remedy));
}

[[noreturn]] void refuse_signed(std::string_view form) {
    refuse("a signed profile, which is not read as it is",
           fmt::format("take it out of its signature: openssl smime -verify -noverify -inform {} -in SIGNED -out "
                       "PLAIN.mobileconfig",
                       form));
}

/// ContentInfo with signed-data (RFC 5652, 3): its object identifier follows the outermost length.
bool is_cms(std::string_view content) {
    constexpr std::array<std::uint8_t, 11> signed_data = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
                                                          0xF7, 0x0D, 0x01, 0x07, 0x02};
    constexpr std::size_t longest_header = 6;
    auto identifier = text_of(signed_data);
    return content.starts_with('\x30') &&
           content.substr(0, longest_header + identifier.size()).find(identifier) != std::string_view::npos;
}

[[noreturn]] void refuse_pem(std::string_view text) {
    if (text.starts_with("-----BEGIN PKCS7-----") || text.starts_with("-----BEGIN CMS-----")) refuse_signed("PEM");
    refuse("PEM, where a managed payload is needed", "a key on its own goes into credential add or rotate");
}

std::string_view without_mark(std::string_view text) {
    constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
    if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
    return text;
}

Value read(ByteView content) {
    constexpr std::string_view binary_mark = "bplist";
    std::string_view text = text_of(content);
    if (text.starts_with(binary_mark)) return read_binary(content);
    if (is_cms(text)) refuse_signed("DER");
    if (text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE"))
        refuse("text in UTF-16, where a managed payload is needed", "save it in UTF-8");
    text = without_mark(text);
    auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) refuse("empty, where a managed payload is needed", "take it from its source");
    if (text[first] == '<') return read_xml(text);
    if (text[first] == '{' || text[first] == '[') return read_json(text);
    if (text.substr(first).starts_with("-----BEGIN ")) refuse_pem(text.substr(first));
    refuse("neither a property list nor a profile nor JSON", "give the managed payload that has the credentials");
}

}  // namespace

std::vector<Entry> parse(ByteView content) {
    if (content.size() > most_bytes)
        refuse(fmt::format("larger than {} MiB, where a managed payload is needed", most_bytes >> 20),
               "split the payload");
    return read_entries(read(content));
}

}  // namespace rekey::payload
