#pragma once

#include <functional>
#include <thread>

namespace rekey {

/// Throws Code::failed when the system has no more threads just now.
std::thread start_thread(std::function<void()> body);

}  // namespace rekey
