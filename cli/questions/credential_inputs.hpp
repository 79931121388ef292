#pragma once

#include <optional>
#include <string>

#include "command/model.hpp"
#include "rekey/tenants/credentials.hpp"

namespace rekey::cli {

/// How long commands that ask a provider wait for it: `--patience`.
struct PatienceOption {
    std::string text = "90s";
    void describe(Command& command);
    /// Throws Code::usage.
    tenants::Patience parse() const;
};

/// A provider over the network and what the library's operations take, for one command.
class ProviderSession {
public:
    ProviderSession(Session& session, const PatienceOption& patience);
    tenants::Context& context() { return context_; }
    /// Another connection to it.
    std::unique_ptr<tenants::Provider> connect() const;

private:
    const tenants::Patience patience_;
    const tenants::Trust trust_;
    std::unique_ptr<tenants::Provider> provider_;
    tenants::Context context_;
};

/// Where a credential is used, as options that change what is there; empty: as it is.
struct EndpointOptions {
    tenants::EndpointChanges changes;
    void describe(Command& command);
};

/// Why something was done, for the history.
struct WhyOptions {
    std::string reason;
    std::string comment;
    void describe(Command& command);
};

/// What a credential is made of, as options; what is missing is asked for on a terminal.
struct CredentialOptions {
    std::optional<std::string> client_id;
    std::optional<std::string> key_id;
    std::optional<std::string> key;
    std::string passphrase_file;

    void describe(Command& command);
    bool complete() const { return client_id && key_id && key; }
    /// `instead`: the command to run where nobody can be asked. Throws Code::usage; Code::refused when nobody answers.
    tenants::Input read(Session& session, const std::string& instead) const;
};

/// Whether somebody at a terminal can be asked.
bool can_ask(const Session& session);
/// A line from the terminal; just Enter gives `prefilled`. Throws Code::refused with the hint `instead` when the input
/// ends before an answer; Code::interrupted.
std::string ask_line(const std::string& prompt, const std::string& prefilled, const std::string& instead);

/// The first line of `file` when one is named, else what is typed.
Secret get_passphrase(const Session& session, const std::string& file, const std::string& prompt);

}  // namespace rekey::cli
