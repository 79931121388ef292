#pragma once

#include <optional>

#include "input/interrupt.hpp"

namespace rekey::cli {

/// The line that somebody types at the terminal in answer to a question. From the question on until this is destroyed,
/// Ctrl-C (or SIGTERM) ends the question instead of the process.
class TypedLine {
public:
    /// The next byte; nothing at the end of the line or of the input. Throws Code::interrupted, on a line of its own.
    std::optional<char> next();
    /// Whether the input ended, instead of the line.
    bool is_cut_off() const { return is_cut_off_; }

private:
    InterruptibleWait wait_;
    bool is_cut_off_ = false;
};

}  // namespace rekey::cli
