#include "tenants/provider/url.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "tenants/provider/http.hpp"
#include "tenants/provider/libcurl.hpp"

namespace rekey::tenants {

namespace {

using Url = CurlHandle<CURLU>;
using CurlText = CurlHandle<char>;

constexpr std::size_t longest_url = 2048;
constexpr std::size_t longest_link = 8192;

/// Null when `text` is no URL.
Url parse(const std::string& text) {
    Url url(curl().url());
    if (text.size() > longest_url || printable(text) != text || text.find(' ') != std::string::npos || !url ||
        curl().url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        return nullptr;
    return url;
}

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl().url_get(url, which, &text, flags) != CURLUE_OK) return "";
    CurlText owner(text);
    return text;
}

/// Addresses only: what a name resolves to is decided elsewhere.
bool is_loopback(CURLU* url) {
    auto host = part(url, CURLUPART_HOST);
    in_addr four{};
    if (inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
    return host == "[::1]";
}

}  // namespace

bool is_loopback(const std::string& url) {
    auto parsed = parse(url);
    return parsed && is_loopback(parsed.get());
}

void require_url(const std::string& url, std::string_view what) {
    constexpr const char* form = "write it as https://host/path";
    auto parsed = parse(url);
    if (!parsed) throw Error(Code::usage, fmt::format("{} '{}' is not a URL", what, printable(url)), form);
    auto scheme = part(parsed.get(), CURLUPART_SCHEME);
    if (scheme != "https" && !(scheme == "http" && is_loopback(parsed.get())))
        throw Error(Code::usage, fmt::format("{} '{}' is not https", what, printable(url)),
                    "secrets travel over TLS only; http is for loopback addresses, as http://127.0.0.1:8080");
    for (auto unwanted : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_FRAGMENT})
        if (!part(parsed.get(), unwanted).empty())
            throw Error(Code::usage, fmt::format("{} has a user, password or fragment in its URL", what), form);
}

std::optional<std::string> cursor_of(const std::string& base, const std::string& link) {
    auto here = parse(base);
    auto there = parse(base);
    if (!here || !there || link.size() > longest_link ||
        curl().url_set(there.get(), CURLUPART_URL, link.c_str(), 0) != CURLUE_OK)
        return std::nullopt;
    for (auto which : {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT})
        if (part(here.get(), which, CURLU_DEFAULT_PORT) != part(there.get(), which, CURLU_DEFAULT_PORT))
            return std::nullopt;
    auto query = part(there.get(), CURLUPART_QUERY);
    constexpr std::string_view name = "cursor=";
    for (std::size_t begin = 0; begin < query.size();) {
        auto end = std::min(query.find('&', begin), query.size());
        auto pair = std::string_view(query).substr(begin, end - begin);
        begin = end + 1;
        if (!pair.starts_with(name)) continue;
        pair.remove_prefix(name.size());
        int length = 0;
        CurlText text(curl().easy_unescape(nullptr, pair.data(), static_cast<int>(pair.size()), &length));
        if (!text) throw Error(Code::failed, "no memory to decode a URL");
        return std::string(text.get(), static_cast<std::size_t>(length));
    }
    return "";
}

std::string percent_encoded(std::string_view text) {
    CurlText encoded(curl().easy_escape(nullptr, text.data(), static_cast<int>(text.size())));
    if (!encoded) throw Error(Code::failed, "no memory to encode a URL");
    return encoded.get();
}

}  // namespace rekey::tenants
