#include "tenants/provider/authorities.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdlib>

#include "base/libssl.hpp"
#include "crypto/encoding/handle.hpp"
#include "rekey/base/base.hpp"
#include "tenants/provider/libcurl.hpp"

namespace rekey::tenants {

namespace {

using crypto::Handle;

std::string environment(const char* name) {
    const char* value = secure_getenv(name);
    return value == nullptr ? "" : value;
}

int own_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

/// As `CN=Example Inspection CA,O=Example`.
std::string one_line(const X509_NAME* name) {
    Handle<BIO, BIO_free_all> text(BIO_new(BIO_s_mem()));
    if (!text || X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return "";
    char* start = nullptr;
    auto size = BIO_get_mem_data(text.get(), &start);
    return printable(std::string(start, static_cast<std::size_t>(size)));
}

/// Called for every certificate of the chain. Decides nothing: it looks at what is refused.
int look(int accepted, X509_STORE_CTX* chain) {
    if (accepted == 1) return accepted;
    auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, libssl().SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* authorities =
        ssl == nullptr
            ? nullptr
            : static_cast<Authorities*>(libssl().SSL_CTX_get_ex_data(libssl().SSL_get_SSL_CTX(ssl), own_index()));
    const X509* leaf = X509_STORE_CTX_get0_cert(chain);
    int why = X509_STORE_CTX_get_error(chain);
    bool unknown_issuer = why == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
                          why == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT || why == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
                          why == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
                          why == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE || why == X509_V_ERR_CERT_UNTRUSTED;
    if (authorities != nullptr && leaf != nullptr && unknown_issuer)
        authorities->refused_issuer = one_line(X509_get_issuer_name(leaf));
    return accepted;
}

CURLcode set_up(CURL*, void* context, void* data) {
    auto* tls = static_cast<SSL_CTX*>(context);
    auto* authorities = static_cast<Authorities*>(data);
    if (libssl().SSL_CTX_set_ex_data(tls, own_index(), authorities) != 1) return CURLE_SSL_CONNECT_ERROR;
    libssl().SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, &look);
    const auto& file = authorities->ca_file;
    if (!file.empty() && libssl().SSL_CTX_load_verify_file(tls, file.c_str()) != 1) return CURLE_SSL_CACERT_BADFILE;
    return CURLE_OK;
}

/// What OpenSSL says while it connects does not name the file.
void require_certificates(const std::string& file) {
    if (file.empty()) return;
    const char* remedy = "ca_file in the configuration names a file with certificates, PEM";
    Handle<BIO, BIO_free_all> input(BIO_new_file(file.c_str(), "re"));
    if (!input) throw Error(Code::usage, fmt::format("the CA file {} cannot be read", printable(file)), remedy);
    Handle<X509, X509_free> first(PEM_read_bio_X509_AUX(input.get(), nullptr, nullptr, nullptr));
    if (!first) throw Error(Code::usage, fmt::format("the CA file {} has no certificate", printable(file)), remedy);
}

}  // namespace

void trust_authorities(CURL* easy, Authorities& authorities) {
    require_certificates(authorities.ca_file);
    libssl();  // here, and not within a call of libcurl's, it may fail to load
    // In the order of curl(1). libcurl itself reads none of them.
    auto bundle = environment("CURL_CA_BUNDLE");
    auto file = bundle.empty() ? environment("SSL_CERT_FILE") : bundle;
    auto folder = bundle.empty() ? environment("SSL_CERT_DIR") : "";
    if (!file.empty()) set_option(easy, CURLOPT_CAINFO, file.c_str());
    if (!folder.empty()) set_option(easy, CURLOPT_CAPATH, folder.c_str());
    set_option(easy, CURLOPT_SSL_CTX_FUNCTION, &set_up);
    set_option(easy, CURLOPT_SSL_CTX_DATA, static_cast<void*>(&authorities));
}

}  // namespace rekey::tenants
