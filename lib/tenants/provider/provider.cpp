#include "rekey/tenants/provider.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "crypto/keys/assertion.hpp"
#include "rekey/base/error.hpp"
#include "tenants/provider/answer_reader.hpp"
#include "tenants/provider/page_parser.hpp"

namespace rekey::tenants {

namespace {

using Json = nlohmann::json;

constexpr const char* devices_a_page = "1000";

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
    HttpProvider(const Patience& patience, const Trust& trust) : http_(patience, trust) {}

    Answer<Secret> token(const store::Credential& credential, const Secret& key, Time now) override {
        // Asked again, it is later, and an assertion is of its own time.
        auto begun = std::chrono::steady_clock::now();
        auto at = [&] { return now + std::chrono::floor<Seconds>(std::chrono::steady_clock::now() - begun); };
        auto form = [&] { return token_form(credential, key, at()); };
        auto answer = http_.send({credential.token_url, form, nullptr, limits::token_answer});
        clock_ahead_ = answer.date ? std::optional(at() - *answer.date) : std::nullopt;
        auto token = read_token(answer, credential, clock_ahead_);
        wipe(answer.body.data(), answer.body.size());
        return token;
    }

    Answer<std::vector<std::string>> devices(const store::Credential& credential, const Secret& token) override {
        auto url = fmt::format("{}/orgDevices?limit={}", credential.api_url, devices_a_page);
        auto answer = http_.send({url, {}, &token, limits::page});
        if (auto failure = common_failure(answer, url)) return *failure;
        if (auto failure = refused(answer, url)) return *failure;
        std::vector<std::string> ids;
        bool nameless = false;
        std::size_t count = 0;
        bool read = answer.status == 200 && read_answer(answer.body, [&](Record&& record) {
                        nameless = nameless || record[Field::id].empty();
                        if (++count <= limits::page_records) ids.push_back(std::move(record[Field::id]));
                    });
        if (!read || nameless) return no_answer(answer, url);
        if (count > limits::page_records) return too_many_records(limits::page_records, url);
        return ids;
    }

    Answer<bool> knows(const store::Credential& credential, const Secret& token, const std::string& id) override {
        auto url = fmt::format("{}/orgDevices/{}", credential.api_url, percent_encoded(id));
        auto answer = http_.send({url, {}, &token, limits::device_answer});
        if (auto failure = common_failure(answer, url)) return *failure;
        if (answer.status == 404) return false;
        if (auto failure = refused(answer, url)) return *failure;
        if (answer.status != 200 || !read_answer(answer.body, [](Record&&) {})) return no_answer(answer, url);
        return true;
    }

    std::optional<Seconds> clock_ahead() const override { return clock_ahead_; }

private:
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

std::unique_ptr<Provider> connect(const Patience& patience, const Trust& trust) {
    return std::make_unique<HttpProvider>(patience, trust);
}

}  // namespace rekey::tenants
