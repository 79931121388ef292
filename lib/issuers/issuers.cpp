#include "rekey/issuers/issuers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files/folder.hpp"
#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/certificates/pkcs12.hpp"
#include "crypto/certificates/roots.hpp"
#include "crypto/sealing/seal.hpp"
#include "home/attribution.hpp"
#include "issuers/list_signer.hpp"
#include "issuers/local.hpp"
#include "issuers/seen_list.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/issuers.hpp"
#include "store/fleet/name_lookup.hpp"
#include "store/sql/settings.hpp"

namespace rekey::issuers {

namespace {

void require_key_of_ca(const std::string& key) {
    crypto::require_makeable(key);
    if (key == "rsa-2048")
        throw Error(Code::usage, "a CA lives longer than a key of the kind rsa-2048 is expected to be safe",
                    "use another kind, as ec-p256 or rsa-3072");
}

constexpr Period ca_validity{.months = 30 * 12};
constexpr auto clock_tolerance = std::chrono::hours{1};
constexpr std::size_t largest_pem = 1 << 20;
constexpr const char* default_setting = "default_issuer";

std::string fresh_number(store::Reader& store) {
    for (;;) {
        auto number = crypto::make_number();
        if (!store::number_known(store, number)) return number;
    }
}

/// Seals the key and records the issuer, together with its audit entry.
store::Issuer record(Home& home, store::Transaction& transaction, const std::string& name, const std::string& uid,
                     const crypto::Authority& authority, const std::string& action, const Stamp& stamp) {
    store::Issuer issuer;
    issuer.uid = uid;
    issuer.name = name;
    issuer.kind = local_kind;
    issuer.facts = authority.certificate().facts();
    for (const auto& certificate : authority.chain()) issuer.chain.push_back(certificate.der());
    issuer.sealed_key = home.seal_key().seal(authority.key().to_pem().view(), seal_context(uid));
    issuer.added_at = stamp.at;
    store::add_issuer(transaction, issuer);
    record_list_signers(transaction);
    store::AuditDetail detail{{"number", issuer.facts.number},
                              {"subject", issuer.facts.subject},
                              {"fingerprint_sha256", issuer.facts.fingerprint_sha256},
                              {"expires_at", to_rfc3339(issuer.facts.not_after)}};
    store::audit(transaction, stamp, action, name, detail);
    if (!store::setting(transaction, default_setting)) store::set_setting(transaction, default_setting, name);
    attribute_recorded(transaction, stamp);
    return issuer;
}

crypto::Authority make_authority(const std::string& organization, const std::string& name, const std::string& key,
                                 const std::string& uid, const std::string& number, Time now) {
    // A part of the uid keeps the names of two homes' CAs apart, as chain building goes by name.
    crypto::Attributes subject;
    if (!organization.empty()) subject.emplace_back("O", organization);
    subject.emplace_back("CN", fmt::format("rekey {} {}", name.substr(0, 40), uid.substr(0, 8)));
    return crypto::Authority::create(key, subject, number, now - clock_tolerance, ca_validity.after(now));
}

/// What `read` finds in the folder under the name that `path` ends with.
template <class Read>
Bytes read_at(const std::string& path, const Read& read) {
    auto slash = path.rfind('/');
    auto folder = open_folder(slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
    std::optional<Bytes> content = read(*folder, path.substr(slash == std::string::npos ? 0 : slash + 1));
    if (!content) throw Error(Code::usage, fmt::format("there is no file {}", printable(path)), "is the path right?");
    return *content;
}

Bytes read_file(const std::string& path) {
    return read_at(path, [](Folder& folder, const std::string& name) { return folder.read(name, largest_pem); });
}

/// In the transaction that adds the issuer.
void take_over_list(store::Transaction& transaction, const store::Issuer& issuer, const std::string& file,
                    ByteView content, const Stamp& stamp) {
    auto signer = list_signer_of(transaction, issuer.id);
    take_over(transaction, signer,
              read_seen_list(content, file, signer, "give the newest list that this CA itself signed"), stamp);
}

/// What `read` throws, naming the file.
template <class Read>
auto in_file(const std::string& file, const Read& read) {
    try {
        return read();
    } catch (Error& e) {
        throw e.in(printable(file));
    }
}

std::vector<crypto::X509Certificate> read_chain(const std::string& file) {
    return in_file(file, [&] { return crypto::X509Certificate::from_pem(read_file(file)); });
}

std::vector<Bytes> ders_of(const std::vector<crypto::X509Certificate>& chain) {
    std::vector<Bytes> ders;
    for (const auto& certificate : chain) ders.push_back(certificate.der());
    return ders;
}

/// All of the chain: what is signed below it lives no longer than the shortest of them.
void require_valid(const std::vector<crypto::X509Certificate>& chain, Time now) {
    for (const auto& certificate : chain) {
        auto facts = certificate.facts();
        auto which = chain.size() == 1 ? std::string() : fmt::format("'{}' in the chain ", facts.subject);
        if (facts.not_after <= now)
            throw Error(Code::refused, fmt::format("{}expired on {}", which, to_rfc3339(facts.not_after)),
                        "bring a CA that is valid now, with a chain that is");
        if (facts.not_before > now)
            throw Error(
                Code::refused,
                fmt::format("{}not valid before {}", which.empty() ? "" : which + "is ", to_rfc3339(facts.not_before)),
                "bring a CA that is valid now, or correct the clock");
    }
}

/// Whether `chain` is one of the CA that is here as `authority`.
void require_same(const crypto::Authority& authority, const std::vector<crypto::X509Certificate>& chain, Time now) {
    if (auto why = authority.difference_from(chain.front()))
        throw Error(Code::refused, *why,
                    "give the issuer's own certificate first; another CA is another issuer: rekey "
                    "issuers add");
    // Judges the whole chain, as for an issuer that is added.
    crypto::Authority renewed(chain, crypto::PrivateKey::from_pem(authority.key().to_pem().view()));
    require_valid(renewed.chain(), now);
}

/// Its chain becomes this one, with an audit entry; nothing when it is already.
store::Issuer replace(store::Transaction& transaction, const store::Issuer& before,
                      const std::vector<crypto::X509Certificate>& chain, const Stamp& stamp) {
    auto issuer = before;
    issuer.facts = chain.front().facts();
    issuer.chain = ders_of(chain);
    if (issuer.chain == before.chain) return before;
    store::replace_issuer_chain(transaction, issuer, stamp.at);
    store::AuditDetail detail{{"number", issuer.facts.number},
                              {"number_before", before.facts.number},
                              {"subject", issuer.facts.subject},
                              {"fingerprint_sha256", issuer.facts.fingerprint_sha256},
                              {"expires_at", to_rfc3339(issuer.facts.not_after)},
                              {"chain_ended_at", to_rfc3339(before.chain_end.at)},
                              {"chain_ends_at", to_rfc3339(issuer.chain_end.at)},
                              {"root", to_hex(sha256(issuer.chain.back()))}};
    store::audit(transaction, stamp, "issuer.renew", issuer.name, detail);
    return issuer;
}

store::Issuer create(Home& home, store::Transaction& transaction, const std::string& name, const Stamp& stamp,
                     const std::string& key) {
    require_name(name, "issuer");
    require_key_of_ca(key);
    home.check_clock(transaction, stamp.at);
    auto uid = to_hex(random_bytes(16));
    auto organization = store::setting(transaction, "organization").value_or("");
    auto authority = make_authority(organization, name, key, uid, fresh_number(transaction), stamp.at);
    return record(home, transaction, name, uid, authority, "issuer.create", stamp);
}

Secret read_secret_file(const std::string& file) {
    auto content = read_file(file);
    auto secret = Secret::copy_of(content);
    wipe(content.data(), content.size());
    return secret;
}

/// `file` is named to the user as where the certificate is.
Renewed add_authority(Home& home, const std::string& name, const crypto::Authority& authority, const std::string& file,
                      const Stamp& stamp, const std::string& list_file) {
    in_file(file, [&] { require_valid(authority.chain(), stamp.at); });

    Bytes list;
    if (!list_file.empty()) list = read_at(list_file, read_list_file);

    return home.store().write([&](store::Transaction& transaction) {
        home.check_clock(transaction, stamp.at);
        if (auto known = store::find_issuer(transaction, name)) {
            auto own = crypto::X509Certificate::from_der(known->chain.front());
            if (!authority.difference_from(own)) {
                Renewed renewed{replace(transaction, *known, authority.chain(), stamp),
                                ders_of(authority.chain()) != known->chain};
                if (!list_file.empty()) take_over_list(transaction, renewed.issuer, list_file, list, stamp);
                return renewed;
            }
        }
        auto fingerprint = authority.certificate().fingerprint_sha256();
        for (const auto& known : store::issuers(transaction))
            if (known.facts.fingerprint_sha256 == fingerprint)
                throw Error(Code::refused, fmt::format("this CA is here already, as issuer '{}'", known.name),
                            fmt::format("to give it another chain: rekey issuers renew {} --cert {}", known.name,
                                        printable(file)));
        Renewed added{record(home, transaction, name, to_hex(random_bytes(16)), authority, "issuer.add", stamp), true};
        if (!list_file.empty()) take_over_list(transaction, added.issuer, list_file, list, stamp);
        return added;
    });
}

}  // namespace

void require_creatable(const std::string& organization, const std::string& key, Time now) {
    require_key_of_ca(key);
    // What may not be in a name does not depend on the key, and one of RSA takes its time.
    make_authority(organization, "local", "ec-p256", to_hex(random_bytes(16)), crypto::make_number(), now);
}

store::Issuer create(Home& home, const std::string& name, const Stamp& stamp, const std::string& key) {
    return home.store().write(
        [&](store::Transaction& transaction) { return create(home, transaction, name, stamp, key); });
}

std::optional<store::Issuer> create_first(Home& home, const std::string& name, const Stamp& stamp,
                                          const std::string& key) {
    store::Transaction transaction(home.store());
    if (!store::issuers(home.store()).empty()) return std::nullopt;
    auto issuer = create(home, transaction, name, stamp, key);
    transaction.commit();
    return issuer;
}

Renewed add(Home& home, const std::string& name, const std::string& certificate_file, const std::string& key_file,
            const std::function<Secret()>& ask, const Stamp& stamp, const std::string& list_file) {
    require_name(name, "issuer");
    auto chain = read_chain(certificate_file);
    auto key = in_file(key_file, [&] { return crypto::PrivateKey::from_pem(read_secret_file(key_file).view(), ask); });
    auto authority = in_file(certificate_file, [&] { return crypto::Authority(std::move(chain), std::move(key)); });
    return add_authority(home, name, authority, certificate_file, stamp, list_file);
}

Renewed add_pkcs12(Home& home, const std::string& name, const std::string& file, const std::function<Secret()>& ask,
                   const Stamp& stamp, const std::string& list_file) {
    require_name(name, "issuer");
    auto authority = in_file(file, [&] {
        auto content = crypto::read_pkcs12(read_secret_file(file).view(), ask);
        return crypto::Authority(std::move(content.chain), std::move(content.key));
    });
    return add_authority(home, name, authority, file, stamp, list_file);
}

Renewed renew(Home& home, const std::string& name, const std::string& certificate_file, const Stamp& stamp) {
    auto& store = home.store();
    // Looked at before anything is locked: the key may be under a passphrase.
    auto seen = get(store, name);
    auto authority = open_authority(home, seen);
    std::vector<crypto::X509Certificate> chain;
    if (!certificate_file.empty()) chain = read_chain(certificate_file);

    store::Transaction transaction(store);
    home.check_clock(transaction, stamp.at);
    auto issuer = get(store, name);
    if (issuer.chain != seen.chain)
        throw Error(Code::busy, fmt::format("issuer '{}' was renewed by somebody else just now", name),
                    "look at it: rekey issuers show " + name);
    if (certificate_file.empty()) {
        auto until = ca_validity.after(stamp.at);
        if (authority.chain().size() != 1)
            throw Error(
                Code::refused, fmt::format("issuer '{}' is signed by another CA: '{}'", name, issuer.facts.issuer),
                fmt::format("have it renewed there, and give what you get: rekey issuers renew {} --cert FILE", name));
        // The same command again, perhaps after a crash.
        constexpr auto just_now = std::chrono::days{1};
        if (until < issuer.facts.not_after + just_now && !store::earlier_chains(store, issuer.id).empty())
            return {issuer, false};
        if (until <= issuer.facts.not_after)
            throw Error(Code::refused, fmt::format("issuer '{}' lasts longer than a new certificate would: until {}",
                                                   name, to_rfc3339(issuer.facts.not_after)));
        chain = {authority.renew_root(fresh_number(store), issuer.facts.not_before, until)};
    } else {
        in_file(certificate_file, [&] { require_same(authority, chain, stamp.at); });
    }
    Renewed renewed{replace(transaction, issuer, chain, stamp), ders_of(chain) != issuer.chain};
    transaction.commit();
    return renewed;
}

std::vector<std::string> limits(const store::Issuer& issuer) {
    std::vector<crypto::X509Certificate> chain;
    for (const auto& der : issuer.chain) chain.push_back(crypto::X509Certificate::from_der(der));
    return crypto::limits_of(chain);
}

std::string trust_pem(store::Reader& store, Time now) {
    return crypto::to_pem(crypto::distinct_roots(store::trusted_roots(store, now)));
}

store::Issuer get(store::Reader& store, const std::string& name) {
    if (auto issuer = store::find_issuer(store, name)) return *issuer;
    std::vector<std::string> names;
    for (const auto& issuer : store::issuers(store)) names.push_back(issuer.name);
    auto all = names.empty() ? "make one: rekey issuers create NAME"
                             : fmt::format("the issuers are: {}", fmt::join(names, ", "));
    throw Error(Code::not_found, fmt::format("there is no issuer '{}'", printable(name)),
                store::did_you_mean(store, store::NameKind::issuer, name, all));
}

store::Issuer get_default(store::Reader& store) {
    if (auto name = store::setting(store, default_setting)) return get(store, *name);
    throw Error(Code::not_found, "this home has no issuer", "make one: rekey issuers create local");
}

void set_default(Home& home, const std::string& name, const Stamp& stamp) {
    auto& store = home.store();
    store::Transaction transaction(store);
    auto issuer = get(store, name);
    auto before = store::setting(store, default_setting).value_or("");
    if (before == name) return;
    store::set_setting(transaction, default_setting, name);
    store::audit(transaction, stamp, "issuer.default", name, {{"before", before}});
    transaction.commit();
}

std::string to_pem(const store::Issuer& issuer) { return crypto::to_pem(issuer.chain); }

}  // namespace rekey::issuers
