#include "tenants/sync/sync_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/records/devices.hpp"
#include "store/records/syncs.hpp"
#include "tenants/provider/device_pages.hpp"
#include "tenants/provider/verification.hpp"

namespace rekey::tenants {

namespace {

using std::chrono::milliseconds;
using store::SyncPhase;

// We do not continue an older sync: its first pages may be out of date.
constexpr auto longest_life = std::chrono::hours{24};
// A provider that goes round in circles is noticed after so many pages without a device that is new to the sync.
constexpr int most_pages_without_news = 10;
constexpr std::size_t pages_in_batch = 16;
constexpr std::size_t devices_in_batch = 10'000;
constexpr int marked_in_batch = 5'000;
constexpr milliseconds look_around{200};

}  // namespace

SyncRun::SyncRun(Context& context, const OpenProvider& open, const SyncRequest& request, SyncObserver& observer,
                 store::Credential credential, ApiClient& client)
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

void SyncRun::begin(store::Transaction& transaction, store::Sync& sync) {
    context_.home.check_clock(transaction, context_.clock());
    if (auto last = store::last_sync(transaction, sync.tenant_id); last && !last->finished_at) {
        last->phase = SyncPhase::abandoned;
        last->finished_at = sync.started_at;
        store::update_sync(transaction, *last);
    }
    store::add_sync(transaction, sync);
    audit(transaction, "tenant.sync.begin", {{"sync", sync.generation}, {"credential", credential_.name}});
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
        tell(sync_.seen, std::max(expected, sync_.seen));
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
    for (auto& page : pages)
        for (auto& device : page.devices) store::set_seen(device, sync_.started_at);
    auto recorded =
        context_.store().write([&](store::Transaction& transaction) { return put_on_record(transaction, pages); });
    begun_ = true;
    sync_ = recorded.sync;
    pages_without_news_ = recorded.pages_without_news;
    for (const auto& page : pages) tell_unread(page.unread);
    if (recorded.circling)
        result_.stopped = Failure{Trouble::server, fmt::format("the provider has given {} pages without a device that "
                                                               "was not on one before, and names yet another",
                                                               most_pages_without_news)};
    if (recorded.endless)
        result_.stopped = Failure{Trouble::server, fmt::format("the provider has given more than {} devices, of which "
                                                               "there is no end",
                                                               limits::provider_devices)};
}

/// Counts in a copy of the sync, so that nothing grows when it has to be done again.
SyncRun::Recorded SyncRun::put_on_record(store::Transaction& transaction, const std::vector<DevicePage>& pages) {
    Recorded recorded{sync_, pages_without_news_};
    auto& sync = recorded.sync;
    if (!begun_) begin(transaction, sync);
    for (const auto& page : pages) {
        auto counts = store::upsert_seen(transaction, sync.tenant_id, sync.generation, page.devices);
        // They are there, whatever could not be read of them.
        std::vector<std::string> ids;
        for (const auto& unread : page.unread) ids.push_back(unread.id);
        store::keep_seen(transaction, sync.tenant_id, sync.generation, ids);
        sync.seen += counts.first;
        sync.added += counts.added;
        sync.changed += counts.changed;
        sync.returned += counts.returned;
        sync.gone += counts.released;
        sync.cursor = page.next;
        ++sync.pages;
        recorded.pages_without_news = counts.first == 0 ? recorded.pages_without_news + 1 : 0;
    }
    recorded.circling = recorded.pages_without_news >= most_pages_without_news;
    recorded.endless = store::count_records(transaction, sync.tenant_id).devices > limits::provider_devices;
    if (recorded.circling || recorded.endless) {
        sync.phase = SyncPhase::abandoned;
        sync.finished_at = context_.clock();
    } else if (sync.cursor.empty()) {
        sync.phase = SyncPhase::marking;
    }
    store::update_sync(transaction, sync);
    return recorded;
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
    while (sync_.phase == SyncPhase::marking)
        sync_ = context_.store().write([&](store::Transaction& transaction) {
            auto sync = sync_;
            auto marked =
                store::mark_missing(transaction, sync.tenant_id, sync.generation, sync.started_at, marked_in_batch);
            sync.gone += marked;
            if (marked < marked_in_batch) {
                sync.phase = SyncPhase::coverage;
                auto now = context_.clock();
                auto since = request_.coverage_age.before(now);
                // After a long break more has ended than the age covers.
                if (auto last = store::last_done_sync(transaction, sync.tenant_id))
                    since = std::min(since, last->started_at);
                store::forget_ended_coverage(transaction, sync.tenant_id, since, now);
            }
            store::update_sync(transaction, sync);
            return sync;
        });
}

void SyncRun::finish() {
    auto now = context_.clock();
    auto done = sync_;
    done.phase = SyncPhase::done;
    done.finished_at = now;
    context_.store().write([&](store::Transaction& transaction) {
        store::update_sync(transaction, done);
        record_health(transaction, credential_.id, {}, now);
        audit(transaction, "tenant.sync",
              {{"sync", done.generation},
               {"pages", done.pages},
               {"devices", done.seen},
               {"added", done.added},
               {"changed", done.changed},
               {"returned", done.returned},
               {"inactive", done.gone},
               {"coverage_learned", done.asked},
               {"coverage_missed", result_.missed}});
    });
    sync_ = done;
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

void SyncRun::audit(store::Transaction& transaction, const std::string& action, const store::AuditDetail& detail) {
    store::audit(transaction, context_.stamp(), action, credential_.tenant, detail);
}

}  // namespace rekey::tenants
