#include "progress_line.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

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

std::string in_words(const renewal::Progress& progress, std::chrono::duration<double> since) {
    auto ended = progress.done + progress.deferred + progress.failed;
    auto text = fmt::format("{}/{}, {} done, {} deferred, {} failed", ended, progress.total, progress.done,
                            progress.deferred, progress.failed);
    // The first second says little about the rest.
    if (ended == 0 || since.count() < 1) return text;
    auto rate = static_cast<double>(ended) / since.count();
    return text + fmt::format(", {:.1f} a second, {} left", rate,
                              length_in_words(static_cast<double>(progress.total - ended) / rate));
}

void ProgressLine::draw(const renewal::Progress& progress) {
    if (!shown_ || progress.total < 2) return;
    auto now = Clock::now();
    if (now - last_ < between_two) return;
    last_ = now;
    fmt::print(stderr, "\r{}\x1b[K", in_words(progress, now - began_));
    std::fflush(stderr);
    drawn_ = true;
}

void ProgressLine::clear() {
    if (!drawn_) return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
    drawn_ = false;
}

}  // namespace rekey::cli
