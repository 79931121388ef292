#include "output/terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace rekey::cli {

namespace {

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// Nothing where the variable is no number, or 0.
std::optional<std::size_t> columns_said() {
    auto said = variable("COLUMNS");
    std::size_t columns = 0;
    auto [end, failure] = std::from_chars(said.data(), said.data() + said.size(), columns);
    if (failure != std::errc{} || end != said.data() + said.size() || columns == 0) return std::nullopt;
    return columns;
}

}  // namespace

bool is_terminal(int file) { return isatty(file) != 0; }

bool takes_more(int file) {
    pollfd output{file, POLLOUT, 0};
    // What is broken says so when it is written to.
    return ::poll(&output, 1, 0) != 0;
}

std::optional<std::size_t> terminal_width(int file) {
    if (!is_terminal(file)) return std::nullopt;
    winsize size{};
    if (ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) return size.ws_col;
    return columns_said();
}

bool obeys_controls(int file) {
    auto kind = variable("TERM");
    return is_terminal(file) && !kind.empty() && kind != "dumb";
}

bool takes_colour(const std::string& wish, int file) {
    if (wish != "auto") return wish == "always";
    return variable("NO_COLOR").empty() && obeys_controls(file);
}

}  // namespace rekey::cli
