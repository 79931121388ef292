#include "crypto/sealing/aes_gcm.hpp"

#include <openssl/evp.h>

#include "crypto/encoding/errors.hpp"
#include "crypto/encoding/handle.hpp"

namespace rekey::crypto::aes_gcm {

namespace {

using CipherContext = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr const char* failure = "AES-GCM failed";

const EVP_CIPHER* cipher() {
    // Fetched once, never freed.
    static const EVP_CIPHER* const aes = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    if (aes == nullptr) fail("AES-256-GCM is not available from OpenSSL");
    return aes;
}

int to_int(std::size_t size) {
    constexpr std::size_t largest = 1U << 30;
    if (size > largest) throw Error(Code::usage, "too large to be encrypted in one piece");
    return static_cast<int>(size);
}

/// Ready for the text: key and nonce are set, associated data is in.
CipherContext begin(bool encrypting, ByteView key, ByteView nonce, Associated associated) {
    if (key.size() != key_size || nonce.size() != nonce_size)
        throw Error(Code::failed, "AES-256-GCM needs a key of 32 bytes and a nonce of 12");
    CipherContext context(EVP_CIPHER_CTX_new());
    if (!context) fail(failure);
    require(EVP_CipherInit_ex2(context.get(), cipher(), key.data(), nonce.data(), encrypting ? 1 : 0, nullptr),
            failure);
    int length = 0;
    for (ByteView part : associated)
        if (!part.empty())
            require(EVP_CipherUpdate(context.get(), nullptr, &length, part.data(), to_int(part.size())), failure);
    return context;
}

}  // namespace

Bytes encrypt(ByteView key, ByteView nonce, Associated associated, ByteView plain) {
    CleanErrors clean;
    CipherContext context = begin(true, key, nonce, associated);
    Bytes encrypted(plain.size() + tag_size);
    int length = 0;
    if (!plain.empty())
        require(EVP_EncryptUpdate(context.get(), encrypted.data(), &length, plain.data(), to_int(plain.size())),
                failure);
    require(EVP_EncryptFinal_ex(context.get(), encrypted.data() + length, &length), failure);
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, encrypted.data() + plain.size()),
            failure);
    return encrypted;
}

std::optional<Secret> decrypt(ByteView key, ByteView nonce, Associated associated, ByteView encrypted) {
    CleanErrors clean;
    if (encrypted.size() < tag_size) return std::nullopt;
    ByteView text = encrypted.first(encrypted.size() - tag_size);
    Bytes tag = to_bytes(encrypted.last(tag_size));
    CipherContext context = begin(false, key, nonce, associated);
    Secret plain(text.size());
    int length = 0;
    if (!text.empty())
        require(EVP_DecryptUpdate(context.get(), plain.data(), &length, text.data(), to_int(text.size())), failure);
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()), failure);
    std::uint8_t rest[tag_size];
    if (EVP_DecryptFinal_ex(context.get(), rest, &length) != 1) return std::nullopt;
    return plain;
}

}  // namespace rekey::crypto::aes_gcm
