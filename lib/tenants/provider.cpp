#include "rekey/tenants/provider.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "crypto/assertion.hpp"
#include "rekey/base/error.hpp"
#include "tenants/answers.hpp"

namespace rekey::tenants {

namespace {

using Json = nlohmann::json;

constexpr std::size_t largest_token_answer = 64 << 10;
constexpr std::size_t largest_page = 16 << 20;
constexpr std::size_t longest_token = 16 << 10;
constexpr const char* page_size = "1000";

/// A JSON object, or nothing; exceptions would quote the text.
std::optional<Json> parse_object(const std::string& body) {
    auto json = Json::parse(body, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    return json;
}

/// The characters of RFC 6750, 2.1.
bool is_token(const std::string& text) {
    constexpr const char* allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
    return !text.empty() && text.size() <= longest_token && text.find_first_not_of(allowed) == std::string::npos;
}

/// Error words of RFC 6749, 5.2; anything else that stands there is not repeated.
std::string oauth_error(const std::string& body) {
    auto json = parse_object(body);
    if (!json || !json->contains("error") || !(*json)["error"].is_string()) return "";
    auto word = (*json)["error"].get<std::string>();
    for (const char* known : {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
                              "unsupported_grant_type", "invalid_scope"})
        if (word == known) return word;
    return "";
}

Failure refused_token(const HttpAnswer& answer, const store::Credential& credential) {
    auto word = oauth_error(answer.body);
    auto server = server_of(credential.token_url);
    if (word.empty() && answer.status != 401 && answer.status != 403)
        return {Trouble::server, fmt::format("{} answers {} without saying why", server, answer.status)};
    return {Trouble::invalid_client,
            fmt::format("{} does not accept client ID {} with key ID {}{}", server, credential.client_id,
                        credential.key_id, word.empty() ? "" : fmt::format(" ({})", word))};
}

class HttpProvider : public Provider {
public:
    explicit HttpProvider(const Patience& patience) : http_(patience) {}

    Answer<Secret> token(const store::Credential& credential, const Secret& key, Time now) override {
        auto form = [&] { return token_form(credential, key, now); };
        auto answer = http_.send({credential.token_url, form, nullptr, largest_token_answer});
        auto token = read_token(answer, credential);
        wipe(answer.body.data(), answer.body.size());
        return token;
    }

    Answer<std::vector<std::string>> devices(const store::Credential& credential, const Secret& token) override {
        auto url = fmt::format("{}/orgDevices?limit={}", credential.api_url, page_size);
        auto answer = http_.send({url, {}, &token, largest_page});
        if (auto failure = common_failure(answer, url)) return *failure;
        if (auto failure = refused(answer, url)) return *failure;
        auto json = answer.status == 200 ? parse_object(answer.body) : std::nullopt;
        auto data = json ? json->find("data") : Json::iterator();
        if (!json || data == json->end() || !data->is_array()) return no_answer(answer, url);
        std::vector<std::string> ids;
        for (const auto& device : *data) {
            if (!device.is_object() || !device.contains("id") || !device["id"].is_string())
                return no_answer(answer, url);
            ids.push_back(device["id"]);
        }
        return ids;
    }

    Answer<bool> knows(const store::Credential& credential, const Secret& token, const std::string& id) override {
        auto url = fmt::format("{}/orgDevices/{}", credential.api_url, percent_encoded(id));
        auto answer = http_.send({url, {}, &token, largest_page});
        if (auto failure = common_failure(answer, url)) return *failure;
        if (answer.status == 404) return false;
        if (auto failure = refused(answer, url)) return *failure;
        auto json = answer.status == 200 ? parse_object(answer.body) : std::nullopt;
        if (!json || !json->contains("data")) return no_answer(answer, url);
        return true;
    }

private:
    static Secret token_form(const store::Credential& credential, const Secret& key, Time now) {
        crypto::Assertion what;
        what.client_id = credential.client_id;
        what.key_id = credential.key_id;
        what.audience = credential.audience;
        what.issued_at = now;
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

    static Answer<Secret> read_token(const HttpAnswer& answer, const store::Credential& credential) {
        if (auto failure = common_failure(answer, credential.token_url)) return *failure;
        if (answer.status != 200) return refused_token(answer, credential);
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
};

}  // namespace

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
    }
    return "";
}

bool is_final(Trouble trouble) { return trouble == Trouble::invalid_client || trouble == Trouble::wrong_organization; }

std::unique_ptr<Provider> connect(const Patience& patience) { return std::make_unique<HttpProvider>(patience); }

}  // namespace rekey::tenants
