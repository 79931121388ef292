#pragma once

#include "crypto/certificates/chain.hpp"
#include "crypto/certificates/issuers.hpp"
#include "crypto/workshop.hpp"

namespace rekey::crypto::test {

inline const std::string identifiers = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
inline const std::string ca = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n" + identifiers;
inline const std::string unit =
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nsubjectAltName=DNS:unit.example\n" +
    identifiers;

/// Chains by the openssl command: a root, an intermediate, and leaves below.
class Tower {
public:
    Tower() {
        make("root", "", ca);
        make("inter", "root", ca);
        make("leaf", "inter", unit, 365);
    }

    void make(const std::string& name, const std::string& issuer, const std::string& extensions, int days = 3650,
              const std::string& subject = "", const std::string& options = "") const {
        workshop.write(name + ".ext", extensions);
        workshop.must("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out " + name + ".key");
        workshop.must("openssl req -new -key " + name + ".key -subj '/CN=" + (subject.empty() ? name : subject) +
                      "' -out " + name + ".csr");
        auto signer = issuer.empty() ? "-signkey " + name + ".key" : "-CA " + issuer + ".pem -CAkey " + issuer + ".key";
        workshop.must("openssl x509 -req -in " + name + ".csr " + signer + " -days " + std::to_string(days) +
                      " -extfile " + name + ".ext -out " + name + ".pem " + options);
    }

    std::vector<X509Certificate> chain(const std::vector<std::string>& names) const {
        std::vector<X509Certificate> result;
        for (const auto& name : names) result.push_back(certificate_in(workshop, name + ".pem"));
        return result;
    }

    Workshop workshop;
};

inline const Tower& tower() {
    static const Tower built;
    return built;
}

inline Time shortly_after_birth(const std::vector<X509Certificate>& chain) {
    return chain.front().facts().not_before + hour;
}

inline void accept(const std::vector<X509Certificate>& chain) {
    CHECK_NOTHROW(check_chain(chain, chain.front().public_key(), shortly_after_birth(chain)));
    CHECK(is_clean());
}

inline void refuse(const std::vector<X509Certificate>& chain, std::initializer_list<std::string_view> words = {},
                   Seconds later = Seconds{0}) {
    auto error = refusal(
        Code::refused, [&] { check_chain(chain, chain.front().public_key(), shortly_after_birth(chain) + later); },
        words);
    CHECK_FALSE(error.message().empty());
}

inline bool is_refused(const std::vector<X509Certificate>& chain, Time now) {
    try {
        check_chain(chain, chain.front().public_key(), now);
        return false;
    } catch (const Error& error) {
        CHECK(static_cast<int>(error.code()) == static_cast<int>(Code::refused));
        return true;
    }
}

inline bool is_refused_by_openssl(const std::vector<X509Certificate>& chain, Time now) {
    try {
        verify_with_openssl(chain, now);
        return false;
    } catch (const Error&) {
        return true;
    }
}

}  // namespace rekey::crypto::test
