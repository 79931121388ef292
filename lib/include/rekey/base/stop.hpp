#pragma once

#include <atomic>

namespace rekey {

/// Whether the user asked for the end. A program makes one of a flag that its signal handler sets, and passes copies
/// down to whatever may take long: that looks often, finishes or gives up what is in flight, and says so.
class StopToken {
public:
    /// Nobody can ask.
    StopToken() = default;
    /// `flag` outlives every copy, and may be set from a signal handler or another thread.
    StopToken(const std::atomic<bool>& flag) : flag_(&flag) {}  // NOLINT(google-explicit-constructor)
    StopToken(const std::atomic<bool>&&) = delete;

    bool requested() const { return flag_ != nullptr && *flag_; }

private:
    const std::atomic<bool>* flag_ = nullptr;
};

}  // namespace rekey
