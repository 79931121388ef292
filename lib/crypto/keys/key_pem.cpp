#include "crypto/keys/key_pem.hpp"

#include <fmt/format.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/encoding/pem.hpp"
#include "crypto/keys/algorithm.hpp"
#include "crypto/keys/ec_private_key.hpp"
#include "crypto/keys/key.hpp"
#include "crypto/keys/refuse_key.hpp"

namespace rekey::crypto {

namespace {

using DigestContext = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using Decoder = Handle<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free>;
using EncryptedInfo = Handle<X509_SIG, X509_SIG_free>;
using KeyContext = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using PasswordParameters = Handle<PBEPARAM, PBEPARAM_free>;
using Pbkdf2Parameters = Handle<PBKDF2PARAM, PBKDF2PARAM_free>;
using Pbes2Parameters = Handle<PBE2PARAM, PBE2PARAM_free>;
using PrivateKeyInfo = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

constexpr std::string_view encrypted_label = "ENCRYPTED PRIVATE KEY";

bool is_private_key(const PemBlock& block) {
    return block.label == "PRIVATE KEY" || block.label.ends_with(" PRIVATE KEY");
}

[[noreturn]] void refuse_other(std::string_view label) {
    constexpr std::string_view remedy = "give the file whose first line is -----BEGIN PRIVATE KEY-----";
    if (label.ends_with("PUBLIC KEY")) refuse_key("a public key, where a private key is needed", remedy);
    if (label.ends_with("CERTIFICATE REQUEST"))
        refuse_key("a certificate request, where a private key is needed", remedy);
    if (label.ends_with("CERTIFICATE")) refuse_key("a certificate, where a private key is needed", remedy);
    if (label == "EC PARAMETERS")
        refuse_key("only the parameters of an EC key, where a private key is needed",
                   "make a key with openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    refuse_key("PEM without a private key", remedy);
}

[[noreturn]] void refuse_damaged() {
    require_memory();
    refuse_key("a damaged private key, or of a kind that OpenSSL does not know",
               "look at it with openssl pkey -noout -text, or take it from its source again");
}

/// With the structure and the kind of key given; OpenSSL trying all of them costs five times as much.
Pkey decode(ByteView content, const char* structure, const char* kind) {
    EVP_PKEY* key = nullptr;
    Decoder decoder(OSSL_DECODER_CTX_new_for_pkey(&key, "DER", structure, kind, EVP_PKEY_KEYPAIR, nullptr, nullptr));
    const unsigned char* at = content.data();
    std::size_t left = content.size();
    bool decoded = decoder && OSSL_DECODER_from_data(decoder.get(), &at, &left) == 1;
    Pkey owner(key);
    if (!decoded || left != 0) return nullptr;
    return owner;
}

/// A PKCS#8 structure at the beginning of `content`, and whether nothing follows it. Null when there is none.
std::pair<PrivateKeyInfo, bool> parse_pkcs8(ByteView content) {
    const unsigned char* at = content.data();
    PrivateKeyInfo info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(content.size())));
    return {std::move(info), at == content.data() + content.size()};
}

/// Null when `content` is not PKCS#8, or its key cannot be decoded.
Pkey decode_pkcs8(ByteView content) {
    auto [info, whole] = parse_pkcs8(content);
    const ASN1_OBJECT* algorithm = nullptr;
    if (!info || PKCS8_pkey_get0(&algorithm, nullptr, nullptr, nullptr, info.get()) != 1) return nullptr;
    auto usual = whole ? EcPrivateKey::read(*info) : std::nullopt;
    if (Pkey key = usual ? usual->import() : nullptr) return key;
    std::array<char, 80> kind{};
    OBJ_obj2txt(kind.data(), static_cast<int>(kind.size()), algorithm, 0);
    return decode(content, "PrivateKeyInfo", kind.data());
}

/// The content decides and not the label: tools mix up the two, and each content is clear by itself.
Pkey decode_any(ByteView content) {
    if (Pkey key = decode_pkcs8(content)) return key;
    for (const char* kind : {"EC", "RSA", "DSA"})
        if (Pkey key = decode(content, "type-specific", kind)) return key;
    return nullptr;
}

Secret ask_passphrase(const AskPassphrase& ask) {
    if (!ask)
        refuse_key("a private key that is encrypted, and nobody can be asked for its passphrase",
                   "decrypt a copy of it: openssl pkey -in FILE -out NEW");
    Secret passphrase = ask();
    if (passphrase.empty())
        refuse_key("a private key that is encrypted, and there is no passphrase for it",
                   "give the passphrase, or decrypt the key with openssl pkey");
    return passphrase;
}

[[noreturn]] void refuse_passphrase() {
    require_memory();
    // An algorithm that is missing looks different from a passphrase that does not fit.
    int reason = ERR_GET_REASON(ERR_peek_error());
    if (reason == EVP_R_UNSUPPORTED_ALGORITHM || reason == ERR_R_UNSUPPORTED || reason == EVP_R_UNKNOWN_PBE_ALGORITHM ||
        reason == PEM_R_UNSUPPORTED_ENCRYPTION || reason == PEM_R_UNSUPPORTED_CIPHER)
        refuse_key("a private key that is encrypted in a way that OpenSSL does not support",
                   "decrypt or convert it with the program that made it");
    refuse_key("a private key that is encrypted with another passphrase", "give the passphrase of this key");
}

template <class T>
T unpack(const X509_ALGOR& algorithm, const ASN1_ITEM* item) {
    return T(static_cast<typename T::pointer>(ASN1_TYPE_unpack_sequence(item, algorithm.parameter)));
}

/// How often the passphrase is hashed (RFC 8018); 0 where that is no number of times, or not to be read.
std::int64_t iterations_of(const X509_ALGOR& algorithm) {
    std::int64_t count = 0;
    const ASN1_INTEGER* number = nullptr;
    Pbkdf2Parameters derivation;
    PasswordParameters parameters;
    if (OBJ_obj2nid(algorithm.algorithm) == NID_pbes2) {
        auto scheme = unpack<Pbes2Parameters>(algorithm, ASN1_ITEM_rptr(PBE2PARAM));
        if (scheme && OBJ_obj2nid(scheme->keyfunc->algorithm) == NID_id_pbkdf2)
            derivation = unpack<Pbkdf2Parameters>(*scheme->keyfunc, ASN1_ITEM_rptr(PBKDF2PARAM));
        if (derivation) number = derivation->iter;
    } else {
        parameters = unpack<PasswordParameters>(algorithm, ASN1_ITEM_rptr(PBEPARAM));
        if (parameters) number = parameters->iter;
    }
    return number != nullptr && ASN1_INTEGER_get_int64(&count, number) == 1 ? count : 0;
}

/// A file may ask for hours; OpenSSL bounds scrypt by itself.
void require_modest_work(const X509_SIG& encrypted) {
    constexpr std::int64_t most_iterations = 10'000'000;  // some seconds
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(&encrypted, &algorithm, nullptr);
    auto count = iterations_of(*algorithm);
    if (count > most_iterations)
        refuse_key(fmt::format("a private key whose passphrase is to be hashed {} times; {} are allowed", count,
                               most_iterations),
                   "encrypt it again with openssl pkcs8 -topk8");
}

/// EncryptedPrivateKeyInfo (RFC 5958, 3).
Pkey decrypt_pkcs8(ByteView content, const AskPassphrase& ask) {
    const unsigned char* at = content.data();
    EncryptedInfo encrypted(d2i_X509_SIG(nullptr, &at, static_cast<long>(content.size())));
    if (!encrypted || at != content.data() + content.size()) refuse_damaged();
    require_modest_work(*encrypted);
    Secret passphrase = ask_passphrase(ask);
    ERR_clear_error();
    PrivateKeyInfo info(PKCS8_decrypt(encrypted.get(), reinterpret_cast<const char*>(passphrase.view().data()),
                                      static_cast<int>(passphrase.size())));
    if (!info) refuse_passphrase();
    int length = i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr);
    if (length <= 0) refuse_damaged();
    Secret plain(static_cast<std::size_t>(length));
    unsigned char* out = plain.data();
    if (i2d_PKCS8_PRIV_KEY_INFO(info.get(), &out) != length) refuse_damaged();
    return decode_pkcs8(plain.view());
}

int give_passphrase(char* buffer, int size, int, void* passphrase) {
    auto view = static_cast<const Secret*>(passphrase)->view();
    if (view.size() > static_cast<std::size_t>(size)) return -1;
    std::copy(view.begin(), view.end(), buffer);
    return static_cast<int>(view.size());
}

/// The encryption of the traditional formats (RFC 1421, 4.6.1.1).
Pkey decrypt_traditional(PemBlock& block, const AskPassphrase& ask) {
    EVP_CIPHER_INFO cipher{};
    if (PEM_get_EVP_CIPHER_INFO(block.header.data(), &cipher) != 1) {
        if (ERR_GET_REASON(ERR_peek_error()) == PEM_R_UNSUPPORTED_ENCRYPTION) refuse_passphrase();
        refuse_damaged();
    }
    if (cipher.cipher == nullptr) return decode_any(block.content.view());
    Secret passphrase = ask_passphrase(ask);
    ERR_clear_error();
    long length = static_cast<long>(block.content.size());
    // Never without a callback: OpenSSL's own would ask on the terminal.
    if (PEM_do_header(&cipher, block.content.data(), &length, give_passphrase, &passphrase) != 1) refuse_passphrase();
    block.content.shrink(static_cast<std::size_t>(length));
    Pkey key = decode_any(block.content.view());
    // One wrong passphrase in 256 leaves bytes that end like a padding.
    if (!key) refuse_key("a private key that is encrypted with another passphrase", "give the passphrase of this key");
    return key;
}

Pkey read(PemBlock& block, const AskPassphrase& ask) {
    if (block.label == "OPENSSH PRIVATE KEY")
        refuse_key("a private key in the format of OpenSSH", "convert a copy of it with ssh-keygen -p -m PKCS8");
    if (block.label == encrypted_label) return decrypt_pkcs8(block.content.view(), ask);
    if (!block.header.empty()) return decrypt_traditional(block, ask);
    return decode_any(block.content.view());
}

/// OpenSSL's own check of an RSA key proves primes, which takes a hundred times as long.
bool signs_for_itself(EVP_PKEY* key) {
    ByteView probe = view_of("rekey");
    std::array<std::uint8_t, 2048> signature;
    std::size_t length = signature.size();
    DigestContext signer(EVP_MD_CTX_new());
    DigestContext verifier(EVP_MD_CTX_new());
    const EVP_MD* sha256 = digest(NID_sha256);
    return signer && verifier && EVP_DigestSignInit(signer.get(), nullptr, sha256, nullptr, key) == 1 &&
           EVP_DigestSign(signer.get(), signature.data(), &length, probe.data(), probe.size()) == 1 &&
           EVP_DigestVerifyInit(verifier.get(), nullptr, sha256, nullptr, key) == 1 &&
           EVP_DigestVerify(verifier.get(), signature.data(), length, probe.data(), probe.size()) == 1;
}

/// A private key carries its public key, and files have been seen in which they do not belong
/// together; such a key would make certificates that nobody can use.
void require_pair(EVP_PKEY* key) {
    bool fits = true;
    if (EVP_PKEY_is_a(key, "EC")) {
        KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
        fits = context && EVP_PKEY_pairwise_check(context.get()) == 1;
    } else if (EVP_PKEY_is_a(key, "RSA")) {
        fits = signs_for_itself(key);
    }
    if (fits) return;
    require_memory();
    refuse_key("a private key that does not belong to the public key beside it", "take the key from its source again");
}

/// The one in `pem`.
PemBlock find_private_key(ByteView pem) {
    PemReader reader(pem);
    std::optional<PemBlock> found;
    std::string other;
    while (auto block = reader.next()) {
        if (!is_private_key(*block)) {
            // What is beside a key does not matter; without one, the first tells what this is.
            if (other.empty() || other == "EC PARAMETERS") other = block->label;
        } else if (found) {
            refuse_key("more than one private key, where one is needed", "give a file with only the key that is meant");
        } else {
            found = std::move(block);
        }
    }
    if (!found && !other.empty()) refuse_other(other);
    if (!found) throw no_pem(pem, "a private key");
    return std::move(*found);
}

/// Of a key that is neither encrypted nor in a form that is seldom; nothing for others, and for what is not in order.
std::optional<Bytes> usual_public_key(const PemBlock& block) {
    if (block.label == encrypted_label || !block.header.empty()) return std::nullopt;
    auto [info, whole] = parse_pkcs8(block.content.view());
    auto usual = info && whole ? EcPrivateKey::read(*info) : std::nullopt;
    return usual ? usual->proven_public_key() : std::nullopt;
}

}  // namespace

PrivateKey PrivateKey::from_pem(ByteView pem, const AskPassphrase& ask) {
    CleanErrors clean;
    auto block = find_private_key(pem);
    Pkey key = read(block, ask);
    if (!key) refuse_damaged();
    require_pair(key.get());
    return PrivateKey(std::move(key));
}

Bytes public_key_of_pem(ByteView pem) {
    CleanErrors clean;
    if (auto key = usual_public_key(find_private_key(pem))) return std::move(*key);
    return PrivateKey::from_pem(pem).public_key();
}

}  // namespace rekey::crypto
