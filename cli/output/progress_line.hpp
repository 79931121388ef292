#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace rekey::cli {

/// How far a long work is, in one line of a terminal that is drawn over and over, ten times a second at most.
/// Callers that print something else clear it first.
class ProgressLine {
public:
    using Clock = std::chrono::steady_clock;

    /// Not `shown`: does nothing.
    explicit ProgressLine(bool shown) : shown_(shown) {}
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// Whether the next draw() would be seen; takes its turn.
    bool due();
    void draw(const std::string& text);
    void clear();

private:
    bool shown_;
    bool drawn_ = false;
    Clock::time_point last_{};
};

/// `, 4.0 a second, 4m 7s left` after `done` in so long a time. Without `left`: how much that is, nobody knows.
std::string pace(std::int64_t done, std::optional<std::int64_t> left, std::chrono::duration<double> since);

}  // namespace rekey::cli
