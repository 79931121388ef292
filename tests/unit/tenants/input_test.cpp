#include "tenants/credentials/input.hpp"

#include "tenants/provider/http.hpp"
#include "tenants/provider/url.hpp"
#include "workshop.hpp"

using namespace rekey;
using namespace rekey::tenants;
using test::error_of;

namespace {

Input input_with(const std::string& key) {
    Input input;
    input.name = "acme";
    input.client_id = "BUSINESSAPI.1";
    input.key_id = "key-1";
    input.key = Secret::copy_of(view_of(key));
    return input;
}

std::string made_by(const std::string& command) {
    auto shell = test::shell(command + " 2>/dev/null");
    REQUIRE(shell.code == 0);
    return shell.output;
}

const std::string p256 = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";

std::string relabelled(std::string pem, const std::string& from, const std::string& to) {
    for (auto at = pem.find(from); at != std::string::npos; at = pem.find(from, at + to.size()))
        pem.replace(at, from.size(), to);
    return pem;
}

std::string refusal(const std::string& key) {
    auto input = input_with(key);
    auto error = error_of([&] { check_input(input, "acme"); });
    CHECK(error.code() == Code::usage);
    return error.message();
}

}  // namespace

TEST_CASE("keys that are none get told what they are") {
    CHECK(refusal(made_by("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null "
                          "-subj /CN=x"))
              .find("a certificate") != std::string::npos);
    CHECK(refusal(made_by("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048")).find("rsa-2048") !=
          std::string::npos);
    CHECK(refusal(made_by("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384")).find("ec-p384") !=
          std::string::npos);
    CHECK(refusal(made_by(p256 + " | openssl pkey -pubout")).find("a public key") != std::string::npos);
    CHECK(refusal(made_by(p256 + "; " + p256)).find("more than one") != std::string::npos);
    CHECK(refusal("").find("the key") != std::string::npos);
}

TEST_CASE("labels around each other's content are accepted, and encrypted keys ask") {
    auto modern = made_by(p256);
    auto input = input_with(relabelled(modern, "PRIVATE KEY", "EC PRIVATE KEY"));
    CHECK_NOTHROW(check_input(input, ""));
    auto traditional = made_by("openssl ecparam -name prime256v1 -genkey -noout");
    input = input_with(relabelled(traditional, "EC PRIVATE KEY", "PRIVATE KEY"));
    CHECK_NOTHROW(check_input(input, ""));

    auto encrypted = made_by(p256 + " -aes-256-cbc -pass pass:secret");
    CHECK(refusal(encrypted).find("passphrase") != std::string::npos);
    input = input_with(encrypted);
    input.ask = [] { return Secret::copy_of(view_of("secret")); };
    CHECK(text_of(check_input(input, "").key.view()).starts_with("-----BEGIN PRIVATE KEY-----"));
    input = input_with(encrypted);
    input.ask = [] { return Secret::copy_of(view_of("wrong")); };
    CHECK(error_of([&] { check_input(input, ""); }).code() == Code::usage);
}

TEST_CASE("IDs with something around them are refused") {
    auto key = made_by(p256);
    for (const char* id : {"", "a b", "a\n", "\na", "a\r\n", " a", "a\t", "\xC3\xA4", "a\x7F"}) {
        CAPTURE(id);
        auto input = input_with(key);
        input.client_id = id;
        CHECK(error_of([&] { check_input(input, ""); }).message().find("client ID") != std::string::npos);
        input = input_with(key);
        input.key_id = id;
        CHECK(error_of([&] { check_input(input, ""); }).message().find("key ID") != std::string::npos);
    }
}

TEST_CASE("scopes bring their endpoints, which can be overridden") {
    auto business = endpoints("business", "", "", "");
    CHECK(business.scope == "business.api");
    CHECK(business.token_url == "https://account.apple.com/auth/oauth2/token");
    CHECK(business.audience == "https://account.apple.com/auth/oauth2/v2/token");
    CHECK(business.api_url == "https://api-business.apple.com/v1");
    CHECK(endpoints("school.api", "", "", "").api_url == "https://api-school.apple.com/v1");
    CHECK(endpoints("school", "", "", "https://x.example/v1/").api_url == "https://x.example/v1");
    CHECK(error_of([] { endpoints("other", "", "", ""); }).code() == Code::usage);
}

TEST_CASE("plain http is for loopback addresses") {
    for (const char* url : {"https://example.com/token", "http://127.0.0.1:8080/token", "http://[::1]:1/"})
        CHECK_NOTHROW(require_url(url, "the URL"));
    for (const char* url :
         {"http://example.com/", "http://localhost/", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/", "",
          "https://user:secret@example.com/", "https://example.com/#x", "https://exa mple.com/", "file:///etc/passwd",
          "http://0.0.0.0/", "https://", "http://127.0.0.1@example.com/"}) {
        CAPTURE(url);
        CHECK(error_of([&] { require_url(url, "the URL"); }).code() == Code::usage);
    }
}
