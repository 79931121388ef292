#include "units/probe/tls_probe.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <optional>
#include <thread>

#include "base/libssl.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/encoding/errors.hpp"
#include "rekey/base/base.hpp"
#include "units/probe/probe_address.hpp"
#include "units/probe/starttls.hpp"
#include "units/probe/timed_socket.hpp"

namespace rekey::units {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto one_attempt = std::chrono::seconds{3};  // for each address of the host
constexpr auto between_attempts = std::chrono::milliseconds{300};

using Addresses = crypto::Handle<addrinfo, ::freeaddrinfo>;

Addresses resolve(const HostPort& where) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    int error = ::getaddrinfo(where.host.c_str(), where.port.c_str(), &wanted, &found);
    if (error != 0) throw Silent{::gai_strerror(error)};
    return Addresses(found);
}

/// A TLS client that looks at the server's certificate and goes away. It reads and writes the
/// socket itself, because OpenSSL's own writing can end the program with SIGPIPE.
class CertificateProbe {
public:
    /// `name` is asked for; empty: none.
    CertificateProbe(TimedSocket& socket, const std::string& name) : socket_(socket) {
        context_.reset(tls_.SSL_CTX_new(tls_.TLS_client_method()));
        if (!context_) crypto::fail("cannot prepare TLS");
        // Which certificate it shows is the question, not whether anybody would trust it.
        tls_.SSL_CTX_set_security_level(context_.get(), 0);
        tls_.SSL_CTX_ctrl(context_.get(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_VERSION, nullptr);
        tls_.SSL_CTX_set_cert_verify_callback(context_.get(), remember, this);
        tls_.SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        ssl_.reset(tls_.SSL_new(context_.get()));
        BIO* in = BIO_new(BIO_s_mem());
        BIO* out = BIO_new(BIO_s_mem());
        if (!ssl_ || in == nullptr || out == nullptr) {
            BIO_free(in);
            BIO_free(out);
            crypto::fail("cannot prepare TLS");
        }
        tls_.SSL_set_bio(ssl_.get(), in, out);
        if (!name.empty())
            tls_.SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                          const_cast<char*>(name.c_str()));
    }

    std::string number() {
        tls_.SSL_set_connect_state(ssl_.get());
        for (;;) {
            ERR_clear_error();
            int result = tls_.SSL_do_handshake(ssl_.get());
            int error = tls_.SSL_get_error(ssl_.get(), result);
            send_what_waits();
            // A server that wants a certificate of ours may refuse; its own has been seen by then.
            if (seen_) return *seen_;
            if (result == 1) throw Silent{"it shows no certificate"};
            if (error != SSL_ERROR_WANT_READ) throw Silent{"TLS failed: " + reason()};
            receive();
        }
    }

private:
    static int remember(X509_STORE_CTX* chain, void* self) {
        X509* leaf = X509_STORE_CTX_get0_cert(chain);
        if (leaf == nullptr) return 1;
        X509_up_ref(leaf);
        try {
            static_cast<CertificateProbe*>(self)->seen_ =
                crypto::X509Certificate(crypto::X509Handle(leaf)).facts().number;
        } catch (const Error&) {
            return 0;  // OpenSSL could read it and we cannot: reported as a failed handshake
        }
        return 1;
    }

    static std::string reason() {
        const char* text = ERR_reason_error_string(ERR_peek_last_error());
        return text != nullptr ? text : "the other side does not speak it";
    }

    void send_what_waits() {
        std::array<char, 4096> buffer;
        for (;;) {
            int length = BIO_read(tls_.SSL_get_wbio(ssl_.get()), buffer.data(), static_cast<int>(buffer.size()));
            if (length <= 0) return;
            // What was said before may still be readable.
            if (!socket_.send({buffer.data(), static_cast<std::size_t>(length)})) return;
        }
    }

    void receive() {
        auto said = socket_.receive();
        BIO_write(tls_.SSL_get_rbio(ssl_.get()), said.data(), static_cast<int>(said.size()));
    }

    TimedSocket& socket_;
    const SslLibrary& tls_ = libssl();
    SslHandle<SSL_CTX> context_;
    SslHandle<SSL> ssl_;
    std::optional<std::string> seen_;
};

/// The number served by the first of the host's addresses that answers.
std::string served_number(const ProbeAddress& probed) {
    auto addresses = resolve(probed.where);
    Silent last{"it has no address"};
    for (const auto* address = addresses.get(); address != nullptr; address = address->ai_next) {
        try {
            TimedSocket socket(*address, SteadyClock::now() + one_attempt);
            start_tls(socket, probed);
            return CertificateProbe(socket, probed.name).number();
        } catch (const Silent& silent) {
            last = silent;
        }
    }
    throw last;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

/// The number first that is wanted most.
using Wanted = std::vector<std::string>;

void wait_until_served(const ProbeAddress& probed, const Wanted& wanted, SteadyClock::time_point end) {
    for (;;) {
        std::string found;
        try {
            auto served = served_number(probed);
            if (std::find(wanted.begin(), wanted.end(), served) != wanted.end()) return;
            found = fmt::format("{} serves certificate {}, not {}{}", probed.text, served, wanted.front(),
                                wanted.size() == 1 ? "" : ", nor that of another slot");
        } catch (const Silent& silent) {
            found = fmt::format("{} does not serve certificate {}: {}", probed.text, wanted.front(), silent.why);
        }
        if (SteadyClock::now() >= end) throw Error(Code::failed, found);
        std::this_thread::sleep_for(between_attempts);
    }
}

}  // namespace

void probe(const std::string& addresses, const std::string& number, std::chrono::seconds patience,
           const std::vector<std::string>& others) {
    crypto::CleanErrors clean;
    Wanted wanted{upper(number)};
    for (const auto& other : others) wanted.push_back(upper(other));
    auto end = SteadyClock::now() + patience;
    for (const auto& probed : parse_probe(addresses)) wait_until_served(probed, wanted, end);
}

}  // namespace rekey::units
