#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

/// Other programs as processes of ours.
namespace rekey::units {

/// Where the standard streams of a process lead.
struct Streams {
    int in;
    int out;
    int error;
};

/// Starts the program at a path, in a process group of its own, with no signal blocked or ignored,
/// whatever ours are. `arguments` begins with the program's name. Only `streams` are passed on, as
/// every other descriptor of ours is closed on exec. Throws Code::failed.
pid_t spawn(const std::string& path, std::vector<std::string> arguments, std::vector<std::string> environment,
            const Streams& streams, const char* folder = nullptr);

/// Our environment, with `more` (`NAME=value`) in place of what has the same name.
std::vector<std::string> environment_with(const std::vector<std::string>& more);

/// Whether it has ended. It stays a zombie, so that its group's number belongs to nobody else.
bool has_ended(pid_t pid);
/// Whether it ended before `end`.
bool wait_until(pid_t pid, std::chrono::steady_clock::time_point end);
/// Takes the zombie; its wait status.
int reap(pid_t pid);

/// `ended with exit status 3`, or the signal that ended it.
std::string how_it_ended(int status);

/// What a program said, its lines separated by ` | `, and nothing in it that a terminal obeys.
std::string in_one_line(const std::string& text);

}  // namespace rekey::units
