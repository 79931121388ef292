#pragma once

#include <curl/curl.h>

#include <memory>

/// The functions of libcurl that this room calls, without `curl_`.
#define REKEY_CURL_FUNCTIONS(each)                                                                               \
    each(easy_cleanup) each(easy_escape) each(easy_getinfo) each(easy_header) each(easy_init) each(easy_perform) \
        each(easy_reset) each(easy_setopt) each(easy_strerror) each(easy_unescape) each(free) each(getdate)      \
            each(global_init) each(slist_append) each(slist_free_all) each(url) each(url_cleanup) each(url_get)  \
                each(url_set)

namespace rekey::tenants {

/// libcurl brings two dozen libraries along. Loading them takes longer than all else at the start of a command, and
/// few commands call it: it is loaded with the first call.
struct Curl {
#define REKEY_CURL_MEMBER(name) decltype(&::curl_##name) name = nullptr;  // NOLINT(bugprone-macro-parentheses)
    REKEY_CURL_FUNCTIONS(REKEY_CURL_MEMBER)
#undef REKEY_CURL_MEMBER
};

/// Throws Code::failed when libcurl cannot be loaded.
const Curl& curl();

struct FreeCurl {
    void operator()(CURL* easy) const { curl().easy_cleanup(easy); }
    void operator()(CURLU* url) const { curl().url_cleanup(url); }
    void operator()(curl_slist* list) const { curl().slist_free_all(list); }
    void operator()(char* text) const { curl().free(text); }
};
template <typename Type>
using CurlHandle = std::unique_ptr<Type, FreeCurl>;

[[noreturn]] void refuse_option(CURLoption option);

/// For the next request. Throws Code::failed for an option that libcurl does not know.
template <typename Value>
void set_option(CURL* easy, CURLoption option, Value value) {
    if (curl().easy_setopt(easy, option, value) != CURLE_OK) refuse_option(option);
}

}  // namespace rekey::tenants
