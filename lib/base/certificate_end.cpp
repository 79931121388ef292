#include "base/certificate_end.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

#include "rekey/base/base.hpp"

namespace rekey {

namespace {

template <auto Free>
struct FreeBy {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

std::string text_of(const X509_NAME* name) {
    std::unique_ptr<BIO, FreeBy<BIO_free>> out(BIO_new(BIO_s_mem()));
    constexpr unsigned long readable = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    if (!out || X509_NAME_print_ex(out.get(), name, 0, readable) < 0) return {};
    long length = BIO_get_mem_data(out.get(), &text);
    return printable(std::string_view(text, static_cast<std::size_t>(length)));
}

}  // namespace

std::optional<CertificateEnd> end_of_certificate(ByteView der) {
    const unsigned char* at = der.data();
    std::unique_ptr<X509, FreeBy<X509_free>> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    std::tm parts{};
    bool is_read = certificate && ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &parts) == 1;
    // An unreadable certificate is an answer, and must not be an error of the next caller of OpenSSL.
    ERR_clear_error();
    if (!is_read) return std::nullopt;
    return CertificateEnd{text_of(X509_get_subject_name(certificate.get())), from_unix(::timegm(&parts))};
}

}  // namespace rekey
