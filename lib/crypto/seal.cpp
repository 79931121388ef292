#include "crypto/seal.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "crypto/errors.hpp"
#include "crypto/handle.hpp"

namespace rekey::crypto {

namespace {

using CipherContext = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::uint8_t version = 1;
constexpr std::size_t id_size = 8;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t key_size = 32;
constexpr std::size_t nonce_at = 1 + id_size;
constexpr std::size_t head_size = nonce_at + nonce_size;
constexpr std::size_t overhead = head_size + tag_size;

constexpr std::string_view text_prefix = "rekey-seal-key-1 ";
constexpr std::size_t text_size = text_prefix.size() + 2 * id_size + 1 + 2 * key_size + 1;

const EVP_CIPHER* cipher() {
    // Fetched once, never freed.
    static const EVP_CIPHER* const aes = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    if (aes == nullptr) fail("AES-256-GCM is not available from OpenSSL");
    return aes;
}

/// Follows from the key, so that a damaged text is noticed before anything is sealed with it.
Bytes id_of(ByteView key) {
    constexpr std::string_view purpose = "rekey seal key id";
    Secret input(purpose.size() + key.size());
    std::copy(key.begin(), key.end(), std::copy(purpose.begin(), purpose.end(), input.data()));
    auto digest = sha256(input.view());
    return {digest.begin(), digest.begin() + id_size};
}

int to_int(std::size_t size) {
    constexpr std::size_t largest = 1U << 30;
    if (size > largest) throw Error(Code::usage, "too large to be sealed in one piece");
    return static_cast<int>(size);
}

/// Version and key id are authenticated too, before what the caller binds the value to.
void authenticate(EVP_CIPHER_CTX* context, ByteView head, std::string_view associated) {
    int length = 0;
    require(EVP_CipherUpdate(context, nullptr, &length, head.data(), to_int(head.size())), "AES-GCM failed");
    ByteView bound = view_of(associated);
    if (!bound.empty())
        require(EVP_CipherUpdate(context, nullptr, &length, bound.data(), to_int(bound.size())), "AES-GCM failed");
}

bool is_sealed(ByteView sealed) { return sealed.size() >= overhead && sealed.front() == version; }

constexpr std::string_view hex_digits = "0123456789ABCDEF";

char* write_hex(ByteView bytes, char* out) {
    for (auto byte : bytes) {
        *out++ = hex_digits[byte >> 4];
        *out++ = hex_digits[byte & 15];
    }
    return out;
}

/// Upper case only, as it was written.
bool read_hex(std::string_view text, std::uint8_t* out) {
    for (std::size_t i = 0; i < text.size(); i += 2) {
        auto high = hex_digits.find(text[i]);
        auto low = hex_digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return false;
        *out++ = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}

}  // namespace

SealKey SealKey::generate() {
    Bytes random = random_bytes(key_size);
    Secret key = Secret::copy_of(random);
    wipe(random.data(), random.size());
    Bytes id = id_of(key.view());
    return SealKey(std::move(id), std::move(key));
}

SealKey SealKey::from_text(ByteView text) {
    auto refuse = [] {
        throw Error(Code::corrupt, "the seal key is damaged, or this is none",
                    "put back the seal.key that belongs to this store, from a backup");
    };
    std::string_view line = text_of(text);
    if (line.size() != text_size || !line.starts_with(text_prefix) || line.back() != '\n') refuse();
    line.remove_prefix(text_prefix.size());
    Bytes id(id_size);
    Secret key(key_size);
    if (line[2 * id_size] != ' ' || !read_hex(line.substr(0, 2 * id_size), id.data()) ||
        !read_hex(line.substr(2 * id_size + 1, 2 * key_size), key.data()) || id != id_of(key.view()))
        refuse();
    return SealKey(std::move(id), std::move(key));
}

Secret SealKey::to_text() const {
    Secret text(text_size);
    char* out = reinterpret_cast<char*>(text.data());
    out = std::copy(text_prefix.begin(), text_prefix.end(), out);
    out = write_hex(id_, out);
    *out++ = ' ';
    out = write_hex(key_.view(), out);
    *out = '\n';
    return text;
}

Bytes SealKey::seal(ByteView plain, std::string_view associated) const {
    CleanErrors clean;
    Bytes sealed(overhead + plain.size());
    sealed[0] = version;
    std::ranges::copy(id_, sealed.begin() + 1);
    Bytes nonce = random_bytes(nonce_size);
    std::ranges::copy(nonce, sealed.begin() + nonce_at);

    CipherContext context(EVP_CIPHER_CTX_new());
    if (!context) fail("no memory to seal");
    require(EVP_EncryptInit_ex2(context.get(), cipher(), key_.view().data(), nonce.data(), nullptr), "AES-GCM failed");
    authenticate(context.get(), ByteView(sealed).first(nonce_at), associated);
    std::uint8_t* out = sealed.data() + head_size;
    int length = 0;
    if (!plain.empty())
        require(EVP_EncryptUpdate(context.get(), out, &length, plain.data(), to_int(plain.size())), "AES-GCM failed");
    require(EVP_EncryptFinal_ex(context.get(), out + length, &length), "AES-GCM failed");
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, out + plain.size()), "AES-GCM failed");
    return sealed;
}

Secret SealKey::open(ByteView sealed, std::string_view associated) const {
    CleanErrors clean;
    if (!is_sealed(sealed))
        throw Error(Code::corrupt, "this is no sealed value, or a damaged one", "restore the store from a backup");
    if (!std::ranges::equal(sealed.subspan(1, id_size), id_))
        throw Error(Code::refused, "this value was sealed with another key, " + to_hex(key_id_of(sealed)),
                    "open the store with the seal.key that belongs to it");
    ByteView encrypted = sealed.subspan(head_size, sealed.size() - overhead);
    Bytes tag = to_bytes(sealed.last(tag_size));

    CipherContext context(EVP_CIPHER_CTX_new());
    if (!context) fail("no memory to open a sealed value");
    require(EVP_DecryptInit_ex2(context.get(), cipher(), key_.view().data(), sealed.data() + nonce_at, nullptr),
            "AES-GCM failed");
    authenticate(context.get(), sealed.first(nonce_at), associated);
    Secret plain(encrypted.size());
    int length = 0;
    if (!encrypted.empty())
        require(EVP_DecryptUpdate(context.get(), plain.data(), &length, encrypted.data(), to_int(encrypted.size())),
                "AES-GCM failed");
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()), "AES-GCM failed");
    std::uint8_t rest[tag_size];
    if (EVP_DecryptFinal_ex(context.get(), rest, &length) != 1)
        throw Error(Code::corrupt, "a sealed value was changed, or moved from another place",
                    "restore the store from a backup");
    return plain;
}

Bytes SealKey::key_id_of(ByteView sealed) { return is_sealed(sealed) ? to_bytes(sealed.subspan(1, id_size)) : Bytes(); }

}  // namespace rekey::crypto
