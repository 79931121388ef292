#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "crypto/keys/assertion.hpp"
#include "rekey/base/base.hpp"
#include "rekey/tenants/credentials.hpp"
#include "tenants/provider/page_parser.hpp"

namespace rekey::tenants {

namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr int devices_a_page = 1000;

/// A JSON object, or nothing; exceptions would quote the text.
std::optional<Json> parse_object(const std::string& body) {
    auto json = Json::parse(body, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    return json;
}

/// The characters of RFC 6750, 2.1.
bool is_token(const std::string& text) {
    constexpr const char* allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
    return !text.empty() && text.size() <= limits::token && text.find_first_not_of(allowed) == std::string::npos;
}

class HttpProvider : public Provider {
public:
    HttpProvider(const Patience& patience, const Trust& trust, const StopToken& stop) : http_(patience, trust, stop) {}

    Answer<Secret> token(const store::Credential& credential, const Secret& key, Time now,
                         milliseconds time_left) override {
        auto begun = std::chrono::steady_clock::now();
        auto form = token_form(credential, key, now);
        auto answer = http_.send({credential.token_url, &form, nullptr, limits::token_answer}, time_left);
        auto later = now + std::chrono::floor<Seconds>(std::chrono::steady_clock::now() - begun);
        clock_ahead_ = answer.date ? std::optional(later - *answer.date) : std::nullopt;
        auto token = read_token(answer, credential, clock_ahead_);
        wipe(answer.body.data(), answer.body.size());
        return token;
    }

    Answer<DevicePage> devices(const ApiAccess& access, const std::string& cursor) override {
        auto base = access.credential.api_url + "/orgDevices";
        HttpAnswer answer;
        // A page that is too large is asked for in smaller pieces.
        for (int limit = devices_a_page; limit > 0; limit /= 10) {
            auto url = fmt::format("{}?limit={}", base, limit);
            if (!cursor.empty()) url += "&cursor=" + percent_encoded(cursor);
            answer = get(access, url, limits::page);
            if (!answer.too_large) break;
        }
        return read_devices(answer, base, cursor);
    }

    Answer<DeviceAnswer> device(const ApiAccess& access, const std::string& id) override {
        auto url = fmt::format("{}/orgDevices/{}", access.credential.api_url, percent_encoded(id));
        return read_device(get(access, url, limits::device_answer), url);
    }

    Answer<CoverageAnswer> coverage(const ApiAccess& access, const std::string& device_id) override {
        auto url =
            fmt::format("{}/orgDevices/{}/appleCareCoverage", access.credential.api_url, percent_encoded(device_id));
        return read_coverage(get(access, url, limits::device_answer), url, device_id);
    }

    std::optional<Seconds> clock_ahead() const override { return clock_ahead_; }

private:
    HttpAnswer get(const ApiAccess& access, const std::string& url, std::size_t limit) {
        return http_.send({url, nullptr, &access.token, limit}, access.time_left);
    }

    static Secret token_form(const store::Credential& credential, const Secret& key, Time now) {
        crypto::Assertion what;
        what.client_id = credential.client_id;
        what.key_id = credential.key_id;
        what.audience = credential.audience;
        // A clock that is a little ahead of the provider's must not look like one from the future.
        what.issued_at = now - Seconds{60};
        auto assertion = crypto::make_assertion(crypto::PrivateKey::from_pem(key.view()), what);
        auto form = fmt::format(
            "grant_type=client_credentials&client_id={}"
            "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            "&client_assertion={}&scope={}",
            percent_encoded(credential.client_id), assertion, percent_encoded(credential.scope));
        auto secret = Secret::copy_of(view_of(form));
        wipe(assertion.data(), assertion.size());
        wipe(form.data(), form.size());
        return secret;
    }

    static Answer<Secret> read_token(const HttpAnswer& answer, const store::Credential& credential,
                                     std::optional<Seconds> ahead) {
        if (auto failure = common_failure(answer, credential.token_url)) return *failure;
        if (answer.status != 200) return refused_token(answer, credential, ahead);
        auto json = parse_object(answer.body);
        if (!json || !json->contains("access_token") || !(*json)["access_token"].is_string())
            return no_answer(answer, credential.token_url);
        auto& text = (*json)["access_token"].get_ref<std::string&>();
        if (!is_token(text)) return no_answer(answer, credential.token_url);
        auto token = Secret::copy_of(view_of(text));
        wipe(text.data(), text.size());
        return token;
    }

    Http http_;
    std::optional<Seconds> clock_ahead_;
};

}  // namespace

std::unique_ptr<Provider> connect(const Patience& patience, const Trust& trust, const StopToken& stop) {
    return std::make_unique<HttpProvider>(patience, trust, stop);
}

}  // namespace rekey::tenants
