// The data of tenants: sync with the provider, records from files, archives, and merging two tenants.
//
// `sync` takes devices and coverage from the provider, `import_records` from a file. `export_tenant` and
// `import_archive` move a tenant to another home. Nothing here deletes a device or its history. All of it is durable
// step by step, and the same call again continues.
//
//     auto tenant = rekey::tenants::get_tenant(home.store(), "acme");
//     auto taken = rekey::tenants::import_devices(home.store(), tenant, "devices.csv", stamp);
//     std::cout << taken.added << " new devices\n";
//
// A file that cannot be read is Code::usage, with its line; a damaged archive is Code::corrupt; a sync that another one
// keeps out is Code::busy, and one that stops early says so in its result.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/records.hpp"
#include "rekey/store/tenants.hpp"
#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

// Sync with the provider
// ----------------------

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

/// Called from the thread that called `sync`.
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

// Records from files
// ------------------

enum class RecordKind { devices, coverage };

/// A name of a column, as the provider's API has it, with the other names that are understood for it.
struct ColumnName {
    std::string name;
    std::vector<std::string> others;
};
/// What is understood in lists of devices, or of coverage.
REKEY_EXPORT std::vector<ColumnName> column_names(RecordKind kind);

/// How an export with a column for each attribute names that of one: as the attribute, or `attributes.NAME` where that
/// would be read as something else. An import knows both. Where there is no `attributes.status`, and in coverage no
/// `attributes.description`, the column without `attributes.` has the attribute as well.
REKEY_EXPORT std::string attribute_column(RecordKind kind, const std::string& attribute);

/// What a record of a file would change, or why it is not taken.
struct ImportStep {
    enum class Action { added, changed, refused };
    Action action = Action::added;
    std::int64_t line = 0;  ///< where it ends
    std::string id;         ///< of the device; of coverage `DEVICE/ID`; empty when it is refused
    std::string why;        ///< the fields that change, or what is wrong
    std::string hint;       ///< may be empty
};

struct ImportWish {
    std::string path;  ///< `-` is standard input
    std::string map;   ///< a file with lines `NAME = FIELD` for names of columns that are not known; may be empty
    bool dry_run = false;
    /// Called for records that are refused; with `dry_run` also of those that are new, or would change.
    std::function<void(const ImportStep&)> tell;
};

struct Imported {
    std::int64_t records = 0;  ///< taken
    std::int64_t batches = 0;
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t refused = 0;
};

/// Reads device or coverage records from CSV (RFC 4180, and what spreadsheets make of it), JSON Lines, or JSON (an
/// array, or documents of the provider's API), which the first character shows, and commits them in batches, each with
/// its audit entry: memory does not grow with the file. Columns go by the names that the provider's API, its portal,
/// device management and asset lists give them; those that are not known are kept with the others. A device is known
/// by its serial number; the `id` of a list that has one of its own is kept as an attribute. What was exported here
/// is taken back as it was. Nothing is ever deleted.
///
/// A record that cannot be read is reported and left out, and the others are taken. Throws Code::usage, with the line,
/// for a file of which nothing more can be read, or which is of the other kind; what was read before it stays.
REKEY_EXPORT Imported import_records(store::Store& store, const store::Tenant& tenant, RecordKind kind,
                                     const ImportWish& wish, const Stamp& stamp);
/// All of a file; throws for the first record that is refused, once the others are taken.
REKEY_EXPORT Imported import_devices(store::Store& store, const store::Tenant& tenant, const std::string& path,
                                     const Stamp& stamp);
REKEY_EXPORT Imported import_coverage(store::Store& store, const store::Tenant& tenant, const std::string& path,
                                      const Stamp& stamp);

// Archives
// --------

// One tenant with all that belongs to it in a file that is sealed under a passphrase, for another home:
// credentials with their keys, rotations, syncs, accepted payload entries, devices and coverage with
// their history, and its part of the audit history. The format is in rekey-tenants(1).

struct ArchiveCounts {
    std::int64_t devices = 0;
    std::int64_t earlier_devices = 0;  ///< states that devices had before
    std::int64_t coverage = 0;
    std::int64_t earlier_coverage = 0;
    std::int64_t credentials = 0;
    std::int64_t rotations = 0;
    std::int64_t syncs = 0;
    std::int64_t payload_entries = 0;
    std::int64_t audit_entries = 0;
};

struct Archive {
    store::Tenant tenant;
    ArchiveCounts counts;
    std::string digest;  ///< hex: SHA-256 over counts and digests of all records
};

/// Called with the number of records so far.
using ArchiveProgress = std::function<void(std::int64_t records)>;

/// Writes a new file, 0600: there whole and durable on return, or not at all. The home is only read. Throws
/// Code::not_found, Code::usage (no passphrase), Code::refused when the file is there already, or the
/// tenant is being merged; Code::interrupted after `stop` was requested.
REKEY_EXPORT Archive export_tenant(Home& home, const std::string& name, const std::string& path,
                                   const AskPassphrase& ask, const ArchiveProgress& progress = {},
                                   const StopToken& stop = {});

/// The opposite: records are read into the store in short transactions where nobody sees them, compared with
/// what the archive says of them, and seen after the last transaction, which brings the credentials.
/// What an import that was killed left is removed first. Throws Code::refused when the tenant, its
/// name, a client ID in use, or a payload entry is here already, and for another passphrase;
/// Code::corrupt for a damaged file; Code::interrupted after `stop` was requested. Then nothing is left.
REKEY_EXPORT Archive import_archive(Home& home, const std::string& path, const Stamp& stamp, const AskPassphrase& ask,
                                    const ArchiveProgress& progress = {}, const StopToken& stop = {});

// Merging tenants
// ---------------

/// For a credential that was reset at the provider and added as a new tenant, where it should have
/// replaced the one of the tenant that it is.
struct MergeRequest {
    std::string from;  ///< tenant with the newer credential
    std::string into;  ///< the older one, which stays
    Seconds keep_prior{std::chrono::hours{24}};
    bool offline = false;
    bool accept_different_organization = false;
};

struct Merged {
    RotationResult progress;  ///< of the rotation in `into`
    bool finished = false;    ///< else the records wait for the confirmation
    std::int64_t devices = 0;
    std::int64_t coverage = 0;
};

/// Called with how many records moved, of how many.
using MergeProgress = std::function<void(std::int64_t moved, std::int64_t all)>;

/// A rotation of `into` to the active credential of `from`: staged, verified (that it serves the
/// organisation of `into`), cut over, confirmed. From the cut-over on `from` is inactive, and as it was;
/// `roll_back` of `into` brings it back. Once that is confirmed, its devices, coverage and history move, and
/// it is gone. The same request again continues. Throws as `rotate`, and
/// Code::interrupted when the context's stop token is requested between its steps.
REKEY_EXPORT Merged merge(Context& context, const MergeRequest& request, const MergeProgress& progress = {});

}  // namespace rekey::tenants
