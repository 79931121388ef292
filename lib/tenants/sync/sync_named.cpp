#include "base/text/blanks.hpp"
#include "rekey/store/store.hpp"
#include "store/records/coverage.hpp"
#include "store/records/devices.hpp"
#include "store/records/syncs.hpp"
#include "tenants/sync/sync_run.hpp"

namespace rekey::tenants {

SyncResult SyncRun::named() {
    // An unfinished full sync counts these as seen too, and does not take them for gone.
    if (auto last = store::last_sync(context_.store(), credential_.tenant_id)) sync_.generation = last->generation;
    sync_.started_at = context_.clock();
    auto provider = open_();
    for (const auto& given : request_.devices) {
        if (!result_.complete()) break;
        // Nobody types invisible characters, but copied text may contain them.
        take_named(*provider, with_plain_blanks(given));
    }
    sync_.generation = 0;
    result_.sync = sync_;
    return result_;
}

void SyncRun::take_named(Provider& provider, const std::string& id) {
    auto found = client_.device(provider, id);
    auto* answer = std::get_if<DeviceAnswer>(&found);
    if (answer == nullptr) return miss(id, found);
    if (!answer->device) {
        ++result_.missed;
        return observer_.missed(id, answer->unread ? answer->unread->why : "the provider does not know it");
    }
    auto& device = *answer->device;
    std::optional<Asked<CoverageAnswer>> learned;
    if (request_.coverage != CoverageWish::none) learned = client_.coverage(provider, device.id);
    auto* coverage = learned ? std::get_if<CoverageAnswer>(&*learned) : nullptr;
    record_named(device, coverage == nullptr ? nullptr : &coverage->records);
    if (coverage != nullptr) tell_unread(coverage->unread);
    if (learned && coverage == nullptr) miss(id, *learned);
}

void SyncRun::record_named(store::Device& device, std::vector<store::Coverage>* records) {
    store::set_seen(device, sync_.started_at);
    if (records != nullptr)
        for (auto& record : *records) store::set_seen(record, sync_.started_at);
    auto counts = context_.store().write([&](store::Transaction& transaction) {
        auto seen = store::upsert_seen(transaction, credential_.tenant_id, sync_.generation, {device});
        if (records != nullptr) {
            store::put_coverage(transaction, credential_.tenant_id, *records);
            store::set_covered(transaction, credential_.tenant_id, sync_.generation, {device.id});
        }
        audit(transaction, "tenant.sync.device",
              {{"device", device.id},
               {"added", seen.added != 0},
               {"changed", seen.changed != 0},
               {"released", device.inactive_since.has_value()},
               {"coverage_records", records == nullptr ? 0 : records->size()}});
        return seen;
    });
    if (records != nullptr) ++sync_.asked;
    ++sync_.seen;
    sync_.added += counts.added;
    sync_.changed += counts.changed;
    sync_.returned += counts.returned;
    sync_.gone += counts.released;
}

template <class T>
void SyncRun::miss(const std::string& id, const Asked<T>& asked) {
    if (auto* why = std::get_if<StopReason>(&asked)) return halt(*why);
    const auto& failure = std::get<Failure>(asked);
    ++result_.missed;
    observer_.missed(id, failure.what);
    if (failure.trouble != Trouble::server) result_.stopped = failure;
}

}  // namespace rekey::tenants
