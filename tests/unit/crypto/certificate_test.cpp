#include "crypto/certificates/certificate.hpp"

#include <algorithm>
#include <thread>

#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

using namespace std::string_literals;
using Texts = std::vector<std::string>;

/// A self-signed certificate by `openssl req`, in cert.pem.
X509Certificate by_openssl(const Workshop& workshop, const std::string& options) {
    workshop.must("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem");
    workshop.must("openssl req -x509 -key key.pem -out cert.pem " + options);
    return certificate_in(workshop, "cert.pem");
}

std::string field(const Workshop& workshop, const std::string& options) {
    auto text = workshop.must("openssl x509 -in cert.pem -noout " + options);
    text.pop_back();
    return text.substr(text.find('=') + 1);
}

/// The certificate with the only occurrence of `from` in its DER replaced; its signature is then wrong.
X509Certificate patched(const X509Certificate& certificate, std::string_view from, std::string_view to) {
    REQUIRE(from.size() == to.size());
    Bytes der = certificate.der();
    ByteView wanted = view_of(from);
    ByteView given = view_of(to);
    auto at = std::search(der.begin(), der.end(), wanted.begin(), wanted.end());
    REQUIRE(at != der.end());
    std::copy(given.begin(), given.end(), at);
    return X509Certificate::from_der(der);
}

}  // namespace

TEST_CASE("what is no certificate is refused") {
    Workshop workshop;
    auto certificate = by_openssl(workshop, "-subj /CN=a");
    const Bytes& der = certificate.der();
    for (std::size_t size = 0; size < der.size(); ++size)
        refusal(Code::usage, [&] { X509Certificate::from_der(ByteView(der).first(size)); },
                {"not an X.509 certificate"});
    Bytes longer = der;
    longer.push_back(0);
    refusal(Code::usage, [&] { X509Certificate::from_der(longer); }, {"not an X.509 certificate"});
    refusal(Code::usage, [&] { X509Certificate::from_der(make_request(key_in(workshop, "key.pem"))); });
    refusal(Code::failed, [] { X509Certificate none{X509Handle()}; });
}

TEST_CASE("a text that was written is the one that is read, and nothing like it is") {
    Workshop workshop;
    auto certificate = by_openssl(workshop, "-subj /CN=a");
    std::vector<Bytes> chain{certificate.der(), certificate.der()};
    CHECK(to_known_pem({}).empty());
    refusal(Code::usage, [] { X509Certificate::from_pem({}); });
    auto pem = to_known_pem(chain);
    CHECK(pem == to_pem(chain));
    REQUIRE(X509Certificate::from_pem(view_of(pem)).size() == 2);
    CHECK(X509Certificate::from_pem(view_of(pem)).back().der() == certificate.der());
    // Of the same size, and of one that ends earlier.
    auto damaged = pem;
    damaged[pem.size() / 4] = '!';
    refusal(Code::usage, [&] { X509Certificate::from_pem(view_of(damaged)); });
    refusal(Code::usage, [&] { X509Certificate::from_pem(view_of(pem).first(pem.size() / 4)); });
    refusal(Code::usage, [] { to_known_pem(std::vector<Bytes>{to_bytes(view_of("no certificate"))}); });
}

TEST_CASE("PEM without a certificate, or with a damaged one, is refused") {
    Workshop workshop;
    auto pem = by_openssl(workshop, "-subj /CN=a").to_pem();
    auto refuse = [](const std::string& text, std::string_view word) {
        refusal(Code::usage, [&] { X509Certificate::from_pem(view_of(text)); }, {word});
    };
    refuse("", "empty");
    refuse("hello", "not PEM");
    refuse(workshop.read("key.pem"), "without a certificate");
    refuse(pem.substr(0, pem.size() - 10), "END boundary");
    refuse(pem + pem.substr(0, 200), "block 2");
    std::string damaged = pem;
    damaged.replace(damaged.find('\n') + 1, 4, "AAAA");
    refuse(damaged, "not an X.509 certificate");
    refuse(pem + damaged, "not an X.509 certificate");
    workshop.must("openssl x509 -in cert.pem -outform DER -out cert.der");
    refuse(workshop.read("cert.der"), "binary");
}

TEST_CASE("every certificate in a PEM is read, in order") {
    Workshop workshop;
    auto one = by_openssl(workshop, "-subj /CN=one").to_pem();
    auto two = by_openssl(workshop, "-subj /CN=two").to_pem();
    auto key = workshop.read("key.pem");
    auto read = X509Certificate::from_pem(view_of("text\n" + one + key + "more\n" + two + one));
    REQUIRE(read.size() == 3);
    CHECK(read[0].facts().subject == "CN=one");
    CHECK(read[1].facts().subject == "CN=two");
    CHECK(read[2].der() == read[0].der());
    std::vector<Bytes> ders{read[0].der(), read[1].der()};
    CHECK(to_pem(ders) == one + two);
    CHECK(to_pem(std::span<const Bytes>()).empty());
    CHECK(is_clean());
    workshop.must("openssl x509 -in cert.pem -out again.pem");
    CHECK(read[1].to_pem() == workshop.read("again.pem"));
}

TEST_CASE("facts are what the openssl command says") {
    Workshop workshop;
    auto certificate =
        by_openssl(workshop,
                   "-subj '/C=DE/O=Example, Inc./CN=unit-1' -days 20000 "
                   "-addext 'subjectAltName=DNS:Unit-1.example,DNS:*.b.example,IP:192.0.2.1,IP:2001:db8::1,"
                   "URI:urn:Example:1,email:Ops@Example.org,DNS:unit-1.example' "
                   "-addext extendedKeyUsage=serverAuth,clientAuth,1.2.3.4");
    auto facts = certificate.facts();
    CHECK(facts.number == field(workshop, "-serial"));
    CHECK(facts.subject == field(workshop, "-subject -nameopt RFC2253"));
    CHECK(facts.subject == "CN=unit-1,O=Example\\, Inc.,C=DE");
    CHECK(facts.issuer == facts.subject);
    CHECK(to_rfc3339(facts.not_before).substr(0, 10) == field(workshop, "-startdate -dateopt iso_8601").substr(0, 10));
    auto not_after = field(workshop, "-enddate -dateopt iso_8601");
    CHECK(to_rfc3339(facts.not_after) == not_after.replace(10, 1, "T"));
    CHECK(to_rfc3339(facts.not_after) > "2080");
    auto fingerprint = field(workshop, "-fingerprint -sha256");
    std::erase(fingerprint, ':');
    CHECK(facts.fingerprint_sha256 == fingerprint);
    CHECK(facts.key == "ec-p256");
    CHECK(facts.signature == "ecdsa-with-SHA256");
    CHECK(facts.sans == Texts{"dns:*.b.example", "dns:unit-1.example", "email:Ops@example.org", "ip:192.0.2.1",
                              "ip:2001:db8::1", "uri:urn:Example:1"});
    CHECK(facts.usages == Texts{"1.2.3.4", "clientAuth", "serverAuth"});
    CHECK(facts.is_ca);
    workshop.must("openssl x509 -in cert.pem -pubkey -noout | openssl pkey -pubin -outform DER -out public.der");
    CHECK(certificate.public_key() == workshop.read_bytes("public.der"));
    CHECK(is_clean());
}

TEST_CASE("keys and signatures of every kind are named") {
    const std::vector<std::array<std::string, 4>> kinds{
        {"-algorithm EC -pkeyopt ec_paramgen_curve:P-384", "-sha384", "ec-p384", "ecdsa-with-SHA384"},
        {"-algorithm EC -pkeyopt ec_paramgen_curve:P-521", "-sha512", "ec-p521", "ecdsa-with-SHA512"},
        {"-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "", "ec-secp256k1", "ecdsa-with-SHA256"},
        {"-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit", "", "ec-explicit",
         "ecdsa-with-SHA256"},
        {"-algorithm ED25519", "", "ed25519", "ED25519"},
        {"-algorithm ED448", "", "ed448", "ED448"},
        {"-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "-sha1", "rsa-1024", "sha1WithRSAEncryption"},
        {"-algorithm RSA -pkeyopt rsa_keygen_bits:2048", "", "rsa-2048", "sha256WithRSAEncryption"},
        {"-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024", "", "rsa-pss-1024", "rsassaPss"},
    };
    for (const auto& each : kinds) {
        const auto& key = each[0];
        const auto& digest = each[1];
        const auto& name = each[2];
        const auto& signature = each[3];
        CAPTURE(name);
        Workshop workshop;
        workshop.must("openssl genpkey " + key + " -out key.pem");
        workshop.must("openssl req -x509 -key key.pem -subj /CN=a -out cert.pem " + digest);
        auto certificate = certificate_in(workshop, "cert.pem");
        CHECK(certificate.facts().key == name);
        CHECK(certificate.facts().signature == signature);
        CHECK(match(key_in(workshop, "key.pem"), certificate));
        CHECK_FALSE(match(PrivateKey::generate("ec-p256"), certificate));
        CHECK(is_clean());
    }
}

TEST_CASE("a key matches its certificate also in another encoding") {
    Workshop workshop;
    auto certificate = by_openssl(workshop, "-subj /CN=a");
    workshop.must("openssl ec -in key.pem -conv_form compressed -out compressed.pem");
    auto compressed = key_in(workshop, "compressed.pem");
    CHECK(compressed.public_key() != certificate.public_key());
    CHECK(match(compressed, certificate));
    CHECK_FALSE(match(PrivateKey::generate("ec-p256"), certificate));
}

TEST_CASE("strange numbers are shown as openssl shows them") {
    Workshop workshop;
    for (std::string number : {"0", "1", "127", "128", "255", "256", "-1", "-128", "-5", "0x00FF",
                               "0x7FFFFFFFFFFFFFFFFF", "0x7F2233445566778899AABBCCDDEEFF1122334455", "-0x8022334455"}) {
        CAPTURE(number);
        auto certificate = by_openssl(workshop, "-subj /CN=a -set_serial=" + number);
        CHECK(certificate.facts().number == field(workshop, "-serial"));
        CHECK(is_clean());
    }
}

/// Made by OpenSSL 3.0: later ones make certificates of version 3 only.
constexpr const char* version_1 =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBBTCBrQIUWz2cNI87xMTIelKuqlzs7cK01jQwCgYIKoZIzj0EAwIwDDEKMAgG\n"
    "A1UEAwwBYTAeFw0yNjExMjYyMTUyMjRaFw0zNjExMjMyMTUyMjRaMAAwWTATBgcq\n"
    "hkjOPQIBBggqhkjOPQMBBwNCAAQJSCkV+dnJm1TcAOjo8WHsMtYKevAn/qmqZ5pP\n"
    "adWSJ4C8mkDk+r7gq4zVU6uca44gjq3+/dsOuD4xAMHPFCfhMAoGCCqGSM49BAMC\n"
    "A0cAMEQCIA1l9l5S6mlQcJcqHTDDYoq5c85R+LZ7RZQt4yuvCFVIAiApqFi5G/Av\n"
    "i4slGx2KXKrKuU1yE6frr7k1lii/by7sGg==\n"
    "-----END CERTIFICATE-----\n";

TEST_CASE("a certificate of version 1 has facts") {
    Workshop workshop;
    workshop.write("v1.pem", version_1);
    CHECK(contains(workshop.must("openssl x509 -in v1.pem -noout -text"), "Version: 1"));
    auto facts = certificate_in(workshop, "v1.pem").facts();
    CHECK(facts.subject == "");
    CHECK(facts.issuer == "CN=a");
    CHECK(facts.sans.empty());
    CHECK(facts.usages.empty());
    CHECK_FALSE(facts.is_ca);
}

TEST_CASE("odd alternative names are shown for what they are") {
    Workshop workshop;
    workshop.write("odd.cnf", std::string_view("[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\n"
                                               "subjectAltName=@san\n[san]\notherName=1.3.6.1.4.1.311.20.2.3;UTF8:a@b\n"
                                               "dirName=dir\nRID=1.2.3.4\nDNS=a\n[dir]\nCN=b,c\n"));
    auto certificate = by_openssl(workshop, "-subj /CN=a -config odd.cnf");
    CHECK(certificate.facts().sans == Texts{"dir:CN=b\\,c", "dns:a", "other:1.3.6.1.4.1.311.20.2.3", "rid:1.2.3.4"});

    auto evil = by_openssl(workshop, "-subj /CN=a -addext subjectAltName=DNS:EVILNAME,URI:urn:abcdefgh,IP:192.0.2.1");
    evil = patched(evil, "EVILNAME", "a\x1b[1m\n\xff\0"s.substr(0, 8));
    evil = patched(evil, "urn:abcdefgh",
                   "urn:\xe2\x80\xae"
                   "abcde");
    CHECK(evil.facts().sans == Texts{R"(dns:a\1B[1m\0A\FF\00)", "ip:192.0.2.1", R"(uri:urn:\E2\80\AEabcde)"});
    // An address of three bytes, made by cutting one off and giving it to the name before it.
    auto broken = patched(evil, "\x87\x04\xc0\x00\x02\x01"s, "\x87\x03\xc0\x00\x02\x81"s);
    CHECK_NOTHROW(broken.facts());
    CHECK(is_clean());
}

TEST_CASE("a name that contradicts its type is damage, one that would act on a terminal is not") {
    Workshop workshop;
    auto certificate = by_openssl(workshop, "-subj /CN=ZZZZ -utf8 -days 365");
    refusal(Code::usage, [&] { patched(certificate, "ZZZZ", "\xff\xfe\x80\x80"); }, {"not an X.509 certificate"});
    auto facts = patched(certificate, "ZZZZ", "\x1b[1m").facts();
    CHECK(facts.issuer == R"(CN=\1B[1m)");
    CHECK(facts.subject == "CN=ZZZZ");
}

TEST_CASE("dates that are none are long past") {
    Workshop workshop;
    auto certificate = by_openssl(workshop, "-subj /CN=a -days 365");
    const auto* times = certificate.get();
    auto not_before = std::string(reinterpret_cast<const char*>(X509_get0_notBefore(times)->data));
    auto not_after = std::string(reinterpret_cast<const char*>(X509_get0_notAfter(times)->data));
    CHECK(patched(certificate, not_after, "269999999999Z").facts().not_after == Time{});
    CHECK(patched(certificate, not_after, "xxxxxxxxxxxxZ").facts().not_after == Time{});
    CHECK(patched(certificate, not_before, "2601010000+01").facts().not_before == Time{});
    CHECK(patched(certificate, not_after, "491231235959Z").facts().not_after == from_rfc3339("2049-12-31T23:59:59Z"));
    CHECK(patched(certificate, not_after, "500101000000Z").facts().not_after == from_rfc3339("1950-01-01T00:00:00Z"));
    CHECK(is_clean());
}

TEST_CASE("no damage makes facts fail") {
    Workshop workshop;
    auto certificate = by_openssl(workshop,
                                  "-subj '/C=DE/CN=unit' -addext subjectAltName=DNS:a,IP:192.0.2.1,email:a@b "
                                  "-addext extendedKeyUsage=serverAuth -addext keyUsage=digitalSignature");
    int parsed = 0;
    for (std::size_t i = 0; i < certificate.der().size(); ++i)
        for (int mask : {0x01, 0x04, 0x20, 0x80, 0xff}) {
            Bytes damaged = certificate.der();
            damaged[i] ^= static_cast<std::uint8_t>(mask);
            try {
                auto read = X509Certificate::from_der(damaged);
                ++parsed;
                CHECK_NOTHROW(read.facts());
                CHECK(read.der() == damaged);
                try {
                    CHECK(read.get() != nullptr);
                } catch (const Error&) {
                }
            } catch (const Error& error) {
                CHECK(static_cast<int>(error.code()) == static_cast<int>(Code::usage));
            }
            CHECK(is_clean());
        }
    CHECK(parsed > 1000);
}

TEST_CASE("a certificate is shared between threads") {
    Workshop workshop;
    auto certificate = by_openssl(workshop, "-subj /CN=a");
    std::vector<std::thread> threads;
    std::vector<X509*> seen(4);
    for (auto& x509 : seen)
        threads.emplace_back([&x509, copy = certificate] {
            x509 = copy.get();
            copy.facts();
        });
    for (auto& thread : threads) thread.join();
    CHECK(std::ranges::count(seen, certificate.get()) == 4);

    X509_up_ref(certificate.get());
    X509Certificate taken{X509Handle(certificate.get())};
    CHECK(taken.der() == certificate.der());
    CHECK(taken.get() == certificate.get());
}
