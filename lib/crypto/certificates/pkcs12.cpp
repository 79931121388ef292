#include "crypto/certificates/pkcs12.hpp"

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>
#include <utility>

#include "crypto/encoding/errors.hpp"
#include "crypto/encoding/pem.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

namespace {

using Pkcs12File = Handle<PKCS12, PKCS12_free>;
using Pkcs8Key = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

void free_with_certificates(STACK_OF(X509) * certificates) { sk_X509_pop_free(certificates, X509_free); }
using Certificates = Handle<STACK_OF(X509), free_with_certificates>;

/// With the zero at its end that OpenSSL wants.
Secret as_c_string(const Secret& passphrase) {
    Secret text(passphrase.size() + 1);
    std::copy(passphrase.view().begin(), passphrase.view().end(), text.data());
    return text;
}

PrivateKey private_key_of(const EVP_PKEY& key) {
    Pkcs8Key info(EVP_PKEY2PKCS8(&key));
    int length = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : 0;
    if (length <= 0) fail("cannot read the key of the PKCS #12 file", Code::usage);
    Secret der(static_cast<std::size_t>(length));
    unsigned char* out = der.data();
    i2d_PKCS8_PRIV_KEY_INFO(info.get(), &out);
    return PrivateKey::from_pem(encode_secret_pem("PRIVATE KEY", der.view()).view());
}

bool is_issued_by(const X509Certificate& certificate, const X509Certificate& other) {
    return X509_NAME_cmp(X509_get_issuer_name(certificate.get()), X509_get_subject_name(other.get())) == 0;
}

/// The file has them in any order.
std::vector<X509Certificate> in_order(X509Certificate first, std::vector<X509Certificate> others) {
    std::vector<X509Certificate> chain;
    chain.push_back(std::move(first));
    while (!is_issued_by(chain.back(), chain.back())) {
        auto above = std::find_if(others.begin(), others.end(),
                                  [&](const X509Certificate& other) { return is_issued_by(chain.back(), other); });
        if (above == others.end()) break;
        auto next = std::move(*above);
        others.erase(above);
        chain.push_back(std::move(next));
    }
    return chain;
}

[[noreturn]] void refuse_unopened() {
    auto error = ERR_peek_last_error();
    bool unsupported = ERR_GET_REASON(error) == ERR_R_UNSUPPORTED || ERR_GET_LIB(ERR_peek_error()) == ERR_LIB_EVP;
    if (unsupported)
        throw Error(Code::usage, "its cipher is one that OpenSSL does not use any more",
                    "take key and certificates out: openssl pkcs12 -legacy -in FILE -nodes -out CA.pem");
    throw Error(Code::usage, "the passphrase is wrong, or the file is damaged", "is it the passphrase of this file?");
}

}  // namespace

KeyAndChain read_pkcs12(ByteView content, const AskPassphrase& ask) {
    CleanErrors clean;
    const unsigned char* at = content.data();
    Pkcs12File file(d2i_PKCS12(nullptr, &at, static_cast<long>(content.size())));
    if (!file)
        throw Error(Code::usage, "it is not a PKCS #12 file",
                    "give PEM as --cert and --key instead, or the right file");
    auto passphrase = as_c_string(ask ? ask() : Secret());
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    STACK_OF(X509)* above = nullptr;
    ERR_clear_error();
    int opened = PKCS12_parse(file.get(), reinterpret_cast<const char*>(passphrase.data()), &key, &certificate, &above);
    Pkey key_handle(key);
    X509Handle certificate_handle(certificate);
    Certificates above_handle(above);
    if (opened != 1) refuse_unopened();
    if (!key_handle || !certificate_handle)
        throw Error(Code::usage, !key_handle ? "it has no private key" : "it has no certificate of its key",
                    "give the file that has both");
    std::vector<X509Certificate> others;
    for (int i = 0; above_handle && i < sk_X509_num(above_handle.get()); ++i) {
        X509* each = sk_X509_value(above_handle.get(), i);
        X509_up_ref(each);
        others.emplace_back(X509Handle(each));
    }
    return {private_key_of(*key_handle), in_order(X509Certificate(std::move(certificate_handle)), std::move(others))};
}

}  // namespace rekey::crypto
