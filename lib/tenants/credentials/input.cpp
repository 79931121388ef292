#include "tenants/credentials/input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text/letters.hpp"
#include "crypto/keys/assertion.hpp"
#include "crypto/keys/key_forms.hpp"
#include "rekey/base/base.hpp"
#include "tenants/provider/http.hpp"
#include "tenants/provider/url.hpp"

namespace rekey::tenants {

namespace {

constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_id = 256;
constexpr const char* staged_suffix = " (staged)";

struct KnownScope {
    std::string_view name;
    std::string_view scope;
    std::string_view other_name;     ///< of the service, as people call it
    std::string_view client_prefix;  ///< of client IDs
    std::string_view api_url;
};
constexpr std::array<KnownScope, 2> scopes{
    {{"business", "business.api", "ABM", "BUSINESSAPI.", "https://api-business.apple.com/v1"},
     {"school", "school.api", "ASM", "SCHOOLAPI.", "https://api-school.apple.com/v1"}}};
// They differ by /v2, and swapping them gives invalid_client.
constexpr const char* token_url = "https://account.apple.com/auth/oauth2/token";
constexpr const char* audience = "https://account.apple.com/auth/oauth2/v2/token";

/// IDs are copied from web pages, and a newline that came along is the usual cause of invalid_client.
void require_id(const std::string& id, std::string_view what, std::string_view option) {
    auto fail = [&](std::string_view problem) {
        throw Error(Code::usage, fmt::format("the {} {}", what, problem),
                    fmt::format("copy it from the provider again, and nothing around it: {}", option));
    };
    if (id.empty()) fail("is empty");
    if (id.size() > longest_id) fail(fmt::format("is longer than {} characters", longest_id));
    if (id.find_first_of("\r\n") != std::string::npos) fail("has a line break in it");
    if (id.find_first_of(" \t") != std::string::npos) fail("has a space in it");
    if (std::any_of(id.begin(), id.end(), [](char c) { return c < '!' || c > '~'; }))
        fail("has a character in it that no ID has");
}

bool same_letters(std::string_view a, std::string_view b) { return lower_case(a) == lower_case(b); }

/// Null when it is none of these.
const KnownScope* find_scope(std::string_view text) {
    for (const auto& each : scopes)
        if (same_letters(text, each.name) || same_letters(text, each.scope) || same_letters(text, each.other_name))
            return &each;
    return nullptr;
}

/// Null when it does not say.
const KnownScope* find_scope_of_client(std::string_view client_id) {
    for (const auto& each : scopes)
        if (client_id.size() > each.client_prefix.size() &&
            same_letters(client_id.substr(0, each.client_prefix.size()), each.client_prefix))
            return &each;
    return nullptr;
}

void require_scope_name(const std::string& scope) {
    // RFC 6749, 3.3.
    bool fits = !scope.empty() && scope.size() <= longest_id && std::all_of(scope.begin(), scope.end(), [](char c) {
        return c > ' ' && c <= '~' && c != '"' && c != '\\';
    });
    if (!fits) throw Error(Code::usage, fmt::format("'{}' is not a scope", printable(scope)), "as --scope business");
}

}  // namespace

Endpoints endpoints(const std::string& scope, const std::string& token_at, const std::string& aud,
                    const std::string& api) {
    require_scope_name(scope);
    Endpoints result{scope, token_at, aud, api};
    if (const auto* known = find_scope(scope)) {
        result.scope = known->scope;
        if (token_at.empty()) result.token_url = token_url;
        if (aud.empty()) result.audience = audience;
        if (api.empty()) result.api_url = known->api_url;
    }
    if (result.token_url.empty() || result.audience.empty() || result.api_url.empty())
        throw Error(Code::usage, fmt::format("nothing is known about the scope '{}'", scope),
                    "say where it is served: --token-url, --audience and --api-url; or --scope business or school");
    while (result.api_url.ends_with('/')) result.api_url.pop_back();
    require_url(result.token_url, "the token URL");
    require_url(result.api_url, "the API URL");
    if (printable(result.audience) != result.audience || result.audience.find(' ') != std::string::npos)
        throw Error(Code::usage, "the audience has a space or a control character in it");
    return result;
}

Endpoints changed(const Endpoints& from, const EndpointChanges& changes) {
    const auto& scope = changes.scope.empty() ? from.scope : changes.scope;
    const auto* old = find_scope(from.scope);
    bool other_scope = find_scope(scope) != old || old == nullptr;
    // What the old scope had brought gives way to what the new one brings; what was said by hand stays.
    auto choose = [&](const std::string& wanted, const std::string& now, std::string_view brought) {
        if (!wanted.empty()) return wanted;
        return other_scope && old != nullptr && now == brought ? std::string() : now;
    };
    return endpoints(scope, choose(changes.token_url, from.token_url, token_url),
                     choose(changes.audience, from.audience, audience),
                     choose(changes.api_url, from.api_url, old == nullptr ? "" : old->api_url));
}

std::string scope_of_client(const std::string& client_id) {
    const auto* scope = find_scope_of_client(client_id);
    return scope == nullptr ? "" : std::string(scope->name);
}

std::string known_scope(const std::string& scope) {
    const auto* known = find_scope(scope);
    return known == nullptr ? "" : std::string(known->name);
}

void require_scope_of_client(const std::string& scope, const std::string& client_id) {
    const auto* named = find_scope(scope);
    const auto* meant = find_scope_of_client(client_id);
    if (named == nullptr || meant == nullptr || named == meant) return;
    throw Error(
        Code::refused,
        fmt::format("client ID {} has the scope {}, and not {}", printable(client_id), meant->name, named->name),
        fmt::format("give the scope that belongs to it: --scope {}", meant->name));
}

void require_credential_name(const std::string& name) {
    auto fail = [&](std::string_view problem) {
        throw Error(Code::usage, fmt::format("the name '{}' {}", printable(name), problem), "as --name \"Acme 2027\"");
    };
    if (name.empty()) fail("is empty");
    if (name.size() > longest_name) fail(fmt::format("is longer than {} bytes", longest_name));
    if (printable(name) != name) fail("has control characters in it");
    if (name.front() == ' ' || name.back() == ' ') fail("begins or ends with a space");
    if (name.front() == '-') fail("begins with a dash");
    if (name.ends_with(staged_suffix)) fail("ends as the names of staged ones do");
}

std::string staged_name(const std::string& wanted, const std::string& active) {
    return wanted == active ? wanted + staged_suffix : wanted;
}

std::string wanted_name(const std::string& staged, const std::string& active) {
    return staged == active + staged_suffix ? active : staged;
}

Checked check_input(Input& input, const std::string& default_name) {
    Checked checked;
    checked.name = input.name.empty() ? default_name : input.name;
    require_credential_name(checked.name);
    require_id(input.client_id, "client ID", "--client-id ID");
    require_id(input.key_id, "key ID", "--key-id ID");
    checked.client_id = input.client_id;
    checked.key_id = input.key_id;
    try {
        auto key = crypto::read_private_key(input.key.view(), input.ask);
        crypto::require_p256(key);
        checked.key = key.to_pem();
        checked.fingerprint = crypto::key_fingerprint(key);
    } catch (Error& e) {
        throw e.in("the key");
    }
    checked.delivery = input.delivery;
    return checked;
}

bool is_same(const store::Credential& credential, const Checked& given, const Endpoints& endpoints) {
    return credential.client_id == given.client_id && credential.key_id == given.key_id &&
           credential.key_fingerprint == given.fingerprint && endpoints_of(credential) == endpoints;
}

Endpoints endpoints_of(const store::Credential& credential) {
    return {credential.scope, credential.token_url, credential.audience, credential.api_url};
}

store::Credential make_credential(const Checked& given, const Endpoints& endpoints, const std::string& source,
                                  Time now) {
    store::Credential credential;
    credential.uid = to_hex(random_bytes(uid_size));
    credential.name = given.name;
    credential.client_id = given.client_id;
    credential.key_id = given.key_id;
    credential.scope = endpoints.scope;
    credential.token_url = endpoints.token_url;
    credential.audience = endpoints.audience;
    credential.api_url = endpoints.api_url;
    credential.key_fingerprint = given.fingerprint;
    credential.source = source;
    credential.created_at = now;
    return credential;
}

}  // namespace rekey::tenants
