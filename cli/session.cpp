#include "session.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "secret_file.hpp"

namespace rekey::cli {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// `$variable/rekey`, else `~/fallback/rekey`.
std::string user_folder(const char* variable, const char* fallback) {
    auto base = environment(variable);
    // The specification of these variables says that a relative path is to be ignored.
    if (!base.empty() && base.front() == '/') return base + "/rekey";
    auto user = environment("HOME");
    if (user.empty()) {
        const passwd* entry = getpwuid(geteuid());
        if (entry == nullptr) throw Error(Code::usage, "there is no home folder of the user", "say where: --home DIR");
        user = entry->pw_dir;
    }
    return fmt::format("{}/{}/rekey", user, fallback);
}

/// Who is at work, for the trail; behind sudo the person, not root.
std::string actor() {
    std::string user = geteuid() == 0 ? environment("SUDO_USER") : "";
    if (user.empty()) {
        const passwd* entry = getpwuid(geteuid());
        user = entry == nullptr ? fmt::format("uid{}", geteuid()) : entry->pw_name;
    }
    char host[256] = {};
    if (gethostname(host, sizeof host - 1) != 0) return printable(user);
    return printable(fmt::format("{}@{}", user, host));
}

/// A terminal that does not echo, until this is destroyed or a signal ends the program.
class Silence {
public:
    explicit Silence(int terminal) {
        if (tcgetattr(terminal, &before_) != 0) throw Error(Code::failed, "the terminal cannot be silenced");
        terminal_ = terminal;
        for (std::size_t i = 0; i < std::size(ending_signals); ++i) {
            struct sigaction action {};
            action.sa_handler = [](int signal) {
                tcsetattr(terminal_, TCSAFLUSH, &before_);
                std::signal(signal, SIG_DFL);
                raise(signal);
            };
            sigaction(ending_signals[i], &action, &actions_[i]);
        }
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (tcsetattr(terminal_, TCSAFLUSH, &quiet) != 0) throw Error(Code::failed, "the terminal cannot be silenced");
    }
    ~Silence() {
        tcsetattr(terminal_, TCSAFLUSH, &before_);
        for (std::size_t i = 0; i < std::size(ending_signals); ++i) sigaction(ending_signals[i], &actions_[i], nullptr);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    static constexpr int ending_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    // For the handler, which knows no object.
    static inline int terminal_ = -1;
    static inline termios before_{};
    struct sigaction actions_[std::size(ending_signals)]{};
};

void say(std::string_view text) {
    // What was printed before is read before, wherever the two streams go.
    std::fflush(stdout);
    // Not by what throws: nobody may be there any more to read it.
    std::fputs(fmt::format("{}\n", text).c_str(), stderr);
}

}  // namespace

Format Session::format() const {
    if (globals_.json || globals_.output == "json") return Format::json;
    if (globals_.output == "jsonl") return Format::jsonl;
    return globals_.output == "csv" ? Format::csv : Format::table;
}

std::string Session::home_path() const {
    if (!globals_.home.empty()) return globals_.home;
    auto named = environment("REKEY_HOME");
    return named.empty() ? user_folder("XDG_DATA_HOME", ".local/share") : named;
}

Home Session::open_home(store::Store::Mode mode) const {
    try {
        return Home::open(home_path(), mode, now(), [this] { return home_passphrase(); });
    } catch (const Error& e) {
        // The way to make one is that of the default home.
        bool named_and_none = !globals_.home.empty() && access((globals_.home + "/rekey.db").c_str(), F_OK) != 0;
        if (!named_and_none) throw;
        throw Error(e.code(), e.message(), fmt::format("make one: rekey --home {} init", printable(globals_.home)));
    }
}

Home& Session::home_for_reading() {
    if (!home_) home_.emplace(open_home(store::Store::Mode::read));
    return *home_;
}

Home& Session::home_for_writing() {
    if (!home_ || !writable_) {
        home_.emplace(open_home(store::Store::Mode::write));
        writable_ = true;
    }
    return *home_;
}

const policy::Config& Session::config() {
    if (!config_) {
        bool named = !globals_.config.empty();
        auto path = named ? globals_.config : user_folder("XDG_CONFIG_HOME", ".config") + "/config.toml";
        config_ = policy::Config::load(path, named);
    }
    return *config_;
}

units::Reaching Session::reaching() { return {config().answer_deadline}; }

Time Session::now() const { return std::chrono::floor<Seconds>(std::chrono::system_clock::now()); }

Stamp Session::stamp() const { return {now(), actor()}; }

void Session::note(std::string_view text) const {
    if (!globals_.quiet) say(text);
}

void Session::detail(std::string_view text) const {
    if (globals_.verbose) say(text);
}

void Session::warn(std::string_view text) const { say(fmt::format("warning: {}", text)); }

Secret Session::home_passphrase() const {
    auto file = globals_.home_passphrase_file;
    if (file.empty()) file = environment("REKEY_HOME_PASSPHRASE_FILE");
    if (auto passed = environment("CREDENTIALS_DIRECTORY"); file.empty() && !passed.empty()) {
        auto credential = passed + "/rekey-home-passphrase";
        if (access(credential.c_str(), F_OK) == 0) file = credential;
    }
    if (!file.empty()) return read_passphrase(file);
    return ask_secret("Passphrase of the home", "say where it is: --home-passphrase-file FILE");
}

Secret Session::ask_secret(const std::string& prompt, const std::string& instead) const {
    if (globals_.no_input || !isatty(STDIN_FILENO))
        throw Error(Code::usage, prompt + " is needed, and nobody can be asked", instead);
    Secret typed(1024);
    std::size_t length = 0;
    std::fputs((prompt + ": ").c_str(), stderr);
    Silence silence(STDIN_FILENO);
    for (char c = 0;;) {
        auto got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got != 1 || c == '\n') break;
        if (length == typed.size())
            throw Error(Code::usage, fmt::format("{} is longer than {} bytes", prompt, typed.size()), instead);
        typed.data()[length++] = static_cast<std::uint8_t>(c);
    }
    std::fputs("\n", stderr);
    typed.shrink(length);
    return typed;
}

}  // namespace rekey::cli
