#include "input/no_echo.hpp"

#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

// For the handlers, which know no object and may call little.
int terminal = -1;
termios before{};
const std::string* prompt = nullptr;

void say(std::string_view text) { [[maybe_unused]] auto written = ::write(STDERR_FILENO, text.data(), text.size()); }

/// False only when it is no terminal any more; in the background it waits until it is in front.
bool hush() {
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    while (tcsetattr(terminal, TCSAFLUSH, &quiet) != 0)
        if (errno != EINTR) return false;
    return true;
}

void unhush() { tcsetattr(terminal, TCSAFLUSH, &before); }

/// Does what the signal does by itself, now.
void obey(int signal) {
    struct sigaction own {};
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    sigaction(signal, &usual, &own);
    sigset_t only{};
    sigemptyset(&only);
    sigaddset(&only, signal);
    sigset_t blocked{};
    raise(signal);
    sigprocmask(SIG_UNBLOCK, &only, &blocked);
    // Back from where it was stopped.
    sigprocmask(SIG_SETMASK, &blocked, nullptr);
    sigaction(signal, &own, nullptr);
}

void on_signal(int signal) {
    int saved = errno;
    if (signal == SIGCONT) {
        if (hush()) say(*prompt);
    } else {
        unhush();
        say("\n");
        obey(signal);
    }
    errno = saved;
}

}  // namespace

NoEcho::NoEcho(int where, const std::string& asks) {
    if (tcgetattr(where, &before) != 0) throw Error(Code::failed, "the terminal cannot be silenced");
    terminal = where;
    prompt = &asks;
    for (std::size_t i = 0; i < std::size(signals); ++i) {
        struct sigaction action {};
        action.sa_handler = on_signal;
        sigaction(signals[i], nullptr, &actions_[i]);
        // Who is not to be disturbed (nohup) is not.
        if (actions_[i].sa_handler != SIG_IGN) sigaction(signals[i], &action, nullptr);
    }
    if (!hush()) throw Error(Code::failed, "the terminal cannot be silenced");
    say(asks);
}

NoEcho::~NoEcho() {
    unhush();
    for (std::size_t i = 0; i < std::size(signals); ++i) sigaction(signals[i], &actions_[i], nullptr);
}

}  // namespace rekey::cli
