#include <doctest/doctest.h>

#include "tenants/provider/page_parser.hpp"

using namespace rekey;
using namespace rekey::tenants;

namespace {

HttpAnswer answer(int status, const std::string& type, const std::string& body) {
    HttpAnswer answer;
    answer.status = status;
    answer.content_type = type;
    answer.body = body;
    return answer;
}

store::Credential credential() {
    store::Credential credential;
    credential.client_id = "BUSINESSAPI.1";
    credential.key_id = "k1";
    credential.scope = "business.api";
    credential.token_url = "https://account.example/token";
    return credential;
}

const std::string json = "application/json";
const std::string url = "https://api.example/v1/orgDevices";

/// As the provider asks for a token: what is common first.
Trouble at_token(const HttpAnswer& got, std::optional<Seconds> ahead = std::nullopt) {
    if (auto failure = common_failure(got, credential().token_url)) return failure->trouble;
    return refused_token(got, credential(), ahead).trouble;
}
Trouble at_api(const HttpAnswer& got) {
    if (auto failure = common_failure(got, url)) return failure->trouble;
    if (auto failure = refused(got, url)) return failure->trouble;
    return no_answer(got, url).trouble;
}

}  // namespace

TEST_CASE("only an OAuth error object that names the client is a no to it") {
    for (int status : {400, 401, 403})
        for (const char* word : {"invalid_client", "unauthorized_client"}) {
            CAPTURE(status);
            CAPTURE(word);
            auto body = std::string(R"({"error":")") + word + "\"}";
            CHECK(at_token(answer(status, json, body)) == Trouble::invalid_client);
            CHECK(at_token(answer(status, "application/problem+json", body)) == Trouble::invalid_client);
            // The same words from whoever is not an OAuth server.
            for (const char* type : {"text/html", "text/plain", "", "application/javascript"})
                CHECK_FALSE(is_final(at_token(answer(status, type, body))));
        }
}

TEST_CASE("everything else at the token endpoint says nothing about the client") {
    struct Case {
        int status;
        std::string type;
        std::string body;
        Trouble trouble;
    };
    const Case cases[] = {
        {403, "text/html", "<html>Blocked by the web filter</html>", Trouble::intercepted},
        {401, "text/html", "<html>log in to this network</html>", Trouble::intercepted},
        {407, "text/html", "proxy", Trouble::intercepted},
        {404, "text/html", "", Trouble::intercepted},
        {511, "text/html", "log in", Trouble::intercepted},
        {302, "", "", Trouble::intercepted},
        {400, json, R"({"error":"invalid_request"})", Trouble::server},
        {400, json, R"({"error":"invalid_grant"})", Trouble::server},
        {400, json, R"({"error":"unsupported_grant_type"})", Trouble::server},
        {400, json, R"({"error":"slow_down"})", Trouble::server},
        {400, json, R"({"error":"a word that nobody knows"})", Trouble::server},
        {400, json, R"({"error":{"code":"invalid_client"}})", Trouble::server},
        {400, json, R"({"errors":[{"code":"invalid_client"}]})", Trouble::server},
        {400, json, R"(["invalid_client"])", Trouble::server},
        {400, json, R"({"error":"invalid_client")", Trouble::server},
        {401, json, "", Trouble::server},
        {403, json, "{}", Trouble::server},
        {400, json, R"({"error":"invalid_scope"})", Trouble::scope},
        {429, json, R"({"error":"invalid_client"})", Trouble::rate_limited},
        {500, json, R"({"error":"invalid_client"})", Trouble::server},
        {503, "text/html", "", Trouble::server},
    };
    for (const auto& each : cases) {
        CAPTURE(each.status);
        CAPTURE(each.body);
        auto trouble = at_token(answer(each.status, each.type, each.body));
        CHECK(trouble == each.trouble);
        CHECK_FALSE(is_final(trouble));
    }
}

TEST_CASE("a clock that may be the cause is named and no refusal is final then") {
    auto no = answer(400, json, R"({"error":"invalid_client"})");
    CHECK(at_token(no, Seconds{0}) == Trouble::invalid_client);
    CHECK(at_token(no, Seconds{29}) == Trouble::invalid_client);
    CHECK(at_token(no, Seconds{95}) == Trouble::clock);
    CHECK(at_token(no, Seconds{-3600}) == Trouble::clock);
    CHECK(refused_token(no, credential(), Seconds{95}).what.find("this machine's clock is 95 s ahead of it") !=
          std::string::npos);
    CHECK(refused_token(no, credential(), Seconds{-95}).what.find("95 s behind it") != std::string::npos);
    for (const char* words : {"assertion issued in the future", "iat claim timestamp check failed",
                              "\\\"exp\\\" claim timestamp check failed", "JWT expired", "clock skew too large"}) {
        CAPTURE(words);
        auto told =
            answer(400, json, std::string(R"({"error":"invalid_client","error_description":")") + words + "\"}");
        CHECK(at_token(told) == Trouble::clock);
        // And nothing of it is repeated.
        CHECK(refused_token(told, credential(), std::nullopt).what.find(words) == std::string::npos);
    }
    for (const char* words : {"client secret expired", "the client is not associated", "unknown key"}) {
        CAPTURE(words);
        auto told =
            answer(400, json, std::string(R"({"error":"invalid_client","error_description":")") + words + "\"}");
        CHECK(at_token(told) == Trouble::invalid_client);
    }
}

TEST_CASE("the API says nothing about the client either") {
    CHECK(at_api(answer(401, json, "{}")) == Trouble::token);
    CHECK(at_api(answer(401, "", "")) == Trouble::token);
    CHECK(at_api(answer(403, json, R"({"errors":[{"code":"FORBIDDEN"}]})")) == Trouble::forbidden);
    CHECK(at_api(answer(401, "text/html", "<html>")) == Trouble::intercepted);
    CHECK(at_api(answer(403, "text/html", "<html>")) == Trouble::intercepted);
    CHECK(at_api(answer(200, "text/html", "<html>")) == Trouble::intercepted);
    CHECK(at_api(answer(400, json, R"({"error":"invalid_client"})")) == Trouble::server);
    for (auto trouble : {Trouble::token, Trouble::forbidden, Trouble::intercepted, Trouble::scope, Trouble::clock,
                         Trouble::untrusted}) {
        CHECK_FALSE(is_final(trouble));
        CHECK(remedy(trouble, "") != "");
        CHECK(remedy(trouble, "acme").find("TENANT") == std::string::npos);
    }
}

TEST_CASE("a certificate that is not trusted is named by its issuer") {
    HttpAnswer none;
    none.problem = "SSL certificate problem: unable to get local issuer certificate";
    none.untrusted_issuer = "CN=Example Inspection CA";
    auto failure = common_failure(none, url);
    REQUIRE(failure);
    CHECK(failure->trouble == Trouble::untrusted);
    CHECK(failure->what.find("'CN=Example Inspection CA'") != std::string::npos);
    CHECK_FALSE(failure->may_pass);
}
