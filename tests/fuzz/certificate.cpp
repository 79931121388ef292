/// Certificates, DER and PEM: bytes are kept as they are, and what they say can be shown.
#include "crypto/certificates/certificate.hpp"

#include "crypto/keys/public_key.hpp"
#include "fuzz.hpp"

using namespace rekey;

namespace {

void require_printable(const CertificateFacts& facts) {
    auto shown = [](const std::string& text) {
        fuzz::require(printable(text) == text, "a fact has control characters");
    };
    shown(facts.number);
    shown(facts.subject);
    shown(facts.issuer);
    shown(facts.key);
    shown(facts.signature);
    for (const auto& each : facts.sans) shown(each);
    for (const auto& each : facts.usages) shown(each);
}

void look_at(const crypto::X509Certificate& certificate) {
    auto again = crypto::X509Certificate::from_pem(view_of(certificate.to_pem()));
    fuzz::require(again.size() == 1 && again.front().der() == certificate.der(), "PEM of it is another certificate");
    fuzz::takes([&] {
        auto facts = certificate.facts();
        require_printable(facts);
        fuzz::require(facts.fingerprint_sha256 == certificate.fingerprint_sha256(), "two fingerprints");
        to_rfc3339(facts.not_before);
        to_rfc3339(facts.not_after);
    });
    fuzz::takes([&] { certificate.get(); });
    fuzz::require(!certificate.public_key().empty(), "a certificate without a key");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ByteView input(data, size);
    fuzz::takes([&] {
        auto certificate = crypto::X509Certificate::from_der(input);
        fuzz::require(certificate.der() == to_bytes(input), "DER was changed by reading it");
        look_at(certificate);
    });
    fuzz::takes([&] {
        for (const auto& each : crypto::X509Certificate::from_pem(input)) look_at(each);
    });
    return 0;
}
