#include <fmt/format.h>

#include <map>
#include <tuple>

#include "crypto/sealing/aes_gcm.hpp"
#include "crypto/sealing/password.hpp"
#include "payload/entries.hpp"
#include "rekey/base/base.hpp"
#include "rekey/payload/payload.hpp"

namespace rekey::payload {

namespace aes_gcm = crypto::aes_gcm;

struct Decryptor::Impl {
    using Source = std::tuple<Protection, Bytes, std::uint64_t, std::uint32_t, std::uint32_t>;

    Secret passphrase;
    std::map<Source, Secret> keys;

    Secret derive(const Entry& entry) const {
        if (entry.protection == Protection::hkdf)
            return crypto::hkdf_sha256(passphrase, entry.salt, {}, aes_gcm::key_size);
        crypto::ScryptCost cost{entry.scrypt_n, entry.scrypt_r, entry.scrypt_p};
        crypto::require_sane(cost);
        return crypto::scrypt(passphrase, entry.salt, cost, aes_gcm::key_size);
    }

    const Secret& key_of(const Entry& entry) {
        Source source{entry.protection, entry.salt, entry.scrypt_n, entry.scrypt_r, entry.scrypt_p};
        auto found = keys.find(source);
        if (found == keys.end()) found = keys.emplace(std::move(source), derive(entry)).first;
        return found->second;
    }
};

Decryptor::Decryptor(const Secret& passphrase) : impl_(std::make_unique<Impl>()) {
    if (passphrase.empty()) throw Error(Code::usage, "an empty passphrase opens no payload", "give its passphrase");
    impl_->passphrase = Secret::copy_of(passphrase.view());
}

Decryptor::Decryptor(Decryptor&&) noexcept = default;
Decryptor& Decryptor::operator=(Decryptor&&) noexcept = default;
Decryptor::~Decryptor() = default;

Secret Decryptor::decrypt(const Entry& entry) {
    const Secret& key = impl_->key_of(entry);
    bool is_bound = entry.protection == Protection::scrypt;
    Bytes bound = is_bound ? bound_to(entry.id, entry.client_id, entry.key_id, entry.version) : Bytes();
    auto plain = aes_gcm::decrypt(key.view(), entry.nonce, {bound}, entry.encrypted_key);
    if (!plain)
        throw Error(Code::refused,
                    fmt::format("entry '{}' does not open: the passphrase is another one, or the entry was changed",
                                printable(entry.id)),
                    "try the passphrase again, or take the payload from its source again");
    return std::move(*plain);
}

Secret decrypt(const Entry& entry, const Secret& passphrase) { return Decryptor(passphrase).decrypt(entry); }

}  // namespace rekey::payload
