#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/certificates/issuers.hpp"
#include "store/fleet/own_rules.hpp"
#include "store/sql/settings.hpp"
#include "store/tenants/seals.hpp"

namespace rekey::issuers {

namespace {

constexpr const char* default_issuer = "default_issuer";

bool is_default(store::Reader& store, const std::string& name) {
    return store::setting(store, default_issuer).value_or("") == name;
}

}  // namespace

void require_removable(store::Reader& store, const store::Issuer& issuer) {
    const auto& name = issuer.name;
    if (is_default(store, name))
        throw Error(Code::refused, fmt::format("issuer '{}' is the default", name),
                    "make another one the default first: rekey issuers default NAME");
    if (auto unit = store::unit_that_names_issuer(store, name))
        throw Error(Code::refused, fmt::format("unit '{}' has a rule of its own that names issuer '{}'", *unit, name),
                    fmt::format("take it away first: rekey units set {} --issuer ''", *unit));
    if (store::issuers_in_use(store).contains(issuer.id))
        throw Error(
            Code::refused, fmt::format("slots hold certificates of issuer '{}', or were moved to it", name),
            fmt::format("move them first: rekey certs renew --issuer-is {} --issuer OTHER --reason migration", name));
    if (store::has_open_items(store, issuer.id))
        throw Error(Code::refused, fmt::format("runs have to do with issuer '{}' that have not ended", name),
                    "see: rekey runs list; to give them up: rekey runs abandon");
    if (auto shared = list_state(store, issuer).shared_with; !shared.empty())
        throw Error(
            Code::refused,
            fmt::format("issuer '{}' has the name and key of issuer '{}', and one list with it", name, shared.front()),
            "keep both: the list needs the key for as long as anything that it signed may be revoked");
}

void remove(Home& home, const std::string& name, const Stamp& stamp,
            const std::function<void(store::Reader&)>& require_more) {
    home.store().write([&](store::Transaction& transaction) {
        home.check_clock(transaction, stamp.at);
        auto issuer = get(transaction, name);
        require_removable(transaction, issuer);
        require_more(transaction);
        store::remove_issuer(transaction, issuer, stamp.at);
        store::set_setting(transaction, store::destroyed_keys_setting, "1");
        store::audit(transaction, stamp, "issuer.remove", name,
                     {{"number", issuer.facts.number},
                      {"subject", issuer.facts.subject},
                      {"fingerprint_sha256", issuer.facts.fingerprint_sha256}});
    });
}

store::Issuer rename(Home& home, const std::string& name, const std::string& new_name, const Stamp& stamp) {
    require_name(new_name, "issuer");
    return home.store().write([&](store::Transaction& transaction) {
        auto issuer = get(transaction, name);
        if (new_name == name)
            throw Error(Code::usage, fmt::format("issuer '{}' has that name already", name), "give it another one");
        bool by_default = is_default(transaction, name);
        store::rename_issuer(transaction, issuer, new_name);
        if (by_default) store::set_setting(transaction, default_issuer, new_name);
        store::audit(transaction, stamp, "issuer.rename", name, {{"to", new_name}});
        return issuer;
    });
}

}  // namespace rekey::issuers
