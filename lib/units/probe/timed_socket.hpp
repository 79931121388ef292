#pragma once

#include <netdb.h>

#include <chrono>
#include <string>
#include <string_view>

#include "base/files/descriptor.hpp"

namespace rekey::units {

/// Why a server could not be asked; another attempt may bring more.
struct Silent {
    std::string why;
};

/// A connection that is used up to a point in time, and never blocks longer. Sending raises no SIGPIPE.
class TimedSocket {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// Connects. Throws Silent.
    TimedSocket(const addrinfo& address, Deadline end);

    /// False when the other side takes no more; what it said before may still be readable. Throws Silent.
    bool send(std::string_view bytes);
    /// What is there, at least one byte. Throws Silent, also when the other side ended the connection.
    std::string receive();

private:
    void wait_for(short events);

    Descriptor socket_;
    Deadline end_;
};

}  // namespace rekey::units
