#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/descriptor.hpp"
#include "base/text/utf16.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

/// Reads a text line by line, in constant memory: UTF-8, or UTF-16 with a byte order mark. Throws Code::usage
/// that names file and line when a line is too long, or has a NUL or what is no UTF-8 in it.
class TextFile {
public:
    /// `-` is standard input.
    explicit TextFile(const std::string& path);

    /// Without its line break (LF, CRLF or CR); valid until the next call. False at the end.
    bool next(std::string_view& line);
    /// What ended the line that was read last; empty at the end of a text.
    std::string_view line_break() const { return break_; }
    /// The first character that is no space or line break, without reading on; NUL at the end.
    char peek();
    /// The next line as `next` would give it, without reading on; cut where it is too long.
    std::string_view peek_line();
    /// Byte by byte, for those who know where a record ends; -1 at the end. Counts lines.
    int get();
    /// From another thread: whatever waits for more of the text, or asks for more from now on, throws
    /// Code::interrupted.
    void stop() const;
    /// For messages.
    const std::string& path() const { return path_; }
    /// Of the line that was read last, from 1.
    std::int64_t line() const { return line_; }
    /// Code::usage with file and, once one was read, line.
    Error error(std::string_view what, std::string hint = {}) const;
    /// Throws that.
    [[noreturn]] void fail(std::string_view what, std::string hint = {}) const;

private:
    bool fill();
    void wait_for_more() const;
    std::size_t read_some(char* to, std::size_t size);
    void skip_mark();
    std::size_t find_break(std::size_t from);
    void check(std::string_view line) const;

    std::string path_;
    Descriptor file_;
    Descriptor stop_;  ///< can be read once somebody asked to stop
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t line_feed_ = 0;  ///< the first one from `begin_` on, or `end_`
    bool at_end_ = false;
    bool at_start_ = true;
    std::unique_ptr<Utf16Decoder> decoder_;  ///< of a text that is not in UTF-8
    std::vector<char> undecoded_;
    std::string_view break_;
    std::int64_t line_ = 0;
};

/// A table with a header: comma-separated values (RFC 4180), and what spreadsheets make of them: other
/// separators (found in the header, or by a first line `sep=;`), blanks around cells, empty columns and rows at
/// the end.
class CsvFile {
public:
    /// Reads the header from `text`, which must outlive this.
    explicit CsvFile(TextFile& text);

    /// The names of columns, without the empty ones at the end.
    const std::vector<std::string>& header() const { return header_; }
    /// As many cells as the header has; valid until the next call. False at the end. Rows without any content are
    /// left out. Throws Code::usage for a row of which cells are missing or too many: the next one can be read.
    bool next(std::vector<std::string_view>& cells);
    /// Whether what `next` threw was about one row only.
    bool can_go_on() const { return can_go_on_; }

private:
    bool read(std::vector<std::string_view>& cells);
    void read_header();
    void read_quoted(std::string_view line, std::vector<std::string_view>& cells);
    void fit(std::vector<std::string_view>& cells);
    [[noreturn]] void refuse_wide();

    TextFile& text_;
    char separator_ = ',';
    bool can_go_on_ = false;
    std::vector<std::string> header_;
    std::string unquoted_;           ///< cells of a record that has quotes, one after the other
    std::vector<std::size_t> ends_;  ///< where they end
};

}  // namespace rekey
