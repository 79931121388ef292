#include "tenants/provider/page_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "tenants/provider/answer_reader.hpp"

namespace rekey::tenants {

namespace {

using Json = nlohmann::json;

struct OauthError {
    std::string word;
    bool about_time = false;  ///< the description says that the time of the assertion is wrong
};

bool is_json(const HttpAnswer& answer) {
    const auto& type = answer.content_type;
    return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

std::set<std::string> words_of(const std::string& text) {
    std::set<std::string> words;
    std::string word;
    for (char c : text + " ") {
        if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        } else if (!word.empty()) {
            words.insert(std::move(word));
            word.clear();
        }
    }
    return words;
}

/// Providers say in their own words that they do not accept `iat` or `exp`. A client or a key may expire as well.
bool is_about_time(const std::string& description) {
    auto words = words_of(description);
    auto has = [&](std::initializer_list<const char*> any) {
        return std::any_of(any.begin(), any.end(), [&](const char* word) { return words.contains(word); });
    };
    if (has({"future", "clock", "skew", "iat", "nbf", "exp"})) return true;
    return has({"assertion", "jwt"}) && has({"expired", "expiration", "issued", "early", "old"});
}

/// Only the words of RFC 6749 and OpenID Connect: anything else that stands there is not repeated. Exceptions would
/// quote the text.
OauthError oauth_error(const HttpAnswer& answer) {
    if (!is_json(answer)) return {};
    auto json = Json::parse(answer.body, nullptr, false);
    auto text_of = [&](const char* key) {
        return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
    };
    auto word = text_of("error");
    for (const char* known :
         {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
          "invalid_scope", "server_error", "temporarily_unavailable", "slow_down"})
        if (word == known) return {word, is_about_time(text_of("error_description"))};
    return {};
}

Failure intercepted(const HttpAnswer& answer, const std::string& server) {
    auto kind = answer.content_type.empty() ? "an answer of no kind" : printable(answer.content_type);
    return {Trouble::intercepted, fmt::format("{} answers {} with {}, where the provider answers with JSON: something "
                                              "between, as a portal, a filter or a proxy, may have answered",
                                              server, answer.status, kind)};
}

}  // namespace

std::string server_of(const std::string& url) { return url.substr(0, url.find('/', url.find("//") + 2)); }

std::optional<Failure> common_failure(const HttpAnswer& answer, const std::string& url) {
    constexpr int log_in_to_network = 511;  // RFC 6585, 6
    auto server = server_of(url);
    if (answer.status == 0 && !answer.untrusted_issuer.empty())
        return Failure{Trouble::untrusted,
                       fmt::format("{}: {}; the certificate that was presented is issued by '{}', and if that is not "
                                   "the provider's issuer, a proxy that inspects TLS has answered",
                                   server, answer.problem, answer.untrusted_issuer),
                       std::nullopt, false};
    if (answer.status == 0)
        return Failure{Trouble::unreachable, fmt::format("{}: {}", server, answer.problem), std::nullopt,
                       answer.temporary, answer.temporary};
    auto for_now = [&](Trouble trouble, std::string what) {
        return Failure{trouble, std::move(what), answer.retry_after, true, true};
    };
    if (answer.status == 429)
        return for_now(Trouble::rate_limited, answer.retry_after ? fmt::format("{} asks to come back in {} s", server,
                                                                               answer.retry_after->count())
                                                                 : fmt::format("{} asks to come back later", server));
    if (answer.status == log_in_to_network)
        return for_now(Trouble::intercepted,
                       fmt::format("{} is not reached: this network wants a login first (511)", server));
    if (answer.status >= 500) return for_now(Trouble::server, fmt::format("{} answers {}", server, answer.status));
    if (answer.status >= 300 && answer.status < 400)
        return Failure{Trouble::intercepted,
                       fmt::format("{} answers {}, a redirect, which is not followed", server, answer.status)};
    return std::nullopt;
}

std::optional<Failure> refused(const HttpAnswer& answer, const std::string& url) {
    auto server = server_of(url);
    if (answer.status == 407) return intercepted(answer, server);
    if (answer.status != 401 && answer.status != 403) return std::nullopt;
    if (!is_json(answer) && !answer.body.empty()) return intercepted(answer, server);
    if (answer.status == 401)
        return Failure{Trouble::token,
                       fmt::format("{} does not accept the access token that was just issued (401)", server)};
    return Failure{Trouble::forbidden,
                   fmt::format("{} answers 403: the token is good, but the account may not do this", server)};
}

Failure no_answer(const HttpAnswer& answer, const std::string& url) {
    return {answer.content_type.starts_with("text/html") ? Trouble::intercepted : Trouble::server,
            fmt::format("{} answers {} with something else than was asked for", server_of(url), answer.status)};
}

namespace {

/// More than `most`, which no provider sends.
Failure too_many_records(std::size_t most, const std::string& url) {
    return {Trouble::server, fmt::format("{} answers with more than {} records at once", server_of(url), most)};
}

/// Whether a record that cannot be read in full still says which one it is.
bool can_be_named(const std::string& id) {
    return !id.empty() && id.size() <= limits::record_id && printable(id) == id;
}

/// Of the records of one answer. One of which only a part cannot be read is named, and the others are kept; one that
/// nobody can tell from others makes the whole answer none.
/// What is beyond `most` is counted only.
template <class Kept, class Make>
std::optional<Paging> read_records(const std::string& body, std::vector<Kept>& kept, std::vector<Unread>& unread,
                                   std::size_t most, std::size_t& count, Make make) {
    bool nameless = false;
    auto paging = read_answer(body, [&](Record&& record) {
        if (++count > most) return;
        record.origin = Origin::provider;
        auto device = record[record[Field::device].empty() ? Field::id : Field::device];
        if (device.empty()) device = record[Field::serial];
        try {
            if (record.trouble) throw Error(*record.trouble);
            kept.push_back(make(std::move(record)));
        } catch (const Error& e) {
            if (e.code() != Code::usage) throw;
            nameless = nameless || !can_be_named(device);
            unread.push_back({std::move(device), e.message()});
        }
    });
    return nameless ? std::nullopt : paging;
}

store::Device make_device(Record&& record) { return to_device(std::move(record), Time{}); }

/// The cursor of the page after it; or why that page cannot be asked for.
Answer<std::string> next_cursor(const Paging& paging, const std::string& base, const std::string& cursor) {
    auto server_says = [&](const std::string& what) { return Failure{Trouble::server, server_of(base) + " " + what}; };
    auto next = paging.cursor;
    if (next.empty() && !paging.link.empty()) {
        auto linked = cursor_of(base, paging.link);
        if (!linked) return server_says("names a next page that is on another server, which is not asked");
        if (linked->empty()) return server_says("names a next page that has no cursor");
        next = *linked;
    }
    if (next.size() > limits::cursor)
        return server_says(fmt::format("has a cursor longer than {} bytes", limits::cursor));
    if (!next.empty() && next == cursor) return server_says("names a page as the one that comes after itself");
    return next;
}

/// What every answer of the API may be instead of records.
std::optional<Failure> api_failure(const HttpAnswer& answer, const std::string& url) {
    if (auto failure = common_failure(answer, url)) return failure;
    return refused(answer, url);
}

}  // namespace

Answer<DevicePage> read_devices(const HttpAnswer& answer, const std::string& base, const std::string& cursor) {
    if (auto failure = api_failure(answer, base)) return *failure;
    DevicePage page;
    page.unknown_cursor = !cursor.empty() && (answer.status == 400 || answer.status == 404 || answer.status == 410);
    if (page.unknown_cursor) return page;
    if (answer.status != 200) return no_answer(answer, base);
    std::size_t count = 0;
    auto paging = read_records(answer.body, page.devices, page.unread, limits::page_records, count, make_device);
    if (!paging) return no_answer(answer, base);
    if (count > limits::page_records) return too_many_records(limits::page_records, base);
    auto next = next_cursor(*paging, base, cursor);
    if (auto* failure = std::get_if<Failure>(&next))
        page.no_next = std::move(*failure);
    else
        page.next = std::move(std::get<std::string>(next));
    return page;
}

Answer<DeviceAnswer> read_device(const HttpAnswer& answer, const std::string& url) {
    if (auto failure = api_failure(answer, url)) return *failure;
    if (answer.status == 404) return DeviceAnswer{};
    std::vector<store::Device> devices;
    std::vector<Unread> unread;
    std::size_t count = 0;
    bool read = answer.status == 200 && read_records(answer.body, devices, unread, 1, count, make_device);
    if (!read || count != 1) return no_answer(answer, url);
    if (devices.empty()) return DeviceAnswer{std::nullopt, std::move(unread.front())};
    return DeviceAnswer{std::move(devices.front()), std::nullopt};
}

Answer<CoverageAnswer> read_coverage(const HttpAnswer& answer, const std::string& url, const std::string& device_id) {
    if (auto failure = api_failure(answer, url)) return *failure;
    CoverageAnswer coverage;
    if (answer.status == 404) return coverage;
    auto make = [&](Record&& record) {
        record[Field::device] = device_id;
        return to_coverage(std::move(record), Time{});
    };
    // Its device is known: the answer is about that device.
    std::size_t count = 0;
    bool read = answer.status == 200 &&
                read_records(answer.body, coverage.records, coverage.unread, limits::coverage_records, count, make);
    if (!read) return no_answer(answer, url);
    if (count > limits::coverage_records) return too_many_records(limits::coverage_records, url);
    for (auto& unread : coverage.unread) unread.id = device_id;
    return coverage;
}

Failure refused_token(const HttpAnswer& answer, const store::Credential& credential, std::optional<Seconds> ahead) {
    auto server = server_of(credential.token_url);
    auto error = oauth_error(answer);
    const auto& word = error.word;
    bool clock_differs = ahead && std::chrono::abs(*ahead) >= notable_clock_difference;
    bool is_no = word == "invalid_client" || word == "unauthorized_client";
    if (word.empty() && !is_json(answer)) return intercepted(answer, server);
    if (word.empty()) return {Trouble::server, fmt::format("{} answers {} without saying why", server, answer.status)};
    if ((is_no || word == "invalid_grant" || word == "invalid_request") && (error.about_time || clock_differs))
        return {Trouble::clock,
                fmt::format("{} does not accept the assertion ({}), {}", server, word,
                            clock_differs ? "and " + clock_in_words(*ahead, "it")
                                          : "and says that its time is wrong; compare this machine's clock")};
    if (is_no)
        return {Trouble::invalid_client, fmt::format("{} does not accept client ID {} with key ID {} ({})", server,
                                                     credential.client_id, credential.key_id, word)};
    if (word == "invalid_scope")
        return {Trouble::scope, fmt::format("{} does not give client ID {} the scope {} ({})", server,
                                            credential.client_id, credential.scope, word)};
    return {Trouble::server,
            fmt::format("{} answers {} ({}), which says nothing about the credential", server, answer.status, word)};
}

std::string clock_in_words(Seconds ahead, const std::string& server) {
    return fmt::format("this machine's clock is {} s {} {}", std::chrono::abs(ahead).count(),
                       ahead.count() < 0 ? "behind" : "ahead of", server);
}

std::string_view to_string(Trouble trouble) {
    switch (trouble) {
        case Trouble::invalid_client:
            return "invalid_client";
        case Trouble::wrong_organization:
            return "wrong_organization";
        case Trouble::unreachable:
            return "unreachable";
        case Trouble::rate_limited:
            return "rate_limited";
        case Trouble::server:
            return "server";
        case Trouble::untrusted:
            return "untrusted";
        case Trouble::intercepted:
            return "intercepted";
        case Trouble::clock:
            return "clock";
        case Trouble::scope:
            return "scope";
        case Trouble::forbidden:
            return "forbidden";
        case Trouble::token:
            return "token";
    }
    return "";
}

bool is_final(Trouble trouble) { return trouble == Trouble::invalid_client || trouble == Trouble::wrong_organization; }

bool is_refusal(Trouble trouble) {
    return is_final(trouble) || trouble == Trouble::scope || trouble == Trouble::forbidden;
}

std::string remedy(Trouble trouble, const std::string& tenant) {
    switch (trouble) {
        case Trouble::untrusted:
            return "if your network inspects TLS, trust its CA: SSL_CERT_FILE=FILE, or ca_file in the configuration";
        case Trouble::intercepted:
            return "log in to this network, or have the provider's addresses let through; HTTPS_PROXY names a proxy";
        case Trouble::clock:
            return "set this machine's clock: timedatectl set-ntp true";
        case Trouble::scope:
            return "BUSINESSAPI. clients have the scope business, SCHOOLAPI. ones school: " +
                   (tenant.empty() ? "--scope SCOPE"
                                   : fmt::format("--scope, or rekey tenants set {} --scope SCOPE", tenant));
        case Trouble::forbidden:
            return "at the provider, give the API account a role that reads devices, and accept new terms";
        case Trouble::token:
            return tenant.empty()
                       ? "compare scope and API URL with what the provider names, and give them: --scope, --api-url"
                       : fmt::format(
                             "compare scope and API URL with what the provider names: rekey credential show "
                             "{0}; to change them: rekey tenants set {0} --scope SCOPE --api-url URL",
                             tenant);
        case Trouble::invalid_client:
        case Trouble::wrong_organization:
        case Trouble::unreachable:
        case Trouble::rate_limited:
        case Trouble::server:
            break;
    }
    return "";
}

}  // namespace rekey::tenants
