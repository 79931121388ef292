#pragma once

#include <optional>
#include <string>

#include "input/interrupt.hpp"

namespace rekey::cli {

/// The line that somebody types at the terminal in answer to a question. From the question on until this is destroyed,
/// Ctrl-C (or SIGTERM) ends the question instead of the process.
class TypedLine {
public:
    /// The next byte; nothing at the end of the line or of the input. Throws Code::interrupted, on a line of its own.
    std::optional<char> next();
    /// Throws Code::refused, on a line of its own, where the input ended instead of the line (Ctrl-D): nobody answers.
    /// `instead`: what to do where nobody can be asked. For callers that got no byte.
    void require_end_of_line(const std::string& instead) const;

private:
    InterruptibleWait wait_;
    bool is_cut_off_ = false;
};

}  // namespace rekey::cli
