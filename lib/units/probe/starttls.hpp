#pragma once

#include "units/probe/probe_address.hpp"
#include "units/probe/timed_socket.hpp"

namespace rekey::units {

/// Speaks the protocol of `address` up to the point where TLS begins; nothing for `tls`. Throws Silent, with what the
/// server said instead.
void start_tls(TimedSocket& socket, const ProbeAddress& address);

}  // namespace rekey::units
