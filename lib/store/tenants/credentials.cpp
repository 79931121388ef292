#include "store/tenants/credentials.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/sql/enum_names.hpp"
#include "store/sql/field_list.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/seals.hpp"
#include "store/tenants/tenants.hpp"

namespace rekey::store {

namespace {

/// What the schema asks for before each sealed key.
constexpr std::size_t padding_size = 4096;

constexpr Words<5> credential_states = {"staged", "active", "superseded", "retired", "failed"};

}  // namespace

/// For `read_fields`, which does not see into the namespace without a name.
static void read_field(Query& row, CredentialState& state) {
    state = stored_value_of<CredentialState>(credential_states, row.text());
}

namespace {

bool in_use(CredentialState state) { return state == CredentialState::staged || state == CredentialState::active; }

/// As `read_credential` takes it.
std::string select_credentials(std::string_view condition) {
    static const std::string columns = column_list(credential_fields, "c.") + ", " + column_list(health_fields, "c.");
    return fmt::format(
        "SELECT c.id, c.tenant_id, t.name, t.uid, {}, c.clock_ahead, c.confirmed, k.sealed "
        "FROM credentials c JOIN tenants t ON t.id = c.tenant_id "
        "LEFT JOIN credential_keys k ON k.credential_id = c.id {}",
        columns, condition);
}

Credential read_credential(Query& row) {
    Credential credential;
    credential.id = row.integer();
    credential.tenant_id = row.integer();
    credential.tenant = row.text();
    credential.tenant_uid = row.text();
    read_fields(row, credential_fields, credential);
    read_fields(row, health_fields, credential.health);
    if (auto ahead = row.optional_integer()) credential.health.clock_ahead = Seconds{*ahead};
    credential.confirmed = row.flag();
    credential.sealed_key = row.bytes();
    return credential;
}

/// Gives the id.
Id add_credential_row(Transaction& transaction, const Credential& credential) {
    static const std::string add = insert_sql(
        "credentials",
        fmt::format("tenant_id, {}, {}, confirmed", column_list(credential_fields), column_list(health_fields)));
    WriteQuery query(transaction, add, credential.tenant_id);
    bind_fields(query, credential_fields, credential);
    bind_fields(query, health_fields, credential.health);
    query.bind(credential.confirmed);
    query.run();
    return transaction.backend().last_id();
}

std::optional<Credential> first_credential(Query& query) {
    if (!query.next()) return std::nullopt;
    return read_credential(query);
}

[[noreturn]] void no_such_credential(Id id) {
    throw Error(Code::not_found, fmt::format("there is no credential with id {}", id));
}

void require_free_name(Reader& store, Id tenant_id, const std::string& name, Id but_for) {
    if (exists(store,
               "SELECT 1 FROM credentials WHERE tenant_id = ? AND name = ? AND state IN ('staged', 'active') "
               "AND id <> ?",
               tenant_id, name, but_for))
        throw Error(Code::refused,
                    fmt::format("the tenant {} has a credential named {} already", tenant_text(store, tenant_id),
                                printable(name)),
                    "choose another name");
}

void require_only_active(Reader& store, Id tenant_id, const std::string& client_id, Id but_for) {
    Query active(store, "SELECT name FROM credentials WHERE tenant_id = ? AND state = 'active' AND id <> ?", tenant_id,
                 but_for);
    if (active.next())
        throw Error(Code::refused,
                    fmt::format("the tenant {} has the active credential {} already", tenant_text(store, tenant_id),
                                printable(active.text())),
                    "rotate that one instead");
    Query client(store,
                 "SELECT c.name, t.name FROM credentials c JOIN tenants t ON t.id = c.tenant_id "
                 "WHERE c.client_id = ? AND c.state = 'active' AND c.id <> ?",
                 client_id, but_for);
    if (!client.next()) return;
    std::string name = client.text();
    throw Error(Code::refused,
                fmt::format("the client ID {} is in use by the credential {} of the tenant {}", printable(client_id),
                            printable(name), printable(client.text())),
                "one client belongs to one tenant; check the client ID");
}

void require_guards(Reader& store, const Credential& credential) {
    if (in_use(credential.state)) require_free_name(store, credential.tenant_id, credential.name, credential.id);
    if (credential.state == CredentialState::active)
        require_only_active(store, credential.tenant_id, credential.client_id, credential.id);
}

void keep_key(Transaction& transaction, Id credential_id, const Bytes& sealed) {
    static const Bytes padding(padding_size);
    require_current_seal(transaction, sealed);
    change(transaction, "INSERT INTO credential_keys(credential_id, padding, sealed) VALUES(?, ?, ?)", credential_id,
           ByteView(padding), ByteView(sealed));
}

}  // namespace

std::string_view to_string(CredentialState state) { return word_for(credential_states, state); }

bool is_failing(const Health& health) {
    return health.last_failure && (!health.last_success || *health.last_failure > *health.last_success);
}

std::string health_word(const Health& health) {
    if (!health.last_failure && !health.last_success) return "unknown";
    return is_failing(health) ? health.failure_class : "ok";
}
std::optional<CredentialState> credential_state(std::string_view text) {
    return value_of<CredentialState>(credential_states, text);
}

void add_credential(Transaction& transaction, Credential& credential) {
    Query tenant(transaction, "SELECT name, uid FROM tenants WHERE id = ?", credential.tenant_id);
    if (!tenant.next())
        throw Error(Code::not_found, fmt::format("there is no tenant with id {}", credential.tenant_id));
    credential.id = 0;
    require_guards(transaction, credential);
    credential.tenant = tenant.text();
    credential.tenant_uid = tenant.text();
    if (credential.state == CredentialState::active && !credential.activated_at)
        credential.activated_at = credential.created_at;
    if (in_use(credential.state))
        credential.ended_at.reset();
    else if (!credential.ended_at)
        credential.ended_at = credential.created_at;
    credential.id = add_credential_row(transaction, credential);
    if (!credential.sealed_key.empty()) keep_key(transaction, credential.id, credential.sealed_key);
}

std::optional<Credential> find_credential(Reader& store, Id id) {
    Query query(store, select_credentials("WHERE c.id = ?"), id);
    return first_credential(query);
}

std::optional<Credential> find_credential(Reader& store, const std::string& name) {
    Query query(store,
                select_credentials("WHERE c.name = ? ORDER BY c.state = 'active' DESC, c.state = 'staged' DESC, "
                                   "c.id DESC LIMIT 1"),
                name);
    return first_credential(query);
}

std::optional<Credential> active_credential(Reader& store, Id tenant_id) {
    Query query(store, select_credentials("WHERE c.tenant_id = ? AND c.state = 'active'"), tenant_id);
    return first_credential(query);
}

std::optional<Credential> active_with_client_id(Reader& store, const std::string& client_id) {
    Query query(store, select_credentials("WHERE c.client_id = ? AND c.state = 'active'"), client_id);
    return first_credential(query);
}

void each_credential(Reader& store, std::optional<Id> tenant_id, const std::function<void(const Credential&)>& visit) {
    if (tenant_id) {
        Query query(store, select_credentials("WHERE c.tenant_id = ? ORDER BY c.name, c.id"), *tenant_id);
        while (query.next()) visit(read_credential(query));
        return;
    }
    Query query(store, select_credentials("ORDER BY t.name, c.name, c.id"));
    while (query.next()) visit(read_credential(query));
}

void set_credential_state(Transaction& transaction, Id id, CredentialState state, Time now) {
    auto credential = find_credential(transaction, id);
    if (!credential) no_such_credential(id);
    credential->state = state;
    require_guards(transaction, *credential);
    // The first end counts: a superseded credential that is retired later ended when it was superseded.
    change(transaction,
           "UPDATE credentials SET state = ?1, activated_at = CASE WHEN ?1 = 'active' THEN ?2 ELSE activated_at END, "
           "ended_at = CASE WHEN ?3 THEN NULL ELSE coalesce(ended_at, ?2) END WHERE id = ?4",
           to_string(state), now, in_use(state), id);
}

void set_credential_health(Transaction& transaction, Id id, const Health& health) {
    static const std::string set =
        fmt::format("UPDATE credentials SET {}, clock_ahead = ? WHERE id = ?", assignment_list(health_fields));
    WriteQuery query(transaction, set);
    bind_fields(query, health_fields, health);
    query.bind(health.clock_ahead ? std::optional<std::int64_t>(health.clock_ahead->count()) : std::nullopt);
    query.bind(id);
    if (query.run() == 0) no_such_credential(id);
}

void set_credential_confirmed(Transaction& transaction, Id id, bool confirmed) {
    if (change(transaction, "UPDATE credentials SET confirmed = ? WHERE id = ?", confirmed, id) == 0)
        no_such_credential(id);
}

void set_credential_endpoints(Transaction& transaction, const Credential& credential) {
    if (change(transaction, "UPDATE credentials SET scope = ?, token_url = ?, audience = ?, api_url = ? WHERE id = ?",
               credential.scope, credential.token_url, credential.audience, credential.api_url, credential.id) == 0)
        no_such_credential(credential.id);
}

void rename_credential(Transaction& transaction, Id id, const std::string& name) {
    auto credential = find_credential(transaction, id);
    if (!credential) no_such_credential(id);
    credential->name = name;
    require_guards(transaction, *credential);
    change(transaction, "UPDATE credentials SET name = ? WHERE id = ?", name, id);
}

void reseal_credential(Transaction& transaction, Id id, const Bytes& sealed_key) {
    if (sealed_key.empty()) throw Error(Code::failed, fmt::format("credential {} cannot be sealed as nothing", id));
    destroy_key(transaction, id);
    keep_key(transaction, id, sealed_key);
}

void destroy_key(Transaction& transaction, Id credential_id) {
    if (!exists(transaction, "SELECT 1 FROM credentials WHERE id = ?", credential_id))
        no_such_credential(credential_id);
    change(transaction, "DELETE FROM credential_keys WHERE credential_id = ?", credential_id);
}

void destroy_keys_of(Transaction& transaction, Id tenant_id) {
    change(transaction,
           "DELETE FROM credential_keys WHERE credential_id IN (SELECT id FROM credentials WHERE tenant_id = ?)",
           tenant_id);
}

}  // namespace rekey::store
