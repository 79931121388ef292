#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/files/descriptor.hpp"
#include "rekey/base/base.hpp"
#include "units/process/spawn.hpp"

namespace rekey::units {

/// How the helper of a unit is started, and what for.
struct Launch {
    std::string program;                   ///< path
    std::vector<std::string> arguments;    ///< the program's name first
    std::vector<std::string> environment;  ///< `NAME=value`, beside ours
    std::string address;                   ///< of the unit, as the helper gets it
    std::string who;                       ///< for messages: `rekey-unit-foo`
    /// What the program's end means, from its wait status and its last words in one line. None: it is reported as it
    /// is.
    std::function<Error(int status, const std::string& words)> explain;
};

/// A helper as a process: lines go in, lines come out. Nothing of it is trusted: a line is at most
/// `limits::helper_line`, what it says on standard error is kept only in part, it has a deadline for
/// every answer, and it is ended with its process group when it breaks one of these, and with this.
class Child {
public:
    /// Throws Code::failed when it cannot be started.
    explicit Child(Launch launch);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Sends `line` (with its line feed) and returns the next line without its own. Throws
    /// Code::unreachable when it is silent or ends, Code::failed when it breaks the limits, after which it
    /// has been ended; every later call throws Code::unreachable.
    std::string exchange(std::string line, std::chrono::milliseconds deadline);

    /// Ends it because of what it said: Code::failed, with what it broke.
    [[noreturn]] void fail(const std::string& what, const std::string& hint = {});

    /// Ends its input; whether it ended by itself within `patience`.
    bool ends(std::chrono::milliseconds patience);

    const Launch& launch() const { return launch_; }
    bool lives() const { return pid_ >= 0; }
    /// Whether it was given up because it did not answer.
    bool was_silent() const { return silent_; }

private:
    using Clock = std::chrono::steady_clock;

    bool wait(bool writing, Clock::time_point end);
    void write(std::string& line);
    /// False at its end.
    bool read_out();
    bool read_error();
    [[noreturn]] void tell_end();
    [[noreturn]] void tell_silence(std::chrono::milliseconds deadline);
    /// Its wait status. `patience`: how long it may take to end by itself.
    int end(std::chrono::milliseconds patience);
    std::string words() const;

    Launch launch_;
    Descriptor in_;
    Descriptor out_;
    Descriptor error_;
    pid_t pid_ = -1;
    std::string said_;   ///< on standard output, and not taken yet
    std::string cries_;  ///< the end of what it said on standard error
    std::string given_up_;
    bool silent_ = false;
};

}  // namespace rekey::units
