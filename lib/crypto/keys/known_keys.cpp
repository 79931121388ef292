#include "crypto/keys/known_keys.hpp"

#include "crypto/encoding/recent.hpp"
#include "crypto/keys/key_pem.hpp"

namespace rekey::crypto {

namespace {

constexpr std::size_t most_known = 2048;

RecentDigests<Bytes>& known() {
    // Never destroyed: threads that were abandoned may still look here when the process ends.
    static auto& recent = *new RecentDigests<Bytes>(most_known);
    return recent;
}

}  // namespace

Bytes public_key_in(ByteView pem) {
    auto digest = sha256(pem);
    if (auto found = known().find(digest)) return *found;
    auto key = public_key_of_pem(pem);
    known().keep(digest, key);
    return key;
}

Secret to_known_pem(const PrivateKey& key) {
    auto pem = key.to_pem();
    known().keep(sha256(pem.view()), key.public_key());
    return pem;
}

}  // namespace rekey::crypto
