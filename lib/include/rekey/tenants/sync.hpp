#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/store/syncs.hpp"
#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

/// Of which devices the coverage is asked for: all; those of which it was never learned, ended since then, ended within
/// `coverage_age` with nothing in its place, or that changed or came back (`missing`); these, and those of which it is
/// old (`due`).
enum class CoverageWish { all, missing, due, none };

struct SyncRequest {
    std::string tenant;
    CoverageWish coverage = CoverageWish::due;
    Period coverage_age{.seconds = std::chrono::days{30}};  ///< what was learned longer ago is old
    std::vector<std::string> devices;  ///< serial numbers of the only ones to ask for; empty: all that there are
    std::int64_t max_requests = 0;     ///< tokens not counted; 0: as many as it takes
    int jobs = 4;                      ///< requests for coverage at the same time; 1 to 64, others count as the nearest
};

/// How far a sync is. `total` is what is expected, 0 when nobody knows.
struct SyncProgress {
    store::SyncPhase phase = store::SyncPhase::devices;
    std::int64_t done = 0;
    std::int64_t total = 0;
    Seconds waiting{0};  ///< as the provider asks, or before asking again
};

/// Told from the thread that called `sync`.
class REKEY_EXPORT SyncObserver {
public:
    virtual ~SyncObserver();
    /// Often.
    virtual void progress(const SyncProgress& progress);
    /// What could not be had of one device, in words.
    virtual void missed(const std::string& device_id, const std::string& why);
};

struct SyncResult {
    store::Sync sync;                ///< counts of the whole sync; generation 0 when it was for single devices
    bool continued = false;          ///< one that had not come to its end
    std::int64_t requests = 0;       ///< made now
    std::int64_t missed = 0;         ///< devices that were asked for now and not answered
    std::int64_t left = 0;           ///< devices whose coverage is still to be asked for
    std::optional<Failure> stopped;  ///< why it is not at its end: the same again continues
    bool out_of_requests = false;    ///< the same
    bool interrupted = false;        ///< the same
    bool complete() const { return !stopped && !out_of_requests && !interrupted; }
};

/// Takes over a tenant's devices from its provider, page by page, and then coverage device by device.
/// Nothing is ever deleted: devices that the provider does not tell any more become inactive, once all pages
/// have been seen, and active again when they return. Those of which it says that they were released are inactive
/// since then.
///
/// All progress is durable: after a crash, or when the provider asks for patience, the same call goes on
/// with the page, or the device, that is next, unless that sync began more than a day ago. A 429 is
/// obeyed, failures that may pass are asked again, and a token that expires is replaced; the context's patience
/// bounds the waiting for one answer. `open` connects each of the sync's threads.
///
/// Throws Code::busy when another sync of the tenant lives; Code::refused and Code::unreachable when the
/// first token or page cannot be had: then nothing was changed but the credential's health. Throws Code::interrupted
/// when the context's stop token ends it before the first token.
REKEY_EXPORT SyncResult sync(Context& context, const OpenProvider& open, const SyncRequest& request,
                             SyncObserver& observer);

}  // namespace rekey::tenants
