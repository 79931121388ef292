#pragma once

#include <exception>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "tenants/provider/api_client.hpp"

namespace rekey::tenants {

/// What was learned of one device.
struct Learned {
    std::string device_id;
    Asked<CoverageAnswer> coverage;
};

/// Bytes in memory, more or less.
std::size_t weight_of(const CoverageAnswer& answer);

/// How many threads ask when `given` were wanted.
int sync_jobs(int given);

/// Threads that ask for the coverage of devices, each over a connection of its own.
class CoverageWorkers {
public:
    /// As many as `sync_jobs` makes of `jobs`.
    CoverageWorkers(ApiClient& client, const OpenProvider& open, int jobs);
    ~CoverageWorkers();
    CoverageWorkers(const CoverageWorkers&) = delete;
    CoverageWorkers& operator=(const CoverageWorkers&) = delete;

    /// Devices that were given and not taken back yet.
    std::int64_t busy_with() const { return busy_with_; }
    bool wants_work() const { return busy_with_ < most_; }
    void give(std::string device_id);
    /// Nothing when none came in time. Throws what a thread threw.
    std::optional<Learned> take(std::chrono::milliseconds patience);

private:
    void run(const OpenProvider& open);

    ApiClient& client_;
    std::int64_t most_;
    std::int64_t busy_with_ = 0;
    BoundedQueue<std::string> wanted_;
    BoundedQueue<Learned> learned_;
    std::mutex mutex_;
    std::exception_ptr error_;
    std::vector<std::thread> threads_;
};

}  // namespace rekey::tenants
