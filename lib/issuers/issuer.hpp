#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/request.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::issuers {

/// Signed: DER, leaf first, complete to the root, and what the leaf says.
struct Signed {
    std::vector<Bytes> chain;
    CertificateFacts facts;
};
/// Not yet; the same question again after this time.
struct AskAgain {
    std::chrono::seconds after;
};
/// Never.
struct Refusal {
    std::string why;
};
using Answer = std::variant<Signed, AskAgain, Refusal>;

/// What signs. Used by several threads at once.
class OpenIssuer {
public:
    virtual ~OpenIssuer() = default;
    /// `request`: PKCS#10 in DER, for issuers that want it whole; `key`: what `verify_request` took
    /// from it, and all that is used of it. The rest comes from `leaf`.
    virtual Answer sign(ByteView request, const crypto::RequestKey& key, const crypto::LeafTemplate& leaf) = 0;
};

/// What signs for `record`, by its kind, with its key opened. Throws Code::corrupt or Code::refused when the seal does
/// not open, Code::refused for a kind that this rekey does not know.
std::unique_ptr<OpenIssuer> open(Home& home, const store::Issuer& record);

/// Throws Code::refused: nothing here signs for an issuer of this kind.
[[noreturn]] void refuse_kind(const store::Issuer& record);

}  // namespace rekey::issuers
