#pragma once

#include <exception>
#include <thread>

#include "base/bounded_queue.hpp"
#include "tenants/provider/api_client.hpp"

namespace rekey::tenants {

/// Bytes in memory, more or less.
std::size_t weight_of(const DevicePage& page);

/// Asks for one page of devices after the other, in a thread of its own, so that the next one travels
/// while the last one is recorded. Holds back when they are not taken.
class DevicePages {
public:
    DevicePages(ApiClient& client, const OpenProvider& open, std::string cursor);
    ~DevicePages();
    DevicePages(const DevicePages&) = delete;
    DevicePages& operator=(const DevicePages&) = delete;

    /// Nothing when none came in time. After the last page, and after anything else, there is no more.
    std::optional<Asked<DevicePage>> next(std::chrono::milliseconds patience);

private:
    void run(const OpenProvider& open, std::string cursor);

    ApiClient& client_;
    BoundedQueue<Asked<DevicePage>> pages_;
    std::exception_ptr error_;
    std::thread thread_;
};

}  // namespace rekey::tenants
