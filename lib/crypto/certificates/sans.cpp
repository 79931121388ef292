#include "crypto/certificates/sans.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/text/letters.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/der.hpp"

namespace rekey::crypto {

namespace {

constexpr std::size_t ipv4_size = 4;
constexpr std::size_t ipv6_size = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower_case(c) >= 'a' && lower_case(c) <= 'z'; }

/// Host names compare without case (RFC 4343), what is before an `@` does not (RFC 5321, 2.4).
std::string lower_case_host(std::string_view address) {
    auto at = address.rfind('@');
    if (at == std::string_view::npos) return std::string(address);
    return std::string(address.substr(0, at)) + lower_case(address.substr(at));
}

/// RFC 1034, 3.5 with digits first (RFC 1123, 2.1) and the underscores that are in use; `*` as the
/// whole first label (RFC 6125, 6.4.3).
bool is_host(std::string_view host, bool wildcard) {
    constexpr std::size_t longest_name = 253;
    constexpr std::size_t longest_label = 63;
    if (host.empty() || host.size() > longest_name) return false;
    if (wildcard && host.starts_with("*.")) host.remove_prefix(2);
    while (true) {
        auto dot = host.find('.');
        auto label = host.substr(0, dot);
        if (label.empty() || label.size() > longest_label || label.front() == '-' || label.back() == '-') return false;
        if (!std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }))
            return false;
        if (dot == std::string_view::npos) return true;
        host.remove_prefix(dot + 1);
    }
}

bool is_visible_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

/// Scheme and a rest, absolute as RFC 5280, 4.2.1.6 wants it.
bool is_uri(std::string_view uri) {
    auto colon = uri.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == uri.size() || !is_letter(uri.front()))
        return false;
    return is_visible_ascii(uri) && std::ranges::all_of(uri.substr(0, colon), [](char c) {
               return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
           });
}

bool is_email(std::string_view address) {
    auto at = address.rfind('@');
    return at != std::string_view::npos && at != 0 && is_visible_ascii(address) &&
           is_host(address.substr(at + 1), false);
}

std::string text_of_address(ByteView address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    bool is_address = address.size() == ipv4_size || address.size() == ipv6_size;
    int family = address.size() == ipv4_size ? AF_INET : AF_INET6;
    if (is_address && inet_ntop(family, address.data(), text.data(), text.size()) != nullptr) return text.data();
    return "#" + to_hex(address);
}

constexpr const char* ip_form = "after ip: comes one IPv4 or IPv6 address, as ip:192.0.2.1 or ip:2001:db8::1";

[[noreturn]] void refuse(const std::string& san, const char* hint) {
    throw Error(Code::usage, fmt::format("'{}' is not a subject alternative name", escape_controls(san)), hint);
}

std::string normalised_san(const std::string& san) {
    auto colon = san.find(':');
    std::string_view kind = std::string_view(san).substr(0, colon);
    std::string value = colon == std::string::npos ? std::string() : san.substr(colon + 1);
    if (kind == "dns") {
        if (!is_host(value, true))
            refuse(san, "after dns: comes a host name in ASCII (IDNA: xn--…), as dns:unit-1.example");
        return "dns:" + lower_case(value);
    }
    if (kind == "ip") {
        auto address = address_of(value);
        if (!address) refuse(san, ip_form);
        return "ip:" + text_of_address(*address);
    }
    if (kind == "uri") {
        if (!is_uri(value)) refuse(san, "after uri: comes an absolute URI in ASCII, as uri:urn:example:unit-1");
        return "uri:" + value;
    }
    if (kind == "email") {
        if (!is_email(value)) refuse(san, "after email: comes an address in ASCII, as email:ops@example.org");
        return "email:" + lower_case_host(value);
    }
    refuse(san, "write dns:NAME, ip:ADDRESS, uri:URI or email:ADDRESS");
}

/// GeneralName (RFC 5280, 4.2.1.6).
Bytes encode_san(const std::string& san) {
    auto colon = san.find(':');
    std::string_view kind = std::string_view(san).substr(0, colon);
    std::string value = san.substr(colon + 1);
    if (kind == "ip") {
        auto address = address_of(value);
        if (!address) refuse(san, ip_form);
        return der::value(der::context(GEN_IPADD, false), {*address});
    }
    auto number = kind == "dns" ? GEN_DNS : kind == "uri" ? GEN_URI : GEN_EMAIL;
    return der::value(der::context(static_cast<std::uint8_t>(number), false), {view_of(value)});
}

}  // namespace

std::optional<Bytes> address_of(const std::string& text) {
    Bytes address(ipv6_size);
    if (inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
    address.resize(ipv4_size);
    if (inet_pton(AF_INET, text.c_str(), address.data()) == 1) return address;
    return std::nullopt;
}

std::vector<std::string> normalised_sans(const std::vector<std::string>& sans) {
    std::vector<std::string> result;
    for (const auto& san : sans) result.push_back(normalised_san(san));
    std::ranges::sort(result);
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

Bytes encode_sans(const std::vector<std::string>& sans) {
    Bytes names;
    for (const auto& san : sans) {
        Bytes name = encode_san(san);
        names.insert(names.end(), name.begin(), name.end());
    }
    return der::sequence({names});
}

std::string to_text(const GENERAL_NAME& name) {
    switch (name.type) {
        case GEN_DNS:
            return "dns:" + escape_controls(lower_case(text_of(bytes_of(*name.d.dNSName))));
        case GEN_IPADD:
            return "ip:" + text_of_address(bytes_of(*name.d.iPAddress));
        case GEN_URI:
            return "uri:" + escape_controls(text_of(bytes_of(*name.d.uniformResourceIdentifier)));
        case GEN_EMAIL:
            return "email:" + escape_controls(lower_case_host(text_of(bytes_of(*name.d.rfc822Name))));
        case GEN_DIRNAME:
            return "dir:" + to_text(*name.d.directoryName);
        case GEN_RID:
            return "rid:" + dotted(*name.d.registeredID);
        case GEN_OTHERNAME:
            return "other:" + dotted(*name.d.otherName->type_id);
        case GEN_X400:
            return "x400:";
        default:
            return "ediparty:";
    }
}

}  // namespace rekey::crypto
