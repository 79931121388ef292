// A key, a request, its check and a certificate, by OpenSSL's primitives on prepared contexts and encoders that only
// append: the least that issuing can cost with this OpenSSL. P-256 and SHA-256 only; the fields are those of rekey's
// leaves.
#pragma once

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>

namespace bare {

using std::string;
using std::string_view;

inline void must(bool good) {
    if (!good) std::abort();
}

// DER, by appending.
inline string head(unsigned tag, std::size_t length) {
    string text(1, static_cast<char>(tag));
    if (length >= 256)
        text += static_cast<char>(0x82), text += static_cast<char>(length >> 8);
    else if (length >= 128)
        text += static_cast<char>(0x81);
    return text += static_cast<char>(length & 255);
}
template <class... Parts>
string value(unsigned tag, const Parts&... parts) {
    std::size_t length = (string_view(parts).size() + ... + 0);
    string text = head(tag, length);
    text.reserve(text.size() + length);
    (text.append(string_view(parts)), ...);
    return text;
}
inline string_view raw(const char* bytes, std::size_t length) { return {bytes, length}; }
#define RAW(text) bare::raw(text, sizeof(text) - 1)

inline const string_view ecdsa_sha256 = RAW("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02");
inline const string_view p256_key =
    RAW("\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07");

inline string common_name(string_view name) {
    return value(0x30, value(0x31, value(0x30, RAW("\x06\x03\x55\x04\x03"), value(0x0c, name))));
}
inline string pem(const char* label, string_view der) {
    string text = string("-----BEGIN ") + label + "-----\n";
    char line[65];
    for (; !der.empty(); der.remove_prefix(std::min<std::size_t>(48, der.size()))) {
        auto part = der.substr(0, 48);
        int length =
            EVP_EncodeBlock(reinterpret_cast<unsigned char*>(line), reinterpret_cast<const unsigned char*>(part.data()),
                            static_cast<int>(part.size()));
        text.append(line, static_cast<std::size_t>(length)) += '\n';
    }
    return text + "-----END " + label + "-----\n";
}

struct Pair {
    string key_pem, certificate, certificate_pem, number;
};

/// One a thread: contexts are prepared once and used again.
class Maker {
public:
    Maker() {
        EVP_PKEY_CTX* group = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
        OSSL_PARAM named[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>("P-256"), 0),
            OSSL_PARAM_construct_end()};
        EVP_PKEY* parameters = nullptr;
        must(EVP_PKEY_fromdata_init(group) == 1 &&
             EVP_PKEY_fromdata(group, &parameters, EVP_PKEY_KEY_PARAMETERS, named) == 1);
        generate_ = EVP_PKEY_CTX_new_from_pkey(nullptr, parameters, nullptr);
        must(EVP_PKEY_keygen_init(generate_) == 1);
        authority_ = key();
        sign_ = EVP_PKEY_CTX_new_from_pkey(nullptr, authority_, nullptr);
        must(EVP_PKEY_sign_init(sign_) == 1);
        issuer_name_ = common_name("bare");
        authority_id_ = key_id(point(authority_));
        constraints_ = value(0x30, RAW("\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x02\x30\x00"));
        usage_ = value(0x30, RAW("\x06\x03\x55\x1d\x0f\x01\x01\xff\x04\x04\x03\x02\x07\x80"));
        extended_ = value(0x30, RAW("\x06\x03\x55\x1d\x25\x04\x16\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01\x06"
                                    "\x08\x2b\x06\x01\x05\x05\x07\x03\x02"));
        authority_key_ = value(0x30, RAW("\x06\x03\x55\x1d\x23"), value(0x04, value(0x30, value(0x80, authority_id_))));
    }

    /// The same key and two signatures and a verification, and nothing else.
    void primitives() {
        EVP_PKEY* made = key();
        EVP_PKEY_CTX* own = EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr);
        static const string data(300, 'U');
        string signature = signed_by(own, data, true);
        must(verified(own, data, signature));
        signed_by(sign_, data, false);
        EVP_PKEY_CTX_free(own);
        EVP_PKEY_free(made);
    }

    /// `checks_result`: the certificate's signature too, as rekey does before it lets a unit have it.
    Pair make(string_view unit, bool checks_result = false) {
        Pair pair;
        EVP_PKEY* made = key();
        EVP_PKEY_CTX* own = EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr);
        string at = point(made);
        string info = value(0x30, p256_key, value(0x03, RAW("\0"), at));
        string request_info = value(0x30, RAW("\x02\x01\x00\x30\x00"), info, RAW("\xa0\x00"));
        string signature = signed_by(own, request_info, true);
        string request = value(0x30, request_info, ecdsa_sha256, value(0x03, RAW("\0"), signature));
        must(verified(own, request_info, signature));

        unsigned char number[20];
        must(RAND_bytes(number, 20) == 1);
        number[0] = static_cast<unsigned char>((number[0] & 0x7f) | 0x40);
        for (auto byte : number)
            pair.number += "0123456789ABCDEF"[byte >> 4], pair.number += "0123456789ABCDEF"[byte & 15];
        string extensions =
            value(0x30, constraints_, usage_, extended_,
                  value(0x30, RAW("\x06\x03\x55\x1d\x0e"), value(0x04, value(0x04, key_id(at)))), authority_key_,
                  value(0x30, RAW("\x06\x03\x55\x1d\x11"), value(0x04, value(0x30, value(0x82, unit)))));
        string body =
            value(0x30, RAW("\xa0\x03\x02\x01\x02"), value(0x02, raw(reinterpret_cast<char*>(number), 20)),
                  ecdsa_sha256, issuer_name_, value(0x30, value(0x17, "261126000000Z"), value(0x17, "361126000000Z")),
                  common_name(unit), info, value(0xa3, extensions));
        string by_authority = signed_by(sign_, body, false);
        if (checks_result) {
            EVP_PKEY_CTX* check = EVP_PKEY_CTX_new_from_pkey(nullptr, authority_, nullptr);
            must(EVP_PKEY_verify_init(check) == 1 && verify(check, body, by_authority));
            EVP_PKEY_CTX_free(check);
        }
        pair.certificate = value(0x30, body, ecdsa_sha256, value(0x03, RAW("\0"), by_authority));
        pair.certificate_pem = pem("CERTIFICATE", pair.certificate);
        pair.key_pem = pem("PRIVATE KEY", value(0x30, RAW("\x02\x01\x00"), p256_key,
                                                value(0x04, value(0x30, RAW("\x02\x01\x01"), value(0x04, scalar(made)),
                                                                  value(0xa1, value(0x03, RAW("\0"), at))))));
        EVP_PKEY_CTX_free(own);
        EVP_PKEY_free(made);
        return pair;
    }

    EVP_PKEY* key() {
        EVP_PKEY* made = nullptr;
        must(EVP_PKEY_generate(generate_, &made) == 1);
        return made;
    }
    static string point(EVP_PKEY* key) {
        unsigned char bytes[65];
        std::size_t length = 0;
        must(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, bytes, sizeof bytes, &length) == 1);
        return string(reinterpret_cast<char*>(bytes), length);
    }
    static string scalar(EVP_PKEY* key) {
        unsigned char bytes[32];
        OSSL_PARAM wanted[] = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, bytes, 32),
                               OSSL_PARAM_construct_end()};
        must(EVP_PKEY_get_params(key, wanted) == 1);
        return string(std::reverse_iterator(bytes + 32), std::reverse_iterator(bytes));
    }
    static string key_id(string_view point) {
        unsigned char digest[20];
        SHA1(reinterpret_cast<const unsigned char*>(point.data()), point.size(), digest);
        return string(reinterpret_cast<char*>(digest), 20);
    }
    static string signed_by(EVP_PKEY_CTX* context, string_view data, bool anew) {
        unsigned char digest[32], signature[72];
        std::size_t length = sizeof signature;
        SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest);
        must((!anew || EVP_PKEY_sign_init(context) == 1) &&
             EVP_PKEY_sign(context, signature, &length, digest, sizeof digest) == 1);
        return string(reinterpret_cast<char*>(signature), length);
    }
    static bool verified(EVP_PKEY_CTX* context, string_view data, string_view signature) {
        return EVP_PKEY_verify_init(context) == 1 && verify(context, data, signature);
    }
    static bool verify(EVP_PKEY_CTX* context, string_view data, string_view signature) {
        unsigned char digest[32];
        SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest);
        return EVP_PKEY_verify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                               digest, sizeof digest) == 1;
    }

private:
    EVP_PKEY_CTX* generate_ = nullptr;
    EVP_PKEY_CTX* sign_ = nullptr;
    EVP_PKEY* authority_ = nullptr;
    string issuer_name_, authority_id_, constraints_, usage_, extended_, authority_key_;
};

}  // namespace bare
