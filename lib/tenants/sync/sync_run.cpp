#include "tenants/sync/sync_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "rekey/base/error.hpp"
#include "rekey/store/audit_chain.hpp"
#include "tenants/provider/device_pages.hpp"
#include "tenants/provider/verification.hpp"

namespace rekey::tenants {

namespace {

using std::chrono::milliseconds;
using store::SyncPhase;

// An older one is not gone on with: what it was told at its beginning may not be so any more.
constexpr auto longest_life = std::chrono::hours{24};
// A provider that goes round in circles is noticed after so many pages without a device that is new to the sync.
constexpr int most_pages_without_news = 10;
constexpr std::size_t pages_in_batch = 16;
constexpr std::size_t devices_in_batch = 10'000;
constexpr int marked_in_batch = 5'000;
constexpr milliseconds look_around{200};

}  // namespace

SyncRun::SyncRun(Context& context, const OpenSource& open, const SyncRequest& request, SyncObserver& observer,
                 store::Credential credential, RetryingClient& client)
    : context_(context),
      open_(open),
      request_(request),
      observer_(observer),
      credential_(std::move(credential)),
      client_(client) {}

SyncResult SyncRun::all() {
    take_up();
    if (sync_.phase == SyncPhase::devices) page_through();
    if (sync_.phase == SyncPhase::marking) mark();
    if (sync_.phase == SyncPhase::coverage && result_.complete()) {
        if (request_.coverage != CoverageWish::none) cover();
        if (result_.complete()) finish();
    }
    if (begun_ && request_.coverage != CoverageWish::none && sync_.phase != SyncPhase::devices)
        result_.left = store::count_uncovered(context_.store(), sync_.tenant_id, sync_.generation, covered_by());
    result_.sync = sync_;
    return result_;
}

/// The one that was interrupted, or a new one, which is recorded with its first page.
void SyncRun::take_up() {
    auto now = context_.clock();
    auto last = store::last_sync(context_.store(), credential_.tenant_id);
    bool open = last && !last->finished_at;
    bool fresh = open && last->started_at <= now && now - last->started_at < longest_life;
    // Without coverage nothing would be left to do: then it is new devices that are wanted.
    if (fresh && !(last->phase == SyncPhase::coverage && request_.coverage == CoverageWish::none)) {
        sync_ = *last;
        begun_ = true;
        result_.continued = true;
        return;
    }
    sync_.tenant_id = credential_.tenant_id;
    sync_.actor = context_.actor;
    sync_.started_at = now;
}

/// In a transaction.
void SyncRun::begin() {
    auto& store = context_.store();
    context_.home.check_clock(context_.clock());
    if (auto last = store::last_sync(store, sync_.tenant_id); last && !last->finished_at) {
        last->phase = SyncPhase::abandoned;
        last->finished_at = sync_.started_at;
        store::update_sync(store, *last);
    }
    store::add_sync(store, sync_);
    audit("tenant.sync.begin", {{"sync", sync_.generation}, {"credential", credential_.name}});
    begun_ = true;
}

void SyncRun::page_through() {
    while (!take_pages()) {
        if (started_over_) {
            result_.stopped = Failure{Trouble::server, "the provider does not know the cursor that it gave"};
            return;
        }
        started_over_ = true;
        start_over();
    }
}

bool SyncRun::take_pages() {
    auto counts = store::count_records(context_.store(), sync_.tenant_id);
    auto expected = counts.devices - counts.inactive;
    DevicePages pages(client_, open_, sync_.cursor);
    bool known = true;
    while (known && sync_.phase == SyncPhase::devices && result_.complete()) {
        tell(sync_.told, std::max(expected, sync_.told));
        // What came before whatever went wrong is right.
        auto batch = take_batch(pages, known);
        if (!batch.empty()) record(std::move(batch));
    }
    return known;
}

std::vector<DevicePage> SyncRun::take_batch(DevicePages& pages, bool& known) {
    std::vector<DevicePage> batch;
    std::size_t devices = 0;
    std::size_t weight = 0;
    auto patience = look_around;
    while (batch.size() < pages_in_batch && devices < devices_in_batch && weight < limits::batch) {
        auto next = pages.next(patience);
        if (!next) break;
        if (auto* failure = std::get_if<Failure>(&*next)) result_.stopped = *failure;
        if (auto* why = std::get_if<StopReason>(&*next)) halt(*why);
        auto* page = std::get_if<DevicePage>(&*next);
        known = page == nullptr || !page->unknown_cursor;
        if (page == nullptr || !known) break;
        devices += page->devices.size();
        weight += weight_of(*page);
        batch.push_back(std::move(*page));
        // What is there already, and no more.
        patience = milliseconds{0};
    }
    return batch;
}

void SyncRun::record(std::vector<DevicePage> pages) {
    auto& store = context_.store();
    store::Transaction transaction(store);
    if (!begun_) begin();
    for (auto& page : pages) {
        for (auto& device : page.devices) device.first_seen = device.last_seen = sync_.started_at;
        auto told = store::upsert_seen(store, sync_.tenant_id, sync_.generation, page.devices);
        // They are there, whatever could not be read of them.
        std::vector<std::string> ids;
        for (const auto& unread : page.unread) ids.push_back(unread.id);
        store::keep_told(store, sync_.tenant_id, sync_.generation, ids);
        sync_.told += told.first;
        sync_.added += told.added;
        sync_.changed += told.changed;
        sync_.returned += told.returned;
        sync_.gone += told.released;
        sync_.cursor = page.next;
        ++sync_.pages;
        pages_without_news_ = told.first == 0 ? pages_without_news_ + 1 : 0;
    }
    bool circling = pages_without_news_ >= most_pages_without_news;
    bool endless = store::count_records(store, sync_.tenant_id).devices > limits::provider_devices;
    if (circling || endless) {
        sync_.phase = SyncPhase::abandoned;
        sync_.finished_at = context_.clock();
    } else if (sync_.cursor.empty()) {
        sync_.phase = SyncPhase::marking;
    }
    store::update_sync(store, sync_);
    transaction.commit();
    for (const auto& page : pages) tell_unread(page.unread);
    if (circling)
        result_.stopped = Failure{Trouble::server, fmt::format("the provider has given {} pages without a device that "
                                                               "was not on one before, and names yet another",
                                                               most_pages_without_news)};
    if (endless)
        result_.stopped = Failure{Trouble::server, fmt::format("the provider has given more than {} devices, of which "
                                                               "there is no end",
                                                               limits::provider_devices)};
}

/// From the first page, as another sync: cursors do not live for ever.
void SyncRun::start_over() {
    store::Sync fresh;
    fresh.tenant_id = sync_.tenant_id;
    fresh.actor = context_.actor;
    fresh.started_at = context_.clock();
    sync_ = fresh;
    begun_ = false;
    pages_without_news_ = 0;
    result_.continued = false;
}

void SyncRun::mark() {
    auto& store = context_.store();
    while (sync_.phase == SyncPhase::marking) {
        store::Transaction transaction(store);
        auto marked = store::mark_missing(store, sync_.tenant_id, sync_.generation, sync_.started_at, marked_in_batch);
        sync_.gone += marked;
        if (marked < marked_in_batch) {
            sync_.phase = SyncPhase::coverage;
            auto now = context_.clock();
            auto since = request_.coverage_age.before(now);
            // After a long break more has ended than the age covers.
            if (auto last = store::last_done_sync(store, sync_.tenant_id)) since = std::min(since, last->started_at);
            store::forget_ended_coverage(store, sync_.tenant_id, since, now);
        }
        store::update_sync(store, sync_);
        transaction.commit();
    }
}

void SyncRun::finish() {
    auto& store = context_.store();
    auto now = context_.clock();
    store::Transaction transaction(store);
    sync_.phase = SyncPhase::done;
    sync_.finished_at = now;
    store::update_sync(store, sync_);
    record_health(store, credential_.id, {}, now);
    audit("tenant.sync", {{"sync", sync_.generation},
                          {"pages", sync_.pages},
                          {"devices", sync_.told},
                          {"added", sync_.added},
                          {"changed", sync_.changed},
                          {"returned", sync_.returned},
                          {"inactive", sync_.gone},
                          {"coverage_learned", sync_.asked},
                          {"coverage_missed", result_.missed}});
    transaction.commit();
}

std::int64_t SyncRun::covered_by() const {
    switch (request_.coverage) {
        case CoverageWish::all:
            return sync_.generation;
        case CoverageWish::due: {
            auto since = request_.coverage_age.before(context_.clock());
            return std::min(sync_.generation, store::first_sync_since(context_.store(), sync_.tenant_id, since));
        }
        default:
            return 1;
    }
}

void SyncRun::tell_unread(const std::vector<Unread>& unread) {
    for (const auto& each : unread) {
        ++result_.missed;
        observer_.missed(each.id, each.why);
    }
}

void SyncRun::halt(StopReason halt) {
    result_.interrupted = result_.interrupted || halt == StopReason::interrupted;
    result_.out_of_requests = result_.out_of_requests || halt == StopReason::out_of_requests;
}

void SyncRun::tell(std::int64_t done, std::int64_t total) {
    observer_.progress({sync_.phase, done, total, client_.waiting()});
}

void SyncRun::audit(const std::string& action, const store::AuditDetail& detail) {
    store::audit(context_.store(), context_.stamp(), action, credential_.tenant, detail);
}

}  // namespace rekey::tenants
