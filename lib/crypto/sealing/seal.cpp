#include "crypto/sealing/seal.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "crypto/sealing/aes_gcm.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t id_size = 8;
constexpr std::size_t nonce_size = aes_gcm::nonce_size;
constexpr std::size_t tag_size = aes_gcm::tag_size;
constexpr std::size_t key_size = aes_gcm::key_size;
constexpr std::size_t nonce_at = 1 + id_size;
constexpr std::size_t head_size = nonce_at + nonce_size;
constexpr std::size_t overhead = head_size + tag_size;

constexpr std::string_view text_prefix = "rekey-seal-key-1 ";
constexpr std::size_t text_size = text_prefix.size() + 2 * id_size + 1 + 2 * key_size + 1;

constexpr std::string_view passphrase_prefix = "rekey-seal-passphrase-1 ";
constexpr std::size_t salt_size = 16;
constexpr std::size_t check_size = 16;

/// Follows from the key, so that a damaged text is noticed before anything is sealed with it.
Bytes id_of(ByteView key) {
    constexpr std::string_view purpose = "rekey seal key id";
    Secret input(purpose.size() + key.size());
    std::copy(key.begin(), key.end(), std::copy(purpose.begin(), purpose.end(), input.data()));
    auto digest = sha256(input.view());
    return {digest.begin(), digest.begin() + id_size};
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

[[noreturn]] void refuse_damaged() {
    throw Error(Code::corrupt, "the seal key is damaged, or this is none",
                "put back the seal.key that belongs to this store, from a backup");
}

/// The words of a line, which is split at every single space.
std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (;;) {
        auto end = line.find(' ');
        words.push_back(line.substr(0, end));
        if (end == std::string_view::npos) return words;
        line.remove_prefix(end + 1);
    }
}

template <class T>
T read_number(std::string_view text) {
    T number{};
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) refuse_damaged();
    return number;
}

Bytes read_bytes(std::string_view text, std::size_t size) {
    auto bytes = from_hex(text);
    if (!bytes || bytes->size() != size) refuse_damaged();
    return *bytes;
}

Secret locked_text(const Bytes& id, const Bytes& salt, const ScryptCost& cost, const Bytes& check) {
    return Secret::copy_of(view_of(fmt::format("{}{} {} {} {} {} {}\n", passphrase_prefix, to_hex(id), to_hex(salt),
                                               cost.n, cost.r, cost.p, to_hex(check))));
}

}  // namespace

SealKey SealKey::generate() {
    Bytes random = random_bytes(key_size);
    Secret key = Secret::copy_of(random);
    wipe(random.data(), random.size());
    Bytes id = id_of(key.view());
    return SealKey(std::move(id), std::move(key));
}

SealKey SealKey::derive(Bytes id, const Secret& passphrase, Bytes salt, const ScryptCost& cost) {
    Secret root = scrypt(passphrase, salt, cost, key_size);
    Secret key = hkdf_sha256(root, id, view_of("rekey seal key"), key_size);
    Secret check = hkdf_sha256(root, id, view_of("rekey seal check"), check_size);
    return SealKey(std::move(id), std::move(key), Lock{std::move(salt), cost, to_bytes(check.view())});
}

SealKey SealKey::from_passphrase(const Secret& passphrase, ByteView salt, const ScryptCost& cost) {
    if (passphrase.empty()) throw Error(Code::usage, "an empty passphrase protects nothing", "choose a passphrase");
    if (salt.size() != salt_size) throw Error(Code::usage, fmt::format("a salt has {} bytes", salt_size));
    require_sane(cost);
    return derive(random_bytes(id_size), passphrase, to_bytes(salt), cost);
}

SealKey SealKey::unlock(std::string_view line, const AskPassphrase& ask) {
    auto words = words_of(line.substr(passphrase_prefix.size()));
    if (words.size() != 6 || !words.back().ends_with('\n')) refuse_damaged();
    words.back().remove_suffix(1);
    Bytes id = read_bytes(words[0], id_size);
    Bytes salt = read_bytes(words[1], salt_size);
    ScryptCost cost{read_number<std::uint64_t>(words[2]), read_number<std::uint32_t>(words[3]),
                    read_number<std::uint32_t>(words[4])};
    Bytes check = read_bytes(words[5], check_size);
    // One form only, so that what is written back is what was read.
    if (!std::ranges::equal(locked_text(id, salt, cost, check).view(), view_of(line))) refuse_damaged();
    require_sane(cost);

    Secret passphrase = ask ? ask() : Secret();
    if (passphrase.empty())
        throw Error(Code::usage, "the home is under a passphrase, and there is none",
                    "give it with --home-passphrase-file FILE, or where it can be asked for");
    SealKey key = derive(std::move(id), passphrase, std::move(salt), cost);
    if (!key.lock_ || CRYPTO_memcmp(key.lock_->check.data(), check.data(), check_size) != 0)
        throw Error(Code::refused, "this is not the passphrase of the home", "give the one that it was put under");
    return key;
}

bool SealKey::needs_passphrase(ByteView text) { return text_of(text).starts_with(passphrase_prefix); }

Bytes SealKey::id_in(ByteView text) {
    auto words = words_of(text_of(text));
    if (words.size() < 3) refuse_damaged();
    return read_bytes(words[1], id_size);
}

SealKey SealKey::from_text(ByteView text, const AskPassphrase& ask) {
    std::string_view line = text_of(text);
    if (needs_passphrase(text)) return unlock(line, ask);
    if (line.size() != text_size || !line.starts_with(text_prefix) || line.back() != '\n') refuse_damaged();
    line.remove_prefix(text_prefix.size());
    Bytes id(id_size);
    Secret key(key_size);
    if (line[2 * id_size] != ' ' || !read_hex(line.substr(0, 2 * id_size), id.data()) ||
        !read_hex(line.substr(2 * id_size + 1, 2 * key_size), key.data()) || id != id_of(key.view()))
        refuse_damaged();
    return SealKey(std::move(id), std::move(key));
}

Secret SealKey::to_text() const {
    if (lock_) return locked_text(id_, lock_->salt, lock_->cost, lock_->check);
    Secret text(text_size);
    char* out = reinterpret_cast<char*>(text.data());
    out = std::copy(text_prefix.begin(), text_prefix.end(), out);
    out = write_hex(id_, out);
    *out++ = ' ';
    out = write_hex(key_.view(), out);
    *out = '\n';
    return text;
}

// Version and key id are authenticated too, before what the caller binds the value to.

Bytes SealKey::seal(ByteView plain, std::string_view associated) const {
    Bytes sealed;
    sealed.reserve(overhead + plain.size());
    auto put = [&](ByteView part) { sealed.insert(sealed.end(), part.begin(), part.end()); };
    sealed.push_back(version);
    put(id_);
    Bytes nonce = random_bytes(nonce_size);
    Bytes encrypted = aes_gcm::encrypt(key_.view(), nonce, {sealed, view_of(associated)}, plain);
    put(nonce);
    put(encrypted);
    return sealed;
}

Secret SealKey::open(ByteView sealed, std::string_view associated) const {
    if (!is_sealed(sealed))
        throw Error(Code::corrupt, "this is not a sealed value, or a damaged one", "restore the store from a backup");
    if (!std::ranges::equal(sealed.subspan(1, id_size), id_))
        throw Error(Code::refused, "this value was sealed with another key, " + to_hex(key_id_of(sealed)),
                    "open the store with the seal.key that belongs to it");
    auto plain = aes_gcm::decrypt(key_.view(), sealed.subspan(nonce_at, nonce_size),
                                  {sealed.first(nonce_at), view_of(associated)}, sealed.subspan(head_size));
    if (!plain)
        throw Error(Code::corrupt, "a sealed value was changed, or moved from another place",
                    "restore the store from a backup");
    return std::move(*plain);
}

Bytes SealKey::key_id_of(ByteView sealed) { return is_sealed(sealed) ? to_bytes(sealed.subspan(1, id_size)) : Bytes(); }

}  // namespace rekey::crypto
