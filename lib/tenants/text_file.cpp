#include "tenants/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "rekey/base/unreadable.hpp"

namespace rekey::tenants {

namespace {

constexpr std::size_t longest_line = 1 << 20;
constexpr std::size_t buffer_size = 2 * longest_line;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* end = at + text.size();
    while (at < end) {
        std::uint64_t eight = 0;
        if (end - at >= 8 && (std::memcpy(&eight, at, 8), (eight & 0x8080808080808080U) == 0)) {
            at += 8;
            continue;
        }
        unsigned char first = *at++;
        if (first < 0x80) continue;
        int more = first >= 0xC2 && first <= 0xDF   ? 1
                   : (first & 0xF0) == 0xE0         ? 2
                   : first >= 0xF0 && first <= 0xF4 ? 3
                                                    : 0;
        if (more == 0 || end - at < more) return false;
        unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        for (; more > 0; --more, low = 0x80, high = 0xBF)
            if (*at < low || *at++ > high) return false;
    }
    return true;
}

}  // namespace

TextFile::TextFile(const std::string& path)
    : path_(path == "-" ? "standard input" : printable(path)),
      file_(path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      buffer_(buffer_size) {
    if (!file_)
        throw unreadable(path_ + " cannot be read", errno,
                         "name a file that is there and that you may read, or - for standard input");
}

void TextFile::fail(std::string_view what, std::string hint) const {
    auto place = line_ == 0 ? path_ : fmt::format("{}, line {}", path_, line_);
    throw Error(Code::usage, fmt::format("{}: {}", place, what), std::move(hint));
}

/// Moves what is left to the front and reads on; false when nothing was added.
bool TextFile::fill() {
    if (at_end_) return false;
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    ssize_t got = 0;
    do got = ::read(file_.get(), buffer_.data() + end_, buffer_.size() - end_);
    while (got < 0 && errno == EINTR);
    if (got < 0) throw unreadable(path_ + " cannot be read", errno);
    at_end_ = got == 0;
    end_ += static_cast<std::size_t>(got);
    return got > 0;
}

bool TextFile::next(std::string_view& line) {
    std::size_t looked = 0;
    for (;;) {
        const char* from = buffer_.data() + begin_;
        std::size_t size = end_ - begin_;
        const void* found = size > looked ? std::memchr(from + looked, '\n', size - looked) : nullptr;
        if (found == nullptr && size <= longest_line && fill()) {
            looked = size;
            continue;
        }
        if (found == nullptr && size == 0) return false;
        ++line_;
        std::size_t length = found == nullptr ? size : static_cast<std::size_t>(static_cast<const char*>(found) - from);
        if (length > longest_line) fail(fmt::format("longer than {} bytes", longest_line));
        line = {from, length};
        begin_ += length + (found == nullptr ? 0 : 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line_ == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
        check(line);
        return true;
    }
}

char TextFile::peek() {
    if (begin_ == end_) fill();
    std::string_view start(buffer_.data() + begin_, end_ - begin_);
    if (line_ == 0 && start.starts_with(byte_order_mark)) start.remove_prefix(byte_order_mark.size());
    auto at = start.find_first_not_of(" \t\r\n");
    return at == std::string_view::npos ? '\0' : start[at];
}

void TextFile::check(std::string_view line) const {
    if (std::memchr(line.data(), 0, line.size()) != nullptr)
        fail("a NUL byte", "is it text, and is it UTF-8? convert it: iconv -t UTF-8");
    if (!is_utf8(line)) fail("not UTF-8", "convert it: iconv -f WINDOWS-1252 -t UTF-8");
}

CsvFile::CsvFile(TextFile& text) : text_(text) {
    std::vector<std::string_view> cells;
    if (!read(cells)) text_.fail("empty, where a header is needed", "the first line names the columns");
    header_.assign(cells.begin(), cells.end());
    auto names = header_;
    std::sort(names.begin(), names.end());
    auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) text_.fail(fmt::format("two columns are called '{}'", printable(*twice)));
    if (names.front().empty()) text_.fail("a column without a name");
}

bool CsvFile::next(std::vector<std::string_view>& cells) {
    if (!read(cells)) return false;
    if (cells.size() != header_.size())
        text_.fail(fmt::format("{} cells, where the header has {}", cells.size(), header_.size()));
    return true;
}

bool CsvFile::read(std::vector<std::string_view>& cells) {
    std::string_view line;
    do
        if (!text_.next(line)) return false;
    while (line.empty());
    cells.clear();
    if (line.find('"') != std::string_view::npos) {
        read_quoted(line, cells);
        return true;
    }
    for (;;) {
        auto comma = line.find(',');
        cells.push_back(line.substr(0, comma));
        if (comma == std::string_view::npos) return true;
        line.remove_prefix(comma + 1);
    }
}

void CsvFile::read_quoted(std::string_view line, std::vector<std::string_view>& cells) {
    unquoted_.clear();
    ends_.clear();
    bool quoted = false;
    bool closed = false;    // the cell's quotes have ended
    std::size_t begin = 0;  // of the cell, in `unquoted_`
    for (std::size_t i = 0;; ++i) {
        if (i >= line.size()) {
            if (!quoted) break;
            unquoted_ += '\n';
            if (unquoted_.size() > longest_line || !text_.next(line)) text_.fail("a quote that is not closed");
            i = static_cast<std::size_t>(-1);
            continue;
        }
        char c = line[i];
        if (quoted) {
            if (c != '"') {
                unquoted_ += c;
            } else if (i + 1 < line.size() && line[i + 1] == '"') {
                unquoted_ += '"';
                ++i;
            } else {
                quoted = false;
                closed = true;
            }
        } else if (c == ',') {
            ends_.push_back(unquoted_.size());
            begin = unquoted_.size();
            closed = false;
        } else if (closed) {
            text_.fail("something between a closing quote and the next comma");
        } else if (c == '"') {
            if (unquoted_.size() != begin) text_.fail("a quote in the middle of a cell that has none around it");
            quoted = true;
        } else {
            unquoted_ += c;
        }
    }
    ends_.push_back(unquoted_.size());
    std::size_t from = 0;
    for (auto end : ends_) {
        cells.push_back(std::string_view(unquoted_).substr(from, end - from));
        from = end;
    }
}

}  // namespace rekey::tenants
