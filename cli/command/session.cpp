#include "command/session.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/text/shortened.hpp"
#include "input/no_echo.hpp"
#include "input/secret_file.hpp"
#include "input/typed_line.hpp"
#include "output/terminal.hpp"
#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/renewal/overview.hpp"

namespace rekey::cli {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

struct Account {
    std::string name;
    std::string folder;
};

/// Whose process this is. This machine's own file is read first: glibc's name service, which knows the others,
/// aborts or crashes when it finds no memory (2.36).
std::optional<Account> account() {
    auto known = [](const passwd& entry) { return Account{entry.pw_name, entry.pw_dir}; };
    std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/etc/passwd", "re"), std::fclose);
    passwd entry{};
    char buffer[4096];
    for (passwd* found = nullptr; file && fgetpwent_r(file.get(), &entry, buffer, sizeof buffer, &found) == 0;)
        if (found->pw_uid == geteuid()) return known(*found);
    const passwd* found = getpwuid(geteuid());
    return found == nullptr ? std::nullopt : std::optional(known(*found));
}

/// `$variable/rekey`, else `~/fallback/rekey`.
std::string user_folder(const char* variable, const char* fallback) {
    auto base = environment(variable);
    // The specification of these variables says that a relative path is to be ignored.
    if (!base.empty() && base.front() == '/') return base + "/rekey";
    auto user = environment("HOME");
    if (user.empty()) {
        auto mine = account();
        if (!mine) throw Error(Code::usage, "there is no home folder of the user", "say where: --home DIR");
        user = mine->folder;
    }
    return fmt::format("{}/{}/rekey", user, fallback);
}

/// Longer than any account with its host.
constexpr std::size_t longest_actor = 400;

/// Who is at work, for the trail; behind sudo the person, not root.
std::string actor() {
    std::string user = geteuid() == 0 ? environment("SUDO_USER") : "";
    if (user.empty()) {
        auto mine = account();
        user = mine ? mine->name : fmt::format("uid{}", geteuid());
    }
    char host[256] = {};
    if (gethostname(host, sizeof host - 1) != 0) return shortened(user, longest_actor);
    return shortened(fmt::format("{}@{}", user, host), longest_actor);
}

}  // namespace

LogFormat log_format(const Globals& globals) {
    return globals.log_format == "json" ? LogFormat::json : LogFormat::text;
}

OutputFormat Session::format() const {
    if (globals_.json || globals_.output == "json") return OutputFormat::json;
    if (globals_.output == "jsonl") return OutputFormat::jsonl;
    return globals_.output == "csv" ? OutputFormat::csv : OutputFormat::table;
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

Home& Session::home_retired_or_not() {
    if (!home_) home_.emplace(open_home(store::Store::Mode::read));
    return *home_;
}

Home& Session::home_for_reading() {
    if (home_) return *home_;
    auto& home = home_retired_or_not();
    if (auto retired = store::retirement(home.store()))
        note(fmt::format("this home was retired on {}, and went to {}; what is shown is of that time",
                         to_rfc3339(retired->at), printable(retired->file)));
    return home;
}

Home& Session::home_for_writing() {
    if (!home_ || !writable_) {
        home_.emplace(open_home(store::Store::Mode::write));
        writable_ = true;
        attribute_certificates(*home_, stamp());
    }
    return *home_;
}

const policy::Config& Session::config() {
    if (!config_) {
        bool named = !globals_.config.empty();
        config_ = named ? policy::Config::load(globals_.config, true) : own_config();
    }
    return *config_;
}

std::string Session::config_path() const { return globals_.config.empty() ? own_config_path() : globals_.config; }

std::string Session::own_config_path() { return user_folder("XDG_CONFIG_HOME", ".config") + "/config.toml"; }

policy::Config Session::own_config() const { return policy::Config::load(own_config_path(), false); }

policy::Policy Session::current_policy() {
    config();
    return renewal::current_policy(home_for_reading().store());
}

units::Reaching Session::reaching() {
    units::Reaching reaching;
    reaching.deadline = config().answer_deadline;
    if (config().jobs > 0) reaching.at_a_time = static_cast<std::size_t>(config().jobs);
    return reaching;
}

Time Session::now() const { return std::chrono::floor<Seconds>(std::chrono::system_clock::now()); }

Stamp Session::stamp() const { return {now(), actor()}; }

void Session::note(std::string_view text, const MessageSubject& about, std::string_view hint) const {
    if (!globals_.quiet) say({MessageLevel::note, text, hint, about});
}

void Session::detail(std::string_view text, const MessageSubject& about) const {
    if (globals_.verbose) say({MessageLevel::note, text, "", about});
}

void Session::warn(std::string_view text, const MessageSubject& about, std::string_view hint) const {
    say({MessageLevel::warning, text, hint, about});
}

void Session::say(const Message& message) const {
    if (!unsaid_) return tell(log_format(globals_), message);
    unsaid_->add(lines_of(log_format(globals_), message));
    while (takes_more(STDERR_FILENO)) {
        auto lines = unsaid_->next();
        if (!lines) break;
        std::fwrite(lines->data(), 1, lines->size(), stderr);
    }
}

Session::Patience::Patience(Session& session) : session_(session) { session_.unsaid_.emplace(); }

Session::Patience::~Patience() {
    auto& unsaid = session_.unsaid_;
    try {
        std::fflush(stdout);
        while (auto lines = unsaid ? unsaid->next() : std::nullopt)
            std::fwrite(lines->data(), 1, lines->size(), stderr);
        unsaid.reset();
    } catch (const Error&) {
        unsaid.reset();  // the file that they wait in cannot be read any more; the exit code stays
    }
}

bool Session::shows_progress() const {
    return !globals_.quiet && log_format(globals_) == LogFormat::text && obeys_controls(STDERR_FILENO);
}

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

bool Session::can_ask() const { return !globals_.no_input && isatty(STDIN_FILENO) != 0; }

bool Session::ask_yes_or_no(const std::string& question, const std::string& instead) const {
    TypedLine line;
    fmt::print(stderr, "{} [y/N] ", question);
    std::fflush(stderr);
    std::string typed;
    while (auto c = line.next()) typed += *c;
    if (typed.empty()) line.require_end_of_line(instead);
    return typed == "y" || typed == "Y" || typed == "yes";
}

Secret Session::ask_secret(const std::string& prompt, const std::string& instead) const {
    if (!can_ask()) throw Error(Code::usage, prompt + " is needed, and nobody can be asked", instead);
    Secret typed(1024);
    std::size_t length = 0;
    std::fflush(stderr);
    auto question = prompt + ": ";
    TypedLine line;
    NoEcho no_echo(STDIN_FILENO, question);
    while (auto c = line.next()) {
        if (length == typed.size())
            throw Error(Code::usage, fmt::format("{} is longer than {} bytes", prompt, typed.size()), instead);
        typed.data()[length++] = static_cast<std::uint8_t>(*c);
    }
    if (length == 0) line.require_end_of_line(instead);
    std::fputs("\n", stderr);
    typed.shrink(length);
    return typed;
}

}  // namespace rekey::cli
