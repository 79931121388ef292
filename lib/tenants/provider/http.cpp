#include "tenants/provider/http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/limits.hpp"
#include "base/text/letters.hpp"
#include "rekey/base/base.hpp"
#include "tenants/provider/authorities.hpp"
#include "tenants/provider/libcurl.hpp"
#include "tenants/provider/retry.hpp"
#include "tenants/provider/url.hpp"

namespace rekey::tenants {

namespace {

using std::chrono::milliseconds;
using Headers = CurlHandle<curl_slist>;

struct Body {
    std::string bytes;
    std::size_t limit;
    bool too_large = false;
};

/// Headers and trailers, of which libcurl keeps all that come.
struct Heads {
    std::size_t size = 0;
    bool too_large = false;
};

std::size_t count_head(char*, std::size_t size, std::size_t count, void* into) {
    auto& heads = *static_cast<Heads*>(into);
    heads.size += size * count;
    heads.too_large = heads.size > limits::headers;
    return heads.too_large ? 0 : size * count;
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* into) {
    auto& body = *static_cast<Body*>(into);
    if (body.bytes.size() + size * count > body.limit) {
        body.too_large = true;
        return 0;
    }
    body.bytes.append(data, size * count);
    return size * count;
}

bool is_temporary(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
        case CURLE_OPERATION_TIMEDOUT:
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_PARTIAL_FILE:
        case CURLE_SSL_CONNECT_ERROR:
            return true;
        default:
            return false;
    }
}

/// Both words and numbers of a header; empty when it is not there.
std::string header(CURL* easy, const char* name) {
    curl_header* found = nullptr;
    if (curl().easy_header(easy, name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK) return "";
    return found->value;
}

/// `Text/HTML; charset=utf-8` as `text/html`.
std::string content_type(CURL* easy) {
    auto type = header(easy, "Content-Type");
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    return lower_case(type);
}

std::optional<Time> date(CURL* easy) {
    auto text = header(easy, "Date");
    auto seconds = text.empty() ? -1 : curl().getdate(text.c_str(), nullptr);
    if (seconds < 0) return std::nullopt;
    return from_unix(seconds);
}

void secure(CURL* easy, const std::string& url) {
    // No proxy for what never leaves the machine, and plain http nowhere else.
    bool loopback = is_loopback(url);
    set_option(easy, CURLOPT_PROTOCOLS_STR, loopback ? "https,http" : "https");
    if (loopback) set_option(easy, CURLOPT_NOPROXY, "*");
    set_option(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set_option(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set_option(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set_option(easy, CURLOPT_FOLLOWLOCATION, 0L);
}

/// libcurl asks about every second, and whenever something comes.
int end_when_stopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const StopToken*>(stop)->requested() ? 1 : 0;
}

/// A proxy that does not let us through answers before there is a connection to the provider.
void name_proxy_refusal(CURL* easy, HttpAnswer& answer) {
    long status = 0;
    curl().easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
    if (status == 407)
        answer.problem = "the proxy wants a user and a password (407): HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT";
    if (status == 403) answer.problem = "the proxy does not let us through to it (403)";
}

}  // namespace

struct Http::Impl {
    CurlHandle<CURL> easy;
};

Http::Http(const Patience& patience, const Trust& trust, const StopToken& stop)
    : patience_(patience), trust_(trust), stop_(stop), impl_(std::make_unique<Impl>()) {
    impl_->easy.reset(curl().easy_init());
    if (!impl_->easy) throw Error(Code::failed, "libcurl does not start");
}

Http::~Http() = default;

HttpAnswer Http::send(const HttpRequest& request, milliseconds time_left) {
    CURL* easy = impl_->easy.get();
    curl().easy_reset(easy);
    std::array<char, CURL_ERROR_SIZE> words{};
    Body body{{}, request.limit, false};
    Heads heads;
    auto request_time =
        std::clamp<milliseconds>(patience_.request, shortest_attempt, std::max(time_left, shortest_attempt));

    set_option(easy, CURLOPT_URL, request.url.c_str());
    secure(easy, request.url);
    Authorities authorities{trust_.ca_file, ""};
    trust_authorities(easy, authorities);
    set_option(easy, CURLOPT_NOSIGNAL, 1L);
    set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(milliseconds(patience_.connect).count()));
    set_option(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request_time.count()));
    set_option(easy, CURLOPT_USERAGENT, (std::string("rekey/") + rekey::version()).c_str());
    set_option(easy, CURLOPT_ERRORBUFFER, words.data());
    set_option(easy, CURLOPT_NOPROGRESS, 0L);
    set_option(easy, CURLOPT_XFERINFOFUNCTION, &end_when_stopped);
    set_option(easy, CURLOPT_XFERINFODATA, static_cast<void*>(&stop_));
    set_option(easy, CURLOPT_WRITEFUNCTION, &take_body);
    set_option(easy, CURLOPT_WRITEDATA, static_cast<void*>(&body));
    set_option(easy, CURLOPT_HEADERFUNCTION, &count_head);
    set_option(easy, CURLOPT_HEADERDATA, static_cast<void*>(&heads));
    Headers headers(curl().slist_append(nullptr, "Accept: application/json"));
    set_option(easy, CURLOPT_HTTPHEADER, headers.get());
    if (request.form != nullptr) {
        // On a connection that was kept, libcurl itself would send it once more after a failure, and a provider
        // that has seen the assertion then takes the client for another one.
        set_option(easy, CURLOPT_FRESH_CONNECT, 1L);
        set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.form->size()));
        // Not copied by libcurl.
        set_option(easy, CURLOPT_POSTFIELDS, reinterpret_cast<const char*>(request.form->view().data()));
    }
    if (request.bearer != nullptr) {
        std::string token(text_of(request.bearer->view()));
        set_option(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
        set_option(easy, CURLOPT_XOAUTH2_BEARER, token.c_str());
        wipe(token.data(), token.size());
    }

    auto code = curl().easy_perform(easy);
    HttpAnswer answer;
    if (code != CURLE_OK) {
        answer.temporary = (is_temporary(code) && !heads.too_large) || stop_.requested();
        answer.too_large = body.too_large;
        answer.problem = body.too_large ? fmt::format("answers with more than {} bytes", request.limit)
                         : heads.too_large
                             ? fmt::format("answers with headers of more than {} bytes in all", limits::headers)
                         : words[0] != 0 ? printable(words.data())
                                         : curl().easy_strerror(code);
        answer.untrusted_issuer = authorities.refused_issuer;
        name_proxy_refusal(easy, answer);
        wipe(body.bytes.data(), body.bytes.size());
    } else {
        long status = 0;
        curl_off_t retry_after = 0;
        curl().easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        // Both forms, a number of seconds and a date, by libcurl.
        curl().easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
        answer.status = static_cast<int>(status);
        if (retry_after > 0) answer.retry_after = Seconds{retry_after};
        answer.content_type = content_type(easy);
        answer.date = date(easy);
        answer.body = std::move(body.bytes);
    }
    // What it holds of this request points to memory that goes now.
    curl().easy_reset(easy);
    return answer;
}

}  // namespace rekey::tenants
