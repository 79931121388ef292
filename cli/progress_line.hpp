#pragma once

#include <chrono>
#include <string>

#include "rekey/renewal/renewal.hpp"

namespace rekey::cli {

/// How far a run is, in one line of a terminal that is drawn over and over, ten times a second at most.
/// Whoever prints something else clears it before.
class ProgressLine {
public:
    using Clock = std::chrono::steady_clock;

    /// Not `shown`: does nothing.
    explicit ProgressLine(bool shown) : shown_(shown) {}
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void begin() { began_ = Clock::now(); }
    void draw(const renewal::Progress& progress);
    void clear();

private:
    bool shown_;
    bool drawn_ = false;
    Clock::time_point began_ = Clock::now();
    Clock::time_point last_{};
};

/// `12/1000, 10 done, 2 deferred, 0 failed, 4.0 a second, 4m 7s left`
std::string in_words(const renewal::Progress& progress, std::chrono::duration<double> since);

}  // namespace rekey::cli
