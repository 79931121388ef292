#pragma once

#include <openssl/evp.h>

#include <array>
#include <string_view>

#include "crypto/encoding/handle.hpp"
#include "rekey/home/home.hpp"
#include "rekey/tenants/records.hpp"
#include "tenants/archive/archive_fields.hpp"

namespace rekey::tenants {

inline constexpr std::string_view archive_purpose = "tenant";
inline constexpr std::int64_t archive_version = 1;

/// A record is its kind (1 byte), the length of the rest (4), and its fields. The tenant comes first,
/// then all of each kind in this order, then the end.
enum class Kind : char {
    tenant = 'T',
    credential = 'k',
    rotation = 'r',
    sync = 'y',
    entry = 'e',
    audit = 'a',
    device = 'd',
    earlier_device = 'D',
    coverage = 'c',
    earlier_coverage = 'C',
    end = 'E',
};
inline constexpr std::array counted_kinds = {Kind::credential,     Kind::rotation, Kind::sync,
                                             Kind::entry,          Kind::audit,    Kind::device,
                                             Kind::earlier_device, Kind::coverage, Kind::earlier_coverage};

/// How many records of each kind there were, and the SHA-256 over their lengths and fields.
class Tally {
public:
    Tally();
    /// In two pieces, as a key stays where it is.
    void add(Kind kind, ByteView fields, ByteView key = {});
    std::int64_t count(Kind kind) const;
    std::int64_t total() const { return total_; }
    /// What the end record holds: for each kind its letter, count (8 bytes) and digest (32).
    Bytes end_fields() const;
    /// The same for some kinds.
    Bytes end_fields(std::span<const Kind> kinds) const;
    ArchiveCounts counts() const;

private:
    struct Line {
        std::int64_t count = 0;
        crypto::Handle<EVP_MD_CTX, EVP_MD_CTX_free> digest;
    };
    static std::size_t place_of(Kind kind);
    std::array<Line, counted_kinds.size()> lines_;
    std::int64_t total_ = 0;
};

/// Between records: throws Code::interrupted.
void end_if_requested(const StopToken& stop);

/// What receives a tenant's records.
using RecordSink = std::function<void(Kind kind, ByteView fields, ByteView key)>;

/// Few: credentials (opened), rotations, syncs, payload entries.
void each_small_record(Home& home, const store::Tenant& tenant, const RecordSink& sink);
/// Many: audit entries, devices, coverage, and what these were before. `arrived`: only the audit history
/// that came with the tenant.
void each_large_record(store::Reader& store, const store::Tenant& tenant, bool arrived, const RecordSink& sink);

inline constexpr std::array small_kinds = {Kind::credential, Kind::rotation, Kind::sync, Kind::entry};
inline constexpr std::array large_kinds = {Kind::audit, Kind::device, Kind::earlier_device, Kind::coverage,
                                           Kind::earlier_coverage};

}  // namespace rekey::tenants
