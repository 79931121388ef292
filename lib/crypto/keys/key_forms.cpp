#include "crypto/keys/key_forms.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>

#include "crypto/encoding/errors.hpp"
#include "crypto/encoding/pem.hpp"
#include "crypto/keys/refuse_key.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

namespace {

using EncryptedInfo = Handle<X509_SIG, X509_SIG_free>;
using PrivateKeyInfo = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using Pkcs12 = Handle<PKCS12, PKCS12_free>;

void free_safes(STACK_OF(PKCS7) * safes) { sk_PKCS7_pop_free(safes, PKCS7_free); }
void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) { sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free); }
using Safes = Handle<STACK_OF(PKCS7), free_safes>;
using Bags = Handle<STACK_OF(PKCS12_SAFEBAG), free_bags>;

constexpr std::string_view begin = "-----BEGIN ";
constexpr std::string_view dashes = "-----";
constexpr std::string_view blanks = " \t\r\n\f\v";
constexpr int most_wrappings = 4;

/// Text of a size that is not known before, and at most `most`.
class SecretText {
public:
    explicit SecretText(std::size_t most) : text_(most) {}
    void put(char c) { text_.data()[size_++] = static_cast<std::uint8_t>(c); }
    void put(std::string_view text) {
        for (char c : text) put(c);
    }
    Secret take() && {
        text_.shrink(size_);
        return std::move(text_);
    }

private:
    Secret text_;
    std::size_t size_ = 0;
};

/// UTF-16 with or without its mark, recognised by the zeros between the letters, as ASCII; nothing for anything else.
std::optional<Secret> from_utf16(ByteView content) {
    if (content.size() < 4 || content.size() % 2 != 0) return std::nullopt;
    bool little = (content[0] == 0xFF && content[1] == 0xFE) || (content[0] != 0 && content[1] == 0 && content[3] == 0);
    bool big = (content[0] == 0xFE && content[1] == 0xFF) || (content[0] == 0 && content[1] != 0 && content[2] == 0);
    if (!little && !big) return std::nullopt;
    SecretText text(content.size() / 2);
    for (std::size_t at = 0; at < content.size(); at += 2) {
        auto low = content[at + (little ? 0 : 1)];
        auto high = content[at + (little ? 1 : 0)];
        if (high == 0 && low != 0 && low < 0x80) text.put(static_cast<char>(low));
    }
    return std::move(text).take();
}

/// A line of PEM has no escapes: every one that is there stands for what a shell or JSON would make of it.
Secret without_escapes(std::string_view text) {
    SecretText plain(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            plain.put(text[i]);
            continue;
        }
        char escaped = text[++i];
        plain.put(escaped == 'n' || escaped == 'r' ? '\n' : escaped == 't' ? ' ' : escaped);
    }
    return std::move(plain).take();
}

std::string_view trimmed(std::string_view line) {
    auto first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos) return "";
    return line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

/// The content of a block line by line without what is around each; one without a header of RFC 1421 is of base64
/// alone, however its lines were broken.
void put_content(SecretText& out, std::string_view content) {
    constexpr std::size_t width = 64;
    bool has_header = content.find(':') != std::string_view::npos;
    if (has_header) {
        while (!content.empty()) {
            auto end = std::min(content.find('\n'), content.size());
            out.put(trimmed(content.substr(0, end)));
            out.put('\n');
            content.remove_prefix(std::min(end + 1, content.size()));
        }
        return;
    }
    std::size_t column = 0;
    for (char c : content) {
        if (blanks.find(c) != std::string_view::npos) continue;
        out.put(c);
        if (++column % width == 0) out.put('\n');
    }
    if (column % width != 0) out.put('\n');
}

/// The blocks in `text`, each with its lines as RFC 7468 has them; the text as it is where a block has no end.
Secret with_whole_lines(std::string_view whole) {
    auto text = whole;
    SecretText out(2 * text.size() + 16);
    for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin)) {
        text.remove_prefix(at);
        auto label_end = text.find(dashes, begin.size());
        if (label_end == std::string_view::npos) return Secret::copy_of(view_of(whole));
        auto label = text.substr(begin.size(), label_end - begin.size());
        auto body = text.substr(label_end + dashes.size());
        auto end = body.find("-----END ");
        if (end == std::string_view::npos) return Secret::copy_of(view_of(whole));
        out.put(begin);
        out.put(label);
        out.put("-----\n");
        put_content(out, body.substr(0, end));
        auto rest = body.substr(end);
        auto close = rest.find(dashes, dashes.size());
        if (close == std::string_view::npos) return Secret::copy_of(view_of(whole));
        out.put(rest.substr(0, close + dashes.size()));
        out.put('\n');
        text = rest.substr(close + dashes.size());
    }
    return std::move(out).take();
}

/// Base64 of either alphabet, blanks passed over; nothing for anything else.
std::optional<Secret> decode_base64_text(std::string_view text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Secret bytes(text.size() / 4 * 3 + 3);
    std::size_t size = 0;
    std::uint32_t pending = 0;
    unsigned bits = 0;
    bool padded = false;
    for (char c : text) {
        if (blanks.find(c) != std::string_view::npos) continue;
        if (c == '=') {
            padded = true;
            continue;
        }
        auto value = alphabet.find(c == '-' ? '+' : c == '_' ? '/' : c);
        if (value == std::string_view::npos || padded) return std::nullopt;
        pending = pending << 6 | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes.data()[size++] = static_cast<std::uint8_t>(pending >> bits);
        pending &= (1U << bits) - 1;
    }
    if (size == 0) return std::nullopt;
    bytes.shrink(size);
    return bytes;
}

// --- JSON Web Keys. Looked through in place: a parser would leave copies of the key behind.

/// The text of the string after `"name":`; nothing when there is none.
std::optional<std::string_view> member(std::string_view json, std::string_view name) {
    auto quoted = fmt::format("\"{}\"", name);
    for (auto at = json.find(quoted); at != std::string_view::npos; at = json.find(quoted, at + 1)) {
        auto colon = json.find_first_not_of(blanks, at + quoted.size());
        if (colon == std::string_view::npos || json[colon] != ':') continue;
        auto quote = json.find_first_not_of(blanks, colon + 1);
        if (quote == std::string_view::npos || json[quote] != '"') continue;
        auto end = json.find('"', quote + 1);
        if (end == std::string_view::npos) return std::nullopt;
        return json.substr(quote + 1, end - quote - 1);
    }
    return std::nullopt;
}

constexpr std::size_t number_size = 32;  // of P-256

void put_number(std::uint8_t* out, std::string_view json, std::string_view name) {
    auto text = member(json, name);
    auto number = text ? decode_base64_text(*text) : std::nullopt;
    if (!number || number->size() > number_size)
        refuse_key(fmt::format("a JSON Web Key whose '{}' is not a number on P-256", name),
                   "take the key from its source again");
    std::memcpy(out + number_size - number->size(), number->view().data(), number->size());
}

/// As PKCS #8 (RFC 5958) with an ECPrivateKey (RFC 5915), which is always as long.
Secret from_jwk(std::string_view json) {
    auto kind = member(json, "kty");
    if (json.find("\"kty\"") != json.rfind("\"kty\""))
        refuse_key("more than one JSON Web Key, where one is needed", "give a file with only the key that is meant");
    auto curve = member(json, "crv");
    if (kind != "EC" || curve != "P-256")
        refuse_key(fmt::format("a JSON Web Key of the kind {}{}, where one on P-256 is needed",
                               printable(std::string(kind.value_or(""))),
                               curve ? " on " + printable(std::string(*curve)) : ""),
                   "take the key that the provider made for this client ID");
    if (!member(json, "d"))
        refuse_key("a public JSON Web Key, where a private key is needed", "a private one has the member \"d\"");
    constexpr std::array<std::uint8_t, 36> head{0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86,
                                                0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D,
                                                0x03, 0x01, 0x07, 0x04, 0x6D, 0x30, 0x6B, 0x02, 0x01, 0x01, 0x04, 0x20};
    constexpr std::array<std::uint8_t, 6> middle{0xA1, 0x44, 0x03, 0x42, 0x00, 0x04};
    Secret info(head.size() + middle.size() + 3 * number_size);
    std::uint8_t* out = std::copy(head.begin(), head.end(), info.data());
    put_number(out, json, "d");
    out = std::copy(middle.begin(), middle.end(), out + number_size);
    put_number(out, json, "x");
    put_number(out + number_size, json, "y");
    return encode_secret_pem("PRIVATE KEY", info.view());
}

// --- Binary.

/// A key in a PKCS #12 file is an EncryptedPrivateKeyInfo, or is not encrypted at all.
std::optional<Secret> key_in(const PKCS12_SAFEBAG& bag) {
    auto as_pem = [](std::string_view label, int length, auto write) {
        Secret der(static_cast<std::size_t>(std::max(length, 0)));
        unsigned char* out = der.data();
        write(&out);
        return encode_secret_pem(label, der.view());
    };
    if (PKCS12_SAFEBAG_get_nid(&bag) == NID_pkcs8ShroudedKeyBag) {
        const X509_SIG* key = PKCS12_SAFEBAG_get0_pkcs8(&bag);
        return as_pem("ENCRYPTED PRIVATE KEY", i2d_X509_SIG(key, nullptr),
                      [&](unsigned char** out) { i2d_X509_SIG(key, out); });
    }
    if (PKCS12_SAFEBAG_get_nid(&bag) == NID_keyBag) {
        const PKCS8_PRIV_KEY_INFO* key = PKCS12_SAFEBAG_get0_p8inf(&bag);
        return as_pem("PRIVATE KEY", i2d_PKCS8_PRIV_KEY_INFO(key, nullptr),
                      [&](unsigned char** out) { i2d_PKCS8_PRIV_KEY_INFO(key, out); });
    }
    return std::nullopt;
}

Secret from_pkcs12(PKCS12& file) {
    std::optional<Secret> found;
    bool hidden = false;
    Safes safes(PKCS12_unpack_authsafes(&file));
    for (int i = 0; safes && i < sk_PKCS7_num(safes.get()); ++i) {
        PKCS7* safe = sk_PKCS7_value(safes.get(), i);
        // Certificates are in an encrypted part, keys are encrypted by themselves.
        hidden = hidden || PKCS7_type_is_encrypted(safe) != 0;
        if (!PKCS7_type_is_data(safe)) continue;
        Bags bags(PKCS12_unpack_p7data(safe));
        for (int j = 0; bags && j < sk_PKCS12_SAFEBAG_num(bags.get()); ++j) {
            auto key = key_in(*sk_PKCS12_SAFEBAG_value(bags.get(), j));
            if (key && found)
                refuse_key("a PKCS #12 file with more than one key, where one is needed",
                           "give a file with only the key that is meant");
            if (key) found = std::move(key);
        }
    }
    if (found) return std::move(*found);
    if (hidden)
        refuse_key("a PKCS #12 file without a key outside of its encrypted part",
                   "give the file that holds the private key; if this one does, take it out: "
                   "openssl pkcs12 -in FILE -nocerts -out KEY");
    refuse_key("a PKCS #12 file without a key", "give the file that holds the private key");
}

/// Nothing when it is neither.
std::optional<Secret> from_der(ByteView content) {
    constexpr std::uint8_t sequence = 0x30;
    if (content.empty() || content.front() != sequence) return std::nullopt;
    auto whole = static_cast<long>(content.size());
    const unsigned char* at = content.data();
    if (Pkcs12 file(d2i_PKCS12(nullptr, &at, whole)); file) return from_pkcs12(*file);
    at = content.data();
    if (EncryptedInfo encrypted(d2i_X509_SIG(nullptr, &at, whole)); encrypted)
        return encode_secret_pem("ENCRYPTED PRIVATE KEY", content);
    // A certificate and a public key begin alike; only a key is taken for one.
    at = content.data();
    Handle<EVP_PKEY, EVP_PKEY_free> key(d2i_AutoPrivateKey(nullptr, &at, whole));
    if (key) return encode_secret_pem("PRIVATE KEY", content);
    at = content.data();
    if (Handle<X509, X509_free> certificate(d2i_X509(nullptr, &at, whole)); certificate)
        refuse_key("a certificate, where a private key is needed", "give the file that holds the private key");
    return std::nullopt;
}

std::optional<Secret> to_pem(ByteView content, int wrappings);

/// Base64 of a key in any form.
std::optional<Secret> from_base64(std::string_view text, int wrappings) {
    auto inner = decode_base64_text(text);
    return inner ? to_pem(inner->view(), wrappings - 1) : std::nullopt;
}

/// The key in PEM; nothing when no form fits.
std::optional<Secret> to_pem(ByteView content, int wrappings) {
    if (wrappings == 0) return std::nullopt;
    if (auto text = from_utf16(content)) return to_pem(text->view(), wrappings - 1);
    if (auto pem = from_der(content)) return pem;
    auto text = text_of(content);
    if (text.find(begin) != std::string_view::npos) {
        auto plain = without_escapes(text);
        return with_whole_lines(text_of(plain.view()));
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    text = trimmed(text);
    if (!text.empty() && text.front() == '{' && member(text, "kty")) return from_jwk(text);
    if (text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        text = text.substr(1, text.size() - 2);
    return from_base64(text, wrappings);
}

/// Whether it begins with a boundary that has its line for itself, so that a message quotes it as it is written.
bool is_ordinary(ByteView content) {
    auto text = text_of(content);
    auto first_line = trimmed(text.substr(0, text.find('\n')));
    return text.starts_with(begin) && first_line.find(dashes, begin.size()) + dashes.size() == first_line.size() &&
           text.find('\\') == std::string_view::npos;
}

}  // namespace

PrivateKey read_private_key(ByteView content, const AskPassphrase& ask) {
    CleanErrors clean;
    if (is_ordinary(content)) {
        try {
            return PrivateKey::from_pem(content, ask);
        } catch (const Error& e) {
            if (e.code() != Code::usage || e.message().find("damaged or cut off") == std::string::npos) throw;
        }
    }
    auto pem = to_pem(content, most_wrappings);
    ERR_clear_error();
    return PrivateKey::from_pem(pem ? pem->view() : content, ask);
}

}  // namespace rekey::crypto
