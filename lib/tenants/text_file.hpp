#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"

namespace rekey::tenants {

/// Reads a text line by line, in constant memory. Throws Code::usage that names file and line when a line
/// is too long, or has a NUL or what is no UTF-8 in it.
class TextFile {
public:
    /// `-` is standard input.
    explicit TextFile(const std::string& path);

    /// Without its line break (LF or CRLF); valid until the next call. False at the end.
    bool next(std::string_view& line);
    /// The first character that is no space or line break, without reading on; NUL at the end.
    char peek();
    /// For messages.
    const std::string& path() const { return path_; }
    /// Of the line that was read last, from 1.
    std::int64_t line() const { return line_; }
    /// Throws Code::usage with file and, once one was read, line.
    [[noreturn]] void fail(std::string_view what, std::string hint = {}) const;

private:
    bool fill();
    void check(std::string_view line) const;

    std::string path_;
    Descriptor file_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool at_end_ = false;
    std::int64_t line_ = 0;
};

/// Comma-separated values (RFC 4180), with a header.
class CsvFile {
public:
    /// Reads the header from `text`, which must outlive this.
    explicit CsvFile(TextFile& text);

    const std::vector<std::string>& header() const { return header_; }
    /// As many cells as the header has; valid until the next call. False at the end.
    bool next(std::vector<std::string_view>& cells);

private:
    bool read(std::vector<std::string_view>& cells);
    void read_quoted(std::string_view line, std::vector<std::string_view>& cells);

    TextFile& text_;
    std::vector<std::string> header_;
    std::string unquoted_;           ///< cells of a record that has quotes, one after the other
    std::vector<std::size_t> ends_;  ///< where they end
};

}  // namespace rekey::tenants
