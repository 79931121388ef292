#include "units/inventory/tls_probe.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <thread>

#include "base/files/descriptor.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/encoding/errors.hpp"
#include "rekey/base/base.hpp"
#include "units/inventory/backoff.hpp"

namespace rekey::units {

namespace {

using SteadyClock = std::chrono::steady_clock;
using Deadline = SteadyClock::time_point;

constexpr auto one_attempt = std::chrono::seconds{3};  // for each address of the host
constexpr auto between_attempts = std::chrono::milliseconds{300};

/// Why a server could not be asked; another attempt may bring more.
struct Silent {
    std::string why;
};

std::string words_for(int error) { return std::generic_category().message(error); }

void wait_for(int fd, short events, Deadline end) {
    for (;;) {
        auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - SteadyClock::now()).count();
        if (left <= 0) throw Silent{"no answer in time"};
        pollfd ready{fd, events, 0};
        int count = ::poll(&ready, 1, static_cast<int>(left));
        if (count > 0) return;
        if (count < 0 && errno != EINTR) throw Silent{words_for(errno)};
    }
}

bool is_literal(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> ignored;
    return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

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

Descriptor connect_to(const addrinfo& address, Deadline end) {
    Descriptor socket(
        ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
    if (!socket) throw Silent{words_for(errno)};
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
    if (errno != EINPROGRESS) throw Silent{words_for(errno)};
    wait_for(socket.get(), POLLOUT, end);
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) throw Silent{words_for(error)};
    return socket;
}

/// A TLS client that looks at the server's certificate and goes away. It reads and writes the
/// socket itself, because OpenSSL's own writing can end the program with SIGPIPE.
class Glance {
public:
    Glance(Descriptor socket, const std::string& host, Deadline end) : socket_(std::move(socket)), end_(end) {
        context_.reset(SSL_CTX_new(TLS_client_method()));
        if (!context_) crypto::fail("cannot prepare TLS");
        // Which certificate it shows is the question, not whether anybody would trust it.
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
        SSL_CTX_set_cert_verify_callback(context_.get(), remember, this);
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        ssl_.reset(SSL_new(context_.get()));
        BIO* in = BIO_new(BIO_s_mem());
        BIO* out = BIO_new(BIO_s_mem());
        if (!ssl_ || in == nullptr || out == nullptr) {
            BIO_free(in);
            BIO_free(out);
            crypto::fail("cannot prepare TLS");
        }
        SSL_set_bio(ssl_.get(), in, out);
        if (!is_literal(host)) SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
    }

    std::string number() {
        SSL_set_connect_state(ssl_.get());
        for (;;) {
            ERR_clear_error();
            int result = SSL_do_handshake(ssl_.get());
            int error = SSL_get_error(ssl_.get(), result);
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
            static_cast<Glance*>(self)->seen_ = crypto::Certificate(crypto::X509Handle(leaf)).facts().number;
        } catch (const Error&) {
            return 0;  // OpenSSL could read it and we cannot: told as a failed handshake
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
            int length = BIO_read(SSL_get_wbio(ssl_.get()), buffer.data(), static_cast<int>(buffer.size()));
            if (length <= 0) return;
            for (int sent = 0; sent < length;) {
                ssize_t now =
                    ::send(socket_.get(), buffer.data() + sent, static_cast<std::size_t>(length - sent), MSG_NOSIGNAL);
                if (now < 0 && errno == EINTR) continue;
                if (now < 0 && errno == EAGAIN) {
                    wait_for(socket_.get(), POLLOUT, end_);
                    continue;
                }
                if (now < 0) return;  // what was said before may still be readable
                sent += static_cast<int>(now);
            }
        }
    }

    void receive() {
        std::array<char, 16384> buffer;
        for (;;) {
            ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0 && errno == EAGAIN) {
                wait_for(socket_.get(), POLLIN, end_);
                continue;
            }
            if (got < 0) throw Silent{words_for(errno)};
            if (got == 0) throw Silent{"it ended the connection"};
            BIO_write(SSL_get_rbio(ssl_.get()), buffer.data(), static_cast<int>(got));
            return;
        }
    }

    Descriptor socket_;
    Deadline end_;
    crypto::Handle<SSL_CTX, SSL_CTX_free> context_;
    crypto::Handle<SSL, SSL_free> ssl_;
    std::optional<std::string> seen_;
};

/// The number served by the first of the host's addresses that answers.
std::string served_number(const HostPort& where) {
    auto addresses = resolve(where);
    Silent last{"it has no address"};
    for (const auto* address = addresses.get(); address != nullptr; address = address->ai_next) {
        try {
            auto end = SteadyClock::now() + one_attempt;
            return Glance(connect_to(*address, end), where.host, end).number();
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

}  // namespace

HostPort parse_host_port(const std::string& text) {
    auto colon = text.rfind(':');
    auto refuse = [&] {
        throw Error(Code::usage, fmt::format("'{}' is not HOST:PORT", printable(text)),
                    "as in unit-1.example:443 or [::1]:443");
    };
    if (colon == std::string::npos) refuse();
    HostPort where{text.substr(0, colon), text.substr(colon + 1)};
    bool digits = !where.port.empty() && where.port.size() <= 5 &&
                  std::all_of(where.port.begin(), where.port.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || std::stoi(where.port) == 0 || std::stoi(where.port) > 65535) refuse();
    bool bracketed = where.host.size() > 2 && where.host.front() == '[' && where.host.back() == ']';
    if (bracketed) {
        where.host = where.host.substr(1, where.host.size() - 2);
        if (where.host.find(':') == std::string::npos || !is_literal(where.host)) refuse();
        return where;
    }
    bool plausible = !where.host.empty() && where.host.size() <= 253 && where.host.front() != '-' &&
                     std::all_of(where.host.begin(), where.host.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                c == '.' || c == '-' || c == '_';
                     });
    if (!plausible) refuse();
    return where;
}

void probe(const std::string& host_port, const std::string& number, std::chrono::seconds patience) {
    crypto::CleanErrors clean;
    auto where = parse_host_port(host_port);
    auto wanted = upper(number);
    auto end = SteadyClock::now() + patience;
    for (;;) {
        std::string found;
        try {
            auto served = served_number(where);
            if (served == wanted) return;
            found = fmt::format("{} serves certificate {}, not {}", host_port, served, wanted);
        } catch (const Silent& silent) {
            found = fmt::format("{} does not serve certificate {}: {}", host_port, wanted, silent.why);
        }
        if (SteadyClock::now() >= end) throw Error(Code::failed, found);
        std::this_thread::sleep_for(between_attempts);
    }
}

}  // namespace rekey::units
