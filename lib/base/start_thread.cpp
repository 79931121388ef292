#include "base/start_thread.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "rekey/base/base.hpp"

namespace rekey {

std::thread start_thread(std::function<void()> body) {
    try {
        return std::thread(std::move(body));
    } catch (const std::system_error& e) {
        throw Error(Code::failed, fmt::format("no thread can be started: {}", e.code().message()));
    }
}

}  // namespace rekey
