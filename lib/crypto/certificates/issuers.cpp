#include "crypto/certificates/issuers.hpp"

#include <fmt/format.h>
#include <openssl/objects.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/errors.hpp"

namespace rekey::crypto {

namespace {

using Store = Handle<X509_STORE, X509_STORE_free>;
using StoreContext = Handle<X509_STORE_CTX, X509_STORE_CTX_free>;
/// The certificates in it belong to somebody else.
using Stack = Handle<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;

const X509_NAME& subject_of(const X509Certificate& certificate) { return *certificate.fields().info->subject; }
const X509_NAME& issuer_of(const X509Certificate& certificate) { return *certificate.fields().info->issuer; }

bool is_same_chain(STACK_OF(X509) * built, std::span<const X509Certificate> chain) {
    if (sk_X509_num(built) != static_cast<int>(chain.size())) return false;
    for (std::size_t i = 0; i < chain.size(); ++i)
        if (X509_cmp(sk_X509_value(built, static_cast<int>(i)), chain[i].get()) != 0) return false;
    return true;
}

/// Any policy will do, but where an issuer requires one, there has to be one (RFC 5280, 6.1): who checks on the
/// unit may insist.
void require_policies(X509_VERIFY_PARAM* parameters) {
    require(X509_VERIFY_PARAM_add0_policy(parameters, OBJ_nid2obj(NID_any_policy)), "OpenSSL cannot take a policy");
    require(X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_POLICY_CHECK), "OpenSSL cannot check policies");
}

/// A chain as OpenSSL is to verify it: the last certificate is the only one that is trusted.
struct ChainContext {
    Store store{X509_STORE_new()};
    StoreContext context{X509_STORE_CTX_new()};
    Stack between{sk_X509_new_null()};

    explicit ChainContext(std::span<const X509Certificate> chain) {
        if (!store || !context || !between) fail("no memory to verify a chain");
        require(X509_STORE_add_cert(store.get(), chain.back().get()), "OpenSSL cannot take a root");
        for (std::size_t i = 1; i + 1 < chain.size(); ++i)
            if (sk_X509_push(between.get(), chain[i].get()) <= 0) fail("no memory to verify a chain");
        require(X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), between.get()),
                "OpenSSL cannot verify a chain");
    }
    X509_VERIFY_PARAM* parameters() const { return X509_STORE_CTX_get0_param(context.get()); }
};

int pass_over_missing_signature(int good, X509_STORE_CTX* context) {
    if (good == 1) return 1;
    bool is_signature = X509_STORE_CTX_get_error(context) == X509_V_ERR_CERT_SIGNATURE_FAILURE;
    if (!is_signature || X509_STORE_CTX_get_error_depth(context) != 0) return 0;
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

[[noreturn]] void refuse(const StoreContext& context, std::span<const X509Certificate> chain) {
    auto depth = static_cast<std::size_t>(std::max(X509_STORE_CTX_get_error_depth(context.get()), 0));
    throw Error(Code::refused,
                fmt::format("{}: {}", describe(chain, std::min(depth, chain.size() - 1)),
                            X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()))),
                "take the chain from the issuer again");
}

bool has_extension(const X509Certificate& certificate, int nid) {
    return find_extension(*certificate.fields().info, nid) != nullptr;
}

/// Whether what it says of the certificates below it goes beyond the path's length.
bool restricts(const X509Certificate& issuer) {
    return std::ranges::any_of(std::array{NID_name_constraints, NID_policy_constraints, NID_inhibit_any_policy,
                                          NID_policy_mappings, NID_sbgp_ipAddrBlock, NID_sbgp_autonomousSysNum},
                               [&](int nid) { return has_extension(issuer, nid); });
}

bool may_sign(X509* x509) {
    constexpr int is_ca_by_constraints = 1;
    return X509_check_ca(x509) == is_ca_by_constraints && (X509_get_key_usage(x509) & KU_KEY_CERT_SIGN) != 0;
}

bool is_self_issued(const X509Certificate& certificate) {
    return X509_NAME_cmp(&subject_of(certificate), &issuer_of(certificate)) == 0;
}

/// Without the leaf, OpenSSL takes a CA's new certificate under its own name for one, and applies to it what
/// RFC 5280, 6.1.3 applies to leaves only.
bool is_judged_with_leaf_only(std::span<const X509Certificate> issuers) {
    return std::ranges::any_of(issuers, restricts) &&
           std::ranges::any_of(issuers.first(issuers.size() - 1), is_self_issued);
}

/// RFC 5280, 6.1.4 (l), (m); X509_verify_cert cannot tell without the leaf, which counts too there.
bool holds_path_lengths(std::span<const X509Certificate> issuers) {
    long below = 0;
    for (const auto& issuer : issuers) {
        long most = X509_get_pathlen(issuer.get());
        if (most >= 0 && below > most) return false;
        if (!is_self_issued(issuer)) ++below;
    }
    return true;
}

bool is_plain(std::span<const X509Certificate> issuers) {
    return std::ranges::all_of(
               issuers, [](const X509Certificate& issuer) { return may_sign(issuer.get()) && !restricts(issuer); }) &&
           holds_path_lengths(issuers);
}

std::shared_ptr<const Issuers> verify_anew(std::span<const X509Certificate> chain) {
    require_order(chain);
    if (!is_judged_with_leaf_only(chain)) verify_with_openssl(chain, std::nullopt);
    if (!holds_path_lengths(chain))
        throw Error(Code::refused, "the chain is longer than one of its CAs allows (path length)",
                    "take the chain from the issuer again");
    const X509Certificate& first = chain.front();
    EVP_PKEY* key = X509_get0_pubkey(first.get());
    if (key == nullptr) fail(describe(chain, 0) + ": its key cannot be read", Code::refused);
    return std::make_shared<const Issuers>(
        Issuers{{chain.begin(), chain.end()}, key, subject_key_of(*first.fields().info), is_plain(chain)});
}

/// Of the whole chain, so that nothing remembered fits a chain that differs in one bit.
Sha256 fingerprint(std::span<const X509Certificate> chain) {
    if (chain.size() == 1) return chain.front().fingerprint();
    Bytes digests;
    for (const auto& certificate : chain) {
        const auto& digest = certificate.fingerprint();
        digests.insert(digests.end(), digest.begin(), digest.end());
    }
    return sha256(digests);
}

class Memory {
public:
    std::shared_ptr<const Issuers> find(const Sha256& fingerprint) {
        std::lock_guard lock(mutex_);
        auto found = issuers_.find(fingerprint);
        return found == issuers_.end() ? nullptr : found->second;
    }
    void keep(const Sha256& fingerprint, std::shared_ptr<const Issuers> issuers) {
        constexpr std::size_t most = 64;
        std::lock_guard lock(mutex_);
        if (issuers_.size() >= most) issuers_.clear();
        issuers_.emplace(fingerprint, std::move(issuers));
    }

private:
    std::mutex mutex_;
    std::map<Sha256, std::shared_ptr<const Issuers>> issuers_;
};

Memory& memory() {
    static Memory known;
    return known;
}

}  // namespace

std::string describe(std::span<const X509Certificate> chain, std::size_t index) {
    std::string subject = to_text(subject_of(chain[index]));
    return fmt::format("certificate {} of {} ({})", index + 1, chain.size(), subject.empty() ? "no name" : subject);
}

void require_order(std::span<const X509Certificate> chain) {
    for (std::size_t i = 0; i + 1 < chain.size(); ++i)
        if (X509_NAME_cmp(&issuer_of(chain[i]), &subject_of(chain[i + 1])) != 0)
            throw Error(Code::refused,
                        fmt::format("{} was issued by '{}', which does not come next", describe(chain, i),
                                    to_text(issuer_of(chain[i]))),
                        "put the leaf first, then each certificate's issuer, and the root last");
    if (X509_NAME_cmp(&issuer_of(chain.back()), &subject_of(chain.back())) != 0)
        throw Error(Code::refused,
                    fmt::format("the chain is not complete: {} was issued by '{}', which is missing",
                                describe(chain, chain.size() - 1), to_text(issuer_of(chain.back()))),
                    "add the issuers up to the root");
}

std::optional<Objection> objection_to_draft(std::span<const X509Certificate> chain) {
    ChainContext verification(chain);
    X509_VERIFY_PARAM_set_flags(verification.parameters(), X509_V_FLAG_NO_CHECK_TIME);
    require_policies(verification.parameters());
    X509_STORE_CTX_set_verify_cb(verification.context.get(), pass_over_missing_signature);
    if (X509_verify_cert(verification.context.get()) == 1) return std::nullopt;
    int code = X509_STORE_CTX_get_error(verification.context.get());
    return Objection{code, X509_verify_cert_error_string(code)};
}

void verify_with_openssl(std::span<const X509Certificate> chain, std::optional<Time> now) {
    if (X509_self_signed(chain.back().get(), 1) != 1)
        fail(describe(chain, chain.size() - 1) + ": is not signed by itself", Code::refused);
    ChainContext verification(chain);
    const auto& context = verification.context;
    X509_VERIFY_PARAM* parameters = verification.parameters();
    if (now) {
        X509_VERIFY_PARAM_set_time(parameters, unix_seconds(*now));
        require_policies(parameters);
    } else {
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_NO_CHECK_TIME);
    }
    if (X509_verify_cert(context.get()) != 1) refuse(context, chain);
    if (!is_same_chain(X509_STORE_CTX_get0_chain(context.get()), chain))
        throw Error(Code::refused, "the chain has certificates that do not belong to it",
                    "give the leaf, then each certificate's issuer, and the root last");
}

std::shared_ptr<const Issuers> verify_issuers(std::span<const X509Certificate> chain) {
    Sha256 key = fingerprint(chain);
    if (auto known = memory().find(key)) return known;
    auto issuers = verify_anew(chain);
    memory().keep(key, issuers);
    return issuers;
}

}  // namespace rekey::crypto
