#pragma once

#include <string>

namespace rekey::units {

struct HostPort {
    std::string host;  ///< a name, or an address without brackets
    std::string port;
};

/// `name:port`, `192.0.2.1:port` or `[2001:db8::1]:port`. Throws Code::usage.
HostPort parse_host_port(const std::string& text);

}  // namespace rekey::units
