#include <algorithm>

#include "base/limits.hpp"
#include "store/records/coverage.hpp"
#include "store/records/syncs.hpp"
#include "tenants/sync/coverage_workers.hpp"
#include "tenants/sync/sync_run.hpp"

namespace rekey::tenants {

namespace {

using Steady = std::chrono::steady_clock;

constexpr int looked_up_at_once = 512;
// Coverage comes slowly where requests are rationed: what was learned is recorded at least every second.
constexpr std::size_t covered_in_batch = 500;
constexpr std::chrono::seconds longest_unrecorded{1};
// One device that cannot be answered is none of the others' business; many in a row are.
constexpr int most_missed_in_a_row = 10;
constexpr std::chrono::milliseconds longest_idle{200};

/// Devices whose coverage is missing, one after the other; each once in this call.
class Missing {
public:
    Missing(store::Reader& store, const store::Sync& sync, std::int64_t covered_by)
        : store_(store), sync_(sync), covered_by_(covered_by) {}

    std::optional<std::string> next() {
        if (waiting_.empty() && more_) {
            waiting_ = store::uncovered_devices(store_, sync_.tenant_id, sync_.generation, covered_by_, after_,
                                                looked_up_at_once);
            more_ = !waiting_.empty();
            if (more_) after_ = waiting_.back();
            std::reverse(waiting_.begin(), waiting_.end());
        }
        if (waiting_.empty()) return std::nullopt;
        auto id = std::move(waiting_.back().device_id);
        waiting_.pop_back();
        return id;
    }

private:
    store::Reader& store_;
    const store::Sync& sync_;
    const std::int64_t covered_by_;
    store::Uncovered after_;
    std::vector<store::Uncovered> waiting_;  ///< the next one last
    bool more_ = true;
};

}  // namespace

void SyncRun::cover() {
    auto& store = context_.store();
    auto bound = covered_by();
    auto total = store::count_uncovered(store, sync_.tenant_id, sync_.generation, bound);
    if (total == 0) return;
    auto asked_before = sync_.asked;
    Missing missing(store, sync_, bound);
    CoverageWorkers workers(client_, open_, request_.jobs);
    auto recorded = Steady::now();
    bool more = true;
    while (workers.busy_with() > 0 || (more && result_.complete())) {
        while (workers.wants_work() && more && result_.complete()) {
            auto id = missing.next();
            more = id.has_value();
            if (id) workers.give(std::move(*id));
        }
        tell(sync_.asked - asked_before + static_cast<std::int64_t>(covered_.size()), total);
        if (auto learned = workers.take(longest_idle)) take(std::move(*learned));
        bool is_full = covered_.size() >= covered_in_batch || coverage_weight_ >= limits::batch;
        if (!is_full && Steady::now() - recorded < longest_unrecorded) continue;
        record_coverage();
        recorded = Steady::now();
    }
    record_coverage();
}

void SyncRun::take(Learned learned) {
    if (auto* why = std::get_if<StopReason>(&learned.coverage)) {
        halt(*why);
    } else if (auto* failure = std::get_if<Failure>(&learned.coverage)) {
        ++result_.missed;
        observer_.missed(learned.device_id, failure->what);
        bool hopeless = failure->trouble != Trouble::server || ++missed_in_a_row_ >= most_missed_in_a_row;
        if (hopeless) result_.stopped = *failure;
    } else {
        missed_in_a_row_ = 0;
        auto& answer = std::get<CoverageAnswer>(learned.coverage);
        coverage_weight_ += weight_of(answer);
        for (auto& record : answer.records) {
            store::set_seen(record, sync_.started_at);
            coverage_.push_back(std::move(record));
        }
        tell_unread(answer.unread);
        covered_.push_back(std::move(learned.device_id));
    }
}

void SyncRun::record_coverage() {
    if (covered_.empty()) return;
    auto sync = sync_;
    sync.asked += static_cast<std::int64_t>(covered_.size());
    context_.store().write([&](store::Transaction& transaction) {
        store::put_coverage(transaction, sync.tenant_id, coverage_);
        store::set_covered(transaction, sync.tenant_id, sync.generation, covered_);
        store::update_sync(transaction, sync);
    });
    sync_ = sync;
    coverage_.clear();
    coverage_weight_ = 0;
    covered_.clear();
}

}  // namespace rekey::tenants
