#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rekey/base/error.hpp"
#include "rekey/store/record_counts.hpp"

namespace rekey::tenants {

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
    /// Told of records that are refused; with `dry_run` also of those that are new, or would change.
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
/// array, or documents of the provider's API), told by the first character, and commits them in batches, each with
/// its audit entry: memory does not grow with the file. Columns go by the names that the provider's API, its portal,
/// device management and asset lists give them; those that are not known are kept with the others. A device is known
/// by its serial number; the `id` of a list that has one of its own is kept as an attribute. What was exported here
/// is taken back as it was. Nothing is ever deleted.
///
/// A record that cannot be read is told and left out, and the others are taken. Throws Code::usage, with the line,
/// for a file of which nothing more can be read, or which is of the other kind; what was read before it stays.
REKEY_EXPORT Imported import_records(store::Store& store, const store::Tenant& tenant, RecordKind kind,
                                     const ImportWish& wish, const Stamp& stamp);
/// All of a file; throws for the first record that is refused, once the others are taken.
REKEY_EXPORT Imported import_devices(store::Store& store, const store::Tenant& tenant, const std::string& path,
                                     const Stamp& stamp);
REKEY_EXPORT Imported import_coverage(store::Store& store, const store::Tenant& tenant, const std::string& path,
                                      const Stamp& stamp);

}  // namespace rekey::tenants
