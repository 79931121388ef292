#include "crypto/certificates/name.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/bio.h>
#include <openssl/objects.h>

#include <algorithm>
#include <array>

#include "base/text/letters.hpp"
#include "base/text/utf8.hpp"
#include "crypto/encoding/der.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/encoding/handle.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

namespace {

using TextBio = Handle<BIO, BIO_free_all>;
using Name = Handle<X509_NAME, X509_NAME_free>;

struct AttributeKind {
    std::string_view key;
    int nid;
    std::uint8_t tag;
    std::size_t most_characters;  ///< RFC 5280, appendix A.1; where it has no bound, 256
};

constexpr AttributeKind kinds[] = {
    {"CN", NID_commonName, der::utf8_string_tag, 64},
    {"L", NID_localityName, der::utf8_string_tag, 128},
    {"ST", NID_stateOrProvinceName, der::utf8_string_tag, 128},
    {"O", NID_organizationName, der::utf8_string_tag, 64},
    {"OU", NID_organizationalUnitName, der::utf8_string_tag, 64},
    {"C", NID_countryName, der::printable_string_tag, 2},
    {"STREET", NID_streetAddress, der::utf8_string_tag, 256},
    {"DC", NID_domainComponent, der::ia5_string_tag, 63},
    {"UID", NID_userId, der::utf8_string_tag, 256},
    {"serialNumber", NID_serialNumber, der::printable_string_tag, 64},
    {"emailAddress", NID_pkcs9_emailAddress, der::ia5_string_tag, 255},
    {"SN", NID_surname, der::utf8_string_tag, 64},
    {"GN", NID_givenName, der::utf8_string_tag, 64},
    {"title", NID_title, der::utf8_string_tag, 64},
    {"postalCode", NID_postalCode, der::utf8_string_tag, 40},
    {"organizationIdentifier", NID_organizationIdentifier, der::utf8_string_tag, 256},
};

bool is_same_word(std::string_view one, std::string_view other) { return lower_case(one) == lower_case(other); }

std::vector<std::string_view> known_attributes() {
    std::vector<std::string_view> keys;
    for (const auto& kind : kinds) keys.push_back(kind.key);
    return keys;
}

const AttributeKind& kind_of(std::string_view key) {
    for (const auto& kind : kinds)
        if (is_same_word(kind.key, key)) return kind;
    throw Error(Code::usage, fmt::format("subject attribute '{}' is not known", printable(key)),
                fmt::format("use one of {}", fmt::join(known_attributes(), ", ")));
}

/// Nothing where `text` is no UTF-8.
std::optional<std::size_t> count_characters(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        auto [point, length] = first_character(text);
        if (length == 0) return std::nullopt;
        text.remove_prefix(length);
    }
    return count;
}

bool is_printable_string(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (lower_case(c) >= 'a' && lower_case(c) <= 'z') ||
               std::string_view(" '()+,-./:=?").find(c) != std::string_view::npos;
    });
}

[[noreturn]] void refuse_value(const AttributeKind& kind, std::string_view value, std::string_view why) {
    throw Error(Code::usage, fmt::format("subject attribute {}: '{}' {}", kind.key, printable(value), why));
}

void require_value(const AttributeKind& kind, std::string_view value) {
    auto refuse = [&](std::string_view why) { refuse_value(kind, value, why); };
    auto characters = count_characters(value);
    if (!characters) refuse_value(kind, value, "is not UTF-8");
    if (*characters == 0) refuse("is empty");
    if (*characters > kind.most_characters) refuse(fmt::format("has more than {} characters", kind.most_characters));
    if (kind.tag == der::printable_string_tag && !is_printable_string(value))
        refuse("may only have letters, digits, spaces and '()+,-./:=?");
    if (kind.tag == der::ia5_string_tag && *characters != value.size()) refuse("may only have ASCII characters");
    bool is_country = value.size() == 2 &&
                      std::ranges::all_of(value, [](char c) { return lower_case(c) >= 'a' && lower_case(c) <= 'z'; });
    if (kind.nid == NID_countryName && !is_country) refuse("is not the code of a country, two letters");
}

std::optional<std::string> print(const X509_NAME& name, unsigned long flags) {
    TextBio bio(BIO_new(BIO_s_mem()));
    if (!bio) fail("no memory for a name");
    if (X509_NAME_print_ex(bio.get(), &name, 0, flags) < 0) return std::nullopt;
    char* text = nullptr;
    long length = BIO_get_mem_data(bio.get(), &text);
    return std::string(text, static_cast<std::size_t>(length));
}

/// Has nothing that RFC 2253 would escape, and is the same in every type of string.
bool is_printed_as_it_is(std::string_view value) {
    bool plain = std::ranges::all_of(value, [](char c) {
        return (c >= '0' && c <= '9') || (lower_case(c) >= 'a' && lower_case(c) <= 'z') ||
               std::string_view(" -./:@_").find(c) != std::string_view::npos;
    });
    return plain && value.front() != ' ' && value.back() != ' ';
}

/// What OpenSSL prints of such a name; nothing where it would escape something. Each slot has such a name by the rules,
/// and encoding it to be decoded and printed takes ten times as long.
std::optional<std::string> plain_text(const Attributes& subject) {
    std::string text;
    for (const auto& [key, value] : subject) {
        const auto& kind = kind_of(key);
        require_value(kind, value);
        if (!is_printed_as_it_is(value)) return std::nullopt;
        // The last one comes first (RFC 2253, 2.1).
        text = fmt::format("{}={}{}{}", OBJ_nid2sn(kind.nid), value, text.empty() ? "" : ",", text);
    }
    return text;
}

}  // namespace

std::string attribute_key(std::string_view key) { return std::string(kind_of(key).key); }

Bytes encode_name(const Attributes& subject) {
    Bytes names;
    for (const auto& [key, value] : subject) {
        const auto& kind = kind_of(key);
        require_value(kind, value);
        Bytes attribute = der::sequence({der::oid(kind.nid), der::value(kind.tag, {view_of(value)})});
        Bytes name = der::value(der::set_tag, {attribute});
        names.insert(names.end(), name.begin(), name.end());
    }
    return der::sequence({names});
}

std::string escape_controls(std::string_view text) { return rekey::escape_controls(text, "\\"); }

std::string to_text(const X509_NAME& name) {
    CleanErrors clean;
    constexpr unsigned long readable = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    auto text = print(name, readable);
    // A value that contradicts its own type, as a UTF8String that is not UTF-8: as hex, then.
    if (!text) text = print(name, readable | ASN1_STRFLGS_DUMP_ALL);
    if (!text) fail("OpenSSL cannot print a name");
    return escape_controls(*text);
}

std::string to_text(const ASN1_OBJECT& object) {
    int nid = OBJ_obj2nid(&object);
    return nid != NID_undef ? OBJ_nid2sn(nid) : dotted(object);
}

std::string dotted(const ASN1_OBJECT& object) {
    CleanErrors clean;
    std::array<char, 256> text{};
    int length = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), &object, 1);
    if (length < 0) return "invalid";
    if (static_cast<std::size_t>(length) < text.size()) return text.data();
    std::string all(static_cast<std::size_t>(length), '\0');
    OBJ_obj2txt(all.data(), length + 1, &object, 1);
    return all;
}

std::string to_text(const Attributes& subject) {
    if (auto plain = plain_text(subject)) return std::move(*plain);
    CleanErrors clean;
    Bytes encoded = encode_name(subject);
    const unsigned char* at = encoded.data();
    Name name(d2i_X509_NAME(nullptr, &at, static_cast<long>(encoded.size())));
    if (!name) fail("OpenSSL cannot read a name");
    return to_text(*name);
}

}  // namespace rekey::crypto
