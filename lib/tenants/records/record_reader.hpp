#pragma once

#include <memory>
#include <string>

#include "base/lists/text_file.hpp"
#include "tenants/records/record_fields.hpp"

namespace rekey::tenants {

/// Records of a file, one after the other.
class RecordReader {
public:
    virtual ~RecordReader() = default;
    /// False at the end. A record that cannot be read, where the next one can, has `trouble`. Throws Code::usage with
    /// file and line for a file of which nothing more can be read.
    virtual bool next(Record& record) = 0;
    /// From another thread: `next` throws Code::interrupted rather than wait for more of the file.
    virtual void stop() = 0;
    virtual const TextFile& text() const = 0;
};

/// JSON Lines, an array of objects, a document of the API, or several, when the first character is a brace or a
/// bracket; else CSV. `map`: names of columns, as `ColumnNames` takes them.
std::unique_ptr<RecordReader> open_records(const std::string& path, RecordKind kind, const std::string& map = {});

}  // namespace rekey::tenants
