// Credentials of tenants at an API provider: adding, verifying, rotating, and taking them from managed payloads.
//
// `connect` opens a connection to providers; a `Context` binds it to a home. `add` brings the first credential of a
// tenant. `rotate` replaces it in durable steps, and the same request again continues; `confirm_due` ends what waits
// for a confirmation, `roll_back` brings the prior one back.
//
//     auto provider = rekey::tenants::connect();
//     rekey::tenants::Context context{home, *provider, clock, "alice@host"};
//     auto credential = rekey::tenants::get_credential(home.store(), "acme");
//     auto verification = rekey::tenants::verify(context, credential);
//     if (verification.failure) std::cout << verification.failure->what << '\n';
//
// What a provider says of a credential is a `Failure`, a value. An operation that cannot go on without it throws
// Code::refused when the provider said no, Code::unreachable when it said nothing; what was in use still is.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/payload/payload.hpp"
#include "rekey/store/records.hpp"
#include "rekey/store/tenants.hpp"

namespace rekey::tenants {

// Providers
// ---------

/// Why a provider did not answer as hoped; the words of `store::Health::failure_class`.
enum class Trouble {
    invalid_client,      ///< it does not accept the credential: its own word
    wrong_organization,  ///< it does, but knows none of the tenant's devices
    unreachable,         ///< no answer: no network, a timeout
    rate_limited,        ///< it asks to come back later
    server,              ///< it answered with what is no answer
    untrusted,           ///< the server has a certificate that this machine does not trust
    intercepted,         ///< something between answers in its place: a portal, a filter, a proxy
    clock,               ///< it does not accept the time of the assertion
    scope,               ///< it does not give this client the scope
    forbidden,           ///< the token is good, but the account may not do this
    token                ///< its API does not accept the token that it gave
};
REKEY_EXPORT std::string_view to_string(Trouble trouble);
/// Whether it is a no to this credential; everything else says nothing about it.
REKEY_EXPORT bool is_final(Trouble trouble);
/// Whether it stays until somebody changes something: final ones, and what is not allowed.
REKEY_EXPORT bool is_refusal(Trouble trouble);
/// What to do about it, in words; empty where waiting is all. `tenant`: whose settings its commands name; empty: it
/// is not there yet.
REKEY_EXPORT std::string remedy(Trouble trouble, const std::string& tenant);

/// `what` is in words, without secrets and without anything that the other side sent.
struct Failure {
    Trouble trouble;
    std::string what;
    std::optional<Seconds> retry_after{};  ///< when it said so
    bool may_pass = true;                  ///< asking again at once may help
    bool temporary = false;                ///< there was no connection, or the answer was 429 or 5xx
};

template <class T>
using Answer = std::variant<T, Failure>;

/// A record that could not be read, where the others of an answer could.
struct Unread {
    std::string id;   ///< of its device
    std::string why;  ///< what in it
};

struct DevicePage {
    std::vector<store::Device> devices;
    std::vector<Unread> unread;
    std::string next;                ///< cursor of the page after it; empty: it was the last
    std::optional<Failure> no_next;  ///< why the page after it cannot be asked for, although there is one
    bool unknown_cursor = false;     ///< nothing came: the provider does not know the cursor any more
};

/// Neither: the provider does not know it.
struct DeviceAnswer {
    std::optional<store::Device> device;
    std::optional<Unread> unread;
};

/// No records when the provider does not know the device.
struct CoverageAnswer {
    std::vector<store::Coverage> records;
    std::vector<Unread> unread;
};

/// With what the API is asked.
struct ApiAccess {
    const store::Credential& credential;  ///< its endpoints count
    const Secret& token;
    std::chrono::milliseconds time_left;  ///< for the answer
};

/// A connection to a provider. Each function asks once; the caller may ask again. Used by one thread at a
/// time. Times in records are for the caller to set. A test has its own.
class REKEY_EXPORT Provider {
public:
    virtual ~Provider() = default;

    /// An access token (RFC 6749, 4.4, with RFC 7523, 2.2). `key`: PEM.
    virtual Answer<Secret> token(const store::Credential& credential, const Secret& key, Time now,
                                 std::chrono::milliseconds time_left) = 0;
    /// An empty cursor is for the first page.
    virtual Answer<DevicePage> devices(const ApiAccess& access, const std::string& cursor) = 0;
    virtual Answer<DeviceAnswer> device(const ApiAccess& access, const std::string& id) = 0;
    virtual Answer<CoverageAnswer> coverage(const ApiAccess& access, const std::string& device_id) = 0;
    /// How far this machine's clock was ahead when the last token was asked for; nothing when the answer did not say.
    virtual std::optional<Seconds> clock_ahead() const { return std::nullopt; }
};
/// One more connection, for another thread.
using OpenProvider = std::function<std::unique_ptr<Provider>()>;

/// By so much a clock has to differ from a provider's to be the cause of a refusal.
constexpr Seconds notable_clock_difference{30};
/// As `this machine's clock is 95 s ahead of https://host`.
REKEY_EXPORT std::string clock_in_words(Seconds ahead, const std::string& server);

/// Which certificate authorities are trusted beside those of the system, or of the environment: those in `ca_file`,
/// PEM; empty: none.
struct Trust {
    std::string ca_file;
};

/// How long to wait.
struct Patience {
    Seconds connect{10};
    Seconds request{30};
    Seconds total{90};  ///< for one answer, with the requests that are repeated (429, 5xx, timeouts)
};

/// Over HTTPS: TLS 1.2 or newer, name and chain checked against the system's authorities (or those that
/// $CURL_CA_BUNDLE, $SSL_CERT_FILE or $SSL_CERT_DIR name) and those of `trust`, no redirects. Plain HTTP is for
/// loopback addresses only. A token goes to the credential's `api_url` and nowhere else: of a link to the next page
/// only the cursor is taken. Requests end soon after `stop` was requested.
REKEY_EXPORT std::unique_ptr<Provider> connect(const Patience& patience = {}, const Trust& trust = {},
                                               const StopToken& stop = {});

// Credentials
// -----------

/// What every operation on credentials works with.
struct Context {
    Home& home;
    Provider& provider;
    Clock clock;
    std::string actor;
    Patience patience{};  ///< with the provider's answers
    StopToken stop{};

    store::Store& store() const { return home.store(); }
    Stamp stamp() const { return {clock(), actor}; }
};

/// Where tokens come from and what they are good for.
struct Endpoints {
    std::string scope;  ///< as requests name it: `business.api`
    std::string token_url;
    std::string audience;
    std::string api_url;
    bool operator==(const Endpoints&) const = default;
};

/// `business` and `school` (also `business.api`, `school.api`, `ABM`, `ASM`) bring their own URLs, each of which may
/// be overridden; another scope needs all three. Throws Code::usage, also for a URL that is neither
/// https nor http to a loopback address.
REKEY_EXPORT Endpoints endpoints(const std::string& scope, const std::string& token_url, const std::string& audience,
                                 const std::string& api_url);

/// What is to change of endpoints; empty: nothing.
struct EndpointChanges {
    std::string scope;
    std::string token_url;
    std::string audience;
    std::string api_url;
    bool any() const { return !(scope.empty() && token_url.empty() && audience.empty() && api_url.empty()); }
};
/// A new scope brings its own URLs in place of those that the old scope had brought. Throws as `endpoints`.
REKEY_EXPORT Endpoints changed(const Endpoints& from, const EndpointChanges& changes);

/// The scope that a client ID says by its first letters: `business` of BUSINESSAPI., `school` of SCHOOLAPI.; empty
/// for others.
REKEY_EXPORT std::string scope_of_client(const std::string& client_id);
/// A scope as lists and payloads name it, `business` or `school`; empty when it is another one.
REKEY_EXPORT std::string known_scope(const std::string& scope);
/// Throws Code::refused when the client ID says another scope than that.
REKEY_EXPORT void require_scope_of_client(const std::string& scope, const std::string& client_id);

/// An entry of a managed payload, when the credential came in one.
struct DeliveredEntry {
    std::string entry_id;
    std::int64_t version = 0;
    Sha256 digest{};
};

/// A credential as it was given, nothing checked yet.
struct Input {
    std::string name;
    std::string client_id;
    std::string key_id;
    Secret key;                   ///< PEM, plain or encrypted
    std::function<Secret()> ask;  ///< for its passphrase; may be empty
    std::optional<DeliveredEntry> delivery;
};

/// What a provider said of a credential.
struct Verification {
    std::optional<Failure> failure;        ///< none: it works
    bool different_organization = false;   ///< accepted although no known device is there
    std::optional<Seconds> clock_ahead{};  ///< of this machine, where the answer said its time
};

struct Added {
    store::Credential credential;
    bool already = false;  ///< the same one was there
};

/// Adds the first credential of a tenant, which is made when it is missing. The provider is asked
/// first unless `offline`; when it does not confirm, nothing is recorded (Code::refused,
/// Code::unreachable).
REKEY_EXPORT Added add(Context& context, const std::string& tenant, Input& input, const Endpoints& endpoints,
                       bool offline);

/// The credential of that name: the active one, else staged, else the newest. A tenant's name means its
/// active credential where no credential has that name. Throws Code::not_found, or Code::usage when several
/// tenants have one.
REKEY_EXPORT store::Credential get_credential(store::Reader& store, const std::string& name);
/// Throws Code::not_found.
REKEY_EXPORT store::Tenant get_tenant(store::Reader& store, const std::string& name);

/// Asks the provider, and records how it went as the credential's health.
REKEY_EXPORT Verification verify(Context& context, const store::Credential& credential);

/// How `set_endpoints` went.
struct EndpointsSet {
    store::Credential credential;  ///< the active one, as it is now
    bool unchanged = false;
};
/// Mends where the active credential of a tenant is used, and with which scope. The provider is asked first unless
/// `offline`, as before a rotation; then a sync asks before it takes over anything. Throws Code::refused,
/// Code::unreachable; nothing is changed then.
REKEY_EXPORT EndpointsSet set_endpoints(Context& context, const std::string& tenant, const EndpointChanges& changes,
                                        bool offline, bool accept_different_organization);

/// What would be lost with the key of a credential.
struct RemovalLoss {
    store::Credential credential;
    std::optional<Time> way_back_until = {};  ///< the tenant can go back to it until then
};
/// Throws Code::refused for the active credential, for what a rotation or a merge still needs, and for one whose key is
/// destroyed; Code::not_found.
REKEY_EXPORT RemovalLoss loss_by_removing(store::Reader& store, const std::string& name);

/// Destroys the key of a credential that is not in use. Refuses what `loss_by_removing` refuses, and, unless
/// `way_back_too`, one that is kept for going back.
struct Removal {
    store::Credential credential;
    bool in_log = false;  ///< the key is gone from the store, but see `finish_destroying`
};
REKEY_EXPORT Removal remove(Context& context, const std::string& name, bool way_back_too);

/// Removes a tenant with everything that belongs to it. False as with `remove`.
REKEY_EXPORT bool remove_tenant(Context& context, const std::string& name);

/// Destroyed keys leave the write-ahead log as well; false while somebody reads the store: later then.
REKEY_EXPORT bool finish_destroying(store::Store& store);

/// The credentials' part of changing the seal (`Reseal`).
REKEY_EXPORT void reseal(store::Transaction& transaction, const crypto::SealKey& from, const crypto::SealKey& to);

// Rotation
// --------

struct RotationRequest {
    std::string credential;  ///< name of the one to replace
    Input input;             ///< an empty name keeps the old one's
    Seconds keep_prior{std::chrono::hours{24}};
    bool offline = false;
    bool accept_different_organization = false;
    std::string source = "manual";
    EndpointChanges endpoints;  ///< what becomes different from the old one's
    /// Why, for the history; may be empty. After a `compromise` the key has to be another one.
    std::string reason;
    std::string comment;  ///< the same
};

/// How far a rotation is, for the caller to tell.
struct RotationResult {
    store::Rotation rotation;
    store::Credential credential;    ///< the active one
    bool nothing_to_do = false;      ///< it was in use already, and confirmed
    bool same_key = false;           ///< as the credential that this rotation replaced
    std::optional<Failure> waiting;  ///< why a rotation that is cut over is not confirmed yet
    bool destroyed = false;          ///< the prior key
    bool in_log = false;             ///< destroyed, but see `finish_destroying`
    std::string problem;             ///< of `confirm_due`: why nothing could be done, in words
};

/// Replaces the active credential of a tenant by another: staged, verified, cut over, confirmed.
/// Each step is durable before the next; the same request again continues where the last one
/// stopped, and one with other inputs replaces what is only staged. Throws Code::refused when the
/// provider says no, or when the key is the old one's and the reason is its compromise; Code::unreachable when it does
/// not say: the old one stays in use.
REKEY_EXPORT RotationResult rotate(Context& context, RotationRequest& request);

/// What `rotate` would do; asks the provider unless offline, changes nothing.
struct RotationPlan {
    store::Credential old;
    store::Credential fresh;
    bool continues = false;      ///< an interrupted rotation
    bool nothing_to_do = false;  ///< the active one is the same
    bool same_key = false;       ///< as the active one has, under other IDs or for other endpoints
};
REKEY_EXPORT RotationPlan plan(Context& context, RotationRequest& request);

/// Confirms what is cut over by a request with the new credential, and destroys the prior key once it was kept
/// long enough and the provider says again that the one in use serves the tenant's organisation. Nothing when the
/// tenant has no rotation that waits for either.
REKEY_EXPORT std::optional<RotationResult> confirm(Context& context, const std::string& tenant,
                                                   bool accept_different_organization);
/// The same for every tenant; one that cannot be confirmed does not delay the others.
REKEY_EXPORT std::vector<RotationResult> confirm_due(Context& context);

/// Brings the prior credential back, after a token with it unless `offline`. The one that it had
/// made way for is retired and its key destroyed.
REKEY_EXPORT RotationResult roll_back(Context& context, const std::string& tenant, bool offline);

/// Gives up a rotation that is not cut over yet, or has failed and whose key is still there. False: there was none.
REKEY_EXPORT bool abort(Context& context, const std::string& tenant);

/// The rotation that is open, or whose prior key is still kept.
REKEY_EXPORT std::optional<store::Rotation> current_rotation(store::Reader& store, store::Id tenant_id);

/// Until when the prior key of a confirmed rotation may be brought back; nothing when it is not kept.
REKEY_EXPORT std::optional<Time> prior_kept_until(const store::Rotation& rotation);
/// A word or two: `staged`, `not confirmed`, `prior kept until …`.
REKEY_EXPORT std::string in_words(const store::Rotation& rotation);

// Managed payloads
// ----------------

/// How a delivered entry compares with what was accepted of it.
enum class DeliveryState { fresh, accepted, changed, older };

REKEY_EXPORT DeliveryState state_of(store::Reader& store, const payload::Entry& entry);

struct ImportRequest {
    payload::Entry entry;
    bool as_new = false;     ///< else it updates
    std::string credential;  ///< to update; empty: the one that this entry last fed
    std::string tenant;      ///< of a new one; empty: the entry's name
    std::string token_url;   ///< of a new one; empty: the scope's
    std::string audience;
    std::string api_url;
    std::function<Secret()> passphrase;  ///< asked for only when it is needed
    Seconds keep_prior{std::chrono::hours{24}};
    bool offline = false;
    bool accept_different_organization = false;
};

/// Takes over one entry, by the rules: once, never silently when it changed, never an older one.
/// Nothing to do is an answer (`nothing_to_do`).
REKEY_EXPORT RotationResult import_entry(Context& context, ImportRequest& request);

/// Reads a payload. Throws Code::usage, Code::refused.
REKEY_EXPORT payload::Payload read_payload(const std::string& path);

/// An entry that was delivered and is not imported.
struct Pending {
    std::string file;
    payload::Entry entry;
    DeliveryState state;
    std::vector<payload::Signer> signers;
};
struct PendingList {
    std::vector<Pending> entries;
    /// Of a file that could not be read.
    struct Problem {
        std::string message;
        std::string hint;  ///< may be empty
    };
    std::vector<Problem> problems;
};
/// Of all files in `folder`, which must belong to root and be writable by nobody else, as must they.
/// Nothing when there is no such folder.
REKEY_EXPORT std::optional<PendingList> pending(store::Reader& store, const std::string& folder);

/// The credentials that a CSV lists for `payload::pack`: a header with id, name, scope, client_id,
/// key_id, version and key_file (beside the list unless absolute). Throws Code::usage with the line.
REKEY_EXPORT std::vector<payload::Plain> read_pack_list(const std::string& path, const std::function<Secret()>& ask);

/// Writes `content` so that only its owner can read it; refuses to replace a file.
REKEY_EXPORT void write_private(const std::string& path, const std::string& content);

}  // namespace rekey::tenants
