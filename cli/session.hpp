#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rekey/base/secret.hpp"
#include "rekey/base/time.hpp"
#include "rekey/home/home.hpp"
#include "rekey/policy/config.hpp"
#include "rekey/units/reaching.hpp"

namespace rekey::cli {

enum class Format { table, json, jsonl, csv };

/// Options that every command knows.
struct Globals {
    std::string home;
    std::string config;
    std::string output = "table";
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    bool no_input = false;
};

/// One invocation: what was asked for in general, and the things that commands share.
class Session {
public:
    explicit Session(const Globals& globals) : globals_(globals) {}

    const Globals& globals() const { return globals_; }
    Format format() const;

    std::string home_path() const;
    /// Opened at first use; for reading unless `write`.
    Home& home_for_reading();
    Home& home_for_writing();
    const policy::Config& config();
    /// How units are reached, as configured.
    units::Reaching reaching();

    Time now() const;
    Stamp stamp() const;

    /// For people, on stderr; `note` is silent with --quiet, `detail` without --verbose.
    void note(std::string_view text) const;
    void detail(std::string_view text) const;
    void warn(std::string_view text) const;

    /// Asks on the terminal without echo. Throws Code::usage when there is none, or with --no-input.
    Secret ask_secret(const std::string& prompt, const std::string& instead) const;

private:
    const Globals& globals_;
    std::optional<Home> home_;
    bool writable_ = false;
    std::optional<policy::Config> config_;
};

}  // namespace rekey::cli
