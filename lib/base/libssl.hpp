#pragma once

#include <openssl/ssl.h>

#include <memory>

/// The functions of libssl that are called here.
#define REKEY_SSL_FUNCTIONS(each)                                                                                    \
    each(SSL_CTX_ctrl) each(SSL_CTX_free) each(SSL_CTX_get_ex_data) each(SSL_CTX_load_verify_file) each(SSL_CTX_new) \
        each(SSL_CTX_set_cert_verify_callback) each(SSL_CTX_set_ex_data) each(SSL_CTX_set_security_level)            \
            each(SSL_CTX_set_verify) each(SSL_ctrl) each(SSL_do_handshake) each(SSL_free) each(SSL_get_SSL_CTX)      \
                each(SSL_get_error) each(SSL_get_ex_data_X509_STORE_CTX_idx) each(SSL_get_rbio) each(SSL_get_wbio)   \
                    each(SSL_new) each(SSL_set_bio) each(SSL_set_connect_state) each(TLS_client_method)

namespace rekey {

/// libssl, loaded with the first call: only probes and providers speak TLS, and the agent on a unit never does.
struct SslLibrary {
#define REKEY_SSL_MEMBER(name) decltype(&::name) name = nullptr;  // NOLINT(bugprone-macro-parentheses)
    REKEY_SSL_FUNCTIONS(REKEY_SSL_MEMBER)
#undef REKEY_SSL_MEMBER
};

/// Throws Code::failed when libssl cannot be loaded.
const SslLibrary& libssl();

struct FreeSsl {
    void operator()(SSL_CTX* context) const { libssl().SSL_CTX_free(context); }
    void operator()(SSL* connection) const { libssl().SSL_free(connection); }
};
template <typename Type>
using SslHandle = std::unique_ptr<Type, FreeSsl>;

}  // namespace rekey
