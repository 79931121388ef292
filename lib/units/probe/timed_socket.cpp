#include "units/probe/timed_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace rekey::units {

namespace {

std::string words_for(int error) { return std::generic_category().message(error); }

}  // namespace

TimedSocket::TimedSocket(const addrinfo& address, Deadline end)
    : socket_(::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol)),
      end_(end) {
    if (!socket_) throw Silent{words_for(errno)};
    if (::connect(socket_.get(), address.ai_addr, address.ai_addrlen) == 0) return;
    if (errno != EINPROGRESS) throw Silent{words_for(errno)};
    wait_for(POLLOUT);
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) throw Silent{words_for(error)};
}

void TimedSocket::wait_for(short events) {
    for (;;) {
        auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now()).count();
        if (left <= 0) throw Silent{"no answer in time"};
        pollfd ready{socket_.get(), events, 0};
        int count = ::poll(&ready, 1, static_cast<int>(left));
        if (count > 0) return;
        if (count < 0 && errno != EINTR) throw Silent{words_for(errno)};
    }
}

bool TimedSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) {
            wait_for(POLLOUT);
            continue;
        }
        if (sent < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string TimedSocket::receive() {
    std::array<char, 16384> buffer;
    for (;;) {
        ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) {
            wait_for(POLLIN);
            continue;
        }
        if (got < 0) throw Silent{words_for(errno)};
        if (got == 0) throw Silent{"it ended the connection"};
        return {buffer.data(), static_cast<std::size_t>(got)};
    }
}

}  // namespace rekey::units
