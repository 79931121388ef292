#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/files/spool.hpp"
#include "output/messages.hpp"
#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/units/units.hpp"

namespace rekey::cli {

enum class OutputFormat { table, json, jsonl, csv };

/// Options that every command knows.
struct Globals {
    std::string home;
    std::string config;
    std::string home_passphrase_file;
    std::string output = "table";
    std::string log_format = "text";
    std::string color = "auto";
    bool json = false;
    bool wide = false;  ///< tables have all columns and whole numbers
    bool quiet = false;
    bool verbose = false;
    bool no_input = false;
};

/// The form of what is said on stderr.
LogFormat log_format(const Globals& globals);

/// How the process is to end.
struct ProcessEnd {
    bool at_once = false;  ///< a thread hangs, so that nothing may be taken down under it
};

/// One invocation: what was asked for in general, and the things that commands share.
class Session {
public:
    Session(const Globals& globals, ProcessEnd& process_end) : globals_(globals), process_end_(process_end) {}

    const Globals& globals() const { return globals_; }
    OutputFormat format() const;

    std::string home_path() const;
    /// Opened at first use; for reading unless `write`.
    Home& home_for_reading();
    /// As `home_for_reading`, without a word of it where the home is retired: for commands that show that themselves.
    Home& home_retired_or_not();
    Home& home_for_writing();
    const policy::Config& config();
    /// Where it is, or would be.
    std::string config_path() const;
    /// The policy in force. Throws Code::usage while this machine's configuration has policy in it, so that nobody
    /// believes it to hold.
    policy::Policy current_policy();
    /// That of this account, whatever --config names.
    policy::Config own_config() const;
    /// How units are reached, as configured.
    units::Reaching reaching();

    Time now() const;
    Stamp stamp() const;

    void leave_at_once() { process_end_.at_once = true; }

    /// For people, on stderr; `note` is silent with --quiet, `detail` without --verbose.
    void note(std::string_view text, const MessageSubject& about = {}, std::string_view hint = {}) const;
    void detail(std::string_view text, const MessageSubject& about = {}) const;
    void warn(std::string_view text, const MessageSubject& about = {}, std::string_view hint = {}) const;

    /// While it lives, a reader of stderr that does not read (a stopped terminal, a full pipe) delays nothing: a
    /// message waits until it is read, at the latest until the end of this.
    class Patience {
    public:
        explicit Patience(Session& session);
        ~Patience();
        Patience(const Patience&) = delete;
        Patience& operator=(const Patience&) = delete;

    private:
        Session& session_;
    };

    /// Whether somebody looks on at a terminal that can draw it, and wants to see how far a long work is.
    bool shows_progress() const;

    /// Asks on the terminal without echo. Throws Code::usage when there is none, or with --no-input; Code::refused when
    /// the input ends before an answer; Code::interrupted. `instead` is the hint.
    Secret ask_secret(const std::string& prompt, const std::string& instead) const;

    /// Whether somebody at a terminal can be asked.
    bool can_ask() const;
    /// Asks on the terminal; only `y` and `yes` are a yes. Throws Code::refused with the hint `instead` when the input
    /// ends before an answer; Code::interrupted.
    bool ask_yes_or_no(const std::string& question, const std::string& instead) const;

    /// The passphrase that the home is under: from `--home-passphrase-file`, `$REKEY_HOME_PASSPHRASE_FILE`, the
    /// credentials that systemd passes (`rekey-home-passphrase`), or typed.
    Secret home_passphrase() const;

private:
    Home open_home(store::Store::Mode mode) const;
    static std::string own_config_path();
    void say(const Message& message) const;

    const Globals& globals_;
    ProcessEnd& process_end_;
    std::optional<Home> home_;
    bool writable_ = false;
    mutable std::optional<Spool> unsaid_;  ///< with `Patience`
    std::optional<policy::Config> config_;
};

}  // namespace rekey::cli
