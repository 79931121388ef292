#pragma once

#include <memory>
#include <string>

#include "tenants/record_fields.hpp"
#include "tenants/text_file.hpp"

namespace rekey::tenants {

/// Records of a file, one after the other.
class RecordReader {
public:
    virtual ~RecordReader() = default;
    /// False at the end. Throws Code::usage with file and line.
    virtual bool next(Record& record) = 0;
    virtual const TextFile& text() const = 0;
};

/// JSON Lines when the first character is a brace, else CSV.
std::unique_ptr<RecordReader> open_records(const std::string& path);

}  // namespace rekey::tenants
