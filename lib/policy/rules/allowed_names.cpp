#include "policy/rules/allowed_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/text/letters.hpp"
#include "crypto/certificates/sans.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

namespace {

constexpr std::array<std::string_view, 5> name_kinds{"dns", "ip", "uri", "email", "cn"};

/// `kind:value`; a pattern without a kind is one of host names.
struct KindAndValue {
    std::string kind;
    std::string value;
};

KindAndValue split(const std::string& pattern) {
    auto colon = pattern.find(':');
    auto kind = colon == std::string::npos ? std::string("dns") : pattern.substr(0, colon);
    return {kind, colon == std::string::npos ? pattern : pattern.substr(colon + 1)};
}

/// Addresses that begin with the same bits: `10.0.0.0/8`; a single one has all of them.
struct Network {
    Bytes address;
    std::size_t bits;
};

std::optional<Network> network_of(const std::string& text) {
    auto slash = text.find('/');
    auto address = crypto::address_of(text.substr(0, slash));
    if (!address) return std::nullopt;
    std::size_t bits = address->size() * 8;
    if (slash != std::string::npos) {
        auto digits = std::string_view(text).substr(slash + 1);
        std::size_t given = 0;
        auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), given);
        if (error != std::errc{} || end != digits.data() + digits.size() || given > bits) return std::nullopt;
        bits = given;
    }
    return Network{std::move(*address), bits};
}

bool is_in(const Bytes& address, const Network& network) {
    if (address.size() != network.address.size()) return false;
    for (std::size_t bit = 0; bit < network.bits; ++bit) {
        auto mask = 0x80U >> (bit % 8);
        if (((address[bit / 8] ^ network.address[bit / 8]) & mask) != 0) return false;
    }
    return true;
}

/// `*` matches any text, also none.
bool fits(std::string_view text, std::string_view pattern) {
    std::size_t at = 0;
    std::size_t in = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (at < text.size()) {
        if (in < pattern.size() && pattern[in] == '*') {
            star = in++;
            resume = at;
        } else if (in < pattern.size() && pattern[in] == text[at]) {
            ++in;
            ++at;
        } else if (star != std::string_view::npos) {
            in = star + 1;
            at = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in) == std::string_view::npos;
}

struct FirstLabel {
    std::string_view label;
    std::optional<std::string_view> rest;
};

FirstLabel first_label(std::string_view host) {
    auto dot = host.find('.');
    if (dot == std::string_view::npos) return {host, std::nullopt};
    return {host.substr(0, dot), host.substr(dot + 1)};
}

/// Label by label: `*` in a label matches any text in it, `**` for one label or more. A wildcard name is allowed by
/// a whole `*` or `**` only, as what it names is then allowed too.
bool host_fits(std::string_view host, std::string_view pattern) {
    auto [label, rest] = first_label(host);
    auto [wanted, more] = first_label(pattern);
    bool wildcard = label.find('*') != std::string_view::npos;
    bool whole = wanted == "*" || wanted == "**";
    if (label.empty() || (wildcard ? !whole : !fits(label, wanted))) return false;
    if (wanted == "**" && rest && host_fits(*rest, pattern)) return true;
    if (!rest || !more) return !rest && !more;
    return host_fits(*rest, *more);
}

bool value_fits(const KindAndValue& name, const KindAndValue& pattern) {
    if (name.kind == "dns") return host_fits(lower_case(name.value), lower_case(pattern.value));
    if (name.kind == "ip") {
        auto address = crypto::address_of(name.value);
        auto network = network_of(pattern.value);
        return address && network && is_in(*address, *network);
    }
    return fits(name.value, pattern.value);
}

bool is_allowed(const std::vector<std::string>& patterns, const KindAndValue& name) {
    return std::ranges::any_of(patterns, [&](const std::string& text) {
        auto pattern = split(text);
        if (name.kind != "cn") return name.kind == pattern.kind && value_fits(name, pattern);
        if (pattern.kind == "cn") return fits(lower_case(name.value), lower_case(pattern.value));
        // What old clients take a CN for: a host name, or an address.
        if (pattern.kind != "dns" && pattern.kind != "ip") return false;
        return value_fits({pattern.kind, name.value}, pattern);
    });
}

/// The CNs in RFC 4514 text. A subject that cannot be taken apart is a name that nothing allows.
std::vector<std::string> common_names_of(const std::string& subject) {
    std::vector<std::string> names;
    for (const auto& [key, value] : parse_subject(subject))
        if (key == "CN") names.push_back(value);
    return names;
}

}  // namespace

void check_name_pattern(const std::string& text) {
    auto pattern = split(text);
    auto refuse = [&](std::string hint) {
        throw Error(Code::usage, fmt::format("'{}' is not a pattern of names", printable(text)), std::move(hint));
    };
    if (std::ranges::find(name_kinds, pattern.kind) == name_kinds.end() || pattern.value.empty())
        refuse(
            "write a host name as *.example.com, ip:10.0.0.0/8, uri:urn:example:*, email:*@example.com or cn:pump-*");
    if (pattern.kind == "ip" && !network_of(pattern.value))
        refuse("after ip: comes an address or a network, as 10.0.0.0/8 or 2001:db8::/32");
    bool in_host = pattern.kind == "dns";
    if (in_host && (pattern.value.find("..") != std::string::npos || pattern.value.front() == '.' ||
                    pattern.value.back() == '.' || pattern.value.find_first_of(" /@") != std::string::npos))
        refuse("a host name is labels with dots between them; * matches one label, ** one or more");
}

std::vector<std::string> names_not_allowed(const std::vector<std::string>& patterns, const std::string& subject,
                                           const std::vector<std::string>& sans) {
    std::vector<std::string> found;
    if (patterns.empty()) return found;
    for (const auto& san : sans) {
        auto colon = san.find(':');
        if (!is_allowed(patterns, {san.substr(0, colon), san.substr(colon + 1)})) found.push_back(san);
    }
    try {
        for (const auto& name : common_names_of(subject))
            if (!is_allowed(patterns, {"cn", name})) found.push_back("CN=" + name);
    } catch (const Error&) {
        found.push_back(subject);
    }
    return found;
}

}  // namespace rekey::policy
