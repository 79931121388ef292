#pragma once

#include <string>
#include <vector>

namespace rekey::units {

struct HostPort {
    std::string host;  ///< a name, or an address without brackets
    std::string port;
};

/// `name:port`, `192.0.2.1:port` or `[2001:db8::1]:port`. Throws Code::usage.
HostPort parse_host_port(const std::string& text);

/// Whether it is an IP address and no name.
bool is_ip_address(const std::string& host);

/// What a server speaks before TLS begins; `tls`: nothing.
enum class ProbeProtocol { tls, smtp, lmtp, imap, pop3, nntp, sieve, ftp, xmpp, xmpp_server, postgres, ldap, mysql };

/// A server that shows a certificate, and how it is asked for it.
struct ProbeAddress {
    std::string text;  ///< as it was written
    ProbeProtocol protocol = ProbeProtocol::tls;
    HostPort where;
    std::string name;  ///< that is asked for (SNI); empty: none
};

/// `HOST:PORT`, `PROTOCOL://HOST:PORT`, and either with `?name=NAME` behind it; several are separated by commas.
/// Without a name, the host is asked for unless it is an IP address. Throws Code::usage.
std::vector<ProbeAddress> parse_probe(const std::string& text);

}  // namespace rekey::units
