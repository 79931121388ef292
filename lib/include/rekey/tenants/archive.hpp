#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "rekey/base/export.hpp"
#include "rekey/base/secret.hpp"
#include "rekey/base/stop.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/tenants.hpp"

/// One tenant with all that belongs to it in a file that is sealed under a passphrase, for another home:
/// credentials with their keys, rotations, syncs, accepted payload entries, devices and coverage with
/// their history, and its part of the audit history. The format is in rekey-tenants(1).
namespace rekey::tenants {

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

/// Told of how many records went by.
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

}  // namespace rekey::tenants
