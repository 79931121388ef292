#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rekey {

/// Looks for what was meant by a word that is not known: a slip or two away, in whichever case, or
/// its beginning. Words are offered one by one, so that a list of any length needs no memory.
class Nearest {
public:
    /// One slip is allowed, and one more for each `letters_a_slip` of the known word.
    explicit Nearest(std::string_view written, std::size_t letters_a_slip = 4);
    void offer(std::string_view known);
    /// The first of the nearest; none when nothing that was offered is near.
    const std::optional<std::string>& found() const { return found_; }

private:
    std::string written_;
    std::size_t letters_a_slip_;
    std::optional<std::string> found_;
    std::size_t slips_ = 0;
};

}  // namespace rekey
