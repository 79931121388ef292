#include "units/probe/probe_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "rekey/base/base.hpp"

namespace rekey::units {

namespace {

constexpr std::array<std::pair<std::string_view, ProbeProtocol>, 13> protocols{{
    {"tls", ProbeProtocol::tls},
    {"smtp", ProbeProtocol::smtp},
    {"lmtp", ProbeProtocol::lmtp},
    {"imap", ProbeProtocol::imap},
    {"pop3", ProbeProtocol::pop3},
    {"nntp", ProbeProtocol::nntp},
    {"sieve", ProbeProtocol::sieve},
    {"ftp", ProbeProtocol::ftp},
    {"xmpp", ProbeProtocol::xmpp},
    {"xmpp-server", ProbeProtocol::xmpp_server},
    {"postgres", ProbeProtocol::postgres},
    {"ldap", ProbeProtocol::ldap},
    {"mysql", ProbeProtocol::mysql},
}};

bool is_host_name(const std::string& text) {
    constexpr std::size_t longest_host_name = 253;
    return !text.empty() && text.size() <= longest_host_name && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '-' || c == '_';
           });
}

ProbeProtocol protocol_named(std::string_view word, const std::string& text) {
    const auto* known =
        std::find_if(protocols.begin(), protocols.end(), [&](const auto& each) { return each.first == word; });
    if (known != protocols.end()) return known->second;
    std::string words;
    for (const auto& [name, protocol] : protocols) words += fmt::format("{}{}", words.empty() ? "" : ", ", name);
    throw Error(Code::usage, fmt::format("'{}': a probe does not speak '{}'", printable(text), printable(word)),
                fmt::format("one of {}; tls:// where TLS begins at once, as with https", words));
}

/// Cuts `?name=NAME` off `rest`.
std::string cut_name(std::string& rest, const std::string& text) {
    auto mark = rest.find('?');
    if (mark == std::string::npos) return {};
    constexpr std::string_view key = "?name=";
    auto name = rest.substr(mark).starts_with(key) ? rest.substr(mark + key.size()) : std::string();
    if (!is_host_name(name) || is_ip_address(name))
        throw Error(Code::usage, fmt::format("'{}' does not end in ?name=NAME", printable(text)),
                    "as in tls://192.0.2.1:443?name=www.example");
    rest.erase(mark);
    return name;
}

ProbeAddress parse_probe_address(const std::string& text) {
    ProbeAddress address;
    address.text = text;
    auto rest = text;
    if (auto end = rest.find("://"); end != std::string::npos) {
        address.protocol = protocol_named(std::string_view(text).substr(0, end), text);
        rest.erase(0, end + 3);
    }
    address.name = cut_name(rest, text);
    address.where = parse_host_port(rest);
    if (address.name.empty() && !is_ip_address(address.where.host)) address.name = address.where.host;
    return address;
}

}  // namespace

bool is_ip_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> ignored;
    return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

HostPort parse_host_port(const std::string& text) {
    auto colon = text.rfind(':');
    auto refuse = [&] {
        throw Error(Code::usage, fmt::format("'{}' is not HOST:PORT", printable(text)),
                    "as in unit-1.example:443 or [::1]:443");
    };
    if (colon == std::string::npos) refuse();
    HostPort where{text.substr(0, colon), text.substr(colon + 1)};
    bool digits = !where.port.empty() && where.port.size() <= 5 &&
                  std::all_of(where.port.begin(), where.port.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || std::stoi(where.port) == 0 || std::stoi(where.port) > 65535) refuse();
    bool bracketed = where.host.size() > 2 && where.host.front() == '[' && where.host.back() == ']';
    if (bracketed) {
        where.host = where.host.substr(1, where.host.size() - 2);
        if (where.host.find(':') == std::string::npos || !is_ip_address(where.host)) refuse();
        return where;
    }
    if (!is_host_name(where.host)) refuse();
    return where;
}

std::vector<ProbeAddress> parse_probe(const std::string& text) {
    std::vector<ProbeAddress> addresses;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto comma = std::min(text.find(',', begin), text.size());
        addresses.push_back(parse_probe_address(text.substr(begin, comma - begin)));
        begin = comma + 1;
    }
    return addresses;
}

}  // namespace rekey::units
