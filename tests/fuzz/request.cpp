/// PKCS#10 requests: what is accepted, OpenSSL accepts too, with the same key.
#include "crypto/certificates/request.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>

#include "crypto/encoding/handle.hpp"
#include "fuzz.hpp"

using namespace rekey;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ByteView input(data, size);
    fuzz::takes([&] {
        auto key = crypto::verify_request(input);
        fuzz::require(printable(key.name) == key.name, "a kind of key has control characters");
        const unsigned char* at = data;
        crypto::Handle<X509_REQ, X509_REQ_free> request(d2i_X509_REQ(nullptr, &at, static_cast<long>(size)));
        fuzz::require(request && at == data + size, "OpenSSL reads no request where one is accepted");
        EVP_PKEY* other = X509_REQ_get0_pubkey(request.get());
        fuzz::require(other != nullptr && X509_REQ_verify(request.get(), other) == 1,
                      "OpenSSL finds the signature wrong that is accepted");
        fuzz::require(X509_REQ_get_version(request.get()) == 0, "a request of another version is accepted");
        unsigned char* encoded = nullptr;
        int length = i2d_PUBKEY(other, &encoded);
        bool same = length > 0 && key.public_key == Bytes(encoded, encoded + length);
        OPENSSL_free(encoded);
        fuzz::require(same, "OpenSSL reads another key in the request");
    });
    ERR_clear_error();
    return 0;
}
