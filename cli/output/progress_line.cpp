#include "output/progress_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "output/terminal.hpp"
#include "output/text_width.hpp"

namespace rekey::cli {

namespace {

constexpr auto between_two = std::chrono::milliseconds{100};

std::string length_in_words(double seconds) {
    if (seconds > 359'999) return "days";
    auto whole = static_cast<std::int64_t>(std::ceil(seconds));
    if (whole >= 3600) return fmt::format("{}h {}m", whole / 3600, whole % 3600 / 60);
    if (whole >= 60) return fmt::format("{}m {}s", whole / 60, whole % 60);
    return fmt::format("{}s", whole);
}

}  // namespace

std::string pace(std::int64_t done, std::optional<std::int64_t> left, std::chrono::duration<double> since) {
    // The first second says little about the rest.
    if (done <= 0 || since.count() < 1) return "";
    auto rate = static_cast<double>(done) / since.count();
    auto text = fmt::format(", {:.{}f} a second", rate, rate < 10 ? 1 : 0);
    return left ? text + fmt::format(", {} left", length_in_words(static_cast<double>(*left) / rate)) : text;
}

bool ProgressLine::due() {
    auto now = Clock::now();
    if (!shown_ || now - last_ < between_two) return false;
    last_ = now;
    return true;
}

void ProgressLine::draw(const std::string& text) {
    if (!takes_more(STDERR_FILENO)) return;
    // In the last column a terminal would begin another line, which nothing draws over.
    auto columns = terminal_width(STDERR_FILENO);
    std::fputs(fmt::format("\r{}\x1b[K", columns ? cut(text, *columns - 1) : text).c_str(), stderr);
    std::fflush(stderr);
    drawn_ = true;
}

void ProgressLine::clear() {
    if (!drawn_ || !takes_more(STDERR_FILENO)) return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    drawn_ = false;
}

}  // namespace rekey::cli
