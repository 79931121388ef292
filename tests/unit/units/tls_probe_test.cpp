#include "units/probe/tls_probe.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <thread>

#include "base/files/descriptor.hpp"
#include "base/temporary_folder.hpp"
#include "crypto/certificates/certificate.hpp"
#include "errors.hpp"
#include "units/pki.hpp"
#include "units/probe/probe_address.hpp"

extern char** environ;

using namespace rekey;
using namespace rekey::test;
using units::parse_host_port;
using units::probe;
using namespace std::chrono_literals;

namespace {

/// A port that nobody listens on, on this address.
int free_port(int family) {
    Descriptor fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_addr = in6addr_loopback;
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = family == AF_INET6 ? reinterpret_cast<sockaddr*>(&six) : reinterpret_cast<sockaddr*>(&four);
    socklen_t size = family == AF_INET6 ? sizeof six : sizeof four;
    if (::bind(fd.get(), address, size) != 0) return 0;
    ::getsockname(fd.get(), address, &size);
    return ntohs(family == AF_INET6 ? six.sin6_port : four.sin_port);
}

/// `openssl s_server` with certificates of its own.
class Server {
public:
    Server(const std::string& folder, const std::string& accept, const std::string& more = "") {
        std::string command = "exec openssl s_server -quiet -accept " + accept + " -cert " + folder +
                              "/cert.pem -key " + folder + "/key.pem " + more + " >/dev/null 2>&1";
        std::array<std::string, 3> words{"sh", "-c", command};
        std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
        if (::posix_spawn(&pid_, "/bin/sh", nullptr, nullptr, arguments.data(), environ) != 0) pid_ = -1;
    }
    ~Server() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

private:
    pid_t pid_ = -1;
};

std::string make_certificate(const std::string& folder, const std::string& name) {
    must("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name + " -keyout " +
         folder + "/key.pem -out " + folder + "/cert.pem");
    auto pem = content_of(folder + "/cert.pem");
    return crypto::X509Certificate::from_pem(view_of(pem)).front().facts().number;
}

/// Takes connections and does with each what it is told.
class RawServer {
public:
    explicit RawServer(std::function<void(int)> serve) : serve_(std::move(serve)) {
        fd_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size);
        ::listen(fd_.get(), 8);
        ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this] {
            for (;;) {
                Descriptor client(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
                if (!client) return;
                serve_(client.get());
            }
        });
    }
    ~RawServer() {
        ::shutdown(fd_.get(), SHUT_RDWR);
        thread_.join();
    }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;
    const std::string& address() const { return address_; }

private:
    Descriptor fd_;
    std::string address_;
    std::function<void(int)> serve_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("what is no HOST:PORT is refused") {
    for (std::string text :
         {"",           "host",       ":443",          "host:",           "host:0",
          "host:65536", "host:https", "host:-1",       "host:4 4",        "::1:443",
          "[::1]",      "[::1]:",     "[unit-1]:443",  "[127.0.0.1]:443", "-h:443",
          "a b:443",    "a/b:443",    "user@host:443", "host\n:443",      "host:443000000000000000000"}) {
        CAPTURE(text);
        CHECK(error_of([&] { parse_host_port(text); }).code() == Code::usage);
        CHECK(error_of([&] { probe(text, "AB", 0s); }).code() == Code::usage);
    }
}

TEST_CASE("names and addresses are understood") {
    CHECK(parse_host_port("unit-1.example:443").host == "unit-1.example");
    CHECK(parse_host_port("unit-1.example:443").port == "443");
    CHECK(parse_host_port("192.0.2.1:8443").host == "192.0.2.1");
    CHECK(parse_host_port("[2001:db8::1]:65535").host == "2001:db8::1");
}

TEST_CASE("a probe names a protocol, a server and the name to ask for") {
    auto probes = units::parse_probe("h.example:443,smtp://192.0.2.1:25?name=mail.example,xmpp-server://[::1]:5269");
    REQUIRE(probes.size() == 3);
    CHECK(probes[0].protocol == units::ProbeProtocol::tls);
    CHECK(probes[0].name == "h.example");
    CHECK(probes[1].protocol == units::ProbeProtocol::smtp);
    CHECK(probes[1].where.host == "192.0.2.1");
    CHECK(probes[1].name == "mail.example");
    CHECK(probes[1].text == "smtp://192.0.2.1:25?name=mail.example");
    CHECK(probes[2].protocol == units::ProbeProtocol::xmpp_server);
    CHECK(probes[2].name.empty());
    for (std::string text : {"", "h:1,", ",h:1", "https://h:1", "://h:1", "h:1?name=", "h:1?name=192.0.2.1", "h:1?x=y",
                             "h:1/path", "smtp://h"}) {
        CAPTURE(text);
        CHECK(error_of([&] { units::parse_probe(text); }).code() == Code::usage);
    }
}

TEST_CASE("a server that does not begin TLS is told with what it said") {
    auto said = [](const std::string& protocol, const std::string& answer) {
        RawServer server([&](int fd) { (void)!::write(fd, answer.data(), answer.size()); });
        auto message = error_of([&] { probe(protocol + "://" + server.address(), "AB12", 0s); }).message();
        return message.substr(message.rfind(": ") + 2);
    };
    CHECK(said("smtp", "554 no\r\n") == "it answers '554 no'");
    CHECK(said("imap", "+OK\r\n") == "it answers '+OK'");
    CHECK(said("postgres", "N") == "it does not offer TLS");
    CHECK(said("postgres", "Smore") == "it says more before TLS begins");
    CHECK(said("ldap", std::string("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\x00\x04\x00", 14)) ==
          "it refuses TLS with LDAP result 52");
    CHECK(said("ldap", "\x30\x89") == "its answer is not LDAP");
    CHECK(said("mysql", std::string("\xff\xff\xff\x00", 4)) == "its greeting is not MySQL");
    CHECK(said("smtp", std::string(200'000, 'x')) == "it talks, and does not begin TLS");
}

TEST_CASE("nobody there, no TLS, silence: each fails in time and says what it was") {
    auto nobody = "127.0.0.1:" + std::to_string(free_port(AF_INET));
    Error error = error_of([&] { probe(nobody, "AB12", 0s); });
    CHECK(error.code() == Code::failed);
    CHECK(error.message() == nobody + " does not serve certificate AB12: Connection refused");

    RawServer talks([](int fd) { (void)!::write(fd, "220 mail.example ESMTP\r\n", 24); });
    CHECK(error_of([&] { probe(talks.address(), "AB12", 0s); }).message().find("TLS failed") != std::string::npos);
    RawServer hangs_up([](int) {});
    CHECK(error_of([&] { probe(hangs_up.address(), "AB12", 0s); }).code() == Code::failed);
    RawServer silent([](int) { std::this_thread::sleep_for(4s); });
    auto start = std::chrono::steady_clock::now();
    CHECK(error_of([&] { probe(silent.address(), "AB12", 0s); }).message().ends_with("no answer in time"));
    CHECK(std::chrono::steady_clock::now() - start < 10s);
    CHECK(error_of([] { probe("no-such-host.invalid:443", "AB12", 0s); }).code() == Code::failed);
}

TEST_CASE("the certificate that is served decides, whether anybody trusts it or not") {
    TemporaryFolder place;
    auto number = make_certificate(place.path(), "elsewhere.example");  // self-signed, and for another name
    auto address = "127.0.0.1:" + std::to_string(free_port(AF_INET));
    Server server(place.path(), address);
    probe(address, number, 20s);
    std::string lower = number;
    for (auto& c : lower) c = static_cast<char>(std::tolower(c));
    probe(address, lower, 5s);
    Error error = error_of([&] { probe(address, "AB12", 0s); });
    CHECK(error.code() == Code::failed);
    CHECK(error.message() == address + " serves certificate " + number + ", not AB12");
    probe(address, "AB12", 5s, {"CD34", number});
    CHECK(error_of([&] { probe(address + "," + address, "AB12", 0s, {"CD34"}); }).message() ==
          address + " serves certificate " + number + ", not AB12, nor that of another slot");
}

TEST_CASE("a server that wants a certificate of ours, or speaks only TLS 1.2, or listens on IPv6, is seen too") {
    TemporaryFolder place;
    auto number = make_certificate(place.path(), "unit-1");
    for (std::string more : {"-Verify 2 -verify_return_error", "-tls1_2", "-tls1_2 -Verify 2 -verify_return_error"}) {
        CAPTURE(more);
        auto address = "127.0.0.1:" + std::to_string(free_port(AF_INET));
        Server server(place.path(), address, more);
        probe(address, number, 20s);
    }
    int port = free_port(AF_INET6);
    if (port == 0) return;  // no IPv6 here
    auto address = "[::1]:" + std::to_string(port);
    Server server(place.path(), address);
    probe(address, number, 20s);
}

TEST_CASE("a host name is told to the server") {
    TemporaryFolder place;
    TemporaryFolder named;
    auto number = make_certificate(place.path(), "default");
    auto other = make_certificate(named.path(), "localhost");
    auto port = std::to_string(free_port(AF_INET));
    Server server(place.path(), "127.0.0.1:" + port,
                  "-servername localhost -cert2 " + (named / "cert.pem") + " -key2 " + (named / "key.pem"));
    probe("localhost:" + port, other, 20s);
    probe("127.0.0.1:" + port, number, 20s);
}

TEST_CASE("it waits until the server has taken up the new one") {
    TemporaryFolder place;
    auto number = make_certificate(place.path(), "unit-1");
    auto address = "127.0.0.1:" + std::to_string(free_port(AF_INET));
    std::optional<Server> server;
    std::thread later([&] {
        std::this_thread::sleep_for(1s);
        server.emplace(place.path(), address);
    });
    probe(address, number, 30s);
    later.join();
}
