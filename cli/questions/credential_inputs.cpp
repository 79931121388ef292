#include "questions/credential_inputs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "command/arguments.hpp"
#include "command/exit_code.hpp"
#include "input/interrupt.hpp"
#include "input/secret_file.hpp"
#include "input/typed_line.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

constexpr std::size_t longest_line = 4096;

}  // namespace

void PatienceOption::describe(Command& command) {
    command.option("--patience", "P", text,
                   fmt::format("How long to wait for each answer, retries included [{}]", text));
    command.ending(
        exit_deferred,
        "The provider gave no clear answer; what was in use still is, and the same command continues later.");
}

tenants::Patience PatienceOption::parse() const {
    auto period = parse_period(text, "--patience").approximate();
    if (period < Seconds{1}) throw Error(Code::usage, "--patience is at least a second", "as --patience 90s");
    tenants::Patience patience;
    patience.total = period;
    patience.request = std::min(patience.request, period);
    patience.connect = std::min(patience.connect, period);
    return patience;
}

void EndpointOptions::describe(Command& command) {
    command.option("--scope", "SCOPE", changes.scope, "business, school, or another scope with its URLs [unchanged]");
    command.option("--token-url", "URL", changes.token_url, "URL of the token endpoint [unchanged]");
    command.option("--audience", "A", changes.audience, "Audience of assertions [unchanged]");
    command.option("--api-url", "URL", changes.api_url, "URL of the devices API [unchanged]");
}

void WhyOptions::describe(Command& command) {
    command.option("--reason", "WORD", reason, "Why, for the history, such as yearly, compromise or staff");
    command.option("--comment", "TEXT", comment, "Note for the history");
}

ProviderSession::ProviderSession(Session& session, const PatienceOption& patience)
    : patience_(patience.parse()),
      trust_{session.config().ca_file},
      provider_(connect()),
      context_{session.home_for_writing(), *provider_, [&session] { return session.now(); },
               session.stamp().actor,      patience_,  interrupt_token()} {}

std::unique_ptr<tenants::Provider> ProviderSession::connect() const {
    return tenants::connect(patience_, trust_, interrupt_token());
}

void CredentialOptions::describe(Command& command) {
    command.option("--client-id", "ID", client_id, "Client ID that the provider gave");
    command.option("--key-id", "ID", key_id, "Key ID that the provider gave");
    command.option("--key", "FILE", key, "P-256 private key: PEM, JWK or PKCS #12; - for standard input");
    command.option("--passphrase-file", "F", passphrase_file,
                   "File whose first line is its passphrase, if it is encrypted");
}

tenants::Input CredentialOptions::read(Session& session, const std::string& instead) const {
    if (!complete() && !can_ask(session)) {
        std::string missing = !client_id ? "--client-id" : !key_id ? "--key-id" : "--key";
        throw Error(Code::usage, missing + " is missing", "as " + instead);
    }
    auto given = [&](const std::optional<std::string>& option, const char* prompt) {
        if (option) return *option;
        auto answer = ask_line(prompt, "", "as " + instead);
        for (; answer.empty(); answer = ask_line(prompt, "", "as " + instead))
            session.warn("it is needed; to stop: Ctrl-C");
        return answer;
    };
    tenants::Input input;
    input.client_id = given(client_id, "Client ID");
    input.key_id = given(key_id, "Key ID");
    auto path = given(key, "File with the private key");
    input.key = read_secret(path, "the key");
    input.ask = [&session, path, file = passphrase_file] {
        return get_passphrase(session, file, fmt::format("Passphrase of {}", printable(path)));
    };
    return input;
}

bool can_ask(const Session& session) {
    return !session.globals().no_input && isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0;
}

std::string ask_line(const std::string& prompt, const std::string& prefilled, const std::string& instead) {
    auto offered = prefilled.empty() ? "" : fmt::format(" [{}]", printable(prefilled));
    TypedLine typed;
    std::fputs(fmt::format("{}{}: ", prompt, offered).c_str(), stderr);
    std::string line;
    while (line.size() < longest_line) {
        auto c = typed.next();
        if (!c) break;
        line += *c;
    }
    if (line.empty()) typed.require_end_of_line(instead);
    return line.empty() ? prefilled : line;
}

Secret get_passphrase(const Session& session, const std::string& file, const std::string& prompt) {
    if (file.empty()) return session.ask_secret(prompt, "say where it is: --passphrase-file FILE");
    return read_passphrase(file);
}

}  // namespace rekey::cli
