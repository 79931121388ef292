#pragma once

#include <termios.h>

#include <csignal>
#include <cstddef>
#include <iterator>
#include <string>

namespace rekey::cli {

/// A terminal that does not echo, from the prompt on until this is destroyed. A signal that ends the program, or stops
/// it for a while (Ctrl-Z), leaves the terminal as it was found; after it continues, it asks anew. One at a time.
/// Ctrl-C and SIGTERM are left to who reads (`TypedLine`).
class NoEcho {
public:
    /// Throws Code::failed where the terminal cannot be silenced. `prompt` is written to stderr.
    NoEcho(int terminal, const std::string& prompt);
    ~NoEcho();
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    static constexpr int signals[] = {SIGHUP, SIGQUIT, SIGTSTP, SIGCONT};
    struct sigaction actions_[std::size(signals)]{};
};

}  // namespace rekey::cli
