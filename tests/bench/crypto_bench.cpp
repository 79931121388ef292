// What issuing costs, step by step, beside the same work by OpenSSL's plain calls in the same run.

#include <benchmark/benchmark.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/chain.hpp"
#include "crypto/certificates/request.hpp"
#include "crypto/keys/key.hpp"
#include "crypto/sealing/seal.hpp"

namespace rekey::crypto {
namespace {

using TextBio = Handle<BIO, BIO_free_all>;
using Request = Handle<X509_REQ, X509_REQ_free>;
using Extension = Handle<X509_EXTENSION, X509_EXTENSION_free>;

const Time start = from_unix(1'790'000'000);
const Time end = Period{120, Seconds{0}}.after(start);

void must(bool good) {
    if (!good) throw std::logic_error("a benchmark's call failed");
}

Authority make_authority(std::string_view key_name) {
    return Authority::create(key_name, {{"O", "Example"}, {"CN", "Bench CA"}}, make_number(), start - Seconds{3600},
                             Period{240, Seconds{0}}.after(start));
}

const Authority& authority() {
    static const Authority made = make_authority("ec-p256");
    return made;
}

LeafTemplate leaf_template() {
    return {
        make_number(), {{"CN", "unit-1.example"}}, {"dns:unit-1.example"}, {"serverAuth", "clientAuth"}, start, end};
}

X509Certificate issue(const Authority& issuer, const char* key_name, Secret& key_pem, std::string& pem) {
    auto key = PrivateKey::generate(key_name);
    Bytes request = make_request(key);
    auto verified = verify_request(request);
    auto certificate = issuer.sign(leaf_template(), verified.public_key);
    key_pem = key.to_pem();
    pem = certificate.to_pem();
    return certificate;
}

void issue_whole(benchmark::State& state, const char* key_name) {
    const Authority issuer = make_authority("ec-p256");
    Secret key_pem;
    std::string pem;
    for (auto _ : state) benchmark::DoNotOptimize(issue(issuer, key_name, key_pem, pem));
}
BENCHMARK_CAPTURE(issue_whole, p256, "ec-p256");
BENCHMARK_CAPTURE(issue_whole, p384, "ec-p384");
BENCHMARK_CAPTURE(issue_whole, ed25519, "ed25519");
BENCHMARK_CAPTURE(issue_whole, p256_two_threads, "ec-p256")->Threads(2)->UseRealTime();

void step_generate(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(PrivateKey::generate("ec-p256"));
}
BENCHMARK(step_generate);

void step_make_request(benchmark::State& state) {
    auto key = PrivateKey::generate("ec-p256");
    for (auto _ : state) benchmark::DoNotOptimize(make_request(key));
}
BENCHMARK(step_make_request);

void step_verify_request(benchmark::State& state) {
    Bytes request = make_request(PrivateKey::generate("ec-p256"));
    for (auto _ : state) benchmark::DoNotOptimize(verify_request(request));
}
BENCHMARK(step_verify_request);

void step_sign(benchmark::State& state) {
    Bytes public_key = PrivateKey::generate("ec-p256").public_key();
    for (auto _ : state) benchmark::DoNotOptimize(authority().sign(leaf_template(), public_key));
}
BENCHMARK(step_sign);

void step_key_to_pem(benchmark::State& state) {
    auto key = PrivateKey::generate("ec-p256");
    for (auto _ : state) benchmark::DoNotOptimize(key.to_pem());
}
BENCHMARK(step_key_to_pem);

void step_certificate_to_pem(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(authority().certificate().to_pem());
}
BENCHMARK(step_certificate_to_pem);

struct Issued {
    PrivateKey key = PrivateKey::generate("ec-p256");
    X509Certificate leaf = authority().sign(leaf_template(), key.public_key());
};

void check_parsed_chain(benchmark::State& state) {
    Issued issued;
    std::vector<X509Certificate> chain{issued.leaf, authority().certificate()};
    Bytes public_key = issued.key.public_key();
    for (auto _ : state) check_chain(chain, public_key, start);
}
BENCHMARK(check_parsed_chain);

void check_chain_from_der(benchmark::State& state) {
    Issued issued;
    Bytes public_key = issued.key.public_key();
    for (auto _ : state) {
        std::vector<X509Certificate> chain{X509Certificate::from_der(issued.leaf.der()),
                                           X509Certificate::from_der(authority().certificate().der())};
        check_chain(chain, public_key, start);
    }
}
BENCHMARK(check_chain_from_der);

void naive_check_chain_from_der(benchmark::State& state) {
    Issued issued;
    for (auto _ : state) {
        X509Certificate leaf = X509Certificate::from_der(issued.leaf.der());
        X509Certificate root = X509Certificate::from_der(authority().certificate().der());
        Handle<X509_STORE, X509_STORE_free> store(X509_STORE_new());
        Handle<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
        must(X509_STORE_add_cert(store.get(), root.get()) == 1);
        must(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr) == 1);
        X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()), unix_seconds(start));
        must(X509_verify_cert(context.get()) == 1);
    }
}
BENCHMARK(naive_check_chain_from_der);

void read_certificate(benchmark::State& state) {
    Issued issued;
    for (auto _ : state) benchmark::DoNotOptimize(X509Certificate::from_der(issued.leaf.der()));
}
BENCHMARK(read_certificate);

void read_certificate_facts(benchmark::State& state) {
    Issued issued;
    for (auto _ : state) benchmark::DoNotOptimize(X509Certificate::from_der(issued.leaf.der()).facts());
}
BENCHMARK(read_certificate_facts);

void naive_read_certificate(benchmark::State& state) {
    Issued issued;
    for (auto _ : state) {
        const unsigned char* at = issued.leaf.der().data();
        X509Handle parsed(d2i_X509(nullptr, &at, static_cast<long>(issued.leaf.der().size())));
        must(parsed != nullptr);
    }
}
BENCHMARK(naive_read_certificate);

void read_private_key(benchmark::State& state) {
    Secret pem = PrivateKey::generate("ec-p256").to_pem();
    for (auto _ : state) benchmark::DoNotOptimize(PrivateKey::from_pem(pem.view()));
}
BENCHMARK(read_private_key);

Pkey naive_read_key(ByteView pem) {
    TextBio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Pkey(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

void naive_read_private_key(benchmark::State& state) {
    Secret pem = PrivateKey::generate("ec-p256").to_pem();
    for (auto _ : state) must(naive_read_key(pem.view()) != nullptr);
}
BENCHMARK(naive_read_private_key);

void seal_and_open(benchmark::State& state) {
    auto seal_key = SealKey::generate();
    Secret pem = PrivateKey::generate("ec-p256").to_pem();
    for (auto _ : state)
        benchmark::DoNotOptimize(seal_key.open(seal_key.seal(pem.view(), "issuer/1/key"), "issuer/1/key"));
}
BENCHMARK(seal_and_open);

// The peer: what a program does that takes OpenSSL's functions as its manual pages show them.

void naive_extension(X509* x509, X509V3_CTX& context, int nid, const char* value) {
    Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    must(extension && X509_add_ext(x509, extension.get(), -1) == 1);
}

X509Handle naive_certificate(X509* issuer, EVP_PKEY* issuer_key, EVP_PKEY* public_key) {
    X509Handle x509(X509_new());
    Handle<BIGNUM, BN_free> number(BN_new());
    must(BN_rand(number.get(), 159, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
    must(X509_set_version(x509.get(), X509_VERSION_3) == 1);
    must(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509.get())) != nullptr);
    must(X509_set_issuer_name(x509.get(), X509_get_subject_name(issuer)) == 1);
    must(ASN1_TIME_set(X509_getm_notBefore(x509.get()), unix_seconds(start)) != nullptr);
    must(ASN1_TIME_set(X509_getm_notAfter(x509.get()), unix_seconds(end)) != nullptr);
    must(X509_NAME_add_entry_by_txt(X509_get_subject_name(x509.get()), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>("unit-1.example"), -1, -1, 0) == 1);
    must(X509_set_pubkey(x509.get(), public_key) == 1);
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, x509.get(), nullptr, nullptr, 0);
    naive_extension(x509.get(), context, NID_basic_constraints, "critical,CA:FALSE");
    naive_extension(x509.get(), context, NID_key_usage, "critical,digitalSignature");
    naive_extension(x509.get(), context, NID_ext_key_usage, "serverAuth,clientAuth");
    naive_extension(x509.get(), context, NID_subject_key_identifier, "hash");
    naive_extension(x509.get(), context, NID_authority_key_identifier, "keyid:always");
    naive_extension(x509.get(), context, NID_subject_alt_name, "DNS:unit-1.example");
    must(X509_sign(x509.get(), issuer_key, EVP_sha256()) > 0);
    return x509;
}

Bytes naive_request(EVP_PKEY* key) {
    Request request(X509_REQ_new());
    must(X509_REQ_set_pubkey(request.get(), key) == 1 && X509_REQ_sign(request.get(), key, EVP_sha256()) > 0);
    Bytes der(static_cast<std::size_t>(i2d_X509_REQ(request.get(), nullptr)));
    unsigned char* at = der.data();
    i2d_X509_REQ(request.get(), &at);
    return der;
}

Pkey naive_verify_request(const Bytes& der) {
    const unsigned char* at = der.data();
    Request request(d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())));
    must(request != nullptr);
    Pkey key(X509_REQ_get_pubkey(request.get()));
    must(key && X509_REQ_verify(request.get(), key.get()) == 1);
    return key;
}

/// With the CA read from its PEM for every certificate, as a program does that keeps nothing.
void naive_issue(benchmark::State& state, bool reads_authority) {
    std::string ca_pem = authority().certificate().to_pem();
    Secret ca_key_pem = authority().key().to_pem();
    auto read_authority = [&] {
        TextBio bio(BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())));
        return X509Handle(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    };
    Pkey issuer_key = naive_read_key(ca_key_pem.view());
    X509Handle issuer = read_authority();
    for (auto _ : state) {
        if (reads_authority) {
            issuer_key = naive_read_key(ca_key_pem.view());
            issuer = read_authority();
        }
        Pkey key(EVP_EC_gen("P-256"));
        Pkey public_key = naive_verify_request(naive_request(key.get()));
        X509Handle x509 = naive_certificate(issuer.get(), issuer_key.get(), public_key.get());
        TextBio out(BIO_new(BIO_s_mem()));
        must(PEM_write_bio_X509(out.get(), x509.get()) == 1);
        must(PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
        unsigned char* der = nullptr;
        must(i2d_X509(x509.get(), &der) > 0);
        OPENSSL_free(der);
    }
}
BENCHMARK_CAPTURE(naive_issue, ca_parsed_once, false);
BENCHMARK_CAPTURE(naive_issue, ca_read_each_time, true);

// The floor: one key, two signatures and one verification, and nothing else.
void bare_cryptography(benchmark::State& state) {
    Pkey issuer_key(EVP_EC_gen("P-256"));
    Bytes data(300, 0x55);
    auto sign = [&](EVP_PKEY* key) {
        Handle<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
        Bytes signature(80);
        std::size_t length = signature.size();
        must(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1);
        must(EVP_DigestSign(context.get(), signature.data(), &length, data.data(), data.size()) == 1);
        signature.resize(length);
        return signature;
    };
    for (auto _ : state) {
        Pkey key(EVP_EC_gen("P-256"));
        Bytes signature = sign(key.get());
        benchmark::DoNotOptimize(sign(issuer_key.get()));
        Handle<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
        must(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
        must(EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(), data.size()) == 1);
    }
}
BENCHMARK(bare_cryptography);

}  // namespace
}  // namespace rekey::crypto
