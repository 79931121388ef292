#include "tenants/sync/coverage_workers.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/start_thread.hpp"

namespace rekey::tenants {

namespace {

// Devices that wait for each thread, so that none is idle while the owner writes records.
constexpr std::int64_t in_advance = 16;
constexpr std::chrono::milliseconds for_work{1000};

}  // namespace

std::size_t weight_of(const CoverageAnswer& answer) {
    std::size_t weight = sizeof answer;
    for (const auto& record : answer.records)
        weight += sizeof record + record.id.size() + record.device_id.size() + record.status.size() +
                  record.description.size() + record.attributes.size();
    for (const auto& unread : answer.unread) weight += sizeof unread + unread.id.size() + unread.why.size();
    return weight;
}

int sync_jobs(int given) { return std::clamp(given, 1, limits::sync_jobs); }

CoverageWorkers::CoverageWorkers(ApiClient& client, const OpenProvider& open, int jobs)
    : client_(client),
      most_(sync_jobs(jobs) * in_advance),
      wanted_(static_cast<std::size_t>(most_)),
      learned_(limits::pages_waiting) {
    auto threads = sync_jobs(jobs);
    threads_.reserve(static_cast<std::size_t>(threads));
    try {
        for (int i = 0; i < threads; ++i) threads_.push_back(start_thread([this, &open] { run(open); }));
    } catch (const Error&) {
        // The system has no more threads just now: fewer will do.
        if (threads_.empty()) throw;
    }
}

CoverageWorkers::~CoverageWorkers() {
    wanted_.close();
    learned_.close();
    for (auto& thread : threads_) thread.join();
}

void CoverageWorkers::give(std::string device_id) {
    ++busy_with_;
    wanted_.push(std::move(device_id));
}

void CoverageWorkers::run(const OpenProvider& open) {
    try {
        auto provider = open();
        for (;;) {
            auto device_id = wanted_.pop(for_work);
            if (!device_id && wanted_.closed()) return;
            if (!device_id) continue;
            auto asked = client_.coverage(*provider, *device_id);
            auto* answer = std::get_if<CoverageAnswer>(&asked);
            auto weight = answer == nullptr ? 1 : weight_of(*answer);
            if (!learned_.push({std::move(*device_id), std::move(asked)}, weight)) return;
        }
    } catch (...) {
        std::lock_guard lock(mutex_);
        if (!error_) error_ = std::current_exception();
    }
}

std::optional<Learned> CoverageWorkers::take(std::chrono::milliseconds patience) {
    auto learned = learned_.pop(patience);
    if (learned) --busy_with_;
    std::lock_guard lock(mutex_);
    if (error_) std::rethrow_exception(error_);
    return learned;
}

}  // namespace rekey::tenants
