/// Chains: what is accepted without OpenSSL's X509_verify_cert, that accepts too; and only in that order.
#include "crypto/certificates/chain.hpp"

#include <algorithm>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/issuers.hpp"
#include "fuzz.hpp"

using namespace rekey;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<crypto::X509Certificate> chain;
    bool read = fuzz::takes([&] { chain = crypto::X509Certificate::from_pem(ByteView(data, size)); });
    constexpr std::size_t longest = 16;  // as a unit may give
    if (!read || chain.size() > longest) return 0;
    Time begin{};
    if (!fuzz::takes([&] { begin = chain.front().facts().not_before; })) return 0;
    const Time now = begin + std::chrono::hours{1};
    auto key = chain.front().public_key();
    bool accepted = fuzz::takes([&] { crypto::check_chain(chain, key, now); });
    fuzz::require(fuzz::takes([&] { crypto::check_chain(chain, key, now); }) == accepted, "two answers for one chain");
    if (!accepted) return 0;
    fuzz::require(fuzz::takes([&] { crypto::verify_with_openssl(chain, now); }),
                  "OpenSSL does not accept a chain that is accepted");
    fuzz::require(!chain.front().facts().is_ca, "a leaf that is a CA is accepted");
    fuzz::require(!fuzz::takes([&] { crypto::check_chain(chain, key, begin - Seconds{1}); }), "dates do not count");
    std::ranges::reverse(chain);
    fuzz::require(!fuzz::takes([&] { crypto::check_chain(chain, key, now); }), "a chain is accepted backwards");
    return 0;
}
