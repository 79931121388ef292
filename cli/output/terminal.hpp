#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace rekey::cli {

/// What the terminals that the program has are like. Files are those of the process: STDOUT_FILENO.

bool is_terminal(int file);

/// Whether a few lines would be taken at once: not by a terminal that was stopped, nor by a pipe that nobody reads.
bool takes_more(int file);

/// Columns of the terminal, as it says itself, else from $COLUMNS. Nothing where no terminal is, or where nobody
/// knows.
std::optional<std::size_t> terminal_width(int file);

/// Whether it is a terminal that obeys: $TERM is there, and not `dumb`.
bool obeys_controls(int file);

/// Whether `file` takes colours. `wish` is that of --color: `always`, `never`, or `auto`: a terminal that obeys,
/// unless $NO_COLOR says something.
bool takes_colour(const std::string& wish, int file);

}  // namespace rekey::cli
