#include <fmt/format.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "crypto/certificate.hpp"
#include "crypto/handle.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "units/reach.hpp"

namespace rekey::units {

namespace {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;
using SslContext = crypto::Handle<SSL_CTX, SSL_CTX_free>;
using Ssl = crypto::Handle<SSL, SSL_free>;
using Addresses = crypto::Handle<addrinfo, freeaddrinfo>;

constexpr auto one_attempt = std::chrono::seconds{5};
constexpr auto between_attempts = std::chrono::milliseconds{200};

class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    ~Socket() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

struct Target {
    std::string host;
    std::string port;
};

Target parse(const std::string& host_port) {
    auto colon = host_port.rfind(':');
    Target target;
    if (colon != std::string::npos) target = {host_port.substr(0, colon), host_port.substr(colon + 1)};
    bool bracketed = target.host.size() > 2 && target.host.front() == '[' && target.host.back() == ']';
    if (bracketed) target.host = target.host.substr(1, target.host.size() - 2);
    bool port = !target.port.empty() && target.port.find_first_not_of("0123456789") == std::string::npos;
    if (target.host.empty() || !port || (!bracketed && target.host.find(':') != std::string::npos))
        throw Error(Code::usage, fmt::format("'{}' is no address to probe", printable(host_port)),
                    "write it as HOST:PORT, an IPv6 address in brackets: [::1]:443");
    return target;
}

void wait_for(int descriptor, short events, Deadline deadline) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{descriptor, events, 0};
    int ready = left <= 0 ? 0 : ::poll(&waiting, 1, static_cast<int>(left));
    if (ready == 0) throw Error(Code::failed, "no answer in time");
    if (ready < 0 && errno != EINTR) throw Error(Code::failed, std::strerror(errno));
}

Socket connect_to(const Target& target, Deadline deadline) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    int failure = getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found);
    Addresses addresses(found);
    if (failure != 0) throw Error(Code::failed, gai_strerror(failure));
    int cause = 0;
    for (const auto* address = found; address != nullptr; address = address->ai_next) {
        Socket socket(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (socket.get() < 0) continue;
        if (::connect(socket.get(), address->ai_addr, address->ai_addrlen) != 0) {
            cause = errno;
            if (cause != EINPROGRESS) continue;
            wait_for(socket.get(), POLLOUT, deadline);
            socklen_t size = sizeof cause;
            if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &cause, &size) != 0) cause = errno;
            if (cause != 0) continue;
        }
        return socket;
    }
    throw Error(Code::failed, std::strerror(cause));
}

bool is_address(const std::string& host) {
    return host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
}

/// The number of the leaf that the server shows in its handshake.
std::string served_number(SSL_CTX* context, const Target& target) {
    auto deadline = Clock::now() + one_attempt;
    auto socket = connect_to(target, deadline);
    Ssl ssl(SSL_new(context));
    if (!ssl) crypto::fail("TLS cannot begin");
    if (!is_address(target.host)) crypto::require(static_cast<int>(SSL_set_tlsext_host_name(ssl.get(), target.host.c_str())), "TLS");
    crypto::require(SSL_set_fd(ssl.get(), socket.get()), "TLS cannot begin");
    for (;;) {
        int result = SSL_connect(ssl.get());
        if (result == 1) break;
        int wants = SSL_get_error(ssl.get(), result);
        if (wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE) {
            // A server that wants a certificate of ours has shown its own by then.
            if (SSL_get0_peer_certificate(ssl.get()) != nullptr) break;
            crypto::fail("the TLS handshake failed");
        }
        wait_for(socket.get(), wants == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline);
    }
    crypto::X509Handle shown(SSL_get1_peer_certificate(ssl.get()));
    if (!shown) throw Error(Code::failed, "the server shows no certificate");
    return crypto::Certificate(std::move(shown)).facts().number;
}

}  // namespace

void probe(const std::string& host_port, const std::string& number, std::chrono::seconds patience) {
    auto target = parse(host_port);
    SslContext context(SSL_CTX_new(TLS_client_method()));
    if (!context) crypto::fail("TLS cannot begin");
    // Who the server is was settled by the number; trust is for those who use it.
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    auto until = Clock::now() + patience;
    std::string last;
    do {
        try {
            auto served = served_number(context.get(), target);
            if (served == number) return;
            last = "it serves " + served;
        } catch (const Error& e) {
            last = e.message();
        }
        std::this_thread::sleep_for(between_attempts);
    } while (Clock::now() < until);
    throw Error(Code::failed, fmt::format("{} does not serve {} after {} s: {}", printable(host_port), number,
                                          patience.count(), last));
}

}  // namespace rekey::units
