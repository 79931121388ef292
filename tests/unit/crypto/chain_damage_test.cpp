// Chains that no tool makes: each leaf is taken apart and put together again with one thing changed.

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <map>

#include "crypto/certificates/authority.hpp"
#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/der.hpp"
#include "crypto/keys/algorithm.hpp"
#include "crypto/tower.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

Authority make_authority() { return Authority::create("ec-p256", {{"CN", "a"}}, make_number(), noon, noon + year); }

X509Certificate make_leaf(const Authority& authority) {
    auto key = PrivateKey::generate("ec-p256").public_key();
    return authority.sign({make_number(), {}, {"dns:a"}, {}, noon, noon + day}, key);
}

}  // namespace

TEST_CASE("what is not signed cannot be changed either") {
    // Beside the signed part there are only the algorithm and the signature.
    auto authority = make_authority();
    auto leaf = make_leaf(authority);
    auto is_even = [&] { return (bytes_of(*leaf.fields().signature).back() & 1) == 0; };
    while (!is_even()) leaf = make_leaf(authority);
    const std::vector<X509Certificate> whole{leaf, authority.certificate()};
    const CertificateFields& fields = leaf.fields();
    auto refused = [&](ByteView algorithm, ByteView signature) {
        auto chain = whole;
        chain[0] = X509Certificate::from_der(der::sequence({bytes_of(fields.info->encoding), algorithm, signature}));
        CHECK(is_refused(chain, noon + hour) == is_refused_by_openssl(chain, noon + hour));
        return is_refused(chain, noon + hour);
    };
    Bytes signature = to_bytes(bytes_of(*fields.signature));
    Bytes algorithm = der::sequence({der::oid(NID_ecdsa_with_SHA256)});
    CHECK_FALSE(refused(algorithm, der::bit_string(signature)));
    constexpr std::uint8_t null_value[] = {der::null_tag, 0};
    CHECK(refused(der::sequence({der::oid(NID_ecdsa_with_SHA256), null_value}), der::bit_string(signature)));
    CHECK(refused(der::sequence({der::oid(NID_ecdsa_with_SHA384)}), der::bit_string(signature)));
    Bytes longer = signature;
    longer.push_back(0);
    CHECK(refused(algorithm, der::bit_string(longer)));
    // An unused bit that is zero, so that the bytes stay the same.
    constexpr std::uint8_t one_unused[] = {1};
    CHECK(refused(algorithm, der::value(der::bit_string_tag, {one_unused, signature})));
}

TEST_CASE("an extension that comes twice is refused") {
    auto authority = make_authority();
    auto leaf = make_leaf(authority);
    const CertificateInfo& info = *leaf.fields().info;
    std::map<int, Bytes> extensions;
    Bytes all;
    for (int i = 0; i < sk_X509_EXTENSION_num(info.extensions); ++i) {
        X509_EXTENSION* extension = sk_X509_EXTENSION_value(info.extensions, i);
        Bytes encoded(static_cast<std::size_t>(i2d_X509_EXTENSION(extension, nullptr)));
        unsigned char* at = encoded.data();
        i2d_X509_EXTENSION(extension, &at);
        all.insert(all.end(), encoded.begin(), encoded.end());
        extensions[OBJ_obj2nid(X509_EXTENSION_get_object(extension))] = encoded;
    }
    // All before the extensions stays as it is.
    ByteView old = bytes_of(info.encoding);
    std::size_t head = old[1] == 0x81 ? 3 : 4;
    Bytes wrapped = der::value(der::context(3, true), {der::sequence({all})});
    ByteView before = old.subspan(head, old.size() - head - wrapped.size());
    auto chain_with = [&](ByteView more) {
        Bytes tbs = der::sequence({before, der::value(der::context(3, true), {der::sequence({all, more})})});
        auto scheme = scheme_of(*authority.key().get()).value();
        auto signature = der::bit_string(sign(authority.key().get(), scheme, tbs));
        auto again = X509Certificate::from_der(der::sequence({tbs, scheme.algorithm_identifier, signature}));
        return std::vector<X509Certificate>{again, authority.certificate()};
    };
    accept(chain_with({}));
    for (int nid : {NID_subject_alt_name, NID_key_usage, NID_basic_constraints, NID_subject_key_identifier}) {
        CAPTURE(nid);
        REQUIRE(extensions.contains(nid));
        auto chain = chain_with(extensions[nid]);
        CHECK(is_refused_by_openssl(chain, noon + hour));
        CHECK(is_refused(chain, noon + hour));
        CHECK_NOTHROW(chain[0].facts());
    }
}

TEST_CASE("a leaf whose key nobody can use is refused") {
    Tower own;
    own.workshop.must(
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out e.key");
    own.workshop.must("openssl req -new -key e.key -subj /CN=e -out e.csr");
    own.workshop.must(
        "openssl x509 -req -in e.csr -CA inter.pem -CAkey inter.key -days 30 -extfile leaf.ext -out e.pem");
    refuse(own.chain({"e", "inter", "root"}), {"explicit"});
    auto authority = make_authority();
    auto key = PrivateKey::generate("ec-p256").public_key();
    key.back() ^= 1;
    auto leaf = authority.sign({make_number(), {}, {"dns:a"}, {}, noon, noon + day}, key);
    refuse({leaf, authority.certificate()});
}

TEST_CASE("whatever is changed in a leaf, what OpenSSL refuses is refused") {
    auto whole = tower().chain({"leaf", "inter", "root"});
    auto now = shortly_after_birth(whole);
    int judged = 0;
    for (std::size_t i = 0; i < whole.front().der().size(); ++i)
        for (int mask : {0x01, 0x80}) {
            Bytes der = whole.front().der();
            der[i] ^= static_cast<std::uint8_t>(mask);
            auto chain = whole;
            try {
                chain[0] = X509Certificate::from_der(der);
            } catch (const Error&) {
                continue;
            }
            ++judged;
            CAPTURE(i);
            CHECK(is_refused(chain, now));
            CHECK(is_refused_by_openssl(chain, now));
        }
    CHECK(judged > 300);
    accept(whole);
}

TEST_CASE("whatever is changed in an issuer, what OpenSSL refuses is refused") {
    auto whole = tower().chain({"leaf", "inter", "root"});
    auto now = shortly_after_birth(whole);
    for (std::size_t at : {1, 2})
        for (std::size_t i = 0; i < whole[at].der().size(); i += 2) {
            Bytes der = whole[at].der();
            der[i] ^= 0x01;
            auto chain = whole;
            try {
                chain[at] = X509Certificate::from_der(der);
            } catch (const Error&) {
                continue;
            }
            CAPTURE(at);
            CAPTURE(i);
            CHECK(is_refused(chain, now));
        }
}
