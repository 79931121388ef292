#include "base/lists/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/files/file_errors.hpp"
#include "base/files/system_call.hpp"
#include "base/limits.hpp"
#include "base/text/blanks.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

namespace {

constexpr std::size_t buffer_size = 2 * limits::list_line;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view utf32_mark("\xFF\xFE\0\0", 4);
constexpr std::size_t longest_mark = 4;
constexpr std::size_t utf16_mark_size = 2;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view cell) {
    while (!cell.empty() && is_blank(cell.front())) cell.remove_prefix(1);
    while (!cell.empty() && is_blank(cell.back())) cell.remove_suffix(1);
    return cell;
}

/// The one that a header has most often outside of quotes; the comma where there is none.
char separator_of(std::string_view header) {
    constexpr std::string_view known = ",;\t|";
    std::array<std::size_t, known.size()> counts{};
    bool quoted = false;
    for (char c : header) {
        if (c == '"') quoted = !quoted;
        auto which = quoted ? std::string_view::npos : known.find(c);
        if (which != std::string_view::npos) ++counts[which];
    }
    return known[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

std::string separator_name(char separator) {
    switch (separator) {
        case ',':
            return "comma";
        case ';':
            return "semicolon";
        case '\t':
            return "tab";
        default:
            return fmt::format("'{}'", separator);
    }
}

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
        for (; more > 0; --more, ++at, low = 0x80, high = 0xBF)
            if (*at < low || *at > high) return false;
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
    stop_ = Descriptor(::eventfd(0, EFD_CLOEXEC));
    if (!stop_) throw unreadable(path_ + " cannot be read", errno);
}

void TextFile::stop() const {
    // It fails only when the count is at its end; then it can be read already.
    (void)::eventfd_write(stop_.get(), 1);
}

Error TextFile::error(std::string_view what, std::string hint) const {
    auto place = line_ == 0 ? path_ : fmt::format("{}, line {}", path_, line_);
    return {Code::usage, fmt::format("{}: {}", place, what), std::move(hint)};
}

void TextFile::fail(std::string_view what, std::string hint) const { throw error(what, std::move(hint)); }

void TextFile::wait_for_more() const {
    std::array<pollfd, 2> waited{{{file_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
    if (retried([&] { return ::poll(waited.data(), waited.size(), -1); }) < 0)
        throw unreadable(path_ + " cannot be read", errno);
    if (waited[1].revents != 0) throw Error(Code::interrupted, path_ + ": nobody wants more of it");
}

std::size_t TextFile::read_some(char* to, std::size_t size) {
    wait_for_more();
    auto got = retried([&] { return ::read(file_.get(), to, size); });
    if (got < 0) throw unreadable(path_ + " cannot be read", errno);
    at_end_ = got == 0;
    return static_cast<std::size_t>(got);
}

/// Of what was read first: which encoding it is, without the mark.
void TextFile::skip_mark() {
    at_start_ = false;
    while (end_ < longest_mark && !at_end_) end_ += read_some(buffer_.data() + end_, buffer_.size() - end_);
    std::string_view start(buffer_.data(), end_);
    if (start.starts_with(byte_order_mark)) begin_ = byte_order_mark.size();
    auto order = Utf16Decoder::order_of(start);
    if (!order) return;
    if (start.starts_with(utf32_mark)) fail("UTF-32", "convert it: iconv -f UTF-32 -t UTF-8");
    decoder_ = std::make_unique<Utf16Decoder>(*order);
    std::string decoded;
    decoder_->decode(start.substr(utf16_mark_size), decoded);
    buffer_.resize(2 * buffer_.size());
    std::memcpy(buffer_.data(), decoded.data(), decoded.size());
    end_ = decoded.size();
}

/// Moves what is left to the front and reads on; false when nothing was added.
bool TextFile::fill() {
    if (at_start_) {
        skip_mark();
        line_feed_ = begin_;
        return end_ > begin_ || fill();
    }
    if (at_end_) return false;
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    line_feed_ -= std::min(line_feed_, begin_);
    end_ -= begin_;
    begin_ = 0;
    auto had = end_;
    if (!decoder_) {
        end_ += read_some(buffer_.data() + end_, buffer_.size() - end_);
        return end_ > had;
    }
    while (end_ == had && !at_end_) {
        undecoded_.resize((buffer_.size() - end_) / 2 - 2);
        auto got = read_some(undecoded_.data(), undecoded_.size());
        std::string decoded;
        decoder_->decode({undecoded_.data(), got}, decoded);
        std::memcpy(buffer_.data() + end_, decoded.data(), decoded.size());
        end_ += decoded.size();
    }
    if (at_end_ && decoder_->unfinished()) fail("UTF-16 that ends within a character", "is the file whole?");
    return end_ > had;
}

/// The first line break from `from` on, or `end_`. Looks at each byte once, however the lines end.
std::size_t TextFile::find_break(std::size_t from) {
    auto find = [&](char c, std::size_t begin, std::size_t end) {
        const void* found = begin < end ? std::memchr(buffer_.data() + begin, c, end - begin) : nullptr;
        return found == nullptr ? end : static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
    };
    // Up to `line_feed_` there is none, and there is one unless that is where an earlier look ended.
    auto look_from = std::max(from, line_feed_);
    if (look_from > line_feed_ || line_feed_ == end_ || buffer_[line_feed_] != '\n')
        line_feed_ = find('\n', look_from, end_);
    return find('\r', from, line_feed_);
}

bool TextFile::next(std::string_view& line) {
    std::size_t looked = 0;
    for (;;) {
        auto at = find_break(begin_ + looked);
        // Whether an LF follows is not known yet.
        bool undecided = at + 1 == end_ && buffer_[at] == '\r';
        std::size_t size = at - begin_;
        if ((at == end_ || undecided) && size <= limits::list_line && fill()) {
            looked = size;
            continue;
        }
        at = begin_ + size;  // what is left may have been moved
        if (at == end_ && size == 0) return false;
        ++line_;
        if (size > limits::list_line) fail(fmt::format("longer than {} bytes", limits::list_line));
        line = {buffer_.data() + begin_, size};
        bool both = at + 1 < end_ && buffer_[at] == '\r' && buffer_[at + 1] == '\n';
        break_ = std::string_view(buffer_.data() + at, at == end_ ? 0 : both ? 2 : 1);
        begin_ = at + break_.size();
        check(line);
        return true;
    }
}

int TextFile::get() {
    if (begin_ == end_ && !fill()) return -1;
    char c = buffer_[begin_++];
    line_ = std::max<std::int64_t>(line_, 1);
    if (c == '\n') ++line_;
    return static_cast<unsigned char>(c);
}

std::string_view TextFile::peek_line() {
    std::size_t looked = 0;
    for (;;) {
        auto at = find_break(begin_ + looked);
        std::size_t size = at - begin_;
        if (at == end_ && size <= limits::list_line && fill()) {
            looked = size;
            continue;
        }
        return {buffer_.data() + begin_, size};
    }
}

char TextFile::peek() {
    if (begin_ == end_) fill();
    std::string_view start(buffer_.data() + begin_, end_ - begin_);
    auto at = start.find_first_not_of(" \t\r\n");
    return at == std::string_view::npos ? '\0' : start[at];
}

void TextFile::check(std::string_view line) const {
    if (std::memchr(line.data(), 0, line.size()) != nullptr)
        fail("a NUL byte",
             "is it text? UTF-16 without a byte order mark is to be converted: iconv -f UTF-16LE -t UTF-8");
    if (!is_utf8(line)) fail("not UTF-8", "convert it: iconv -f WINDOWS-1252 -t UTF-8");
}

CsvFile::CsvFile(TextFile& text) : text_(text) {
    read_header();
    auto names = header_;
    std::sort(names.begin(), names.end());
    names.erase(names.begin(),
                std::find_if(names.begin(), names.end(), [](const auto& name) { return !name.empty(); }));
    auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) text_.fail(fmt::format("two columns are called '{}'", printable(*twice)));
}

void CsvFile::read_header() {
    std::string_view line = text_.peek_line();
    // What Excel writes and reads where the comma is a decimal one.
    std::string_view told =
        line.starts_with('"') && line.ends_with('"') && line.size() >= 2 ? line.substr(1, line.size() - 2) : line;
    if (told.size() == 5 && (told.starts_with("sep=") || told.starts_with("SEP="))) {
        separator_ = told.back();
        text_.next(line);
    } else {
        // Rows without any content may come before the header.
        separator_ = separator_of(line);
    }
    std::vector<std::string_view> cells;
    if (!read(cells)) text_.fail("empty, where a header is needed", "the first line names the columns");
    for (auto cell : cells) header_.push_back(with_plain_blanks(cell));
    while (!header_.empty() && header_.back().empty()) header_.pop_back();
}

bool CsvFile::next(std::vector<std::string_view>& cells) {
    can_go_on_ = false;
    if (!read(cells)) return false;
    can_go_on_ = true;
    fit(cells);
    return true;
}

void CsvFile::fit(std::vector<std::string_view>& cells) {
    auto count = cells.size();
    while (cells.size() > header_.size() && cells.back().empty()) cells.pop_back();
    if (cells.size() != header_.size())
        text_.fail(
            fmt::format("{} cells, where the header has {}", count, header_.size()),
            fmt::format("cells are separated by {}; one with that in it, or with a line break, must be in quotes",
                        separator_name(separator_)));
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (header_[i].empty() && !cells[i].empty())
            text_.fail(fmt::format("'{}' is in a column without a name", printable(cells[i])), "name it in the header");
}

void CsvFile::refuse_wide() {
    text_.fail(fmt::format("more than {} columns", limits::list_columns), "leave out what is not needed");
}

bool CsvFile::read(std::vector<std::string_view>& cells) {
    std::string_view line;
    do {
        if (!text_.next(line)) return false;
        cells.clear();
        if (line.find('"') != std::string_view::npos) {
            read_quoted(line, cells);
            continue;
        }
        for (;;) {
            auto end = line.find(separator_);
            if (cells.size() == limits::list_columns) refuse_wide();
            cells.push_back(trimmed(line.substr(0, end)));
            if (end == std::string_view::npos) break;
            line.remove_prefix(end + 1);
        }
    } while (std::all_of(cells.begin(), cells.end(), [](auto cell) { return cell.empty(); }));
    return true;
}

void CsvFile::read_quoted(std::string_view line, std::vector<std::string_view>& cells) {
    unquoted_.clear();
    ends_.clear();
    bool quoted = false;
    bool closed = false;    // the cell's quotes have ended
    std::size_t begin = 0;  // of the cell, in `unquoted_`
    auto end_cell = [&] {
        if (ends_.size() == limits::list_columns) refuse_wide();
        // Blanks within quotes are the cell's own.
        if (!closed) unquoted_.erase(begin + trimmed(std::string_view(unquoted_).substr(begin)).size());
        ends_.push_back(unquoted_.size());
        begin = unquoted_.size();
        closed = false;
    };
    for (std::size_t i = 0;; ++i) {
        if (i >= line.size()) {
            if (!quoted) break;
            unquoted_ += text_.line_break();
            if (unquoted_.size() > limits::list_line || !text_.next(line)) text_.fail("a quote that is not closed");
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
        } else if (c == separator_) {
            end_cell();
        } else if (is_blank(c) && (closed || unquoted_.size() == begin)) {
            // Around a cell.
        } else if (closed) {
            text_.fail(fmt::format("something between a closing quote and the next {}", separator_name(separator_)));
        } else if (c == '"') {
            if (unquoted_.size() != begin) text_.fail("a quote in the middle of a cell that has none around it");
            quoted = true;
        } else {
            unquoted_ += c;
        }
    }
    end_cell();
    std::size_t from = 0;
    for (auto end : ends_) {
        cells.push_back(std::string_view(unquoted_).substr(from, end - from));
        from = end;
    }
}

}  // namespace rekey
