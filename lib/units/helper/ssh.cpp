#include "units/helper/ssh.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "rekey/base/base.hpp"
#include "units/driver/address.hpp"
#include "units/process/program.hpp"

namespace rekey::units::ssh {

namespace {

constexpr const char* remote_command = "rekey agent --stdio";
constexpr std::size_t longest_host = 255;
constexpr std::size_t longest_user = 64;

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Letters, digits and `more`; nothing that could be taken for an option.
bool is_word(const std::string& text, std::string_view more, std::size_t longest) {
    return !text.empty() && text.size() <= longest && text.front() != '-' &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return is_alphanumeric(c) || more.find(c) != std::string_view::npos; });
}

[[noreturn]] void fail(const std::string& what) {
    throw Error(Code::usage, what, "as in ssh://[user@]host[:port]/path, an IPv6 address in brackets");
}

std::string parse_port(const std::string& text) {
    constexpr int highest = 65535;
    bool digits = !text.empty() && text.size() <= 5 &&
                  std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    int port = digits ? std::stoi(text) : 0;
    if (port < 1 || port > highest) fail(fmt::format("'{}' is not a port", printable(text)));
    return std::to_string(port);
}

/// Takes the host off the front of `text`, with its brackets if it has some.
std::string take_host(std::string& text) {
    if (!text.starts_with('[')) {
        auto host = text.substr(0, text.find(':'));
        text.erase(0, host.size());
        if (!is_word(host, "._-", longest_host)) fail(fmt::format("'{}' is not a host", printable(host)));
        return host;
    }
    auto close = text.find(']');
    auto host = text.substr(1, close == std::string::npos ? close : close - 1);
    if (close == std::string::npos || host.find(':') == std::string::npos || !is_word(host, ":.%", longest_host))
        fail(fmt::format("'{}' is not an IPv6 address", printable(host)));
    text.erase(0, close + 1);
    return host;
}

struct Symptom {
    std::string_view words;
    Code code;
    const char* what;
    const char* remedy;
};

/// What OpenSSH says in LC_ALL=C, the more telling first.
constexpr std::array<Symptom, 14> symptoms{{
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", Code::refused, "the host shows another key than the known one",
     "was it reinstalled? ask its operator; then remove the old key: ssh-keygen -R"},
    {"REVOKED HOST KEY", Code::refused, "the host shows a key that was revoked", "ask its operator"},
    {"Host key verification failed", Code::unreachable, "the key of the host is not known",
     "connect once yourself and compare the fingerprint, or add the key to known_hosts"},
    {"Permission denied (", Code::unreachable, "the login is refused",
     "can this user log in without a password? try: ssh -o BatchMode=yes"},
    {"Too many authentication failures", Code::unreachable, "the login is refused",
     "set IdentitiesOnly and IdentityFile for the host in ssh_config(5)"},
    {"Could not resolve hostname", Code::unreachable, "the name of the host is not known", "is it spelled right?"},
    {"Connection refused", Code::unreachable, "the connection is refused", "does sshd run there, on that port?"},
    {"timed out", Code::unreachable, "the host does not answer in time", ""},
    {"Timeout, server", Code::unreachable, "the host does not answer any more", ""},
    {"No route to host", Code::unreachable, "there is no way to the host", ""},
    {"Network is unreachable", Code::unreachable, "there is no way to the host", ""},
    {"Connection reset", Code::unreachable, "the connection was cut", ""},
    {"Connection closed", Code::unreachable, "the connection was cut", ""},
    {"Broken pipe", Code::unreachable, "the connection was cut", ""},
}};

/// The line of `words` that contains something; empty when none does.
std::string line_with(const std::string& words, std::string_view something) {
    constexpr std::string_view between = " | ";
    auto found = words.find(something);
    if (found == std::string::npos) return {};
    auto begin = words.rfind(between, found);
    begin = begin == std::string::npos ? 0 : begin + between.size();
    return words.substr(begin, words.find(between, found) - begin);
}

std::string after_colon(const std::string& text) { return text.empty() ? "" : ": " + text; }

/// The status with which a shell says that there is no such program, or none that it may run.
constexpr int shell_missing = 127;
constexpr int shell_forbidden = 126;
constexpr int ssh_failed = 255;

std::string in_brackets(const std::string& host) {
    return host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
}

}  // namespace

Address parse(const std::string& rest) {
    if (!rest.starts_with("//")) fail(fmt::format("'ssh:{}' names no host", printable(rest)));
    auto slash = rest.find('/', 2);
    if (slash == std::string::npos) fail(fmt::format("'ssh:{}' names no folder", printable(rest)));
    Address address;
    address.path = clean_path(rest.substr(slash));
    auto authority = rest.substr(2, slash - 2);
    if (auto at = authority.find('@'); at != std::string::npos) {
        address.user = authority.substr(0, at);
        authority.erase(0, at + 1);
        if (!is_word(address.user, "._-", longest_user))
            fail(fmt::format("'{}' is not a user", printable(address.user)));
    }
    address.host = take_host(authority);
    if (authority.empty()) return address;
    if (authority.front() != ':') fail(fmt::format("'{}' is not a port", printable(authority)));
    address.port = parse_port(authority.substr(1));
    return address;
}

std::string to_string(const Address& address) {
    return fmt::format("ssh://{}{}{}{}{}{}", address.user, address.user.empty() ? "" : "@", in_brackets(address.host),
                       address.port.empty() ? "" : ":", address.port, address.path);
}

Launch launch(const Address& address, std::chrono::milliseconds deadline) {
    const char* chosen = std::getenv("REKEY_SSH");
    std::string name = chosen == nullptr || *chosen == '\0' ? "ssh" : chosen;
    auto program = find_program(name);
    if (!program)
        throw Error(Code::usage, fmt::format("there is no program '{}'", printable(name)),
                    chosen == nullptr ? "install OpenSSH's client" : "see $REKEY_SSH: a program, without arguments");
    // Before our own deadline, so that ssh can say what it was waiting for.
    auto patience = std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::seconds>(deadline).count() / 2);
    std::vector<std::string> arguments{
        name, "-T", "-a", "-x", "-o", "BatchMode=yes", "-o", fmt::format("ConnectTimeout={}", patience)};
    if (!address.port.empty()) arguments.insert(arguments.end(), {"-p", address.port});
    if (!address.user.empty()) arguments.insert(arguments.end(), {"-l", address.user});
    arguments.insert(arguments.end(), {"--", address.host, remote_command});

    auto who = fmt::format("ssh to {}{}", in_brackets(address.host), address.port.empty() ? "" : ":" + address.port);
    // In English, for `explain`.
    return {*program,     arguments,
            {"LC_ALL=C"}, "dir:" + address.path,
            who,          [who](int status, const std::string& words) { return explain(who, status, words); }};
}

Error explain(const std::string& who, int status, const std::string& words) {
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (code == ssh_failed) {
        for (const auto& symptom : symptoms) {
            auto line = line_with(words, symptom.words);
            if (line.empty()) continue;
            if (symptom.code == Code::refused) line = line_with(words, "Offending ");
            return Error(symptom.code, fmt::format("{}: {}{}", who, symptom.what, after_colon(line)), symptom.remedy);
        }
    }
    constexpr std::size_t most = 500;
    auto said = after_colon(words.size() > most ? printable(words.substr(words.size() - most)) : words);
    if (code == shell_missing || code == shell_forbidden)
        return Error(Code::unreachable, fmt::format("{}: there is no 'rekey' to run on the other side{}", who, said),
                     "install it there, where the PATH of a non-interactive shell finds it");
    if (words.find("there is no command 'rekey agent'") != std::string::npos)
        return Error(Code::unreachable, fmt::format("{}: the rekey on the other side is too old{}", who, said),
                     "install there the version that is here");
    return Error(Code::unreachable, fmt::format("{} {} instead of answering{}", who, how_it_ended(status), said));
}

}  // namespace rekey::units::ssh
